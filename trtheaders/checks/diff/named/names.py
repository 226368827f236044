"""Aliases, conditional regions and headers on both sides."""

from __future__ import annotations

from collections import defaultdict

from trtheaders.checks.diff.entries import Sheet
from trtheaders.checks.diff.named.offers import tell_other_form
from trtheaders.checks.diff.sides import change_between, compare_access, name_change, told_to_callers
from trtheaders.checks.diff.spelt.conversions import converts
from trtheaders.counting import count_of
from trtheaders.model.answers.changes import Action, Change, Detail, Impact, Subject
from trtheaders.model.headers.layouts import Alias, Gate
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.places import Location


def compare_aliases(old: Sheet, new: Sheet) -> list[Change]:
    """Aliases by name: gone breaks source; another type of another size breaks silently, else it may break source."""
    mine = {old.plain(item.name): item for item in old.snapshot.aliases}
    theirs = {new.plain(item.name): item for item in new.snapshot.aliases}
    changes = []
    for name in sorted(mine.keys() | theirs.keys()):
        before, after = mine.get(name), theirs.get(name)
        details = _compare_alias(before, after, old, new)
        if details:
            action = Action.ADDED if before is None else Action.REMOVED if after is None else Action.CHANGED
            told = told_to_callers(details, before.access) if before is not None else details
            changes.append(change_between(Subject.ALIAS, action, before, after, told, _spell_type))
    return changes


def _compare_alias(before: Alias | None, after: Alias | None, old: Sheet, new: Sheet) -> list[Detail]:
    if before is None:
        return [Detail(text="is new")]
    if after is None:
        other_form = tell_other_form(old.plain(before.name), "", new)
        return other_form or [Detail(text="is gone", impact=Impact.COMPILE)]
    one, other = old.plain(before.type.canonical), new.plain(after.type.canonical)
    opened = compare_access(before.access, after.access)
    if one == other:
        return opened
    text = f"means `{after.type.spelling}`, before `{before.type.spelling}`"
    sizes = (before.type.size, after.type.size)
    details = opened
    if sizes == (None, None) and not converts(one, other):
        details.append(Detail(text="may have another size", impact=Impact.SILENT))
    if None not in sizes and sizes[0] != sizes[1]:
        details.append(Detail(text=f"has {sizes[1]} bytes, had {sizes[0]}", impact=Impact.SILENT))
    return [Detail(text=text, impact=Impact.NONE if converts(one, other) else Impact.COMPILE), *details]


def _spell_type(item: Alias) -> str:
    return item.type.spelling


def compare_gates(old: AbiSnapshot, new: AbiSnapshot) -> list[Change]:
    """Conditions under which a file declares things: a new or vanished one, counted by file and condition."""
    mine, theirs = _count_gates(old), _count_gates(new)
    changes = []
    for place in sorted(mine.keys() | theirs.keys()):
        before, after = mine.get(place, []), theirs.get(place, [])
        if len(before) != len(after):
            changes.append(_change_gate(before, after))
    return changes


def _count_gates(snapshot: AbiSnapshot) -> dict[tuple[str, str], list[Gate]]:
    found: dict[tuple[str, str], list[Gate]] = defaultdict(list)
    for gate in snapshot.gates:
        found[gate.location.file, gate.condition].append(gate)
    return found


def _change_gate(before: list[Gate], after: list[Gate]) -> Change:
    """What a gate shuts out is told by its declarations; this names the gate."""
    gate = (after or before)[0]
    action = Action.ADDED if not before else Action.REMOVED if not after else Action.CHANGED
    verb = "stands" if len(after) == 1 else "stand"
    regions = f"{count_of(len(after), 'region')} of `{gate.location.file}` {verb} under it, before {len(before)}"
    old_place = before[0].location if before else None
    return name_change(Subject.GATE, action, gate.condition, gate.location, [Detail(text=regions)], old_place)


def compare_headers(old: AbiSnapshot, new: AbiSnapshot) -> list[Change]:
    """Files that are read on one side only. One that is gone breaks its `#include` where the whole tree was read; a
    smaller closure of one entry does not say that the file is gone.
    """
    whole = old.key.entries == new.key.entries == ("all",)
    lost = Impact.COMPILE if whole else Impact.NONE
    words = "is gone" if whole else "is no longer read"
    gone = [
        name_change(Subject.HEADER, Action.REMOVED, file, Location(file=file), [Detail(text=words, impact=lost)])
        for file in sorted(set(old.files) - set(new.files))
    ]
    fresh = [
        name_change(Subject.HEADER, Action.ADDED, file, Location(file=file), [Detail(text="is new")])
        for file in sorted(set(new.files) - set(old.files))
    ]
    return gone + fresh
