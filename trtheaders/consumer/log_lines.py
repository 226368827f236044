"""Lines of a log as the tool meant them: without colours, hyperlinks and carriage returns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
LONGEST = 16_384
"""Characters of a line that are looked at: no symbol is as long, and a log may be one line of a gigabyte."""


def clean_lines(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each of ``lines`` with its number from 1; what a tool wrote over with a carriage return counts apart."""
    for number, line in enumerate(lines, start=1):
        for part in line[:LONGEST].rstrip("\r\n").split("\r"):
            yield number, _CONTROLS.sub("", _ESCAPES.sub("", part)).rstrip()


OPENING = "[`'\"‘“«»„‹›「]"
CLOSING = "['\"’”»«“‹›」]"


def quoted(name: str) -> str:
    """A pattern for something between quotes of any locale, in the group ``name``; to the line's last closing quote."""
    return rf"{OPENING}\s?(?P<{name}>.+?)\s?{CLOSING}(?=[\s,;:.)\]]|$)"


# Every pattern starts where a name starts: one that may start anywhere takes quadratic time on an endless word.
_SOURCE = re.compile(
    r"(?<![^\s:()])(?P<file>[^\s:()]+\.(?:cpp|cc|cxx|c\+\+|C|cu|c|hpp|hh|hxx|h|cuh|ipp|inl)):(?P<line>\d+)"
)
_BINARY = re.compile(r"(?<![^\s:()])(?P<file>[^\s:()]*\.(?:so(?:\.\d+)*|o|obj|a)(?:\([^()]+\))?)(?=[:\s]|$)")


def find_source(text: str) -> tuple[str, int] | None:
    """The first `file:line` of a C++ source or header that ``text`` names."""
    found = _SOURCE.search(text)
    return (found["file"], int(found["line"])) if found else None


def find_binary(text: str) -> str:
    """The first object, archive or shared library that ``text`` names, or ''."""
    found = _BINARY.search(text)
    return found["file"] if found else ""
