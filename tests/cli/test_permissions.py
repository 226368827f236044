"""A file or folder that may not be read is named, with a way out, whichever command meets it; the kernel refuses."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from support.tools import not_run, tool

from trtheaders.cli.main import run
from trtheaders.configuration import load_configuration
from trtheaders.verbs.adopt import adopt

HEADER = "include/tensorrt-llm/1.1.0/tensorrt_llm/executor/executor.h"
UNPRIVILEGED = ("--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-all")
"""Root reads everything; without these capabilities it is refused as everybody is."""


@pytest.fixture(autouse=True)
def in_a_project(monkeypatch, tmp_path):
    """A repository with one release, a source, and a folder to write to."""
    (tmp_path / ".git").mkdir()
    (tmp_path / HEADER).parent.mkdir(parents=True)
    (tmp_path / HEADER).write_text("int f();\n")
    (tmp_path / "main.cpp").write_text("#include <tensorrt_llm/executor/executor.h>\nint main() { return f(); }\n")
    (tmp_path / "build" / "inner").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    adopt(configuration=load_configuration(tmp_path), offline=True)


def run_unprivileged(words):
    prefix = (tool("setpriv"), *UNPRIVILEGED) if os.getuid() == 0 else ()
    command = [*prefix, sys.executable, "-m", "trtheaders", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "setpriv:" in done.stderr:
        not_run("setpriv", "may not take capabilities away")
    return done


@pytest.mark.parametrize(
    ("closed", "words"),
    [
        (HEADER, ["status"]),
        (HEADER, ["verify", "--headers-only"]),
        (HEADER, ["hook", "files"]),
        ("main.cpp", ["check", "main.cpp"]),
        ("main.cpp", ["explain", "main.cpp"]),
        (HEADER, ["verify", "--headers-only", "--headers", "include/tensorrt-llm/1.1.0"]),
        ("build", ["stub", "1.1.0", "-o", "build/libx.so"]),
        ("build", ["stub", "1.1.0", "-o", "build/inner/libx.so"]),
        ("build", ["verify", "--headers-only", "-I", "build/inner"]),
        ("include/tensorrt-llm", ["status"]),
    ],
)
def test_what_may_not_be_read_is_no_answer(tmp_path, closed, words):
    mode = (tmp_path / closed).stat().st_mode
    (tmp_path / closed).chmod(0)
    try:
        done = run_unprivileged(words)
    finally:
        (tmp_path / closed).chmod(mode)
    assert done.returncode == 2, done.stderr
    first, _, hint = done.stderr.partition("\n\nhint: ")
    assert closed in first
    assert hint
    assert "Traceback" not in done.stderr


def test_a_configured_folder_that_may_not_be_looked_at_is_a_remark(tmp_path):
    (tmp_path / "trtheaders.toml").write_text('include-directories = ["build/inner"]\n')
    assert run(["verify", "--headers-only"]) == 0
    (tmp_path / "build").chmod(0)
    try:
        done = run_unprivileged(["verify", "--headers-only"])
    finally:
        (tmp_path / "build").chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert "remark: `build/inner` may not be looked at: " in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["verify", "--format", "xml"], "`--format`: `xml` is not one of `text`,"),
        (["stub", "--machine", "vax"], "`--machine`"),
        (["list", "--remote", "no/clone/here"], "the remote `no/clone/here` "),
        (["list", "--remote", "ext::x"], "the remote `ext::x` "),
    ],
)
def test_what_was_given_is_named_in_backticks(capsys, words, said):
    assert run(words) == 2
    message = capsys.readouterr().err.partition("\n")[0]
    assert said in message
    assert "'" not in message
