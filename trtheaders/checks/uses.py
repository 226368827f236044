"""What a consumer uses × what a release declares × what a library exports: one row of the table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from trtheaders.checks.layout.debug import check_debug_record
from trtheaders.demangling import demangle
from trtheaders.model.answers.uses import Failure, ReleaseRow, SourceReading, Used
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.library.evidence import DebugRecord
from trtheaders.model.library.exports import Answer, LibraryAnswers, Standing
from trtheaders.model.library.references import Reference
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location
from trtheaders.spelling import read_cxx, short_name

NAMESPACE = "12tensorrt_llm"


def is_ours(symbol: str) -> bool:
    """Whether ``symbol`` belongs to TensorRT-LLM: its namespace is part of the mangled name."""
    return NAMESPACE in symbol


def judge_source(release: str, readings: Sequence[SourceReading], answers: LibraryAnswers | None) -> ReleaseRow:
    """The row for sources that were parsed with the headers of ``release``."""
    used = _merge(readings)
    errors = tuple(error for reading in readings for error in reading.errors)
    judged = [reading.compiles for reading in readings if reading.compiles is not None]
    lacking = find_lacking(used, answers.answers) if answers is not None else ()
    return ReleaseRow(
        release=release,
        compiles=all(judged) if judged else None,
        used=len(used),
        declared=len(used),
        kept=len(used) - len(lacking) if answers is not None else None,
        failures=tuple(sorted(errors, key=_weight)),
        lacking=lacking,
        partly=frozenset(reading.source for reading in readings if reading.partial and reading.source is not None),
        partial=any(reading.partial for reading in readings),
        sources=tuple((reading.source, reading.compiles) for reading in readings if reading.source is not None),
    )


def _weight(item: Failure) -> int:
    """A missing header before what follows from it, and what concerns TensorRT-LLM before the rest."""
    return 2 if item.foreign else 0 if item.message.endswith("file not found") else 1


def part_common(rows: Sequence[Sequence[SourceReading]]) -> list[list[SourceReading]]:
    """``rows`` (one a release, its sources in one order) without the foreign errors that every release has alike.

    One release alone shows nothing about what errors depend on: there those are kept whose line uses something of it.
    """
    columns = [_part(column) for column in zip(*rows, strict=True)]
    return [list(row) for row in zip(*columns, strict=True)]


def _part(readings: Sequence[SourceReading]) -> list[SourceReading]:
    alone = len(readings) == 1
    foreign = [
        {item for item in reading.errors if item.foreign and not (alone and item.touching)} for reading in readings
    ]
    common = set.intersection(*foreign)
    return [
        replace(
            reading,
            errors=tuple(item for item in reading.errors if item not in common),
            common=tuple(item for item in reading.errors if item in common),
        )
        for reading in readings
    ]


def _merge(readings: Sequence[SourceReading]) -> tuple[Used, ...]:
    found: dict[SymbolName, Used] = {}
    for reading in readings:
        for item in reading.used:
            found.setdefault(item.symbol, item)
    return tuple(found.values())


def find_lacking(used: Sequence[Used], answers: Mapping[SymbolName, Answer]) -> tuple[Failure, ...]:
    """What of ``used`` no library exports."""
    return tuple(
        Failure(message=_tell_lacking(item, answers[item.symbol]), location=item.location, origin=item.origin)
        for item in used
        if answers[item.symbol].standing is not Standing.EXPORTED
    )


def _tell_lacking(item: Used, answer: Answer) -> str:
    return f"`{_label(item.symbol)}` is {_STANDINGS.get(answer.standing, 'not in the installed library')}"


_STANDINGS = {
    Standing.HIDDEN: "defined by the installed library but not exported",
    Standing.OLD_VERSION: "exported by the installed library in an old version only",
    Standing.IN_NEEDED: "exported only by a library that the installed one needs",
}


def _label(symbol: str) -> str:
    plain = short_name(read_cxx(demangle(symbol)))
    name, opening, _ = plain.partition("(")
    return f"{name}(…)" if opening and len(plain) > 100 else plain


def collect_used(references: Sequence[Reference]) -> tuple[Used, ...]:
    """The references of compiled code to TensorRT-LLM that must be satisfied, each symbol once."""
    found: dict[SymbolName, Used] = {}
    for item in references:
        if is_ours(item.symbol) and not item.weak:
            found.setdefault(item.symbol, Used(symbol=item.symbol, location=item.location, origin=item.origin))
    return tuple(found.values())


def find_unkept(
    snapshots: Sequence[AbiSnapshot], used: Sequence[Used], answers: LibraryAnswers | None
) -> frozenset[SymbolName]:
    """What of ``used`` one of the releases does not declare, or no library exports."""
    declared = [_declared(snapshot) for snapshot in snapshots]
    return frozenset(
        item.symbol
        for item in used
        if not all(item.symbol in known for known in declared)
        or (answers is not None and answers.answers[item.symbol].standing is not Standing.EXPORTED)
    )


def judge_compiled(
    snapshot: AbiSnapshot,
    release: str,
    used: Sequence[Used],
    answers: LibraryAnswers | None,
    layouts: Sequence[DebugRecord] | None = None,
    root: Path = Path(),
) -> ReleaseRow:
    """The row for objects or programs that refer to ``used``; ``layouts`` are those of their DWARF, if any.

    ``root`` is where the release's headers lie, for the places of what differs.
    """
    declared = _declared(snapshot)
    undeclared = tuple(
        Failure(message=f"`{_label(item.symbol)}` is not declared", location=item.location, origin=item.origin)
        for item in used
        if item.symbol not in declared
    )
    lacking = find_lacking(used, answers.answers) if answers is not None else ()
    moved = _compare_layouts(snapshot, layouts, root) if layouts else ()
    return ReleaseRow(
        release=release,
        compiles=None,
        used=len(used),
        declared=len(used) - len(undeclared),
        kept=len(used) - len(lacking) if answers is not None else None,
        layouts_hold=not moved if layouts else None,
        failures=(*undeclared, *moved),
        lacking=lacking,
    )


def _below(root: Path, place: Location | None) -> Location | None:
    return None if place is None else replace(place, file=(root / place.file).as_posix())


def _declared(snapshot: AbiSnapshot) -> Collection[SymbolName]:
    found: set[SymbolName] = set()
    for promise in snapshot.promises:
        found.update(promise.optional)
        for owed in promise.obligations:
            found.update((owed.symbol, *owed.alternatives))
    for exempt in snapshot.exempt:
        found.update(exempt.symbols)
    return found


def _compare_layouts(snapshot: AbiSnapshot, layouts: Sequence[DebugRecord], root: Path) -> tuple[Failure, ...]:
    records = {record.name: record for record in snapshot.records if record.size is not None}
    return tuple(
        Failure(message=finding.message, location=_below(root, finding.location), origin=debug.library)
        for debug in layouts
        if debug.name in records
        for finding in check_debug_record(records[debug.name], debug)
    )
