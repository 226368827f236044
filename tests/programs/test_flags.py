"""What a file of the repository may say to a compiler, and what is left out and named."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from trtheaders.programs.flags import vet_command, vet_flags

HARMFUL = [
    ["-wrapper", "/clone/evil"],
    ["-B./x/"],
    ["-B", "./x"],
    ["-specs=/clone/specs"],
    ["-specs", "/clone/specs"],
    ["-fplugin=/clone/evil.so"],
    ["-fplugin-arg-evil-x=1"],
    ["-fpass-plugin=/clone/evil.so"],
    ["-Xclang", "-load", "-Xclang", "/clone/evil.so"],
    ["-Xclang", "-plugin"],
    ["--config", "/clone/evil.cfg"],
    ["--config=/clone/evil.cfg"],
    ["-mllvm", "-load=/clone/evil.so"],
    ["-save-temps"],
    ["-save-temps=obj"],
    ["-fdump-tree-all"],
    ["-fdump-record-layouts=/x"],
    ["-aux-info", "/home/victim"],
    ["-fprofile-use=/clone/profile"],
    ["-fmodules-cache-path=/home/victim"],
    ["-fmodule-mapper=|/clone/evil"],
    ["-Wa,-a=/home/victim"],
    ["-Wl,-T,/clone/script"],
    ["-Wp,-MD,/home/victim"],
    ["-Xassembler", "-a"],
    ["-fuse-ld=/clone/evil"],
    ["-gcc-toolchain", "/clone"],
    ["--gcc-toolchain=/clone"],
    ["--sysroot=/clone"],
    ["-iprefix", "/clone/"],
    ["-ccc-gcc-name", "evil"],
    ["-target", "../../clone/evil"],
    ["--target=../../clone/evil"],
    ["-dumpbase", "/home/victim"],
    ["-gplugin"],
    ["-ftest-coverage"],
    ["--coverage"],
    ["-fstack-usage"],
    ["-fdiagnostics-format=sarif-file"],
    ["-fcallgraph-info"],
    ["-include-pch", "/clone/evil.pch"],
    ["@/nonexistent"],
]


@pytest.mark.parametrize("words", HARMFUL, ids=" ".join)
def test_a_flag_that_may_do_something_is_left_out_and_named(words: list[str]) -> None:
    found = vet_flags(["-DX", *words, "-DY"], Path("/project"))
    assert found.kept == ("-DX", "-DY")
    assert words[0].lstrip("-").partition("=")[0] in " ".join(found.dropped)


@pytest.mark.parametrize("flag", ["-D", "-U", "-target", "-I", "-include"])
def test_a_flag_without_its_value_takes_nothing_that_follows(flag: str) -> None:
    assert vet_flags(["-DX", flag], Path("/project")).kept == ("-DX",)


@pytest.mark.parametrize("words", [["-o", "/x"], ["-o/x"], ["-MF", "/x"], ["-MF/x"], ["-MD"], ["-c"], ["-O2"], ["-g"]])
def test_a_flag_that_says_nothing_about_headers_is_left_out_without_a_word(words: list[str]) -> None:
    assert vet_flags(["-DX", *words], Path("/project")) == vet_flags(["-DX"], Path("/project"))


def test_what_shapes_headers_is_kept_and_paths_are_made_absolute() -> None:
    words = (
        "-D A=1 -DB -UC -Iinc -I inc -isystem/abs -iquote q -include pre.h -std=c++17 -fno-rtti -fshort-enums -mavx2"
    )
    kept = (
        *("-DA=1", "-DB", "-UC", "-I", "/project/inc", "-I", "/project/inc", "-isystem", "/abs", "-iquote"),
        *("/project/q", "-include", "/project/pre.h", "-std=c++17", "-fno-rtti", "-fshort-enums", "-mavx2"),
    )
    assert vet_flags(words.split(), Path("/project")).kept == kept
    assert vet_flags(["--target=aarch64-linux-gnu", "-stdlib=libc++"], Path("/")).dropped == ()


def test_every_switch_that_is_kept_writes_nothing_and_starts_nothing(tmp_path: Path) -> None:
    """As g++ has it: a run with a flag leaves an empty folder empty."""
    from trtheaders.programs import flags

    for switch in flags._SWITCHES.split():
        subprocess.run(
            ["g++", f"-f{switch}", "-fsyntax-only", "-x", "c++", "/dev/null"], cwd=tmp_path, capture_output=True
        )
    assert list(tmp_path.iterdir()) == []


def test_response_files_are_read_under_the_same_rules(tmp_path: Path) -> None:
    (tmp_path / "a.rsp").write_text("-DA '-DB=x y' @b.rsp -wrapper evil\n")
    (tmp_path / "b.rsp").write_text("-DC -fplugin=evil.so @b.rsp @pipe")
    subprocess.run(["mkfifo", tmp_path / "pipe"], check=True)
    found = vet_flags(["@a.rsp"], tmp_path)
    assert found.kept[:2] == ("-DA", "-DB=x y")
    assert set(found.kept) == {"-DA", "-DB=x y", "-DC"}
    assert {"-wrapper evil", "-fplugin=evil.so", "@pipe"} <= set(found.dropped)


@pytest.mark.parametrize("text", ["sh evil.sh", "env evil", "python3 evil.py", "/usr/bin/env g++", "xargs", "make"])
def test_what_is_not_called_as_a_compiler_is_none(text: str, tmp_path: Path) -> None:
    assert "compiler" in vet_command(text, tmp_path).refused


def test_a_launcher_before_a_compiler_is_passed_over(tmp_path: Path) -> None:
    program = shutil.which("g++")
    assert vet_command("ccache g++ -DX", tmp_path).words == (program, "-DX")
    assert vet_command("x86_64-conda-linux-gnu-c++", tmp_path).words == ("x86_64-conda-linux-gnu-c++",)
