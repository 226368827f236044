"""Bases of one class on both sides, direct ones and those behind them: gone, new, moved, closed."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.checks.diff.entries import Sheet
from trtheaders.model.answers.changes import Detail, Impact
from trtheaders.model.headers.declarations import Access
from trtheaders.model.headers.layouts import Field, Record


class _Place(Struct, frozen=True):
    """Where a base lies, in bytes from the start of the class; None where that is not known, or not fixed."""

    offset: int | None
    virtual: bool
    access: Access
    direct: bool


def compare_bases(before: Record, after: Record, old: Sheet, new: Sheet) -> list[Detail]:
    """What became of the bases: one that lies behind another now is a base all the same."""
    mine, theirs = dict(_find_bases(before, old)), dict(_find_bases(after, new))
    details = []
    for name, place in mine.items():
        if name in theirs:
            details += _compare_place(name, place, theirs[name])
        elif place.direct:
            details.append(Detail(text=f"no longer derives from `{name}`", impact=Impact.SILENT))
            details.append(Detail(text=f"is no `{name}` to callers", impact=Impact.COMPILE))
    for name, place in theirs.items():
        if name not in mine and place.direct:
            details.append(_describe_new(name, before, after, new))
    return sorted(details, key=lambda detail: detail.text)


def inherited_members(record: Record, sheet: Sheet) -> dict[str, Field]:
    """The members of all bases whose place is fixed, by name, with their offsets from the start of ``record``."""
    found: dict[str, Field] = {}
    for name, place in _find_bases(record, sheet):
        base = sheet.records.get(name)
        if base is None or place.offset is None:
            continue
        for item in base.fields:
            if item.offset is not None:
                found.setdefault(item.name, _shift(item, 8 * place.offset))
    return found


def _shift(item: Field, bits: int) -> Field:
    return replace(item, offset=(item.offset or 0) + bits)


def _find_bases(record: Record, sheet: Sheet, above: tuple[str, ...] = ()) -> Iterator[tuple[str, _Place]]:
    """Bases and what lies behind them; ``above`` are the classes on the way, of which none is its own base."""
    for base in record.bases:
        name = sheet.plain(base.name)
        yield name, _Place(base.offset, base.virtual, base.access, direct=not above)
        behind = sheet.records.get(name)
        if behind is None or name in above or len(above) > _DEEPEST:
            continue
        for inner, place in _find_bases(behind, sheet, (*above, name)):
            known = base.offset is not None and place.offset is not None
            offset = (base.offset or 0) + (place.offset or 0) if known else None
            access = place.access if base.access is Access.PUBLIC else base.access
            yield inner, _Place(offset, base.virtual or place.virtual, access, direct=False)


_DEEPEST = 30


def _compare_place(name: str, before: _Place, after: _Place) -> list[Detail]:
    details = []
    if before.virtual != after.virtual and (before.direct or after.direct):
        word = "virtual now" if after.virtual else "no longer virtual"
        details.append(Detail(text=f"base `{name}` is {word}", impact=Impact.SILENT))
    elif before.offset != after.offset and (before.direct or after.direct):
        places = f"{_spell(before.offset)} to {_spell(after.offset)}"
        details.append(Detail(text=f"base `{name}` moved from {places}", impact=Impact.SILENT))
    if before.access is Access.PUBLIC and after.access is not Access.PUBLIC and (before.direct or after.direct):
        details.append(Detail(text=f"base `{name}` is {after.access.value} now", impact=Impact.COMPILE))
    return details


def _describe_new(name: str, before: Record, after: Record, sheet: Sheet) -> Detail:
    base = sheet.records.get(name)
    holds_nothing = base is not None and not base.fields and not base.polymorphic
    unnoticed = holds_nothing and lies_alike(before, after)
    return Detail(text=f"derives from `{name}` now", impact=Impact.NONE if unnoticed else Impact.SILENT)


def lies_alike(before: Record, after: Record) -> bool:
    """Whether size and all places of members that both sides have are known and the same."""
    places = [{item.name: item.offset for item in side.fields} for side in (before, after)]
    return before.size is not None and before.size == after.size and places[0] == places[1]


def _spell(offset: int | None) -> str:
    return "an unknown place" if offset is None else f"{offset}"
