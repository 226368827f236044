"""Texts of templates on both sides: whether they are one but for the names of their parameters."""

from __future__ import annotations

import re

from trtheaders.checks.diff.entries import Sheet

_TOKEN = re.compile(r"[A-Za-z_]\w*|::|\S")
_WORD = re.compile(r"[A-Za-z_]\w*\Z")
_KEYWORDS = frozenset(
    {
        *("auto", "bool", "char", "char8_t", "char16_t", "char32_t", "double", "float", "int", "long", "short", "void"),
        *("signed", "unsigned", "wchar_t", "class", "const", "constexpr", "decltype", "enum", "false", "nullptr"),
        *("operator", "sizeof", "struct", "template", "this", "true", "typename", "union", "volatile"),
    }
)


def is_renamed(one: str, other: str, old: Sheet, new: Sheet) -> bool:
    """Whether ``one`` becomes ``other`` where each of some words is another one throughout.

    Such a word stands alone, not behind `::`, and nothing else in the headers has its name: that of a template's
    parameter, which a snapshot keeps in types and values.
    """
    mine, theirs = _TOKEN.findall(one), _TOKEN.findall(other)
    pairs = list(zip(mine, theirs, strict=False))
    known: dict[str, str] = {}
    back: dict[str, str] = {}
    for index, (before, after) in enumerate(pairs):
        if known.setdefault(before, after) != after or back.setdefault(after, before) != before:
            return False
        if before != after and not (_may_be_named(index, mine, old) and _may_be_named(index, theirs, new)):
            return False
    return len(mine) == len(theirs)


def _may_be_named(index: int, tokens: list[str], sheet: Sheet) -> bool:
    word = tokens[index]
    alone = bool(_WORD.match(word)) and word not in _KEYWORDS and "::" not in tokens[max(index - 1, 0) : index + 2]
    return alone and word not in sheet.last_names
