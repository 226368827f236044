"""What is gone under one form and there under another: a macro that became a constant, a class that became an alias."""

from __future__ import annotations

from trtheaders.checks.diff.entries import Sheet
from trtheaders.checks.diff.spelt.numbers import is_one_value
from trtheaders.model.answers.changes import Detail, Impact
from trtheaders.model.headers.layouts import Macro


def tell_other_form(name: str, value: str, new: Sheet, *, called: bool = False) -> list[Detail]:
    """What ``name``, which is gone as what it was, is in the new headers; empty where it is nothing.

    ``value`` is what it came to, '' where it had none; ``called``: it was used with brackets behind it.
    """
    offer = new.offers.get(name)
    if offer is not None:
        return _tell(offer.word, value, offer.value)
    macro = find_macro(name, new)
    if macro is None or bool(macro.parameters) is not called:
        return []
    return _tell("a macro", value, macro.value)


def find_macro(name: str, sheet: Sheet) -> Macro | None:
    """The macro that replaces the last part of ``name``, guards apart."""
    last = name.rpartition("::")[2]
    return next((item for item in sheet.snapshot.macros if item.name == last and not item.guard), None)


def _tell(word: str, before: str, after: str) -> list[Detail]:
    details = [Detail(text=f"is {word} now")]
    if before and after and not is_one_value(before, after):
        details.append(Detail(text=f"is {after}, was {before}", impact=Impact.SILENT))
    return details
