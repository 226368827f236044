"""What a command is about, on a terminal, while it takes longer than a moment."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator

from trtheaders.cli.screen import clear_overwritten, overwrite

_MOMENT = 0.8
"""Seconds: what is answered sooner needs no word."""


@contextlib.contextmanager
def telling(what: str) -> Iterator[None]:
    """Show ``what`` on stderr for the length of the block, once it has taken a moment; nothing where it is a pipe."""
    if not sys.stderr.isatty():
        yield
        return
    over = threading.Event()
    teller = threading.Thread(target=_tell, args=(what, over), daemon=True)
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()


def _tell(what: str, over: threading.Event) -> None:
    seconds = 0.0
    while not over.wait(_MOMENT):
        seconds += _MOMENT
        overwrite(f"{what} … {seconds:.0f} s")
    clear_overwritten()
