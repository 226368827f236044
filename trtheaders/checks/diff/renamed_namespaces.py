"""Namespaces that have another name: one change for each, not one for everything inside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from trtheaders.checks.diff.entries import Sheet
from trtheaders.counting import count_of
from trtheaders.model.answers.changes import Action, Change, Detail, Impact, Subject
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location

_LEAST = 2
"""So many names must be the same inside: one alone may be a function that moved."""
_ALIKE = 0.6

_Scopes = Mapping[str, frozenset[str]]


def find_renamed_namespaces(old: Sheet, new: Sheet) -> dict[str, str]:
    """Old names of namespaces to new ones: nothing is left where it was, and most of it stands in a new one."""
    mine, theirs = _read_scopes(old), _read_scopes(new)
    gone = [scope for scope, names in mine.items() if not names & theirs.get(scope, frozenset())]
    fresh = {scope: names for scope, names in theirs.items() if not names & mine.get(scope, frozenset())}
    renamed: dict[str, str] = {}
    for scope in sorted(gone, key=lambda name: (name.count("::"), name)):
        inside_known = any(scope.startswith(f"{known}::") for known in renamed)
        twin = max(fresh, key=lambda name: (_likeness(mine[scope], fresh[name]), name), default="")
        if twin and not inside_known and _likeness(mine[scope], fresh[twin]) >= _ALIKE:
            renamed[scope] = twin
            del fresh[twin]
    return renamed


def _read_scopes(sheet: Sheet) -> _Scopes:
    """The names that stand directly in each namespace."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in sheet.offers:
        scope, _, last = name.rpartition("::")
        if scope and "<" not in name and scope not in sheet.offers:
            found[scope].add(last)
    return {scope: frozenset(names) for scope, names in found.items()}


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    common = one & other
    return len(common) / len(one | other) if len(common) >= _LEAST else 0.0


def fold_renamed_namespaces(
    changes: Sequence[Change], renamed: Mapping[str, str], old: Sheet, new: Sheet
) -> list[Change]:
    """``changes`` without those that the new name alone explains, and one for each namespace instead."""
    if not renamed:
        return list(changes)
    explained = {space: [item for item in changes if _is_explained(item, space)] for space in renamed}
    folded = {id(item) for items in explained.values() for item in items}
    rest = [item for item in changes if id(item) not in folded]
    return [*rest, *(_change(space, renamed[space], explained[space], old, new) for space in renamed)]


def _is_explained(change: Change, space: str) -> bool:
    only_symbols = len(change.details) == 1 and change.impact is Impact.LINK and bool(change.added_symbols)
    return only_symbols and change.action is Action.CHANGED and change.name.startswith(f"{space}::")


def _change(space: str, name: str, changes: Sequence[Change], old: Sheet, new: Sheet) -> Change:
    details = [Detail(text=f"renamed to `{name}`", impact=Impact.NONE if space in new.offers else Impact.COMPILE)]
    removed, added = _gather(item.removed_symbols for item in changes), _gather(item.added_symbols for item in changes)
    if removed:
        verb = "is another one" if len(removed) == 1 else "are other ones"
        details.append(Detail(text=f"its {count_of(len(removed), 'symbol')} {verb}", impact=Impact.LINK))
    before = _first_place(space, old)
    places = [item.location for item in changes if item.location is not None]
    return Change(
        subject=Subject.NAMESPACE,
        action=Action.RENAMED,
        name=space,
        details=tuple(details),
        old=space,
        new=name,
        location=min(places, default=before),
        old_location=before,
        removed_symbols=removed,
        added_symbols=added,
    )


def _first_place(space: str, sheet: Sheet) -> Location | None:
    declared = (entry.declaration for entries in sheet.entries.values() for entry in entries)
    return min((item.location for item in declared if item.name.startswith(f"{space}::")), default=None)


def _gather(groups: Iterable[tuple[SymbolName, ...]]) -> tuple[SymbolName, ...]:
    return tuple(sorted({symbol for group in groups for symbol in group}))
