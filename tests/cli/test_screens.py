"""What a screen is made of: whole lines, in colour or not the same words, relative paths."""

from __future__ import annotations

import re

import pytest
from support.demo_upstream import build_release_library

from trtheaders.cli.main import run
from trtheaders.cli.screen import from_here, lines_from_here
from trtheaders.visible import ink, let_ink_flow

_COLOUR = re.compile(r"\x1b\[[\d;]*m")


def test_a_line_stays_one_and_a_text_keeps_its_lines(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert from_here(f"`{tmp_path}/a` and\nb") == "`a` and\\nb"
    told = lines_from_here(f"{ink('ok', '32')}: `{tmp_path}/a`\nb\x1b]0;\a\n")
    assert let_ink_flow(told) == "\x1b[32mok\x1b[0m: `a`\nb\\x1b]0;\\x07\n"


@pytest.mark.parametrize("words", [[], ["-v"]])
def test_colour_changes_no_word_of_identify(tmp_path, monkeypatch, capsys, words):
    library = str(build_release_library("1.1.0"))
    monkeypatch.chdir(tmp_path)
    shown = []
    for force in ("", "1"):
        monkeypatch.setenv("FORCE_COLOR", force)
        run(["identify", library, *words])
        shown.append(capsys.readouterr().out)
    plain, coloured = shown
    assert plain != coloured
    assert plain == _COLOUR.sub("", coloured)
    assert len(plain.splitlines()) > 1
    assert not re.search(r"\\n|\\x", coloured)
