"""Each command that a hint names is run in the situation that printed it, and leads to what the hint says."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from support.demo_upstream import build_environment, build_upstream

from trtheaders.cli.main import run

STORE = Path("include/tensorrt-llm")
HEADER = STORE / "1.1.0/tensorrt_llm/executor/executor.h"


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A project with 1.0.0 and 1.1.0 vendored from a small upstream; 1.1.0 is installed."""
    base = tmp_path_factory.mktemp("hints")
    build_upstream(base / "upstream")
    with pytest.MonkeyPatch.context() as patch:
        (base / "project" / ".git").mkdir(parents=True)
        patch.chdir(base / "project")
        text = f'remote = "{base / "upstream"}"\npython = ".venv/bin/python"\n'
        (base / "project" / "trtheaders.toml").write_text(text)
        assert run(["add", "-q", "v1.0.0", "v1.1.0"]) == 0
    build_environment(base / "project" / ".venv", "1.1.0")
    return base / "project"


@pytest.fixture(autouse=True)
def project(template, tmp_path, monkeypatch):
    shutil.copytree(template, tmp_path / "project", symlinks=True)
    monkeypatch.chdir(tmp_path / "project")
    use = "int f() { return tensorrt_llm::executor::SamplingConfig(1).getBeamWidth(); }"
    text = f'#include "tensorrt_llm/executor/executor.h"\n{use}\n'
    (tmp_path / "project" / "main.cpp").write_text(text)
    return tmp_path / "project"


def forget(release):
    assert run(["remove", "--force", release]) == 0


def edit():
    HEADER.write_text(HEADER.read_text() + "// mine\n")


def unlock():
    (STORE / "trtheaders.lock").unlink()


def lose():
    shutil.rmtree(STORE / "1.1.0")


def install_other():
    shutil.rmtree(".venv")
    build_environment(Path(".venv").absolute(), "1.0.0")


SITUATIONS = {
    "nothing is vendored": (lambda: shutil.rmtree(STORE), ["verify"], 0),
    "nothing is vendored, a hook": (lambda: shutil.rmtree(STORE), ["hook", "files"], 0),
    "nothing is vendored, the latest": (lambda: shutil.rmtree(STORE), ["path", "latest"], 0),
    "what is installed is not vendored": (lambda: forget("1.1.0"), ["verify"], 0),
    "a release that is not vendored": (lambda: None, ["path", "1.2.0rc1"], 0),
    "a folder without a lock": (unlock, ["path", "1.1.0"], 0),
    "folders without a lock": (unlock, ["status"], 0),
    "a release that is gone": (lose, ["status"], 0),
    "a release that is gone, compared": (lose, ["verify"], 0),
    "a file that was edited": (edit, ["status"], 0),
    "a file that was edited, compared": (edit, ["verify"], 0),
    "a file that was edited, a hook": (edit, ["hook", "files"], 0),
    "the headers of another release": (install_other, ["verify", "1.1.0"], 1),
    "what is to be removed is not here": (lambda: None, ["remove", "1.2.0rc1"], 2),
    "what is to be removed was edited": (edit, ["remove", "1.1.0"], 2),
    "a release of which no guard can be made": (lambda: None, ["guard", "1.2.0rc1"], 0),
    "a release without a stub": (lambda: None, ["stub", "1.2.0rc1"], 0),
    "a release to compare with": (lambda: None, ["diff", "1.1.0", "1.2.0rc1"], 0),
    "sources without a vendored release": (lambda: shutil.rmtree(STORE), ["check", "main.cpp"], 0),
    "promises of a release that is not here": (lambda: None, ["promises", "1.2.0rc1"], 0),
    "nothing to remove": (lambda: shutil.rmtree(STORE), ["remove", "1.1.0"], 2),
    "a folder without a lock, compared": (unlock, ["verify"], 0),
    "a folder without a lock, a hook": (unlock, ["hook", "files"], 0),
}
"""What is done first, the command that complains, and how it ends once the hint was followed."""


def commands_in(said):
    """The commands that hints name: `trtheaders …` in backticks, without placeholders."""
    found = re.findall(r"`(trtheaders [^`]+)`", said)
    words = [shlex.split(command)[1:] for command in found]
    return [command for command in words if not any(word.isupper() for word in command)]


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_commands_of_hints_lead_to_what_they_say(capsys, situation):
    prepare, complaining, ends = SITUATIONS[situation]
    prepare()
    capsys.readouterr()
    assert run(complaining) != 0
    streams = capsys.readouterr()
    commands = commands_in(streams.out + streams.err)
    assert commands
    for command in dict.fromkeys(map(tuple, commands)):
        assert run(list(command)) == 0, (command, capsys.readouterr().err)
    assert run(complaining) == ends
