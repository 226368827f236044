"""What is shown on a terminal: how wide, in colour or not, and from where the reader stands."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trtheaders.visible import join_lines, let_ink_flow, show, show_line, spell_document

if TYPE_CHECKING:
    from trtheaders.model.answers.findings import Verification


def wants_colour() -> bool:
    """Whether stdout is coloured: FORCE_COLOR, then NO_COLOR, then whether it is a terminal (no-color.org)."""
    if os.environ.get("FORCE_COLOR"):
        return True
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and sys.stdout.isatty()


def screen_width() -> int:
    """The terminal's columns; 0 where stdout is none, so that nothing is cut in a log."""
    if not sys.stdout.isatty():
        return 0
    import shutil

    return shutil.get_terminal_size().columns


def say(line: str, *, err: bool = False) -> None:
    """Print ``line``, which stays one line, whatever is in it."""
    click.echo(let_ink_flow(show_line(line)), err=err, color=True)


def say_text(text: str, *, err: bool = False) -> None:
    """Print the lines of ``text``, which a report rendered; each stays one."""
    click.echo(let_ink_flow(join_lines(text.removesuffix("\n").split("\n"))), err=err, color=True)


def hand_out(document: str) -> None:
    """Print a document of a format of its own, which escapes what means something in it."""
    click.echo(spell_document(document.removesuffix("\n")))


def hand_out_line(line: str) -> None:
    """Print ``line``, which a shell or a script takes: bytes of names as they are, and on one line."""
    hand_out(line.replace("\n", "\\u000a"))


def overwrite(line: str) -> None:
    """Show ``line`` on the terminal that stderr is, in place of the one before."""
    click.echo(f"\r\x1b[K{show(line)}", err=True, nl=False)


def from_here(text: str) -> str:
    """``text`` on one visible line, with its paths as somebody in the working folder writes them."""
    return show(_shorten(text))


def lines_from_here(text: str) -> str:
    """As :func:`from_here` for each line of ``text``, which a report rendered and may have coloured."""
    return join_lines(map(_shorten, text.split("\n")))


def _shorten(line: str) -> str:
    from trtheaders.report.places import shorten_paths

    try:
        return shorten_paths(line, Path.cwd())
    except OSError:
        # The working folder is gone.
        return line


def render_screen(verification: Verification, *, refusal: str = "", verbose: bool = False, quiet: bool = False) -> str:
    """``verification`` as text for whoever reads stdout, with the source line of its first finding."""
    from trtheaders.report.verification.text import Screen, render_verification, shown_findings
    from trtheaders.steps.verdict.excerpt import read_excerpt

    screen = Screen(base=Path.cwd(), verbose=verbose, quiet=quiet, coloured=wants_colour(), width=screen_width())
    first = shown_findings(verification, screen)[:1]
    excerpt = read_excerpt(verification.header_root, first[0]) if first else None
    return render_verification(verification, screen, excerpt=excerpt, refusal=refusal)
