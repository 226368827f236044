"""Which declaration of the new release is which declaration of the old one."""

from __future__ import annotations

from difflib import SequenceMatcher

from msgspec import Struct

from trtheaders.checks.diff.entries import CLASS_LIKE, Entry, Sheet
from trtheaders.checks.diff.spelt.conversions import parameter_type

_SIMILAR_OVERLOAD = 0.5
_SIMILAR_NAME = 0.7


class Pair(Struct, frozen=True):
    """One declaration on both sides; None where a side does not have it."""

    old: Entry | None
    new: Entry | None


def pair_declarations(old: Sheet, new: Sheet) -> list[Pair]:
    """Every declaration of both sides in exactly one pair.

    Within a name, overloads pair by identity (parameter types and qualifiers), the rest by likeness. What is left over
    pairs with a leftover of the same scope, kind and signature and a similar name: it was renamed.
    """
    pairs = []
    for name in sorted(old.entries.keys() | new.entries.keys()):
        pairs += _pair_overloads(old, new, old.entries.get(name, []), new.entries.get(name, []))
    return _pair_renamed(old, new, pairs)


def _pair_overloads(old: Sheet, new: Sheet, before: list[Entry], after: list[Entry]) -> list[Pair]:
    left = list(after)
    pairs, unmatched = [], []
    for entry in before:
        match = next((other for other in left if old.identity(entry) == new.identity(other)), None)
        if match is None:
            unmatched.append(entry)
        else:
            left.remove(match)
            pairs.append(Pair(entry, match))
    only = len(before) == len(after) == 1
    return pairs + _pair_by_likeness(old, new, unmatched, left, 0.0 if only else _SIMILAR_OVERLOAD)


def _pair_by_likeness(old: Sheet, new: Sheet, before: list[Entry], after: list[Entry], least: float) -> list[Pair]:
    scored = sorted(
        ((_likeness(old, new, one, other), i, j) for i, one in enumerate(before) for j, other in enumerate(after)),
        key=lambda row: (-row[0], row[1], row[2]),
    )
    gone: set[int] = set()
    taken: set[int] = set()
    pairs = []
    for score, i, j in scored:
        if score >= least and i not in gone and j not in taken:
            gone.add(i)
            taken.add(j)
            pairs.append(Pair(before[i], after[j]))
    pairs += [Pair(entry, None) for i, entry in enumerate(before) if i not in gone]
    return pairs + [Pair(None, entry) for j, entry in enumerate(after) if j not in taken]


def _likeness(old: Sheet, new: Sheet, one: Entry, other: Entry) -> float:
    """0 to 1 by the parameters that both have, in order; things of different kinds are not alike at all."""
    mine, theirs = one.declaration, other.declaration
    if (mine.kind in CLASS_LIKE or theirs.kind in CLASS_LIKE) and mine.kind is not theirs.kind:
        return -1.0
    before = [(item.name, old.plain(parameter_type(item.type.canonical))) for item in mine.parameters]
    after = [(item.name, new.plain(parameter_type(item.type.canonical))) for item in theirs.parameters]
    if not before or not after:
        return float(len(before) == len(after))
    return SequenceMatcher(None, before, after, autojunk=False).ratio()


def _pair_renamed(old: Sheet, new: Sheet, pairs: list[Pair]) -> list[Pair]:
    added = [pair.new for pair in pairs if pair.old is None and pair.new is not None]
    done: list[Pair] = [pair for pair in pairs if pair.old is not None and pair.new is not None]
    for pair in pairs:
        if pair.old is None or pair.new is not None:
            continue
        twin = max(
            (entry for entry in added if _is_renamed(old, new, pair.old, entry)),
            key=lambda entry: _name_likeness(pair.old, entry),
            default=None,
        )
        if twin is not None:
            added.remove(twin)
        done.append(Pair(pair.old, twin))
    return done + [Pair(None, entry) for entry in added]


def _is_renamed(old: Sheet, new: Sheet, one: Entry, other: Entry) -> bool:
    mine, theirs = one.declaration, other.declaration
    same_place = old.plain(_scope(mine.name)) == new.plain(_scope(theirs.name)) and mine.kind is theirs.kind
    if not same_place or mine.kind in CLASS_LIKE or old.identity(one) != new.identity(other):
        return False
    results = [
        sheet.plain(item.result.canonical) if item.result else "" for sheet, item in ((old, mine), (new, theirs))
    ]
    return results[0] == results[1] and _name_likeness(one, other) >= _SIMILAR_NAME


def _name_likeness(one: Entry | None, other: Entry) -> float:
    if one is None:
        return 0.0
    mine, theirs = (entry.declaration.name.rpartition("::")[2].lower() for entry in (one, other))
    return SequenceMatcher(None, mine, theirs, autojunk=False).ratio()


def _scope(name: str) -> str:
    return name.rpartition("::")[0]
