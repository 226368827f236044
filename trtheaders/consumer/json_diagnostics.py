"""Diagnostics that a compiler wrote as JSON to the lines that it writes otherwise: `file:line:column: error: text`.

GCC's `-fdiagnostics-format=json` is a list on one line; SARIF 2.1.0 (GCC's `sarif-stderr` and `sarif-file`, clang's
`sarif`) one object, on one line or indented.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from msgspec import DecodeError, Struct, field, json

MOST_CHARACTERS = 16 * 1024 * 1024
"""Of one document; longer ones are left as they stand."""
_BEGINNING = re.compile(r'\[\{"|\{ *"')
_FIRST_CHARACTERS = 300
"""In these of a line a document begins; CI systems put something before it."""
_FIRST_LINES = 3


class _GccPlace(Struct):
    file: str = ""
    line: int = 0
    column: int = 0


class _GccSpan(Struct):
    caret: _GccPlace = field(default_factory=_GccPlace)


class _GccDiagnostic(Struct):
    kind: str
    message: str
    locations: list[_GccSpan] = []
    children: list[_GccDiagnostic] = []


class _SarifText(Struct):
    text: str = ""


class _SarifArtifact(Struct):
    uri: str = ""


class _SarifRegion(Struct, rename="camel"):
    start_line: int = 0
    start_column: int = 0


class _SarifPhysical(Struct, rename="camel"):
    artifact_location: _SarifArtifact = field(default_factory=_SarifArtifact)
    region: _SarifRegion = field(default_factory=_SarifRegion)


class _SarifLocation(Struct, rename="camel"):
    physical_location: _SarifPhysical = field(default_factory=_SarifPhysical)
    message: _SarifText = field(default_factory=_SarifText)


class _SarifResult(Struct, rename="camel"):
    level: str = "warning"
    message: _SarifText = field(default_factory=_SarifText)
    locations: list[_SarifLocation] = []
    related_locations: list[_SarifLocation] = []


class _SarifRun(Struct):
    results: list[_SarifResult] = []


class _SarifLog(Struct):
    runs: list[_SarifRun]


def unfold(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each of ``lines`` with its number from 1; in place of a document in JSON what it says, all with its number."""
    held: list[str] = []
    size = 0
    for number, line in enumerate(lines, start=1):
        if held:
            held.append(line)
            size += len(line)
            begins = len(held) > _FIRST_LINES or not line.strip() or line[:1].isspace()
            if line.rstrip() != "}" and begins and size < MOST_CHARACTERS:
                continue
            first = number - len(held) + 1
            told = list(_read(" ".join(held)))
            yield from ((first, text) for text in told) if told else enumerate(held, start=first)
            held = []
        elif line.rstrip() == "{":
            held, size = [line], 0
        else:
            told = list(_read(line)) if '{"' in line[:_FIRST_CHARACTERS] else []
            yield from ((number, text) for text in told or [line])
    yield from enumerate(held, start=number - len(held) + 1) if held else ()


def _read(text: str) -> Iterator[str]:
    """What a document says, in lines; nothing of what is none."""
    begun = _BEGINNING.search(text, 0, _FIRST_CHARACTERS)
    if begun is None or len(text) > MOST_CHARACTERS:
        return
    try:
        if begun.group().startswith("["):
            for item in json.decode(text[begun.start() :], type=list[_GccDiagnostic]):
                yield from _tell(item)
        else:
            for run in json.decode(text[begun.start() :], type=_SarifLog).runs:
                for result in run.results:
                    yield from _tell_result(result)
    except (DecodeError, RecursionError):
        return


def _tell(item: _GccDiagnostic) -> Iterator[str]:
    place = item.locations[0].caret if item.locations else _GccPlace()
    yield _line(place.file, place.line, place.column, item.kind, item.message)
    for child in item.children:
        yield from _tell(child)


def _tell_result(result: _SarifResult) -> Iterator[str]:
    place = result.locations[0] if result.locations else _SarifLocation()
    yield _tell_location(place, result.level, result.message.text)
    for related in result.related_locations:
        yield _tell_location(related, "note", related.message.text)


def _tell_location(location: _SarifLocation, level: str, text: str) -> str:
    place = location.physical_location
    file = unquote(re.sub(r"^file://[^/]*", "", place.artifact_location.uri))
    return _line(file, place.region.start_line, place.region.start_column, level, text)


def _line(file: str, line: int, column: int, word: str, text: str) -> str:
    said = f"{word}: {' '.join(text.split())}"
    return f"{file}:{line}:{column}: {said}" if file else said
