"""A hint names only what the command that failed has, and can be done."""

from __future__ import annotations

import ast
import importlib
import re
import shlex
from pathlib import Path

import pytest
from support.cxx import build_library
from support.recording import record_text

import trtheaders
from trtheaders import errors
from trtheaders.cli.main import run
from trtheaders.errors import ConfigurationError, SnapshotError, StoreError
from trtheaders.headers.snapshot_files import write_snapshot
from trtheaders.model.answers.findings import Counts, Verification
from trtheaders.steps.baseline import write_baseline
from trtheaders.vendoring.folder.transactions import hold
from trtheaders.verbs.adopt import adopt


@pytest.fixture(autouse=True)
def in_a_project(monkeypatch, tmp_path):
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)


def hint_of(capsys, *arguments):
    assert run(list(arguments)) == 2
    return capsys.readouterr().err.partition("hint: ")[2]


def options_of(name):
    command = importlib.import_module(f"trtheaders.cli.commands.{name}").command
    return {text for parameter in command.params for text in parameter.opts}


@pytest.mark.parametrize("words", [("identify",), ("add", "installed"), ("verify",)])
def test_where_nothing_is_installed_the_hint_names_options_that_there_are(capsys, tmp_path, words):
    (tmp_path / "python").write_text("#!/bin/sh\necho '[]'\n")
    (tmp_path / "python").chmod(0o755)
    hint = hint_of(capsys, *words, "--python", "./python")
    named = set(re.findall(r"--[a-z]+", hint))
    assert "--python" in named
    assert named <= options_of(words[0])


def test_among_several_releases_the_hint_gives_the_commands(capsys, tmp_path):
    for release in ("1.1.0", "1.2.0"):
        header = tmp_path / "include" / "tensorrt-llm" / release / "tensorrt_llm" / "executor" / "executor.h"
        header.parent.mkdir(parents=True)
        header.write_text("int f();\n")
    adopt(destination=tmp_path / "include" / "tensorrt-llm", offline=True)
    library = build_library("int f() { return 1; }")
    hint = hint_of(capsys, "verify", "--library", str(library))
    assert f"`trtheaders verify RELEASE --library {shlex.quote(str(library))}`" in hint
    assert f"`trtheaders identify {shlex.quote(str(library))}`" in hint
    assert "`trtheaders verify RELEASE --headers-only`" in hint_of(capsys, "verify", "--headers-only")


def test_a_file_in_the_folders_place_is_told_with_a_way_out(tmp_path):
    (tmp_path / "file").write_text("")
    for destination in ("file", "file/below"):
        with pytest.raises(StoreError, match="cannot be written") as caught, hold(tmp_path / destination):
            pass
        assert "`destination`" in caught.value.hint


def test_what_cannot_be_written_is_told_with_a_way_out(tmp_path):
    snapshot = record_text(tmp_path / "tree", "int f();")
    with pytest.raises(SnapshotError, match="cannot be written") as caught:
        write_snapshot(snapshot, tmp_path / "gone" / "snapshot.json.gz")
    assert f"`{tmp_path / 'gone'}`" in caught.value.hint
    (tmp_path / "trtheaders.toml").symlink_to(tmp_path / "elsewhere.toml")
    (tmp_path / "elsewhere.toml").write_text("")
    nothing = Verification(release=None, header_root=None, libraries=(), findings=(), counts=Counts())
    with pytest.raises(ConfigurationError, match="symbolic link") as caught:
        write_baseline(nothing, start=tmp_path)
    assert caught.value.hint


OURS = tuple(name for name, value in vars(errors).items() if isinstance(value, type))
PLACES = ("cli", "configuration.py", "vendoring", "verbs")


def sources_of(place):
    path = Path(trtheaders.__file__).parent / place
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


@pytest.mark.parametrize("place", PLACES)
def test_no_error_leaves_its_reader_without_a_hint(place):
    """As the source has it: many of these need a machine that is broken in a way of its own."""
    calls = [
        (file.name, node.lineno)
        for file in sources_of(place)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in OURS
        if not any(keyword.arg == "hint" for keyword in node.keywords)
    ]
    assert calls == []
