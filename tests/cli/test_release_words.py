"""`installed` and `latest` wherever a release may be named, and what is said of one that is not here."""

from __future__ import annotations

import shutil

import pytest
from support.demo_upstream import build_environment, build_upstream

from trtheaders.cli.main import run


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A project with 1.0.0, 1.1.0 and 1.2.0rc1 vendored; 1.0.0 is installed."""
    base = tmp_path_factory.mktemp("words")
    build_upstream(base / "upstream")
    with pytest.MonkeyPatch.context() as patch:
        (base / "project" / ".git").mkdir(parents=True)
        patch.chdir(base / "project")
        (base / "project" / "trtheaders.toml").write_text(
            f'remote = "{base / "upstream"}"\npython = ".venv/bin/python"\n'
        )
        assert run(["add", "-q", "v1.0.0", "v1.1.0", "v1.2.0rc1"]) == 0
    build_environment(base / "project" / ".venv", "1.0.0")
    return base / "project"


@pytest.fixture
def project(template, tmp_path, monkeypatch):
    shutil.copytree(template, tmp_path / "project", symlinks=True)
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


def say(capsys, *words):
    code = run(list(words))
    streams = capsys.readouterr()
    return code, streams.out, streams.err


@pytest.mark.parametrize(("word", "release"), [("installed", "1.0.0"), ("latest", "1.1.0")])
def test_each_word_stands_for_a_release(project, capsys, word, release):
    """As with `add`, a pre-release is the latest only where there is no other."""
    assert say(capsys, "path", word)[1].rstrip().endswith(f"/{release}")
    assert f"headers {release} " in say(capsys, "verify", word)[1].splitlines()[0]
    assert say(capsys, "diff", "1.2.0rc1", word)[:2] == say(capsys, "diff", "1.2.0rc1", release)[:2]
    assert say(capsys, "promises", word)[:2] == say(capsys, "promises", release)[:2]
    assert f"of {release}" in "".join(say(capsys, "stub", word, "-o", "stub.so")[1:])
    code, said, _ = say(capsys, "cmake", "--answers", "answers.cmake", "--release", word, "--no-verify")
    assert (code, said) == (0, f"TensorRT-LLM {release}, not verified\n")


def test_a_pre_release_is_the_latest_where_there_is_no_other(project, capsys):
    assert say(capsys, "remove", "1.0.0", "1.1.0")[0] == 0
    assert say(capsys, "path", "latest")[1].rstrip().endswith("/1.2.0rc1")


def test_installed_is_what_the_option_names(project, capsys, tmp_path):
    build_environment(tmp_path / "other", "1.1.0")
    code, said, _ = say(capsys, "verify", "installed", "--python", str(tmp_path / "other" / "bin" / "python"))
    assert (code, said.startswith("ok: headers 1.1.0 ")) == (0, True)


def test_a_release_that_is_nearly_here_is_suggested(project, capsys):
    code, _, said = say(capsys, "verify", "1.1.1")
    assert code == 2
    assert "did you mean `1.1.0`?" in said
    assert "vendored are 1.0.0, 1.1.0, 1.2.0rc1" in said


def test_a_development_build_is_not_to_be_fetched(project, capsys):
    code, _, said = say(capsys, "verify", "1.3.0.dev20260101")
    assert code == 2
    assert "trtheaders add" not in said
    assert "--headers DIR" in said


def test_what_is_to_be_removed_and_is_not_here_is_not_to_be_added(project, capsys):
    code, _, said = say(capsys, "remove", "1.1.1")
    assert code == 2
    assert "trtheaders add" not in said
    assert "`trtheaders list`" in said


def test_a_baseline_has_one_readable_entry_a_declaration_and_no_warning_follows(project, capsys):
    assert say(capsys, "verify", "1.1.0", "--write-baseline")[0] == 1
    text = (project / "trtheaders.toml").read_text()
    names = [line for line in text.splitlines() if line.startswith("name = ")]
    assert len(names) == len(set(names)) == text.count("[[accept]]") > 1
    assert 'name = "tensorrt_llm::executor::SamplingConfig::SamplingConfig"' in names
    assert 'rule = "missing-symbols"' in text
    assert 'rule = "*"' not in text
    assert "# tensorrt_llm/executor/executor.h:" in text
    code, said, _ = say(capsys, "verify", "1.1.0")
    assert code == 0
    assert said.splitlines()[0].endswith(f"but for {len(names)} findings on record")
    assert "warning" not in said
    # A second baseline has nothing to add.
    assert say(capsys, "verify", "1.1.0", "--write-baseline")[0] == 0
    assert (project / "trtheaders.toml").read_text() == text


def test_no_compiler_is_needed_where_the_snapshot_of_that_very_tree_ships(project, capsys, monkeypatch, tmp_path):
    recorded = project / "include/tensorrt-llm/1.0.0/abi-snapshot.json.gz"
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    shutil.copy(recorded, shipped / "1.0.0.json.gz")
    recorded.unlink()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.delenv("CXX", raising=False)
    assert say(capsys, "verify", "1.0.0")[0] == 2
    monkeypatch.setattr("trtheaders.snapshots.FOLDER", shipped)
    assert say(capsys, "verify", "1.0.0")[1].startswith("ok: headers 1.0.0 belong to ")
