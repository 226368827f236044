"""A walk through libclang's tree ends whole or raises: nothing is recorded of half a walk."""

from __future__ import annotations

import signal
import threading
import time

import pytest
from support.recording import promised, record_text

from trtheaders.headers.parser.unit import Unit

COUNT = 1500
TEXT = "".join(f"int function{number}(int);\n" for number in range(COUNT))


class Refusing(frozenset):
    """A set that cannot be asked."""

    def __contains__(self, item: object) -> bool:
        raise LookupError("asked")


def test_what_a_callback_raises_is_raised_outside():
    unit = Unit.parse("namespace n { int f(); }", [])
    with pytest.raises(LookupError, match="asked"):
        unit.top_level()[0].descend(Refusing())


def test_the_walk_after_a_failed_one_is_whole():
    unit = Unit.parse("namespace n { int f(); int g(); }", [])
    with pytest.raises(LookupError):
        unit.top_level()[0].descend(Refusing())
    assert len(unit.top_level()[0].children()) == 2


# What is raised while Python collects garbage or forks is printed and lost, whoever's callback it meets there.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_is_raised_and_never_cuts_a_snapshot_short(tmp_path, capfd):
    began = time.monotonic()
    assert len(promised(record_text(tmp_path, TEXT))) == COUNT
    length = time.monotonic() - began
    interrupted, main = 0, threading.main_thread().ident
    for step in range(12):
        timer = threading.Timer(length * step / 12, signal.pthread_kill, (main, signal.SIGINT))
        try:
            timer.start()
            assert len(promised(record_text(tmp_path, TEXT))) == COUNT
            timer.join()
        except KeyboardInterrupt:
            interrupted += 1
    assert interrupted
    assert "ctypes" not in capfd.readouterr().err


def test_the_handler_that_was_there_is_there_again(tmp_path):
    before = signal.getsignal(signal.SIGINT)
    record_text(tmp_path, "int f();")
    assert signal.getsignal(signal.SIGINT) is before
