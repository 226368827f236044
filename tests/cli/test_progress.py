"""What takes longer than a moment is told on a terminal, and only there."""

from __future__ import annotations

import io
import sys
import time

import pytest
from support.demo_upstream import build_upstream

from trtheaders.cli import progress
from trtheaders.verbs.add import add
from trtheaders.verbs.sync import sync


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


def test_recording_is_told_by_add_and_sync(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    upstream = build_upstream(tmp_path / "upstream", ["1.0.0"])
    told = []
    add(["v1.0.0"], remote=str(upstream), progress=told.append)
    (tmp_path / "include/tensorrt-llm/1.0.0/abi-snapshot.json.gz").unlink()
    sync(progress=told.append)
    assert [line for line in told if "recording" in line] == ["1.0.0: recording what its headers promise …"] * 2
