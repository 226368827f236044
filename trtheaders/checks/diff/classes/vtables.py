"""Vtables on both sides: a virtual call names a slot by number, and no linker checks what lies in it."""

from __future__ import annotations

from typing import NamedTuple

from trtheaders.checks.diff.entries import Sheet
from trtheaders.counting import count_of
from trtheaders.demangling import demangle
from trtheaders.model.answers.changes import Action, Change, Detail, Impact, Subject
from trtheaders.model.headers.layouts import Record, VtableSlot

_SHOWN = 4


def compare_vtables(old: Sheet, new: Sheet) -> list[Change]:
    """Every class, there on both sides, whose slots hold other functions or whose number of slots differs."""
    changes = []
    for name in sorted(old.records.keys() & new.records.keys()):
        before, after = old.records[name], new.records[name]
        details = compare_slots(before, after, old, new)
        if details:
            changes.append(_change(before, after, details))
    return changes


def compare_slots(before: Record, after: Record, old: Sheet, new: Sheet) -> list[Detail]:
    """What stands in the slots of one class on both sides; nothing where a side's order is not known."""
    if before.slots is None or after.slots is None:
        return []
    return _compare_slots(_read(before.slots, old), _read(after.slots, new), after)


class _InSlot(NamedTuple):
    """What stands in a slot: the function's name, and the symbols that tell overloads apart."""

    function: str
    symbols: frozenset[str]


_Table = dict[tuple[int, int], _InSlot]


def _read(slots: tuple[VtableSlot, ...], sheet: Sheet) -> _Table:
    return {(slot.table, slot.index): _InSlot(sheet.plain(slot.function), frozenset(slot.symbols)) for slot in slots}


def _compare_slots(before: _Table, after: _Table, record: Record) -> list[Detail]:
    """Other functions in the slots: old callers call those. Fewer slots: they call past the end. More slots at the end:
    nobody notices, unless a consumer derives from the class and puts its own virtual functions there.
    """
    details = []
    both = sorted(before.keys() & after.keys())
    moved = [place for place in both if _is_another(place, before, after)]
    if moved:
        shown = "; ".join(f"{_place(at)} was {_show(before, at, after)}" for at in moved[:_SHOWN])
        more = f"; and {len(moved) - _SHOWN} more" if len(moved) > _SHOWN else ""
        details.append(Detail(text=f"{shown}{more}", impact=Impact.SILENT))
    gone, fresh = before.keys() - after.keys(), after.keys() - before.keys()
    if gone:
        details.append(Detail(text=f"{count_of(len(gone), 'slot')} fewer", impact=Impact.SILENT))
    if fresh:
        impact = Impact.NONE if record.final else Impact.SILENT
        names = ", ".join(f"`{_short(after[at].function)}`" for at in sorted(fresh)[:_SHOWN])
        details.append(Detail(text=f"{count_of(len(fresh), 'slot')} more: {names}", impact=impact))
    return details


def _is_another(place: tuple[int, int], before: _Table, after: _Table) -> bool:
    """Whether a slot holds another function: an override of the same one in a derived class is none, nor is the same
    function with other parameters. An overload is one if it stood in another slot before.
    """
    one, other = before[place], after[place]
    if _last(one.function) != _last(other.function):
        return True
    if one.symbols & other.symbols or not one.symbols:
        return False
    elsewhere = (slot for at, slot in after.items() if at[0] == place[0] and at != place)
    return any(one.symbols & slot.symbols for slot in elsewhere)


def _last(function: str) -> str:
    name = function.rpartition("::")[2]
    return "~" if name.startswith("~") else name


def _short(function: str) -> str:
    """The class and the function: the change's name has the namespace."""
    return function if "<" in function else "::".join(function.split("::")[-2:])


def _show(before: _Table, at: tuple[int, int], after: _Table) -> str:
    one, other = before[at], after[at]
    if one.function != other.function:
        return f"`{_short(one.function)}`, is `{_short(other.function)}`"
    return ", is ".join(f"`{demangle(min(slot.symbols))}`" for slot in (one, other))


def _place(place: tuple[int, int]) -> str:
    table, index = place
    return f"slot {index}" if table == 0 else f"slot {index} of table {table}"


def _change(before: Record, after: Record, details: list[Detail]) -> Change:
    return Change(
        subject=Subject.VTABLE,
        action=Action.CHANGED,
        name=before.name,
        details=tuple(details),
        old=count_of(len(before.slots or ()), "slot"),
        new=count_of(len(after.slots or ()), "slot"),
        location=after.location,
        old_location=before.location,
    )
