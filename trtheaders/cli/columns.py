"""A line in, and the lines that a terminal of so many columns shows of it: broken at words, hung under its own text.

What is copied from a screen stays whole: a command in backticks, a `fix:`, a path, a symbol. Those are left to the
terminal, which wraps them without a line feed.
"""

from __future__ import annotations

import re
from unicodedata import combining, east_asian_width

from trtheaders.visible import without_ink

_WORD = re.compile(r"(\s*)((?:`[^`]*`|\(\+\d+: -v\)|\S)+)")
_INNER_WORD = re.compile(r"(\s*)(\S+)")
_SIGNATURE = re.compile(r"`[^`]*, [^`]*`")
"""Names and parameters, which nobody pastes into a shell."""
_PASTED = re.compile(r"\s*fix: ")
_LABEL = re.compile(r"\s*[a-z ]{2,10}: (?=\S)")
_CELL = re.compile(r"\S {2,}(?=\S)")
_CELLS = re.compile(r"(\s*)(\S+(?: \S+)*)")
_STEP = 4


def fold_line(line: str, width: int) -> str:
    """``line`` as lines of at most ``width`` columns, as far as its words are shorter; 0 leaves it as it is."""
    plain = without_ink(line)
    if not width or columns_of(plain) <= width or _PASTED.match(plain):
        return line
    margin = " " * _margin(plain, width)
    lines, used = [""], 0
    for gap, word in _words(line, width - len(margin)):
        taken = _takes(word)
        if used and used + len(gap) + taken > width and len(margin) + taken <= width:
            lines.append(f"{margin}{word}")
            used = len(margin) + taken
        else:
            lines[-1] += gap + word
            # A terminal goes on in its first column with what is too long for a row.
            used = (used + len(gap) + taken - 1) % width + 1
    return "\n".join(lines)


def cut_line(line: str, width: int) -> str:
    """``line`` without what does not fit into ``width`` columns, and with a mark where it was cut."""
    if columns_of(line) <= width:
        return line
    while line and columns_of(line) >= width:
        line = line[:-1]
    return f"{line}…"


def columns_of(text: str) -> int:
    """How many columns a terminal gives to ``text``, which has no colours (Unicode Annex 11)."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(one) else 2 if east_asian_width(one) in "WF" else 1 for one in text)


def _margin(plain: str, width: int) -> int:
    """Where the text of ``plain`` begins: behind its label, or below its last column of a table."""
    indent = len(plain) - len(plain.lstrip())
    if label := _LABEL.match(plain):
        return label.end()
    cells = [found.end() for found in _CELL.finditer(plain, indent) if found.end() <= width // 2]
    return cells[-1] if cells else min(indent + _STEP, width // 2)


def _words(line: str, room: int) -> list[tuple[str, str]]:
    """``line`` as blanks and what stays on one row: a cell, a word, what stands in backticks, as far as it has room."""
    words: list[tuple[str, str]] = []
    for gap, cell in _CELLS.findall(line):
        words += [(gap, cell)] if _takes(cell) <= room and _CELL.search(line) else _split(gap, cell, room)
    return words


def _split(gap: str, cell: str, room: int) -> list[tuple[str, str]]:
    parts: list[tuple[str, str]] = []
    for blank, word in _WORD.findall(gap + cell):
        whole = _takes(word) <= room or not _SIGNATURE.search(word)
        parts += [(blank, word)] if whole else _INNER_WORD.findall(blank + word)
    return parts


def _takes(text: str) -> int:
    return columns_of(without_ink(text))
