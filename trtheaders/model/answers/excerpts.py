"""A line of source, and what in it is meant."""

from __future__ import annotations

from msgspec import Struct


class Excerpt(Struct, frozen=True, kw_only=True):
    """``text`` is the line without its end, tabs as spaces; ``column`` counts from 0, ``length`` is at least 1."""

    line: int
    text: str
    column: int
    length: int
