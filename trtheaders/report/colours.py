"""ANSI colours, or none."""

from __future__ import annotations

from enum import Enum

from trtheaders import visible


class Ink(Enum):
    """What is coloured, and the SGR code for it."""

    ERROR = "1;31"
    WARNING = "1;33"
    NOTE = "1;36"
    HINT = "1;32"
    PLACE = "1"
    GOOD = "32"
    OK = "32;1"
    FAINT = "2"


def paint(text: str, ink: Ink, *, coloured: bool) -> str:
    """``text`` in that ink, or as it is."""
    return visible.ink(text, ink.value) if coloured and text else text
