"""What takes longer than a moment is told on a terminal, and only there."""

from __future__ import annotations

import io
import sys
import time

import pytest

from trtheaders.cli import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(progress, "_MOMENT", 0.01)


def test_a_terminal_is_told_and_left_clean(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress.telling("reading"):
        while "reading" not in sys.stderr.getvalue():
            time.sleep(0.01)
    assert sys.stderr.getvalue().endswith("\r\x1b[K")


def test_what_is_quick_leaves_nothing(monkeypatch):
    monkeypatch.setattr(progress, "_MOMENT", 60)
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress.telling("reading"):
        pass
    assert sys.stderr.getvalue() == ""


def test_a_pipe_is_told_nothing(capsys):
    with progress.telling("reading"):
        time.sleep(0.03)
    assert capsys.readouterr().err == ""


def test_an_error_ends_it(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with pytest.raises(ValueError, match="x"), progress.telling("reading"):
        raise ValueError("x")
