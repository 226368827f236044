"""Ctrl-C in any phase of a run: 130, one line, and nothing half written."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.cxx import build_library
from support.demo_upstream import build_upstream

PROGRAM = """
import os, signal, sys, time
event, word, note = sys.argv[1:4]
del sys.argv[1:4]
def look(name, given):
    global event
    if name == event and word in " ".join(map(str, given)):
        event = None
        with open(note, "w") as file:
            file.write(str(time.monotonic()))
        os.kill(os.getpid(), signal.SIGINT)
from trtheaders.cli.entry import main
sys.addaudithook(look)
main()
"""
"""The run meets Ctrl-C where Python reports an event (PEP 578) in which a word occurs."""

VERIFY = ("verify", "--headers", "tree", "--entry", "api.h", "--library", "liba.so")
ADD = ("add", "v1.1.0", "--remote", "upstream")
PHASES = {
    "loading the command line": ("import", "click", VERIFY),
    "loading the command": ("import", "trtheaders.verbs.verify", VERIFY),
    "reading headers": ("open", "api.h", VERIFY),
    "starting the parser": ("os.fork", "", VERIFY),
    "asking the compiler": ("subprocess.Popen", "", VERIFY),
    "reading a library": ("open", "liba.so", VERIFY),
    "loading what fetches": ("import", "git", ADD),
    "fetching": ("subprocess.Popen", "git", ADD),
    "parsing what was fetched": ("os.fork", "", ADD),
    "writing": ("os.rename", "", ADD),
    "making a folder": ("os.mkdir", "include", ADD),
}


def files_below(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("phase", PHASES)
def test_ctrl_c_ends_every_phase(tmp_path: Path, phase: str, tell) -> None:
    event, word, words = PHASES[phase]
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "api.h").write_text("int f(int);\n")
    (tmp_path / "liba.so").write_bytes(build_library("int f(int a) { return a; }").read_bytes())
    if words is ADD:
        build_upstream(tmp_path / "upstream")
        subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    before = files_below(tmp_path)
    note = tmp_path / "note"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, event, word, note, *words],
        cwd=tmp_path,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path.parent / f"{tmp_path.name}-cache"), "CXX": "g++"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
    )
    ended = time.monotonic()
    assert note.exists(), done.stderr
    assert (done.returncode, done.stdout) == (130, ""), done.stderr
    assert done.stderr.splitlines()[-1] == "error: interrupted"
    assert "Traceback" not in done.stderr
    tell(f"Ctrl-C while {phase}: ended after {ended - float(note.read_text()):.2f} s")
    note.unlink()
    assert files_below(tmp_path) == before
