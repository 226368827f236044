"""Values as headers write them: whether two of them are one."""

from __future__ import annotations

import re


def is_one_value(one: str, other: str) -> bool:
    """Whether both are the same number, however each is written (`16`, `0x10`, `0.5f`), or the same text."""
    numbers = [_read_number(text) for text in (one, other)]
    if None in numbers:
        return same_value(one, other)
    return numbers[0] == numbers[1]


def _read_number(text: str) -> int | float | None:
    bare = text.strip().replace("'", "")
    try:
        return int(bare.rstrip("uUlLzZ"), 0)
    except ValueError:
        pass
    try:
        return float(bare.rstrip("fFlL"))
    except ValueError:
        return None


def same_value(old: str, new: str) -> bool:
    """Whether two expressions are the same but for white space and the scopes that names are qualified with."""
    bare = [re.sub(r"(?:\b\w+)?::", "", re.sub(r"\s+", "", text)) for text in (old, new)]
    return bare[0] == bare[1]
