"""Inline namespaces that came or went: every symbol inside is another one, and no declaration changed."""

from __future__ import annotations

from collections.abc import Sequence

from trtheaders.checks.diff.entries import Sheet
from trtheaders.checks.diff.pairs import Pair
from trtheaders.model.answers.changes import Action, Change, Detail, Impact, Subject
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location


def fold_inline_namespaces(declared: Sequence[tuple[Pair, Change | None]], old: Sheet, new: Sheet) -> list[Change]:
    """The changes of declarations, those that an inline namespace alone explains replaced by one change for each.

    ``declared`` are all pairs with what was found about them.
    """
    gone, fresh = set(old.inline) - set(new.inline), set(new.inline) - set(old.inline)
    if not gone and not fresh:
        return [change for _, change in declared if change is not None]
    rest: list[Change] = []
    folded: list[Change] = []
    for pair, change in declared:
        if change is not None:
            (folded if _only_symbols(pair, change) else rest).append(change)
    spaces = [(space, Action.ADDED) for space in sorted(fresh)] + [(space, Action.REMOVED) for space in sorted(gone)]
    explained = {space: _explained_by(space, action, folded) for space, action in spaces}
    everything = {id(change) for changes in explained.values() for change in changes}
    rest += [change for change in folded if id(change) not in everything]
    places = {space: (_first_place(space, old), _first_place(space, new)) for space, _ in spaces}
    return rest + [_change(space, action, explained[space], *places[space]) for space, action in spaces]


def _only_symbols(pair: Pair, change: Change) -> bool:
    """Both sides promise symbols, other ones, and nothing else is different."""
    both = pair.old is not None and pair.new is not None and pair.old.symbols and pair.new.symbols
    return bool(both) and len(change.details) == 1 and change.impact is Impact.LINK


def _explained_by(space: str, action: Action, folded: list[Change]) -> list[Change]:
    mark = _mangle(space)
    return [change for change in folded if any(mark in symbol for symbol in _symbols_of(change, action))]


def _first_place(space: str, sheet: Sheet) -> Location | None:
    """Where the first declaration inside of ``space`` stands."""
    entries = (entry.declaration for group in sheet.entries.values() for entry in group)
    inside = (item.location for item in entries if space in item.inline_namespaces)
    return min(inside, key=lambda place: (place.file, place.line), default=None)


def _change(space: str, action: Action, mine: list[Change], before: Location | None, after: Location | None) -> Change:
    verb = "contain it now" if action is Action.ADDED else "no longer contain it"
    impact = Impact.LINK if mine else Impact.NONE
    return Change(
        subject=Subject.INLINE_NAMESPACE,
        action=action,
        name=space,
        details=(Detail(text=f"the symbols of {len(mine)} unchanged declarations {verb}", impact=impact),),
        old="" if action is Action.ADDED else space,
        new=space if action is Action.ADDED else "",
        location=after or before,
        old_location=before,
        removed_symbols=tuple(sorted({symbol for change in mine for symbol in change.removed_symbols})),
        added_symbols=tuple(sorted({symbol for change in mine for symbol in change.added_symbols})),
    )


def _symbols_of(change: Change, action: Action) -> tuple[SymbolName, ...]:
    return change.added_symbols if action is Action.ADDED else change.removed_symbols


def _mangle(space: str) -> str:
    """The last component as it stands in a symbol (Itanium C++ ABI 5.1.2): `3_v1`."""
    last = space.rpartition("::")[2]
    return f"{len(last)}{last}"
