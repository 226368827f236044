"""Every verb with every outcome, as a pipe and a terminal get it: answer first, nothing too wide, no stray colour."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.situations import SITUATIONS, Situation, enter

from trtheaders.cli import progress
from trtheaders.cli.columns import columns_of, fold_line
from trtheaders.cli.main import run

_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_PROGRESS = re.compile(r"\r\x1b\[K[^\r\n\x1b]*")
_WHOLE = re.compile(r"`[^`]*`|\S+")
"""What may not be broken: a path, a symbol, a command."""
_NOWHERE = "/usr/bin:/bin"


class Terminal(io.StringIO):
    """A stream that says it is a terminal of `COLUMNS` columns."""

    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def nowhere(monkeypatch):
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("PATH", _NOWHERE)
    # What is shown while one waits depends on the machine, and is taken off again.
    monkeypatch.setattr(progress, "_MOMENT", 3600)


def show(words, monkeypatch, stream):
    """(exit code, stdout and stderr) of ``words``."""
    out, err = stream(), stream()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        code = run(words)
    return code, out.getvalue(), _PROGRESS.sub("", err.getvalue())


@pytest.mark.slow
@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_the_answer_comes_first_and_fits(situations, tmp_path, monkeypatch, situation):
    shown = {}
    for name, stream in (("pipe", io.StringIO), ("colour", Terminal), ("plain", Terminal)):
        with monkeypatch.context() as patch:
            patch.setenv("COLUMNS", "80")
            if name == "plain":
                patch.setenv("NO_COLOR", "1")
            # One path for all, so that nothing differs but the stream.
            folder = tmp_path / "project"
            words = enter(situations, situation, folder, patch)
            code, out, err = show(words, patch, stream)
            folder.rename(tmp_path / name)
        assert code == situation.code, out + err
        shown[name] = out + err
        assert re.match(situation.answer, _COLOUR.sub("", out or err)), out or err
    assert "\x1b" not in shown["pipe"] + shown["plain"]
    assert _COLOUR.sub("", shown["colour"]) == shown["plain"]
    for line in shown["plain"].splitlines():
        assert columns_of(line) <= 80 or _is_whole(line), line
    if situation.words.split()[0] != "matrix":
        # A source's line is cut where a terminal ends; a matrix is turned.
        assert _words_of(shown["pipe"]) == _words_of(shown["plain"])


def _is_whole(line):
    """Whether what sticks out of ``line`` is one thing that stays whole, or a command that is pasted."""
    longest = max((columns_of(word) for word in _WHOLE.findall(line)), default=0)
    return longest > 60 or line.lstrip().startswith(("fix: ", "cmake ")) or line.startswith("  trtheaders ")


def _words_of(text):
    lines = text.splitlines()
    return [word for line in lines if not re.match(r" *\d* \|", line) for word in line.split()]


@pytest.mark.parametrize("verb", ["", *dict.fromkeys(item.words.split()[0] for item in SITUATIONS[:-1])])
def test_help_fits_forty_columns(monkeypatch, verb):
    monkeypatch.setenv("COLUMNS", "40")
    code, out, _ = show([*filter(None, [verb]), "--help"], monkeypatch, Terminal)
    assert code == 0
    # Examples are lines to copy, and an option with all its names is one word.
    told = out[out.index("\nOptions:") :]
    for line in told.splitlines():
        assert columns_of(line) <= 40 or line.startswith("  -") or columns_of(line.split()[-1]) > 20, line


@pytest.mark.slow
@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("name", ["verify 1.1.0 (bad)", "verify (bad)", "check new.cpp old.cpp (good)", "list (good)"])
def test_a_real_terminal_gets_its_own_width(situations, tmp_path, monkeypatch, columns, name):
    situation = next(item for item in SITUATIONS if str(item) == name)
    words = enter(situations, situation, tmp_path / "project", monkeypatch)
    text = _on_terminal([sys.executable, "-m", "trtheaders", *words], columns)
    if situation.words == "list":
        # Nothing was shown that would have to be taken off.
        assert "\x1b[K" not in text
    text = _PROGRESS.sub("", text)
    plain = _COLOUR.sub("", text).replace("\r\n", "\n")
    assert plain != text
    for line in plain.splitlines():
        assert columns_of(line) <= columns or max(map(len, _WHOLE.findall(line))) > columns / 2, line


def _on_terminal(command, columns):
    """What ``command`` writes to a terminal of so many columns."""
    import fcntl
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        read = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:
                # Nobody has the other side open any more.
                break
            if not part:
                break
            read += part
        process.wait()
    os.close(ours)
    return read.decode()


@pytest.mark.parametrize(
    ("line", "folded"),
    [
        (
            "hint: run `trtheaders add --force v1.0.0` at once",
            "hint: run\n      `trtheaders add --force v1.0.0` at\n      once",
        ),
        ("a b", "a b"),
        ("  fix: pip install --extra-index-url https://pypi.nvidia.com tensorrt-llm", None),
        ("x" * 90, None),
        (
            "   wanted: `n::f(int, std::vector<int>, std::optional<long>)`",
            "   wanted: `n::f(int, std::vector<int>,\n           std::optional<long>)`",
        ),
        (
            "remark: two installations say otherwise (+2: -v)",
            "remark: two installations say otherwise\n        (+2: -v)",
        ),
        ("1.0.0     not judged  0     0 of 0  0 of 0", "1.0.0     not judged  0     0 of 0\n          0 of 0"),
        ("语言语言语言语言语言 语言语言语言语言语言", "语言语言语言语言语言\n    语言语言语言语言语言"),
    ],
)
def test_a_line_is_folded_between_what_stays_whole(line, folded):
    assert fold_line(line, 40) == (line if folded is None else folded)
    assert fold_line(line, 0) == line


def test_no_situation_is_told_twice():
    assert len({str(item) for item in SITUATIONS}) == len(SITUATIONS)
    assert isinstance(SITUATIONS[0], Situation)
