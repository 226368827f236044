"""Numbers with their nouns."""

from __future__ import annotations


def count_of(count: int, noun: str) -> str:
    """`1 promise`, `2 promises`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def verb_for(count: int) -> str:
    """`was` or `were`."""
    return "was" if count == 1 else "were"
