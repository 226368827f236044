"""The unit that a compiler is given: the headers, and one line for each thing that is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from trtheaders.headers.confirmation.layouts import PRELUDE as LAYOUTS
from trtheaders.headers.confirmation.uses import PRELUDE as USES
from trtheaders.headers.confirmation.uses import Forms

ENTRY, ITEM = "trtheaders-entry", "trtheaders-item"
"""What `#line` calls the lines of the unit, a number behind it, so that the compiler's complaints name them."""


class UnitQuestion(Struct, frozen=True, kw_only=True):
    """What is asked of a compiler: ``items`` by number, each in the forms that it may be written in.

    ``prelude`` stands in front of them. ``sought`` is a regular expression for symbols whose users are
    wanted; '' for none.
    """

    entries: tuple[str, ...]
    items: Mapping[int, Forms]
    prelude: str = ""
    sought: str = ""


class FormChoice(Struct, frozen=True, kw_only=True):
    """What of a question stands in the unit: which entries, and which form of which item."""

    entries: tuple[int, ...]
    forms: Mapping[int, int]


def choose_all(question: UnitQuestion, numbers: Iterable[int]) -> FormChoice:
    """The first form of each of the items ``numbers``, behind all entries."""
    return FormChoice(entries=tuple(range(len(question.entries))), forms=dict.fromkeys(numbers, 0))


def write_unit(question: UnitQuestion, choice: FormChoice) -> str:
    """The unit's text."""
    lines: list[str] = []
    for index in choice.entries:
        lines += [_mark(ENTRY, index), f"#include <{question.entries[index]}>"]
    lines += ['#line 1 "trtheaders-prelude"', USES, LAYOUTS, question.prelude]
    for number, form in choice.forms.items():
        lines += [_mark(ITEM, number), question.items[number][form]]
    return "\n".join([*lines, ""])


def _mark(what: str, number: int) -> str:
    return f'#line 1 "{what}-{number}"'


def strike(question: UnitQuestion, choice: FormChoice, rejected: Sequence[int]) -> FormChoice:
    """``choice`` with the next form of what was ``rejected``, or without it where there is none."""
    forms = dict(choice.forms)
    for number in rejected:
        if number in forms and forms[number] + 1 < len(question.items[number]):
            forms[number] += 1
        else:
            forms.pop(number, None)
    return FormChoice(entries=choice.entries, forms=forms)
