"""Classes that are gone or renamed as a whole: what became of each of their members is no news of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from trtheaders.counting import count_of
from trtheaders.model.answers.changes import Action, Change, Detail, Impact, Subject
from trtheaders.model.names import SymbolName

_OWNERS = frozenset({Subject.CLASS, Subject.TEMPLATE})


def fold_whole_classes(changes: Iterable[Change]) -> list[Change]:
    """``changes`` without those of members that the removal of their class, or its new name, explains.

    The class's own change says how many there are, and what they do to linking.
    """
    found = list(changes)
    owners = _find_owners(found)
    explained: dict[int, list[Change]] = {}
    rest: list[Change] = []
    for change in found:
        owner = _owner_of(change, owners)
        if owner is None:
            rest.append(change)
        else:
            explained.setdefault(id(owner), []).append(change)
    return [_with_members(change, explained[id(change)]) if id(change) in explained else change for change in rest]


def _find_owners(changes: Sequence[Change]) -> dict[str, Change]:
    whole = (Action.REMOVED, Action.RENAMED)
    return {change.name: change for change in changes if change.subject in _OWNERS and change.action in whole}


def _owner_of(change: Change, owners: dict[str, Change]) -> Change | None:
    """The outermost class, gone or renamed, that explains ``change``."""
    if owners.get(change.name) is change and not _scopes(change.name) and "<" not in change.name:
        return None
    own = (change.name,) if change.subject is Subject.CLASS_SYMBOLS or "<" in change.name else ()
    scopes = [*_scopes(change.name), *own]
    # What was made from a template goes with it.
    for scope in (*(scope.partition("<")[0] for scope in scopes if "<" in scope), *scopes):
        owner = owners.get(scope)
        if owner is not None and owner is not change and _is_explained(change, owner):
            return owner
    return None


def _scopes(name: str) -> tuple[str, ...]:
    parts = name.split("::")
    return tuple("::".join(parts[:count]) for count in range(1, len(parts)))


def _is_explained(change: Change, owner: Change) -> bool:
    if owner.action is Action.REMOVED:
        return change.action is Action.REMOVED
    # Under another class name every symbol is another one; whatever else is different is told.
    only_symbols = len(change.details) == 1 and change.details[0].impact is Impact.LINK
    return change.action is Action.CHANGED and only_symbols and bool(change.added_symbols)


def _with_members(owner: Change, members: Sequence[Change]) -> Change:
    removed = _sorted(owner.removed_symbols, *(member.removed_symbols for member in members))
    added = _sorted(owner.added_symbols, *(member.added_symbols for member in members))
    gone = owner.action is Action.REMOVED
    details = [*owner.details]
    if gone:
        details.append(Detail(text=f"{count_of(len(members), 'member')} with it", impact=Impact.COMPILE))
    if removed:
        words = _tell_symbols(len(removed), gone=gone)
        details.append(Detail(text=f"its {count_of(len(removed), 'symbol')} {words}", impact=Impact.LINK))
    return replace(owner, details=tuple(details), removed_symbols=removed, added_symbols=added)


def _tell_symbols(count: int, *, gone: bool) -> str:
    if gone:
        return "is no longer promised" if count == 1 else "are no longer promised"
    return "is another one" if count == 1 else "are other ones"


def _sorted(*groups: Iterable[SymbolName]) -> tuple[SymbolName, ...]:
    return tuple(sorted({symbol for group in groups for symbol in group}))
