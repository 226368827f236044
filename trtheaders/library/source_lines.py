"""Places in a relocatable object to lines of its source, by binutils' addr2line: it knows sections, and every DWARF."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from trtheaders.model.places import Location
from trtheaders.programs.start import run_program
from trtheaders.programs.trust import find_program

_LINE = re.compile(r"(?P<file>.+):(?P<line>\d+)(?: \(discriminator \d+\))?\Z")
_PATIENCE = 60
"""Seconds, for objects with very much debug information."""

Place = tuple[str, int]
"""A section's name and an offset in it."""


def locate(data: bytes, places: Sequence[Place]) -> dict[Place, Location]:
    """The source line of each of ``places`` in the object ``data``; what has none, or no addr2line, is left out."""
    program = find_program("addr2line")
    if program is None or not places:
        return {}
    offsets: dict[str, list[int]] = {}
    for section, offset in dict.fromkeys(places):
        offsets.setdefault(section, []).append(offset)
    found: dict[Place, Location] = {}
    with NamedTemporaryFile(suffix=".o") as file:
        file.write(data)
        file.flush()
        for section, rows in offsets.items():
            lines = _ask(program, Path(file.name), section, rows)
            pairs = zip(rows, lines, strict=False)
            found |= {(section, offset): place for offset, line in pairs if (place := _parse(line)) is not None}
    return found


def _ask(program: Path, file: Path, section: str, offsets: Sequence[int]) -> list[str]:
    try:
        given = "".join(f"{offset:#x}\n" for offset in offsets).encode()
        done = run_program([program, "-e", file, "-j", section], given=given, seconds=_PATIENCE)
    except OSError:
        return []
    return done.text.splitlines()


def _parse(line: str) -> Location | None:
    match = _LINE.match(line)
    if match is None or match["file"] == "??" or match["line"] == "0":
        return None
    return Location(file=match["file"], line=int(match["line"]))
