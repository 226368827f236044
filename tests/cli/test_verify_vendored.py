"""`trtheaders verify` on vendored releases and an installed package, as a consumer's repository has them."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys

import pytest
from support.demo_upstream import build_environment, build_release_library, build_upstream, install_package

from trtheaders.cli.main import run
from trtheaders.configuration import load_configuration
from trtheaders.model.vendoring.releases import SNAPSHOT_NAME
from trtheaders.verbs.add import add

STORE = "include/tensorrt-llm"


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """A repository with 1.0.0 and 1.1.0 vendored, and 1.1.0 installed in its `.venv`."""
    folder = tmp_path_factory.mktemp("consumer")
    upstream = build_upstream(tmp_path_factory.mktemp("upstream") / "repository")
    (folder / ".git").mkdir()
    (folder / "trtheaders.toml").write_text(f'remote = "{upstream}"\n')
    add(["v1.0.0", "v1.1.0"], configuration=load_configuration(folder))
    build_environment(folder / ".venv", "1.1.0")
    return folder


@pytest.fixture
def consumer(repository, tmp_path, monkeypatch):
    """A copy of the repository, and the working folder."""
    folder = tmp_path / "consumer"
    shutil.copytree(repository, folder, symlinks=True)
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(folder)
    return folder


def site_packages(consumer):
    return consumer / ".venv" / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"


def verify(capsys, *arguments):
    code = run(["verify", "--format", "json", *arguments])
    streams = capsys.readouterr()
    return code, json.loads(streams.out)


def test_the_headers_of_the_installed_release_are_taken(consumer, capsys):
    code, document = verify(capsys)
    assert (code, document["verdict"], document["release"]) == (0, "verified", "1.1.0")
    assert document["libraries"][0]["name"] == "libtensorrt_llm.so"
    assert any("neighbouring virtual environment" in remark for remark in document["remarks"])


def test_the_other_release_is_one_finding_that_names_it(consumer, capsys):
    code, document = verify(capsys, "v1.0.0")
    assert (code, document["verdict"], document["release"]) == (1, "mismatch", "1.0.0")
    (found,) = [item for item in document["findings"] if item["severity"] == "error"]
    assert found["rule"] == "other-releases"
    assert "is TensorRT-LLM 1.1.0, the headers are 1.0.0" in found["message"]
    assert "trtheaders path 1.1.0" in found["hint"]
    evidence = "\n".join(found["evidence"])
    assert "`SamplingConfig::SamplingConfig(…)` takes 8 parameters here, the library has it with 9" in evidence
    assert "the library's parameter 8 `std::optional<int> const& promptIgnoreLength` is gone here" in evidence


def test_a_swapped_library_is_noticed(consumer, capsys):
    install_package(site_packages(consumer), "1.1.0", library=build_release_library("1.0.0"))
    code, document = verify(capsys)
    assert (code, document["release"]) == (1, "1.1.0")
    assert "is TensorRT-LLM 1.0.0, the headers are 1.1.0" in document["findings"][0]["message"]


def test_a_local_suffix_is_no_other_release(consumer, capsys):
    install_package(site_packages(consumer), "1.1.0", version="1.1.0+cu130")
    assert verify(capsys)[0] == 0


def test_headers_that_are_not_vendored_are_no_answer(consumer, capsys):
    install_package(site_packages(consumer), "1.2.0rc1")
    code, document = verify(capsys)
    assert (code, document["verdict"]) == (2, "unanswered")
    assert "trtheaders add v1.2.0rc1" in document["hint"]


def test_no_library_is_no_answer_unless_headers_are_enough(consumer, capsys, monkeypatch):
    shutil.rmtree(consumer / ".venv")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    code, document = verify(capsys, "1.1.0")
    assert (code, document["verdict"]) == (2, "unanswered")
    code, document = verify(capsys, "1.1.0", "--headers-only")
    assert (code, document["verdict"], document["libraries"]) == (0, "verified", [])


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda file: file.write_text(file.read_text() + "\n"), "changed-files"),
        (lambda file: file.unlink(), "missing-files"),
        (lambda file: file.with_name("extra.h").write_text("\n"), "extra-files"),
    ],
)
def test_a_changed_tree_is_a_finding_without_symbols(consumer, capsys, change, rule):
    change(consumer / STORE / "1.1.0" / "tensorrt_llm" / "common" / "stringUtils.h")
    code, document = verify(capsys)
    assert code == 1
    (found,) = [item for item in document["findings"] if item["rule"] == rule]
    assert (found["severity"], found["symbols"]) == ("error", [])
    assert found["file"].startswith("tensorrt_llm/common/")


def test_a_recorded_snapshot_needs_no_parser(consumer, capsys):
    program = "import sys; from trtheaders.cli.main import run; run(['verify']); print('clang' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False", done.stdout


def test_a_clean_verdict_imports_no_explanation(consumer):
    program = "import sys; from trtheaders.cli.main import run; run(['verify']); print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines())
    assert "trtheaders.verbs.verify" in loaded
    assert not loaded & {
        "git",
        "clang",
        "trtheaders.checks.causes.folds",
        "trtheaders.checks.symbols.unkept_promises",
        "packaging.specifiers",
    }


def test_a_recorded_snapshot_does_not_depend_on_who_recorded_it(consumer, capsys, monkeypatch):
    recorded = consumer / STORE / "1.1.0" / SNAPSHOT_NAME
    before = recorded.read_bytes()
    recorded.unlink()
    monkeypatch.setenv("CXX", "g++ -DNDEBUG")
    monkeypatch.setenv("CXXFLAGS", "-O2 -fshort-enums")
    add(["v1.1.0"], configuration=load_configuration(consumer), force=True)
    assert recorded.read_bytes() == before


@pytest.mark.parametrize(("name", "value"), [("CXX", "clang++"), ("CXXFLAGS", "-DNDEBUG"), ("CXXFLAGS", "-O3 -g")])
def test_a_recorded_snapshot_is_left_alone_by_other_compilers(consumer, capsys, monkeypatch, tools, name, value):
    if name == "CXX":
        tools(value)
    recorded = consumer / STORE / "1.1.0" / SNAPSHOT_NAME
    before = recorded.read_bytes()
    monkeypatch.setenv(name, value)
    code, document = verify(capsys)
    assert (code, document["verdict"]) == (0, "verified")
    assert document["toolchain"]["compiler"].startswith(value if name == "CXX" else "g++")
    assert recorded.read_bytes() == before


@pytest.mark.parametrize(
    "damaged",
    [
        lambda data: data[: len(data) // 2],
        lambda _: b"version https://git-lfs.github.com/spec/v1\n",
        lambda _: gzip.compress(b'{"format":999999,"snapshot":"what nobody reads any more"}'),
    ],
)
def test_a_damaged_snapshot_is_told_and_left_to_sync(consumer, capsys, damaged):
    recorded = consumer / STORE / "1.1.0" / SNAPSHOT_NAME
    wrong = damaged(recorded.read_bytes())
    recorded.write_bytes(wrong)
    code, document = verify(capsys)
    assert code == 0
    assert recorded.read_bytes() == wrong
    (told,) = [remark for remark in document["remarks"] if SNAPSHOT_NAME in remark]
    assert told.endswith("is not the snapshot that the lock names; run `trtheaders sync` and commit")


def test_another_question_is_not_answered_from_the_record(consumer, capsys):
    recorded = consumer / STORE / "1.1.0" / SNAPSHOT_NAME
    before = recorded.read_bytes()
    first = verify(capsys)[1]["counts"]
    other = verify(capsys, "--entry", "tensorrt_llm/common/stringUtils.h")[1]["counts"]
    assert 0 < other["promises"] < first["promises"]
    assert recorded.read_bytes() == before


def test_an_empty_store_is_no_answer(consumer, capsys, monkeypatch, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bare")
    monkeypatch.chdir(folder)
    code, document = verify(capsys, "--library", str(build_release_library("1.1.0")))
    assert (code, document["verdict"]) == (2, "unanswered")
    assert "trtheaders add" in document["hint"]
