"""Large trees are judged by several processes, others by one: that changes no answer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.recording import record_text

from trtheaders.headers import first_parse
from trtheaders.headers.parser import probes
from trtheaders.headers.parser.child import ParserDeathError, begun_apart
from trtheaders.model.headers.promises import Use

API = """
template <class T> struct Table { T values[5]; };
extern Table<int> table;
struct Left { virtual ~Left(); virtual int left(); };
struct Right { virtual int right(); };
struct Both : Left, Right {
    int left() override;
    int right() override;
    int use() { return hidden() + open(); }
    int open();
private:
    int hidden();
    int unused();
};
inline int first() { return Both().open(); }
"""


@pytest.mark.parametrize("text", [API, f"{API}#include <absent.h>\nabsent lost();\n"])
def test_answers_are_those_of_one_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    alone = record_text(tmp_path, text)
    monkeypatch.setattr(first_parse, "_MANY", 1)
    monkeypatch.setattr(first_parse, "_MANY_FILES", 1)
    assert record_text(tmp_path, text) == alone


def test_questions_are_asked_though_what_they_take_could_not_be_written_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = record_text(tmp_path, API)

    def die(_: object, kind: type[int]) -> object:
        return begun_apart(lambda: os._exit(3), kind)

    monkeypatch.setattr(first_parse, "_MANY_FILES", 1)
    monkeypatch.setattr(probes, "begun_apart", die)
    assert record_text(tmp_path, API) == alone


def test_what_code_refers_to_is_told_of_what_was_judged_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_parse, "_MANY", 1)
    promises = {item.declaration.name: item for item in record_text(tmp_path, API).promises}
    assert promises["Both::open"].uses == {Use.CALL, Use.INLINE_BODY}
    assert promises["Both::hidden"].uses == {Use.INLINE_BODY}
    assert "Both::unused" not in promises


@pytest.mark.parametrize("work", ["_judge_open", "_read_layouts"])
def test_what_one_of_them_raises_is_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: str) -> None:
    def die(*_: object, **__: object) -> None:
        raise ParserDeathError("SIGSEGV")

    monkeypatch.setattr(first_parse, "_MANY", 1)
    monkeypatch.setattr(first_parse, work, die)
    with pytest.raises(Exception, match="SIGSEGV"):
        record_text(tmp_path, API)
