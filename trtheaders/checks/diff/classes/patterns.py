"""Class templates on both sides: what of them no argument decides lies otherwise in old objects."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from trtheaders.checks.diff.classes.records import compare_layouts
from trtheaders.checks.diff.classes.vtables import compare_slots
from trtheaders.checks.diff.entries import Sheet
from trtheaders.checks.diff.sides import compare_access, told_to_callers
from trtheaders.model.answers.changes import Detail, Impact
from trtheaders.model.headers.introductions import Introduction
from trtheaders.model.headers.layouts import Record


def compare_patterns(before: Introduction, after: Introduction, old: Sheet, new: Sheet) -> list[Detail]:
    """What became of a class template and of the classes inside it."""
    mine, theirs = _by_place(before), _by_place(after)
    details = [item for place, record in mine.items() for item in _compare(place, record, theirs.get(place), old, new)]
    if before.attributes != after.attributes:
        text = f"is laid out by `{after.attributes or 'nothing'}`, before by `{before.attributes or 'nothing'}`"
        details.append(Detail(text=text, impact=Impact.SILENT))
    return details


def _by_place(item: Introduction) -> dict[str, Record]:
    """The classes by their names inside the template, which itself has none."""
    return {record.name.removeprefix(item.name).removeprefix("::"): record for record in item.pattern or ()}


def _compare(inside: str, before: Record, after: Record | None, old: Sheet, new: Sheet) -> Iterator[Detail]:
    if after is None:
        yield from told_to_callers([Detail(text=f"class `{inside}` is gone", impact=Impact.COMPILE)], before.access)
        return
    opened = compare_access(before.access, after.access) if inside else []
    for item in (*opened, *compare_layouts(before, after, old, new), *compare_slots(before, after, old, new)):
        yield replace(item, text=f"in `{inside}`: {item.text}") if inside else item
