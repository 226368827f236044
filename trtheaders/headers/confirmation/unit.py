"""The unit that a compiler is given: the headers, and one line for each thing that is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

from trtheaders.headers.confirmation.layouts import PRELUDE as LAYOUTS
from trtheaders.headers.confirmation.uses import PRELUDE as USES
from trtheaders.headers.confirmation.uses import Forms

ENTRY, ITEM = "trtheaders-entry", "trtheaders-item"
"""What `#line` calls the lines of the unit, a number behind it, so that the compiler's complaints name them."""

_UNDECLARED = re.compile(
    r"'(\w+)' (?:was not|has not been) declared\b|(?:use of undeclared identifier|unknown type name) '(\w+)'"
)
"""How g++ and clang++ say so."""
_TEMPLATE = re.compile(r"(?<![\w:])(?:::)?(?!std::)((?:\w+::)*\w+)::\w+<")
_RELATIVE = "using namespace "


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


def complete(forms: Forms) -> Forms:
    """``forms``, and one that finds what clang prints as the header writes it: `T` in `n::A<T>`."""
    scoped = _TEMPLATE.search(forms[0])
    return (*forms, f"{_RELATIVE}::{scoped[1]}; {forms[0]}") if scoped is not None else forms


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


def strike(question: UnitQuestion, choice: FormChoice, rejected: Mapping[int, str]) -> FormChoice:
    """``choice`` with the next form of what was ``rejected``, or without it where none may fare better.

    Each form costs another run of the compiler, which says why it refused the last.
    """
    forms = dict(choice.forms)
    for number, words in rejected.items():
        form = forms.pop(number, None)
        further = None if form is None else _find_next(question.items[number], form, words)
        if further is not None:
            forms[number] = further
    return FormChoice(entries=choice.entries, forms=forms)


def _find_next(forms: Forms, form: int, words: str) -> int | None:
    """The first of ``forms`` behind ``form`` that does not name what is not declared, unless it looks elsewhere."""
    unknown = _UNDECLARED.search(words)
    name = re.compile(rf"(?<![\w:]){re.escape(unknown[1] or unknown[2])}\b") if unknown is not None else None

    def may_fare_better(text: str) -> bool:
        if text.startswith(_RELATIVE):
            return name is not None
        return name is None or name.search(text) is None

    further = range(form + 1, len(forms))
    return next((index for index in further if may_fare_better(forms[index])), None)
