"""What a member starts as, or a parameter without an argument: whether two spellings come to one value."""

from __future__ import annotations

import re
from typing import NamedTuple

from trtheaders.checks.diff.spelt.conversions import is_arithmetic, value_type
from trtheaders.checks.diff.spelt.numbers import is_one_value, same_value


class Start(NamedTuple):
    """``text`` as the header has it, what the parser says that it comes to ('' where it says nothing), and the type."""

    text: str
    value: str
    type: str


def is_one_start(one: Start, other: Start) -> bool:
    """Whether both come to the same, as far as that can be told: `{}`, `nullptr`, `T()` may be one.

    What the same words stand for is told where it is declared.
    """
    if same_value(one.text, other.text):
        return True
    if one.value and other.value:
        return is_one_value(one.value, other.value)
    bare = [_read(start) for start in (one, other)]
    return value_type(one.type) == value_type(other.type) and is_one_value(*bare)


def _read(start: Start) -> str:
    """The value without braces, and without a name of the type in front; of nothing, what nothing is in the type."""
    text = start.text.strip()
    inner = re.fullmatch(r"(?:([\w:]+)(?:<.*>)?\s*)?(?:\{(.*)\}|\(\s*\))", text)
    last = (inner[1] or "").rpartition("::")[2] if inner else ""
    if inner and (not last or re.search(rf"\b(?:basic_)?{last}\b", start.type)):
        text = (inner[2] or "").strip()
    text = _WORDS.get(text, text)
    return text or _nothing(value_type(start.type))


_WORDS = {"false": "0", "true": "1", "NULL": "nullptr", "std::nullopt": "nullopt"}


def _nothing(bare: str) -> str:
    if is_arithmetic(bare):
        return "0"
    if bare.endswith("*"):
        return "nullptr"
    if bare.startswith("std::optional<"):
        return "nullopt"
    return '""' if bare.startswith(("std::basic_string<", "std::__cxx11::basic_string<")) else "{}"
