"""How `--help` is laid out on a terminal that is narrower than click reckons with."""

from __future__ import annotations

from collections.abc import Iterable

import click

from trtheaders.cli.screen import screen_width

_NARROW = 60
_TERM = 12
"""Columns for an option's or a command's name there: a longer one has a line of its own."""


class NarrowFormatter(click.HelpFormatter):
    """Lists whose descriptions have room beside a narrow first column."""

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """As click does, with that column."""
        super().write_dl(list(rows), _TERM, col_spacing)


class Help(click.Context):
    """A command's run, whose help fits a narrow terminal."""

    def make_formatter(self) -> click.HelpFormatter:
        """Click's own formatter, but for a narrow terminal."""
        width = screen_width()
        return NarrowFormatter(width=width - 1) if 0 < width < _NARROW else super().make_formatter()
