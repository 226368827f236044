"""The change of something that is its name alone: a macro, a condition, a file."""

from __future__ import annotations

from collections.abc import Sequence

from trtheaders.model.answers.changes import Action, Change, Detail, Subject
from trtheaders.model.places import Location


def name_change(
    subject: Subject,
    action: Action,
    name: str,
    location: Location,
    details: Sequence[Detail],
    old_location: Location | None = None,
) -> Change:
    """``name`` with ``details``; ``location`` lies in the old headers for what is gone."""
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
