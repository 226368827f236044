"""What is empty is not taken for what is left out; one file is one file."""

from __future__ import annotations

import pytest

from trtheaders.cli.main import run


@pytest.fixture(autouse=True)
def in_a_project(monkeypatch, tmp_path):
    (tmp_path / ".git").mkdir()
    header = tmp_path / "include" / "tensorrt-llm" / "1.1.0" / "tensorrt_llm" / "executor" / "executor.h"
    header.parent.mkdir(parents=True)
    header.write_text("int f();\n")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("words", [("add", "1.1.0"), ("adopt",), ("list",), ("sync",)])
@pytest.mark.parametrize("option", [("--remote", ""), ("--remote=",)])
def test_an_empty_remote_is_not_the_default_one(capsys, words, option):
    assert run([*words, *option]) == 2
    told = capsys.readouterr().err
    assert "`--remote` is empty" in told
    assert "hint: " in told


def test_an_empty_library_is_none(capsys):
    assert run(["verify", "--library", ""]) == 2
    assert "`--library` was given no file's name" in capsys.readouterr().err


def test_one_file_is_one_file(capsys):
    assert run(["adopt"]) == 0
    assert "adopted, 1 file, " in capsys.readouterr().out
    assert run(["status"]) == 0
    assert "clean, 1 file, " in capsys.readouterr().out
