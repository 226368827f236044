"""Instances of class templates: what the template says of a member is not said again of what is made from it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from trtheaders.model.answers.changes import Action, Change, Detail, Subject

_MEMBER = re.compile(r"(?:member|what names|what is stored in) `(?:.*\W)?(\w+)`(?! (?:grew|shrank))")


def fold_instances(changes: Iterable[Change]) -> list[Change]:
    """``changes``, those of instances without what their template's change tells: sizes and places are their own."""
    found = list(changes)
    templates = (item for item in found if item.subject is Subject.TEMPLATE and item.action is Action.CHANGED)
    told = {item.name: {_member_of(detail) for detail in item.details} - {""} for item in templates}
    folded = (_without_told(item, told) for item in found)
    return [item for item in folded if item.details]


def _without_told(change: Change, told: dict[str, set[str]]) -> Change:
    template, bracket, _ = change.name.partition("<")
    if change.subject is not Subject.CLASS or not bracket or template not in told:
        return change
    return replace(change, details=tuple(item for item in change.details if _member_of(item) not in told[template]))


def _member_of(detail: Detail) -> str:
    """The member that ``detail`` is about; '' where it is about the class."""
    found = _MEMBER.match(detail.text)
    return found[1] if found else ""
