"""The change of one thing, written from its two sides: what headers have before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from trtheaders.model.answers.changes import Action, Change, Detail, Impact, Subject
from trtheaders.model.headers.declarations import Access
from trtheaders.model.places import Location


class _Placed(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def location(self) -> Location: ...


Side = TypeVar("Side", bound=_Placed)


def change_between(
    subject: Subject,
    action: Action,
    before: Side | None,
    after: Side | None,
    details: Sequence[Detail],
    spell: Callable[[Side], str],
) -> Change:
    """What becomes of ``before``, under its old name; one side may lack. ``spell`` says briefly what a side is."""
    shown, named = after or before, before or after
    assert shown is not None
    assert named is not None
    return Change(
        subject=subject,
        action=action,
        name=named.name,
        details=tuple(details),
        old=spell(before) if before else "",
        new=spell(after) if after else "",
        location=shown.location,
        old_location=before.location if before else None,
    )


def compare_access(before: Access | None, after: Access | None) -> list[Detail]:
    """Who may name it, where both sides know."""
    if before is None or after is None or before is after:
        return []
    stricter = _ORDER.index(after) > _ORDER.index(before)
    text = f"is {after.value} now, before {before.value}"
    return [Detail(text=text, impact=Impact.COMPILE if stricter else Impact.NONE)]


_ORDER = (Access.PUBLIC, Access.PROTECTED, Access.PRIVATE)


def told_to_callers(details: Sequence[Detail], access: Access | None) -> list[Detail]:
    """``details`` of what source may name only with that ``access``: nobody's source breaks over what is private."""
    closed = access is Access.PRIVATE
    return [Detail(text=item.text) if closed and item.impact is Impact.COMPILE else item for item in details]


def name_change(
    subject: Subject,
    action: Action,
    name: str,
    location: Location,
    details: Sequence[Detail],
    old_location: Location | None = None,
) -> Change:
    """The same of what is its name alone: a macro, a condition, a file.

    ``location`` lies in the old headers for what is gone.
    """
    return Change(
        subject=subject,
        action=action,
        name=name,
        details=tuple(details),
        old="" if action is Action.ADDED else name,
        new="" if action is Action.REMOVED else name,
        location=location,
        old_location=location if action is Action.REMOVED else old_location,
    )
