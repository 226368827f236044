"""Each command that a hint names is run in the situation that printed it, and leads to what the hint says."""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
from fnmatch import fnmatch
from pathlib import Path

import pytest
from support.demo_upstream import build_environment, build_upstream, run_git

import trtheaders
from trtheaders.cli.main import run

STORE = Path("include/tensorrt-llm")
HEADER = STORE / "1.1.0/tensorrt_llm/executor/executor.h"
LIBRARY = "LIBRARY"


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


def crowd():
    HEADER.with_name("extra.h").touch()


def outdate():
    Path("page.md").write_text("<!-- trtheaders:matrix -->\n<!-- /trtheaders:matrix -->\n")


def leave():
    folder = Path("../empty")
    folder.mkdir()
    os.chdir(folder)


def unname():
    packages = next(Path(".venv/lib").glob("python3*/site-packages"))
    (packages / "tensorrt_llm" / "version.py").unlink()
    shutil.rmtree(next(packages.glob("tensorrt_llm-*.dist-info")))


def tag_nothing():
    (upstream := Path("../upstream")).mkdir()
    run_git(upstream, "init", "--quiet")
    run_git(upstream, "commit", "--quiet", "--allow-empty", "--message", "nothing")
    run_git(upstream, "tag", "v9.0.0")
    Path("trtheaders.toml").write_text(f'remote = "{upstream.resolve()}"\n')


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
    "a file that was edited, a hook that compares": (edit, ["hook", "verify"], 1),
    "a file that was edited, added again": (edit, ["add", "1.1.0"], 0),
    "a file too many": (crowd, ["status"], 0),
    "the headers of another release, with the right ones here": (lambda: None, ["verify", "1.0.0"], 1),
    "a release of which nothing is known": (lambda: None, ["matrix", "--why", "7.0.0"], 2),
    "a table that is stale": (outdate, ["matrix", "--markdown", "page.md", "--check"], 0),
    "a rule that there is not": (lambda: None, ["rules", "nothing"], 2),
    "a folder that has a project": (lambda: Path("CMakeLists.txt").touch(), ["init"], 2),
    "a project for no release": (leave, ["init", "new"], 2),
    "a guard for another library": (lambda: None, ["guard", "1.0.0", "--library", LIBRARY], 2),
    "an installation that says no version": (unname, ["add", "installed"], 2),
    "a tag without headers": (tag_nothing, ["add", "v9.0.0"], 2),
}
"""What is done first, the command that complains, and how it ends once the hint was followed."""

FOLLOWED = {
    "add installed": "nothing is vendored, a hook",
    "add latest": "nothing is vendored, the latest",
    "add v*": "a release that is not vendored",
    "add --force v*": "a file that was edited, added again",
    "adopt": "a folder without a lock",
    "adopt --remote": "a file that was edited, added again",
    "guard * --library *": "a guard for another library",
    "identify": "an installation that says no version",
    "init --release *": "a project for no release",
    "init my-app": "a folder that has a project",
    "list": "what is to be removed is not here",
    "list --remote": "a tag without headers",
    "matrix --all": "a release of which nothing is known",
    "matrix --markdown *": "a table that is stale",
    "path *": "the headers of another release, with the right ones here",
    "remove --force *": "what is to be removed was edited",
    "rules": "a rule that there is not",
    "status": "a file that was edited, a hook that compares",
    "sync": "a release that is gone",
    "sync --prune": "a file too many",
}
"""Each command that a text of the program names, and a situation above that prints it; `*` is what is put in."""

NAMED = ("add", "add --force", "add v1.2.0rc4", "check", "diff", "doctor", "promises", "stub", "verify")
"""Commands that a text only points at: what is to be given to them, only the reader knows."""

ELSEWHERE = {
    "add *": "vendoring/test_sync.py",
    "doctor --for run": "matrix/test_matrix_command.py",
    "identify *": "cli/test_hints.py",
    "path --flags *": "vendoring/test_generated_headers.py",
}
"""What is printed where a tag moved, a driver is missing, a library says nothing of itself, headers were generated."""


def commands_in(said):
    """The commands that hints name: `trtheaders …` in backticks, without placeholders."""
    found = re.findall(r"`(trtheaders [^`]+)`", said)
    words = [shlex.split(command)[1:] for command in found]
    given = [command for command in words if not any(word.isupper() for word in command)]
    return [command for command in given if " ".join(command) not in NAMED]


@pytest.mark.slow
@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_commands_of_hints_lead_to_what_they_say(capsys, situation):
    prepare, complaining, ends = SITUATIONS[situation]
    prepare()
    capsys.readouterr()
    library = next(map(str, Path(".venv").glob("lib/*/site-packages/tensorrt_llm/libs/libtensorrt_llm.so")), "")
    complaining = [library if word == LIBRARY else word for word in complaining]
    assert run(complaining) != 0
    streams = capsys.readouterr()
    commands = commands_in(streams.out + streams.err)
    assert commands
    for template in (text for text, name in FOLLOWED.items() if name == situation):
        assert any(fnmatch(" ".join(command), template) for command in commands), template
    for command in dict.fromkeys(map(tuple, commands)):
        # What only says how things stand may find them wrong.
        ends_well = (0, 1) if command == ("status",) else (0,)
        assert run(list(command)) in ends_well, (command, capsys.readouterr().err)
    assert run(complaining) == ends


def test_every_command_that_a_text_names_is_followed():
    written = {text for text in written_commands() if not any(word.isupper() for word in text.split())}
    assert written == {*FOLLOWED, *NAMED, *ELSEWHERE}
    assert set(FOLLOWED.values()) <= set(SITUATIONS)
    tests = Path(__file__).resolve().parents[1]
    assert all((tests / file).is_file() for file in ELSEWHERE.values())


@pytest.mark.parametrize("text", NAMED)
def test_a_command_that_is_only_pointed_at_is_there(text):
    verb, *options = text.split()
    assert run([verb, *(word for word in options if word.startswith("-")), "--help"]) == 0


def written_commands():
    """What stands as `trtheaders …` in backticks in a text of the program, docstrings apart; values are `*`."""
    for file in sorted(Path(trtheaders.__file__).parent.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        nodes = list(ast.walk(tree))
        documented = [node for node in nodes if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))]
        passed_over = {
            id(node.body[0].value) for node in documented if node.body and isinstance(node.body[0], ast.Expr)
        }
        passed_over |= {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in nodes:
            if id(node) not in passed_over:
                yield from re.findall(r"`trtheaders ([^`]+)`", text_of(node))


def text_of(node):
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
