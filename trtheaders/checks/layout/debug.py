"""DWARF of the library against the headers: sizes, offsets, bases, enumerators, all of them."""

from __future__ import annotations

from collections.abc import Iterator

from trtheaders.checks.layout.vtables import place_of_base
from trtheaders.model.answers.findings import Finding
from trtheaders.model.headers.layouts import Enumeration, Record
from trtheaders.model.library.evidence import DebugEnumeration, DebugRecord
from trtheaders.rules.layout import CHANGED_ENUMERATORS, GROWN_RECORDS, MOVED_BASES, MOVED_MEMBERS
from trtheaders.rules.row import Rule

_HINT = "the headers are of another release than the library, or were parsed with other macros; do not mix them"
_SOURCE = "shown by the library's debug information (DWARF)"


def check_debug_record(record: Record, debug: DebugRecord) -> tuple[Finding, ...]:
    """Findings for the size, the members and the bases of one class."""
    return tuple(_record_findings(record, debug))


def agrees(record: Record, debug: DebugRecord) -> bool:
    """Whether debug information gives the class the size, members and bases that the headers give it, and has some."""
    return bool(debug.members) and not any(_record_findings(record, debug))


def _record_findings(record: Record, debug: DebugRecord) -> Iterator[Finding]:
    if record.size != debug.size:
        message = f"`{record.name}` has {record.size} bytes here, in `{debug.library}` {debug.size}"
        yield _finding(record, GROWN_RECORDS, message, (_SOURCE,))
    moved = tuple(_moved_members(record, debug))
    if moved:
        yield _finding(record, MOVED_MEMBERS, f"members of `{record.name}` moved: {moved[0]}", (*moved, _SOURCE))
    bases = tuple(_moved_bases(record, debug))
    if bases:
        message = f"the bases of `{record.name}` are others in `{debug.library}`: {bases[0]}"
        yield _finding(record, MOVED_BASES, message, (*bases, _SOURCE))


def _finding(record: Record, rule: Rule, message: str, lines: tuple[str, ...]) -> Finding:
    return rule.found(message, name=record.name, location=record.location, lines=lines, hint=_HINT)


def _moved_members(record: Record, debug: DebugRecord) -> Iterator[str]:
    theirs = {member.name: member.offset for member in debug.members if member.name}
    ours = {item.name: item.offset for item in record.fields if item.name}
    for name, offset in ours.items():
        if name not in theirs:
            yield f"`{name}` at offset {_bytes(offset)} in the headers, not there in `{debug.library}`"
        elif offset is not None and offset != theirs[name]:
            yield f"`{name}` at offset {_bytes(offset)} in the headers, {_bytes(theirs[name])} in `{debug.library}`"
    for name in theirs.keys() - ours.keys():
        yield f"`{name}` not in the headers, at offset {_bytes(theirs[name])} in `{debug.library}`"


def _bytes(bits: int | None) -> str:
    if bits is None:
        return "?"
    return f"{bits // 8}" if bits % 8 == 0 else f"{bits // 8} and {bits % 8} bits"


def _moved_bases(record: Record, debug: DebugRecord) -> Iterator[str]:
    if len(record.bases) != len(debug.bases):
        yield f"{len(record.bases)} in the headers, {len(debug.bases)} in `{debug.library}`"
        return
    for ours, theirs in zip(record.bases, debug.bases, strict=True):
        # Where a class has virtual bases further up, the headers' side leaves its offsets open.
        unknown = ours.offset is None and not ours.virtual
        same_name = not theirs.name or ours.name.split("<")[0] == theirs.name.split("<")[0]
        if not same_name or not (unknown or ours.offset == theirs.offset):
            here, there = place_of_base(ours.offset, ours.virtual), place_of_base(theirs.offset, theirs.offset is None)
            yield f"`{ours.name}` {here} in the headers, `{theirs.name}` {there} in `{debug.library}`"


def check_debug_enumeration(enumeration: Enumeration, debug: DebugEnumeration) -> Finding | None:
    """A finding where an enumerator that both sides know has two values."""
    theirs = dict(debug.enumerators)
    lines = tuple(
        f"`{item.name}` is {item.value} in the headers, {theirs[item.name]} in `{debug.library}`"
        for item in enumeration.enumerators
        if item.name in theirs and theirs[item.name] != item.value
    )
    if not lines:
        return None
    return CHANGED_ENUMERATORS.found(
        message=f"enumerators of `{enumeration.name}` have other values: {lines[0]}",
        name=enumeration.name,
        location=enumeration.location,
        lines=(*lines, _SOURCE),
        hint=_HINT,
    )
