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

from trtheaders.headers.parser.binding.prototypes import Visitor
from trtheaders.headers.parser.kinds import VisitResult


class _Here(threading.local):
    """What one thread is at."""

    depth = 0
    interrupted = False

    def __init__(self) -> None:
        self.gatherers: dict[_Key, _Gatherer] = {}


_here = _Here()
_BREAK, _CONTINUE, _RECURSE = int(VisitResult.BREAK), int(VisitResult.CONTINUE), int(VisitResult.RECURSE)
_BELOW = -1


def walk(start: Callable[[Callable[..., Any]], object], visit: Callable[..., Any]) -> None:
    """``start`` with ``visit`` in a form that never raises; then whatever ``visit`` raised is raised."""
    failures: list[BaseException] = []

    def guarded(*arguments: Any) -> Any:
        try:
            return _BREAK if failures else visit(*arguments)
        except BaseException as error:
            failures.append(error)
            # Of no meaning to what cannot be stopped.
            return _BREAK

    _run(start, guarded, failures)


_Key = tuple[int, frozenset[int] | None]
_Gatherer = tuple[Any, list[Any], list[BaseException]]
"""What libclang calls, and where it notes what it meets and what it raised."""


def gather(start: Callable[[Any], object], further: int, wanted: frozenset[int] | None) -> list[Any]:
    """The cursors that a visit meets, of the kinds ``wanted`` or of all, where each answers it with ``further``.

    As :func:`walk`, which is called half a million times for a large tree, with nothing in between, and with a callback
    that is made once: to make one takes as long as a short visit.
    """
    return _gather(start, (further, wanted), _note_wanted)


def gather_below(start: Callable[[Any], object], above: frozenset[int]) -> list[Any]:
    """As :func:`gather`, those directly below what a visit meets of the kinds ``above``: one visit instead of many."""
    return _gather(start, (_BELOW, above), _note_below)


def _gather(start: Callable[[Any], object], key: _Key, make: Callable[[int, Any], _Gatherer]) -> list[Any]:
    known = _here.gatherers.get(key)
    if known is None:
        known = _here.gatherers[key] = make(*key)
    visitor, found, failures = known
    try:
        _run(start, visitor, failures)
        return found.copy()
    finally:
        found.clear()
        failures.clear()


def _note_wanted(further: int, wanted: frozenset[int] | None) -> _Gatherer:
    found: list[Any] = []
    failures: list[BaseException] = []
    note = found.append

    def visit(cursor: Any, _parent: Any, _data: Any) -> int:
        try:
            if wanted is None or cursor._kind_id in wanted:
                note(cursor)
            return further
        except BaseException as error:
            failures.append(error)
            return _BREAK

    return Visitor(visit), found, failures


def _note_below(_further: int, above: frozenset[int]) -> _Gatherer:
    found: list[Any] = []
    failures: list[BaseException] = []

    def visit(cursor: Any, parent: Any, _data: Any) -> int:
        try:
            if parent._kind_id in above:
                found.append(cursor)
            elif cursor._kind_id in above:
                return _RECURSE
            return _CONTINUE
        except BaseException as error:
            failures.append(error)
            return _BREAK

    return Visitor(visit), found, failures


def _run(
    start: Callable[[Callable[..., Any]], object], visit: Callable[..., Any], failures: list[BaseException]
) -> None:
    _here.depth += 1
    try:
        start(visit)
    finally:
        _here.depth -= 1
    if failures:
        raise failures[0]
    if _here.interrupted and not _here.depth:
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
        if _here.depth:
            _here.interrupted = True
        else:
            usual(number, frame)

    signal.signal(signal.SIGINT, defer)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
