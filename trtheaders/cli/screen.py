"""What is shown on a terminal: how wide, in colour or not, and from where the reader stands."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trtheaders.cli.columns import cut_line, fold_line
from trtheaders.report.colours import Ink, paint
from trtheaders.visible import join_lines, let_ink_flow, show, show_line, spell_document

if TYPE_CHECKING:
    from trtheaders.model.answers.findings import Verification


def wants_colour(*, err: bool = False) -> bool:
    """Whether stdout (or stderr) is coloured: FORCE_COLOR, NO_COLOR, then whether it is a terminal (no-color.org)."""
    if os.environ.get("FORCE_COLOR"):
        return True
    stream = sys.stderr if err else sys.stdout
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and stream.isatty()


def screen_width(*, err: bool = False) -> int:
    """The columns of the terminal that stdout (or stderr) is; 0 where it is none, so that nothing is cut in a log."""
    stream = sys.stderr if err else sys.stdout
    if not stream.isatty():
        return 0
    if (told := os.environ.get("COLUMNS", "")).isdecimal() and int(told):
        return int(told)
    try:
        return os.get_terminal_size(stream.fileno()).columns or _USUAL
    except (OSError, ValueError):
        # Something that calls itself a terminal and has no size.
        return _USUAL


_USUAL = 80


def say(line: str, *, err: bool = False) -> None:
    """Print ``line``, which stays one line, whatever is in it; a terminal gets it folded."""
    _print(show_line(_paint_label(line, err)), err=err)


def say_text(text: str, *, err: bool = False, folded: bool = True) -> None:
    """Print the lines of ``text``, which a report rendered; each stays one, but where a terminal gets it ``folded``."""
    lines = [show_line(_paint_label(line, err)) for line in text.removesuffix("\n").split("\n")]
    _print("\n".join(lines), err=err, folded=folded)


def _print(text: str, *, err: bool, folded: bool = True) -> None:
    if folded and (width := screen_width(err=err)):
        text = "\n".join(fold_line(line, width) for line in text.split("\n"))
    clear_overwritten()
    click.echo(let_ink_flow(text), err=err, color=True)


_LABEL = re.compile(r"(\S+: )??(error|warning|hint|remark|note)(?=: )")
_INKS = {"error": Ink.ERROR, "warning": Ink.WARNING, "hint": Ink.HINT, "remark": Ink.NOTE, "note": Ink.NOTE}


def _paint_label(line: str, err: bool) -> str:
    """A message's first word in its colour; what goes to stdout was coloured by who rendered it."""
    found = _LABEL.match(line) if err and wants_colour(err=True) else None
    if found is None:
        return line
    before, word = found[1] or "", found[2]
    return f"{before}{paint(word, _INKS[word], coloured=True)}{line[found.end() :]}"


def hand_out(document: str) -> None:
    """Print a document of a format of its own, which escapes what means something in it."""
    click.echo(spell_document(document.removesuffix("\n")))


def hand_out_line(line: str) -> None:
    """Print ``line``, which a shell or a script takes: bytes of names as they are, and on one line."""
    hand_out(line.replace("\n", "\\u000a"))


_overwritten = False


def overwrite(line: str) -> None:
    """Show ``line`` on the terminal that stderr is, in place of the one before, as far as it has room."""
    global _overwritten
    _overwritten = bool(line)
    click.echo(f"\r\x1b[K{cut_line(show(line), screen_width(err=True) - 1)}", err=True, nl=False)


def clear_overwritten() -> None:
    """Take the line that :func:`overwrite` has shown off the terminal; nothing where there is none."""
    if _overwritten:
        overwrite("")


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
