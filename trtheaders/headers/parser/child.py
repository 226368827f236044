"""libclang in a process of its own: what it dies of, hangs at or swallows takes nothing else with it.

The child is a fork, so that it costs a few milliseconds, has everything loaded, and sends back one value. The parent
waits where Ctrl-C reaches it, and ends the child at once, or when its time or memory is used up.
"""

from __future__ import annotations

import ctypes
import faulthandler
import gc
import os
import pickle
import resource
import select
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from msgspec import msgpack

from trtheaders.errors import ToolchainError, TrtHeadersError
from trtheaders.programs import children
from trtheaders.programs.children import DeviceWatch, open_devices

_Answer = TypeVar("_Answer")
_SECONDS, _GIBIBYTES = 300.0, 8.0
_LOOK_SECONDS = 0.2
_DEEPEST = 6000
"""Python's calls: a few for each level of nested classes."""
_PR_SET_PDEATHSIG = 1
_VALUE, _UNTEXT, _ERROR = b"V", b"U", b"E"


class ParserDeathError(ToolchainError):
    """libclang crashed; ``cause`` is a signal's name, the process's exit status in words, or libclang's own word."""

    def __init__(self, cause: str) -> None:
        super().__init__(f"libclang died of the headers ({cause})", hint="read one header at a time with `--entry`")
        self.cause = cause


def run_apart(work: Callable[[], _Answer], kind: type[_Answer]) -> _Answer:
    """What ``work`` gives, a value of ``kind`` that msgspec can write, from a process that ends with it.

    Raises what ``work`` raises, :class:`ParserDeathError` where the process died, and
    :class:`~trtheaders.errors.ToolchainError` where it took longer than `TRTHEADERS_PARSER_SECONDS` (300) allows. Its
    memory is limited to `TRTHEADERS_PARSER_GIB` (8).
    """
    with begun_apart(work, kind) as answer:
        return answer()


@contextmanager
def begun_apart(work: Callable[[], _Answer], kind: type[_Answer]) -> Iterator[Callable[[], _Answer]]:
    """A function that waits for what :func:`run_apart` gives, begun already; what is not asked for is ended."""
    usual = frozenset(open_devices(os.getpid()))
    reader, writer = os.pipe()
    # What a handler raises while Python forks is printed and lost: Ctrl-C waits until there is a child to end.
    unblocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        child = _fork()
    except OSError:
        signal.pthread_sigmask(signal.SIG_SETMASK, unblocked)
        raise
    if child == 0:
        os.close(reader)
        children.forget_all()
        _be_child(work, writer)
    os.close(writer)
    status: int | None = None

    def answer() -> _Answer:
        nonlocal status
        data = _receive(reader, _limit("TRTHEADERS_PARSER_SECONDS", _SECONDS), DeviceWatch(child, usual=usual))
        status = os.waitpid(child, 0)[1]
        return _read(data, status, kind)

    try:
        children.note(child, group=False)
        signal.pthread_sigmask(signal.SIG_SETMASK, unblocked)
        yield answer
    finally:
        os.close(reader)
        if status is None:
            children.end(child)
            with suppress(ChildProcessError):
                os.waitpid(child, 0)
        children.forget(child)


def _fork() -> int:
    with warnings.catch_warnings():
        # Python warns of threads that the child does not have; none of ours holds a lock here.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _limit(name: str, usual: float) -> float:
    try:
        given = float(os.environ.get(name, ""))
    except ValueError:
        return usual
    return given if given > 0 else usual


def _receive(reader: int, seconds: float, watch: DeviceWatch) -> bytes:
    end = time.monotonic() + seconds
    pieces: list[bytes] = []
    while True:
        left = max(0.0, end - time.monotonic())
        if not select.select([reader], [], [], min(left, _LOOK_SECONDS))[0]:
            _refuse_endless(watch.look(), left, seconds)
            continue
        piece = os.read(reader, 1 << 20)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)


def _refuse_endless(device: str | None, left: float, seconds: float) -> None:
    if device is not None:
        raise ToolchainError(
            f"an `#include` of the headers leads to the device `{device}`, which never ends",
            hint="take the `#include` out; a header is a file",
        )
    if not left:
        raise ToolchainError(
            f"the parser did not finish within {seconds:g} seconds",
            hint="an `#include` of a FIFO never ends; TRTHEADERS_PARSER_SECONDS allows more",
        )


def _read(data: bytes, status: int, kind: type[_Answer]) -> _Answer:
    if data[:1] == _VALUE and status == 0:
        with _no_collection():
            return msgpack.decode(data[1:], type=kind)
    if data[:1] == _UNTEXT and status == 0:
        answer: _Answer = pickle.loads(data[1:])
        return answer
    if data[:1] == _ERROR and status == 0:
        raise pickle.loads(data[1:])
    code = os.waitstatus_to_exitcode(status)
    raise ParserDeathError(signal.Signals(-code).name if code < 0 else f"exit status {code}")


@contextmanager
def _no_collection() -> Iterator[None]:
    """Python's collector would look through half a million new values again and again, in ten times as long."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _be_child(work: Callable[[], _Answer], writer: int) -> None:
    """Do ``work``, send the answer, and end without a trace of the parent's in it."""
    status = 1
    try:
        _settle_in()
        try:
            data = _encode(work())
        except TrtHeadersError as error:
            data = _ERROR + pickle.dumps(error)
        except MemoryError:
            os.kill(os.getpid(), signal.SIGKILL)
        except Exception:
            data = _ERROR + pickle.dumps(RuntimeError(traceback.format_exc()))
        with open(writer, "wb") as pipe:
            pipe.write(data)
        status = 0
    finally:
        os._exit(status)


def _encode(value: object) -> bytes:
    """``value`` for the pipe; a name that is no UTF-8 (an old Latin-1 folder) has no form in msgpack."""
    try:
        return _VALUE + msgpack.encode(value)
    except UnicodeEncodeError:
        return _UNTEXT + pickle.dumps(value)


def _settle_in() -> None:
    """Die with the parent and leave Ctrl-C to it; no crash reports, no core files, limits of memory and depth."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    faulthandler.disable()
    gc.disable()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = int(_limit("TRTHEADERS_PARSER_GIB", _GIBIBYTES) * 1024**3)
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (most if hard < 0 else min(most, hard), hard))
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _DEEPEST))
