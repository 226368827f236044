"""Enumerations on both sides: a name's value is in the consumer's code, a value's meaning in the library's."""

from __future__ import annotations

from msgspec.structs import replace

from trtheaders.checks.diff.entries import Sheet
from trtheaders.checks.diff.named.offers import tell_other_form
from trtheaders.checks.diff.sides import change_between, compare_access, told_to_callers
from trtheaders.counting import count_of
from trtheaders.model.answers.changes import Action, Change, Detail, Impact, Subject
from trtheaders.model.headers.layouts import Enumeration


def compare_enumerations(old: Sheet, new: Sheet) -> list[Change]:
    """Every enumeration that is new, gone, moved, or has other names, values or width."""
    mine, theirs = _read(old), _read(new)
    found = (_compare(mine.get(name), theirs.get(name), old, new) for name in sorted(mine.keys() | theirs.keys()))
    return [change for change in found if change is not None]


def _read(sheet: Sheet) -> dict[str, Enumeration]:
    """By name; those of one scope that have none are one, since each of their enumerators has another name."""
    found: dict[str, Enumeration] = {}
    for item in sheet.snapshot.enumerations:
        name = sheet.plain(item.name)
        known = found.get(name)
        several = replace(item, enumerators=(*known.enumerators, *item.enumerators), underlying="") if known else item
        found[name] = several
    return found


def _compare(before: Enumeration | None, after: Enumeration | None, old: Sheet, new: Sheet) -> Change | None:
    if before is None:
        return _change(Action.ADDED, before, after, [Detail(text="is new")])
    if after is None:
        other = tell_other_form(old.plain(before.name), "", new)
        return _change(Action.REMOVED, before, after, other or [Detail(text="is gone", impact=Impact.COMPILE)])
    details = [*_compare_width(before, after), *_compare_names(before, after, old, new)]
    details += compare_access(before.access, after.access)
    if before.location.file != after.location.file:
        action = Action.CHANGED if details else Action.MOVED
        details.append(Detail(text=f"moved from `{before.location.file}` to `{after.location.file}`"))
        return _change(action, before, after, details)
    return _change(Action.CHANGED, before, after, details) if details else None


def _compare_width(before: Enumeration, after: Enumeration) -> list[Detail]:
    """An enumeration mangles by its name alone, whatever its width."""
    details = []
    if before.underlying and after.underlying and before.underlying != after.underlying:
        text = f"holds `{after.underlying}`, before `{before.underlying}`"
        # Of one width, the same bits are the same enumerators.
        same = _width(before) == _width(after)
        details.append(Detail(text=text, impact=Impact.NONE if same else Impact.SILENT))
    if before.scoped != after.scoped:
        impact = Impact.COMPILE
        details.append(Detail(text=f"is {'scoped' if after.scoped else 'unscoped'} now", impact=impact))
    return details


def _width(item: Enumeration) -> str:
    return item.underlying.replace("unsigned ", "").replace("signed ", "")


def _compare_names(before: Enumeration, after: Enumeration, old: Sheet, new: Sheet) -> list[Detail]:
    scope = old.plain(before.name)
    scope = scope if before.scoped else scope.rpartition("::")[0]
    mine = {item.name: item.value for item in before.enumerators}
    theirs = {item.name: item.value for item in after.enumerators}
    known = not _is_unknown(mine) and not _is_unknown(theirs)
    fresh = {name: value for name, value in theirs.items() if name not in mine}
    details = []
    for name, value in mine.items():
        if name in theirs:
            details += _compare_value(name, value, theirs[name]) if known else []
            continue
        other = tell_other_form(f"{scope}::{name}".removeprefix("::"), str(value), new)
        details += [replace(item, text=f"`{name}` {item.text}") for item in other] or [
            _describe_gone(name, value, fresh)
        ]
    return details + [Detail(text=f"`{name}` = {value} added") for name, value in fresh.items()]


def _is_unknown(values: dict[str, int]) -> bool:
    """Whether they are those of a template as they once were recorded: 0 for each."""
    return len(values) > 1 and not any(values.values())


def _compare_value(name: str, before: int, after: int) -> list[Detail]:
    if before == after:
        return []
    return [Detail(text=f"`{name}` is {after}, was {before}", impact=Impact.SILENT)]


def _describe_gone(name: str, value: int, fresh: dict[str, int]) -> Detail:
    twin = next((other for other, number in fresh.items() if number == value), None)
    if twin is None:
        return Detail(text=f"`{name}` = {value} removed", impact=Impact.COMPILE)
    del fresh[twin]
    return Detail(text=f"`{name}` = {value} is now named `{twin}`", impact=Impact.COMPILE)


def _change(action: Action, before: Enumeration | None, after: Enumeration | None, details: list[Detail]) -> Change:
    told = told_to_callers(details, before.access) if before is not None else details
    return change_between(Subject.ENUMERATION, action, before, after, told, _describe)


def _describe(item: Enumeration) -> str:
    return f"{count_of(len(item.enumerators), 'enumerator')} of `{item.underlying}`"
