"""Python that libclang calls back: what it raises ends the walk, and is raised outside of it.

ctypes prints what a callback raises, and libclang goes on or stops: half a walk would pass for a whole one, and a
snapshot of it be recorded and trusted.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from trtheaders.headers.parser.kinds import VisitResult

_here = threading.local()


def walk(start: Callable[[Callable[..., Any]], object], visit: Callable[..., Any]) -> None:
    """``start`` with ``visit`` in a form that never raises; then whatever ``visit`` raised is raised."""
    failures: list[BaseException] = []

    def guarded(*arguments: Any) -> Any:
        try:
            return VisitResult.BREAK if failures else visit(*arguments)
        except BaseException as error:
            failures.append(error)
            # Of no meaning to what cannot be stopped.
            return VisitResult.BREAK

    _here.depth = getattr(_here, "depth", 0) + 1
    try:
        start(guarded)
    finally:
        _here.depth -= 1
    if failures:
        raise failures[0]
    if getattr(_here, "interrupted", False) and not _here.depth:
        _here.interrupted = False
        raise KeyboardInterrupt


@contextmanager
def interrupts_between_walks() -> Iterator[None]:
    """Ctrl-C inside of the block takes effect when a walk is over, a moment later, and never within a callback.

    Even a guarded callback has instructions outside of its guard. Only the main thread is interrupted.
    """
    usual = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(usual):
        yield
        return

    def defer(number: int, frame: FrameType | None) -> None:
        if getattr(_here, "depth", 0):
            _here.interrupted = True
        else:
            usual(number, frame)

    signal.signal(signal.SIGINT, defer)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
