"""Lines of a log as the tool meant them: without colours, carriage returns, and what CI systems put before each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from trtheaders.consumer.json_diagnostics import unfold

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]_][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-^`-~])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
LONGEST = 16_384
"""Characters of a line that are looked at: no symbol is as long, and a log may be one line of a gigabyte."""

_TIME = r"\d\d:\d\d:\d\d(?:[.,]\d+)?"
_PREFIX = re.compile(
    rf"(?:\d{{4}}[-/]\d\d[-/]\d\d[T ,]{_TIME}(?:Z|[+-]\d\d:?\d\d)?(?=\s|$)"  # GitHub, Azure, docker --timestamps
    rf"|(?:[A-Z][a-z]{{2}} [ \d]\d )?{_TIME}(?=\s)(?: \S{{1,80}} \S{{1,80}}\[\d+\]:)?"  # ts, Jenkins, journald
    r"|[0-9a-f]{2}[OE](?:\+|(?=\s|$))"  # GitLab
    r"|#\d+ \d+\.\d+(?=\s)|#\d+(?=\s)"  # buildkit
    r"|\[[^\][]{1,120}\](?:<std(?:out|err)>)?:?[A-Z]?:?"  # ninja, make, Jenkins, TeamCity, mpirun, loggers
    r"|##\[[a-z]+\]|##vso\[[^\]]{1,200}\]|::(?:error|warning|notice|debug)[^:]{0,200}::"  # GitHub, Azure
    r"|(?:[A-Za-z][\w.-]{0,60}|\d{1,4}) *(?<!\d )[|│](?=\s)"  # docker compose, foreman
    r"|[A-Za-z][\w.+-]{0,60}>(?=\s)"  # nix
    r"|[│|](?=\s)|\d{1,5}:(?=\s)|(?:remote|stderr|stdout):(?=\s))\s*"  # pip, srun, ctest, git push
)
_MOST_PREFIXES = 6


def clean_lines(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each of ``lines`` with its number from 1; what a tool wrote over with a carriage return counts apart."""
    for number, line in unfold(lines):
        text = line[:LONGEST].rstrip()
        if text.isprintable():
            yield number, text
            continue
        for part in text.split("\r"):
            yield number, _CONTROLS.sub("", _ESCAPES.sub("", part)).rstrip()


def strip_prefix(line: str) -> str:
    """``line`` without timestamps, task numbers, container names and the like before what the tool said."""
    start = len(line) - len(line.lstrip())
    for _ in range(_MOST_PREFIXES):
        found = _PREFIX.match(line, start)
        if found is None:
            break
        start = found.end()
    return line[start:]


# Every pattern starts where a name starts: one that may start anywhere takes quadratic time on an endless word.
_SOURCE = re.compile(
    r"(?<![^\s:()'])(?P<file>[^\s:()']+\.(?:cpp|cc|cxx|c\+\+|C|cu|c|hpp|hh|hxx|h|cuh|ipp|inl)):(?P<line>\d+)"
)
_BINARY = re.compile(r"(?<![^\s:()'])(?P<file>[^\s:()']*\.(?:so(?:\.\d+)*|o|obj|a)(?:\([^()]{1,200}\))?)(?=[:\s']|$)")
_BREAKS = re.compile(r"[\s:'\",()]")


def find_source(text: str) -> tuple[str, int] | None:
    """The first `file:line` of a C++ source or header that ``text`` names."""
    found = _SOURCE.search(text)
    return (found["file"], int(found["line"][:9])) if found else None


def find_binary(text: str) -> str:
    """The first object, archive or shared library that ``text`` names, or ''."""
    found = _BINARY.search(text)
    return found["file"] if found else ""


def last_word(text: str) -> str:
    """What stands at the end of ``text``, back to a blank, a colon, a quote or a bracket."""
    return _BREAKS.split(text[-4096:].rstrip(" '\""))[-1]
