"""Signals that end the program: what was started ends at once, and what was begun is put away as after Ctrl-C."""

from __future__ import annotations

import signal
from types import FrameType

_received = [signal.SIGINT]


def listen() -> None:
    """Let SIGTERM and SIGHUP end the run as Ctrl-C does, unless who started us wants them ignored (`nohup`)."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, _end)


def last_words() -> tuple[str, int]:
    """What to say of the signal that ended the run, and the exit code for it."""
    # SIGINT where nothing else did.
    number = _received[0]
    return "error: interrupted" if number == signal.SIGINT else f"error: ended by {number.name}", 128 + number


def _end(number: int, frame: FrameType | None) -> None:
    from trtheaders.programs.children import end_all

    _received[0] = signal.Signals(number)
    if number != signal.SIGINT:
        # `timeout` sends it twice; the second one would meet us while we put things away.
        signal.signal(number, signal.SIG_IGN)
    end_all()
    raise KeyboardInterrupt
