"""Snapshots of releases, oldest first, to the history of each declaration: when it appeared, changed and left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from trtheaders.checks.diff.comparison import compare_snapshots
from trtheaders.checks.diff.entries import Sheet, read_sheet
from trtheaders.model.answers.changes import Change, Impact
from trtheaders.model.answers.pages import History, Mark, Moment
from trtheaders.model.headers.declarations import DeclarationKind
from trtheaders.model.headers.snapshot import AbiSnapshot

_CLASS = "class"
_TABLES = frozenset({DeclarationKind.CLASS, DeclarationKind.THUNK})
"""What a class owes as such is told with the class."""

_Changes = Mapping[str, Sequence[Change]]


class _Known(Struct, frozen=True):
    """A declaration's kind and class, from the newest release that has it."""

    kind: str
    owner: str


def tell_histories(snapshots: Sequence[AbiSnapshot]) -> tuple[History, ...]:
    """The history of every class, and of every function and variable that a release promises; classes first.

    ``snapshots`` are in the order of their releases. Nothing is said of who uses what.
    """
    sheets = [read_sheet(snapshot) for snapshot in snapshots]
    steps = [_by_name(compare_snapshots(old, new)) for old, new in pairwise(snapshots)]
    known = _read_known(sheets)
    histories = (
        History(
            name=name,
            kind=item.kind,
            owner=item.owner,
            moments=tuple(_moments(name, item.kind, sheets, steps)),
        )
        for name, item in known.items()
    )
    return tuple(sorted(histories, key=_order))


def _order(history: History) -> tuple[str, bool, str]:
    """Each class, then its members."""
    return history.owner or history.name, history.kind != _CLASS, history.name


def _by_name(changes: Iterable[Change]) -> _Changes:
    found: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        found[change.name].append(change)
    return found


def _read_known(sheets: Sequence[Sheet]) -> dict[str, _Known]:
    known: dict[str, _Known] = {}
    for sheet in sheets:
        known.update((name, _Known(_CLASS, "")) for name in sheet.records)
        for promise in sheet.snapshot.promises:
            item = promise.declaration
            if item.kind not in _TABLES:
                owner = sheet.plain(item.record) if item.record else ""
                known[sheet.plain(item.name)] = _Known(item.kind.value, owner)
    return known


def _moments(name: str, kind: str, sheets: Sequence[Sheet], steps: Sequence[_Changes]) -> Iterable[Moment]:
    was_there = False
    for index, sheet in enumerate(sheets):
        there = name in sheet.records if kind == _CLASS else name in sheet.entries
        changes = steps[index - 1].get(name, ()) if index else ()
        yield _moment(name, sheet, changes, there=there, was_there=was_there, first=index == 0)
        was_there = there


def _moment(name: str, sheet: Sheet, changes: Sequence[Change], *, there: bool, was_there: bool, first: bool) -> Moment:
    if not there:
        return Moment(mark=Mark.ABSENT, changes=tuple(changes), impact=_gravest(changes))
    record = sheet.records.get(name)
    size, impact = record.size if record else None, _gravest(changes)
    if first:
        return Moment(mark=Mark.FIRST, size=size)
    if not was_there:
        return Moment(mark=Mark.NEW, size=size)
    mark = Mark.SAME if impact is Impact.NONE else Mark.CHANGED
    return Moment(mark=mark, size=size, changes=tuple(changes), impact=impact)


def _gravest(changes: Iterable[Change]) -> Impact:
    return max((change.impact for change in changes), key=lambda impact: impact.rank, default=Impact.NONE)
