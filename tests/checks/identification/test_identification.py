"""Which release a library is: libraries that export what a release promises, made by the assembler."""

import gzip
import json
import random
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from support.cxx import compile_cxx
from support.exporting import VERSION, library, symbols

from trtheaders.checks.identification.fingerprints import take_fingerprint
from trtheaders.checks.identification.ranks import rank_releases
from trtheaders.headers.snapshot_files import read_snapshot
from trtheaders.library.layout.evidence import read_version_string
from trtheaders.library.machine.version_bytes import read_plain_version
from trtheaders.model.answers.candidates import Fingerprint, Fit, Owed
from trtheaders.model.names import SymbolName
from trtheaders.snapshots import fingerprints_file, shipped_releases, shipped_snapshot
from trtheaders.snapshots.fingerprints import read_fingerprints, write_fingerprints
from trtheaders.verbs.identify import identify
from trtheaders.verbs.stub import stub

RELEASES = ("1.0.0", "1.1.0", "1.2.0rc3")
SCHEMA = Path(__file__).resolve().parents[3] / "trtheaders" / "schemas" / "identify.schema.json"


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("old_abi", [False, True])
def test_a_library_that_keeps_all_promises_is_that_release(release: str, old_abi: bool, tmp_path: Path) -> None:
    known = identify([library(symbols(release, old_abi=old_abi))], start=tmp_path)
    best = known.candidates[0]
    assert (known.fit, best.release, best.score, best.kept) == (Fit.IDENTIFIED, release, 1.0, best.promised)
    assert known.old_string_abi is old_abi
    assert best.evidence


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("seed", range(20))
def test_two_percent_removed_or_foreign_ones_added_change_nothing(release: str, seed: int) -> None:
    fingerprints = read_fingerprints(fingerprints_file())
    chance = random.Random(seed)
    kept = {name for name in symbols(release) if chance.random() >= 0.02} | {f"foreign{n}" for n in range(20)}
    known = rank_releases(fingerprints, kept.__contains__)
    assert known.candidates[0].release == release


def test_the_version_string_may_disagree_with_the_symbols(tmp_path: Path) -> None:
    known = identify([library(symbols("1.1.0"), "1.2.0rc3")], start=tmp_path)
    assert (known.candidates[0].release, known.version_string, known.agrees) == ("1.1.0", "1.2.0rc3", False)
    assert known.remarks == ("the library calls itself 1.2.0rc3, but its symbols are those of 1.1.0",)


def test_the_version_string_is_the_same_with_and_without_a_disassembler() -> None:
    path = library(symbols("1.1.0"), "1.1.0")
    assert read_plain_version(path, VERSION) == "1.1.0" == read_version_string(path)


@pytest.mark.parametrize("flags", [("-O0",), ("-O2",), ("-O2", "-fcf-protection=none")])
def test_version_strings_as_a_compiler_writes_them(flags: tuple[str, ...]) -> None:
    text = 'namespace tensorrt_llm::executor { char const* version() noexcept { return "1.2.0rc3"; } }'
    built = compile_cxx(text, name="libversion.so", flags=("-shared", "-fPIC", *flags))
    assert read_plain_version(built.path, VERSION) == "1.2.0rc3" == read_version_string(built.path)


@pytest.mark.parametrize("exported", [[VERSION], ["something_else"]])
def test_a_library_without_a_version_string_needs_no_disassembler_to_say_so(exported: list[str]) -> None:
    path = library(exported)
    assert read_plain_version(path, VERSION) == ""
    assert read_version_string(path) is None


def test_a_version_put_together_at_run_time_takes_a_disassembler_to_judge() -> None:
    text = (
        "extern char text[]; char text[9]; namespace tensorrt_llm::executor { char const* version() { return text; } }"
    )
    built = compile_cxx(text, name="libversion.so", flags=("-shared", "-fPIC", "-O2"))
    assert read_plain_version(built.path, VERSION) is None


def test_nothing_fits_a_library_of_something_else(tmp_path: Path) -> None:
    known = identify([library(["deflate", "inflate"])], start=tmp_path)
    assert known.fit is Fit.UNKNOWN


def test_a_library_between_releases_is_near_and_not_named(tmp_path: Path) -> None:
    """All of 1.1.0 with half of what 1.2.0rc3 changed, as a release candidate between them has it."""
    fresh = sorted(set(symbols("1.2.0rc3")) - set(symbols("1.1.0")))
    known = identify([library(symbols("1.1.0") + fresh[::2])], start=tmp_path)
    assert known.fit is Fit.NEAR


def fingerprint(release: str, *names: str) -> Fingerprint:
    owed = tuple(Owed(symbols=(SymbolName(name),)) for name in names)
    return Fingerprint(release=release, origin="vendored", owed=owed)


def test_equal_releases_are_said_to_be_equal() -> None:
    known = rank_releases(
        [fingerprint("1.2.0rc4", "a", "b"), fingerprint("1.2.0rc3", "a", "b")], {"a", "b"}.__contains__
    )
    assert known.fit is Fit.AMBIGUOUS
    assert set(known.equal) == {"1.2.0rc3", "1.2.0rc4"}


def test_between_equals_the_version_string_goes_first_and_the_layout_before_it() -> None:
    both = [fingerprint("1.2.0rc4", "a"), fingerprint("1.2.0rc3", "a")]
    known = rank_releases(both, {"a"}.__contains__, version_string="1.2.0rc3")
    assert (known.candidates[0].release, known.agrees) == ("1.2.0rc3", True)
    known = rank_releases(
        both, {"a"}.__contains__, version_string="1.2.0rc3", contradictions={"1.2.0rc3": ("is larger",), "1.2.0rc4": ()}
    )
    assert (known.fit, known.candidates[0].release, known.agrees) == (Fit.IDENTIFIED, "1.2.0rc4", False)
    assert known.candidates[1].evidence[-1] == "is larger"


def test_more_exported_than_promised_speaks_for_the_release_that_promises_it() -> None:
    known = rank_releases([fingerprint("1", "a", "b"), fingerprint("2", "a", "b", "c")], {"a", "b", "c"}.__contains__)
    assert [item.release for item in known.candidates] == ["2", "1"]
    assert known.candidates[1].kept == known.candidates[1].promised


def test_fingerprints_are_those_of_the_shipped_snapshots() -> None:
    paths = [shipped_snapshot(release) for release in shipped_releases()]
    made = {
        item.release: set(item.owed)
        for item in (take_fingerprint(read_snapshot(path), "shipped") for path in paths if path)
    }
    assert made == {item.release: set(item.owed) for item in read_fingerprints(fingerprints_file())}


def test_fingerprints_round_trip_to_the_same_bytes(tmp_path: Path) -> None:
    write_fingerprints(read_fingerprints(fingerprints_file()), tmp_path / "again")
    again, shipped = (tmp_path / "again").read_bytes(), fingerprints_file().read_bytes()
    assert gzip.decompress(again) == gzip.decompress(shipped)


def run(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    code = "import sys; from trtheaders.cli.entry import main; main()"
    command = [sys.executable, "-c", code, "identify", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True)


def test_the_document_is_what_its_schema_says(tmp_path: Path) -> None:
    done = run(library(symbols("1.1.0"), "1.1.0"), "--format", "json", cwd=tmp_path)
    document = json.loads(done.stdout)
    jsonschema.validate(document, json.loads(SCHEMA.read_text()))
    assert (done.returncode, document["release"], document["version_string_agrees"]) == (0, "1.1.0", True)
    assert [item["release"] for item in document["candidates"]] == ["1.1.0", "1.2.0rc3", "1.0.0"]


def test_no_parser_no_disassembler_and_no_network_are_loaded(tmp_path: Path) -> None:
    path = library(symbols("1.1.0"), "1.1.0")
    code = (
        "import sys; from pathlib import Path; from trtheaders.verbs.identify import identify;"
        f"identify([Path({str(path)!r})]);"
        "print([name for name in ('clang', 'capstone', 'git', 'elftools', 'socket') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_several_libraries_get_a_verdict_each_or_one_together(tmp_path: Path) -> None:
    files = [library(symbols(release)) for release in ("1.0.0", "1.1.0")]
    answers = json.loads(run(*files, "--format", "json", cwd=tmp_path).stdout)["answers"]
    assert [item["release"] for item in answers] == ["1.0.0", "1.1.0"]
    assert run(*files, cwd=tmp_path).stdout.count(" is TensorRT-LLM ") == 2
    together = json.loads(run("--together", *files, "--format", "json", cwd=tmp_path).stdout)
    assert len(together["libraries"]) == 2


def test_a_stub_is_called_one_in_the_first_line(tmp_path: Path) -> None:
    stub("1.1.0", output=tmp_path / "libtensorrt_llm.so", start=tmp_path)
    first = run("libtensorrt_llm.so", cwd=tmp_path).stdout.splitlines()[0]
    assert first.startswith("libtensorrt_llm.so is a stub that imitates TensorRT-LLM 1.1.0: ")
