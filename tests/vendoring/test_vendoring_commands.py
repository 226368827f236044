"""The commands as a user meets them: what goes to stdout, what to stderr, and the exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.demo_upstream import install_package
from support.upstream import LICENSE, Upstream, headers

from trtheaders.cli.main import COMMANDS, run
from trtheaders.configuration import Configuration

MINE = ("add", "adopt", "list", "path", "remove", "status", "sync")


@pytest.fixture
def remote(upstream: Upstream, consumer: Configuration, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(consumer.root)
    return str(upstream.path)


def test_the_main_path_reads_well(remote: str, capsys: pytest.CaptureFixture[str], upstream: Upstream) -> None:
    commit = upstream.git("rev-parse", "v1.0.0^{commit}")[:12]
    assert run(["add", "v1.0.0", "--remote", remote]) == 0
    out, err = capsys.readouterr()
    assert out == f"1.0.0: added, 2 files, 0.00 MB, v1.0.0, commit {commit}\n"
    assert err == ""
    assert run(["status"]) == 0
    assert capsys.readouterr().out == "1.0.0: clean, 2 files\n"
    assert run(["list"]) == 0
    assert capsys.readouterr().out == f"release  tag     commit\n1.0.0    v1.0.0  {commit}\n"
    assert run(["path", "1.0.0"]) == 0
    assert capsys.readouterr().out == f"{Path.cwd()}/include/tensorrt-llm/1.0.0\n"
    assert run(["remove", "1.0.0"]) == 0
    assert run(["status"]) == 0
    assert "nothing is vendored" in capsys.readouterr().out


def test_a_changed_file_is_exit_code_one(remote: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(["add", "v1.0.0", "--remote", remote])
    Path("include/tensorrt-llm/1.0.0/tensorrt_llm/executor/executor.h").write_text("mine\n")
    capsys.readouterr()
    assert run(["status"]) == 1
    out = capsys.readouterr().out
    assert out.startswith(
        "1.0.0: not what the lock says\n  error[changed-files]: `tensorrt_llm/executor/executor.h` of"
    )
    assert run(["status", "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["schema"], document["clean"]) == (1, False)
    (finding,) = document["releases"][0]["findings"]
    assert (finding["rule"], finding["file"]) == ("changed-files", "tensorrt_llm/executor/executor.h")


def test_an_error_is_one_message_and_a_hint(remote: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["add", "v1.2.0", "--remote", remote]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "error: upstream has no tag `v1.2.0`\n\nhint: the nearest tags are `v1.0.0`, `v1.2.0rc3`\n"
    assert not Path("include").exists()


def test_what_was_done_before_an_error_is_told(
    remote: str, upstream: Upstream, capsys: pytest.CaptureFixture[str]
) -> None:
    upstream.git("tag", "v1.4.0", upstream.commit(upstream.tree({"README.md": ""})))
    assert run(["add", "v1.0.0", "v1.4.0", "--remote", remote]) == 2
    out, err = capsys.readouterr()
    assert out.startswith("1.0.0: added")
    assert "cpp/include/tensorrt_llm" in err


def test_a_post_release_is_announced_on_stderr(remote: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["add", "1.2.0rc3.post1", "--remote", remote]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("1.2.0rc3.post1: added")
    assert "there is no tag `v1.2.0rc3.post1`; `v1.2.0rc3` is taken" in err
    assert run(["path", "1.2.0rc3.post1"]) == 0


def test_installed_means_the_wheel_of_the_environment(
    remote: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = Path.cwd() / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    (site,) = environment.glob("lib/python3*/site-packages")
    (site / "tensorrt_llm" / "libs").mkdir(parents=True)
    (site / "tensorrt_llm" / "version.py").write_text('__version__ = "1.2.0rc3+cu130"\n')
    (site / "tensorrt_llm" / "__init__.py").write_text("raise RuntimeError('was imported')\n")
    command = ["g++", "-shared", "-o", site / "tensorrt_llm" / "libs" / "libtensorrt_llm.so", "-x", "c++", "/dev/null"]
    subprocess.run(command, check=True)
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    assert run(["add", "installed", "--remote", remote, "--python", str(environment / "bin" / "python")]) == 0
    assert capsys.readouterr().out.startswith("1.2.0rc3: added")


def test_upstreams_list_marks_what_there_is(remote: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(["add", "v1.2.0rc3", "--remote", remote])
    capsys.readouterr()
    assert run(["list", "--remote", remote]) == 0
    _, first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("1.2.0rc3")
    assert first.endswith("pre-release, vendored")
    assert second.startswith("1.0.0 ")
    assert run(["list", "--remote", remote, "--format", "json"]) == 0
    assert [row["vendored"] for row in json.loads(capsys.readouterr().out)["releases"]] == [True, False]


def test_what_lies_here_is_listed_with_what_is_installed_marked(
    remote: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["add", "v1.0.0", "--remote", remote])
    stray = Path("include/tensorrt-llm/1.1.0/tensorrt_llm/executor/executor.h")
    stray.parent.mkdir(parents=True)
    stray.write_text("int f();\n")
    install_package(Path(".venv/lib/python3.11/site-packages"), "1.0.0")
    Path(".venv/pyvenv.cfg").write_text("home = /usr/bin\n")
    capsys.readouterr()
    assert run(["list"]) == 0
    _, first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("1.1.0 ")
    assert first.endswith("not in the lock (`trtheaders adopt` puts it there)")
    assert second.endswith("installed")
    assert run(["adopt"]) == 0
    assert run(["adopt"]) == 0
    assert "nothing to adopt" in capsys.readouterr().out


def test_adopt_tells_what_a_folder_really_is(
    remote: str, upstream: Upstream, capsys: pytest.CaptureFixture[str]
) -> None:
    for file, data in upstream.files("v1.0.0").items():
        path = Path("include/tensorrt-llm/1.2.0rc3") / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    assert run(["adopt"]) == 0
    assert "not yet compared with upstream's v1.2.0rc3" in capsys.readouterr().out
    assert run(["status"]) == 0
    assert capsys.readouterr().out == "1.2.0rc3: clean, 2 files, not yet compared with upstream\n"
    assert run(["adopt", "--remote", remote]) == 1
    assert "not v1.2.0rc3 but the content of v1.0.0" in capsys.readouterr().out
    assert run(["status"]) == 0
    assert capsys.readouterr().out == "1.2.0rc3: clean, 2 files, 2 files not as in upstream's v1.2.0rc3\n"
    assert run(["list"]) == 0
    told = capsys.readouterr()
    assert told.out.rstrip().endswith("2 files not as in upstream's")
    assert "sync" not in told.err
    assert run(["status", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["releases"][0]["differing"] == 2


def test_sync_fills_a_checkout_that_has_the_lock_only(remote: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(["add", "v1.0.0", "--remote", remote])
    lock = Path("include/tensorrt-llm/trtheaders.lock").read_bytes()
    subprocess.run(["rm", "-r", "include/tensorrt-llm/1.0.0"], check=True)
    assert run(["status"]) == 1
    capsys.readouterr()
    assert run(["sync", "--remote", remote]) == 0
    assert capsys.readouterr().out.startswith("1.0.0: restored")
    assert Path("include/tensorrt-llm/trtheaders.lock").read_bytes() == lock
    assert Path("include/tensorrt-llm/1.0.0/LICENSE").read_text() == LICENSE


def test_the_same_input_gives_the_same_lock(remote: str, upstream: Upstream, tmp_path: Path) -> None:
    upstream.release("v1.1.0", headers())
    for name, releases in (("a", ["v1.0.0", "v1.1.0"]), ("b", ["v1.1.0", "v1.0.0"])):
        assert run(["add", *releases, "--remote", remote, "--destination", str(tmp_path / name)]) == 0
    first, second = ((tmp_path / name / "trtheaders.lock").read_bytes() for name in "ab")
    assert first == second


@pytest.mark.parametrize("name", MINE)
def test_help_teaches_by_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert name in COMMANDS
    run([name, "--help"])
    text = capsys.readouterr().out
    assert text.count(f"trtheaders {name}") >= 2, text


@pytest.mark.parametrize("arguments", [["add"], ["path"], ["remove"], ["add", "v1.0.0", "--nonsense"]])
def test_a_wrong_command_line_is_exit_code_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    assert capsys.readouterr().out == ""


def test_a_pipe_sees_no_progress(remote: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from trtheaders.cli.entry import main; main()", "add", "v1.0.0", "--remote", remote],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "\r" not in done.stdout


def test_a_folder_that_is_named_as_a_release_and_holds_none_is_told(
    remote: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["add", "v1.0.0", "--remote", remote])
    store = Path("include/tensorrt-llm")
    for name in ("v1.1.0", "1.2.0", "notes", "2026"):
        (store / name / "executor").mkdir(parents=True)
    (store / "1.3.0").write_text("")
    capsys.readouterr()
    assert run(["status"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(": warning: ")[0] for line in lines] == ["1.2.0", "v1.1.0"]
    assert "move the headers to `include/tensorrt-llm/1.2.0/tensorrt_llm`, or remove it" in lines[0]
    run(["status", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["hollow"] == ["1.2.0", "v1.1.0"]


def test_adopt_says_what_it_passed_over(remote: str, capsys: pytest.CaptureFixture[str]) -> None:
    store = Path("include/tensorrt-llm")
    for file in ("1.0.0/tensorrt_llm/executor/executor.h", "1.1.0/executor/executor.h"):
        (store / file).parent.mkdir(parents=True)
        (store / file).write_text("int f();\n")
    assert run(["adopt"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("1.0.0: adopted, 1 file")
    assert err.startswith("1.1.0: warning: ")
    assert "passed over" in err
    assert run(["adopt"]) == 2
    err = capsys.readouterr().err
    assert "there is no folder to adopt" in err
    assert f"`{store / '1.1.0'}` is named as a release is" in err
