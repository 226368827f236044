"""Numbers with their nouns."""

from __future__ import annotations


def count_of(count: int, noun: str, many: str = "") -> str:
    """`1 promise`, `2 promises`; ``many`` is the plural of a noun that takes no `s`."""
    return f"{count} {noun if count == 1 else many or f'{noun}s'}"


def verb_for(count: int) -> str:
    """`was` or `were`."""
    return "was" if count == 1 else "were"
