"""Macros on both sides: what is a value is compared as one, what writes declarations is told by those."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from trtheaders.checks.diff.entries import Sheet
from trtheaders.checks.diff.named.offers import tell_other_form
from trtheaders.checks.diff.sides import name_change
from trtheaders.checks.diff.spelt.numbers import is_one_value
from trtheaders.model.answers.changes import Action, Change, Detail, Impact, Subject
from trtheaders.model.headers.layouts import Macro


def compare_macros(old: Sheet, new: Sheet) -> list[Change]:
    """Macros by name, those that keep a header from being read twice apart.

    Gone breaks source that uses it, unless a constant or a function has its name now. A number, a text, an expression
    is a value like any other, and so is what a condition of the headers tests: old objects and the library go by
    different ones. Another replacement is harmless as such: what it declares or lays out differently is reported where
    that happens, after expansion.
    """
    tested = {name for sheet in (old, new) for gate in sheet.snapshot.gates for name in gate.macros}
    mine, theirs = _read(old), _read(new)
    changes = []
    for name in sorted(mine.keys() | theirs.keys()):
        before, after = mine.get(name), theirs.get(name)
        if before is None or after is None:
            changes += _change_one(before, after, new)
        elif not _is_same(before, after):
            details = _compare(before, after, tested)
            changes.append(name_change(Subject.MACRO, Action.CHANGED, name, after.location, details, before.location))
    return changes


def _read(sheet: Sheet) -> dict[str, Macro]:
    return {item.name: item for item in sheet.snapshot.macros if not item.guard}


def _is_same(before: Macro, after: Macro) -> bool:
    if before.meaning and after.meaning and before.meaning == after.meaning:
        return True
    if before.digest == after.digest:
        return True
    return bool(before.value and after.value) and is_one_value(before.value, after.value)


def _compare(before: Macro, after: Macro, tested: AbstractSet[str]) -> list[Detail]:
    if before.meaning and after.meaning and before.parameters != after.parameters:
        return _compare_parameters(before.parameters, after.parameters)
    if before.value and after.value:
        return [Detail(text=f"is {after.value}, was {before.value}", impact=Impact.SILENT)]
    if after.name in tested:
        return [Detail(text="its replacement is another one, and conditions test it", impact=Impact.SILENT)]
    if before.parameters and before.expression and after.expression:
        return [Detail(text="comes to something else", impact=Impact.SILENT)]
    return [Detail(text="its replacement is another one")]


def _compare_parameters(before: str, after: str) -> list[Detail]:
    if not before or not after:
        return [Detail(text=f"is used {'with' if after else 'without'} brackets now", impact=Impact.COMPILE)]
    open_ = after.endswith("...") and _count(after) <= _count(before)
    text = f"takes {after} parameters, took {before}"
    return [Detail(text=text, impact=Impact.NONE if open_ else Impact.COMPILE)]


def _count(parameters: str) -> int:
    return int(re.sub(r"\D", "", parameters)) - parameters.endswith("...")


def _change_one(before: Macro | None, after: Macro | None, new: Sheet) -> list[Change]:
    if after is not None:
        return [name_change(Subject.MACRO, Action.ADDED, after.name, after.location, [Detail(text="is new")])]
    assert before is not None
    details = _tell_gone(before, new)
    return [name_change(Subject.MACRO, Action.REMOVED, before.name, before.location, details)]


def _tell_gone(before: Macro, new: Sheet) -> list[Detail]:
    found = next((name for name in new.offers if name.rpartition("::")[2] == before.name), "")
    other = tell_other_form(found, before.value, new) if found else []
    details = other or [Detail(text="is gone", impact=Impact.COMPILE)]
    if before.meaning and not (before.value or before.expression or before.parameters):
        details.append(Detail(text="what tests it goes the other way", impact=Impact.SILENT))
    return details
