"""Bases and data members of a class template on both sides: what is made from it lies otherwise in old objects."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from trtheaders.checks.diff.entries import Sheet
from trtheaders.model.answers.changes import Detail, Impact
from trtheaders.model.headers.declarations import Access
from trtheaders.model.headers.introductions import Introduction


class _PatternMember(Struct, frozen=True):
    """A data member, or a base, whose type is its name."""

    name: str
    type: str
    access: Access
    base: bool


def compare_members(before: Introduction, after: Introduction, old: Sheet, new: Sheet) -> list[Detail]:
    """What is gone, new, of another type or at another place; the parameters of both are known by their places."""
    mine, theirs = _read(before, old), _read(after, new)
    details = [detail for key, part in mine.items() for detail in _compare(part, theirs.get(key))]
    for key, part in theirs.items():
        if key not in mine:
            text = f"derives from `{part.name}` now" if part.base else f"member `{part.type} {part.name}` added"
            details.append(Detail(text=text, impact=Impact.SILENT))
    if not details and list(mine) != list(theirs):
        details.append(Detail(text="members reordered", impact=Impact.SILENT))
    return details


def _read(item: Introduction, sheet: Sheet) -> dict[tuple[str, bool], _PatternMember]:
    parts = (
        _PatternMember(name or sheet.plain(type_), sheet.plain(type_), access, base=not name)
        for name, type_, access in item.members
    )
    return {(part.name, part.base): part for part in parts}


def _compare(before: _PatternMember, after: _PatternMember | None) -> Iterator[Detail]:
    if after is None:
        what = f"no longer derives from `{before.name}`" if before.base else f"member `{before.name}` removed"
        yield Detail(text=what, impact=Impact.SILENT)
        if before.access is not Access.PRIVATE:
            used = (
                f"is no `{before.name}` to callers" if before.base else f"what names `{before.name}` does not compile"
            )
            yield Detail(text=used, impact=Impact.COMPILE)
    elif after.type != before.type:
        yield Detail(text=f"member `{before.name}` is `{after.type}`, was `{before.type}`", impact=Impact.SILENT)
