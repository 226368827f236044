"""What we started and is still running, so that whatever ends us ends it too; and what it reads without end.

Two ways, since one of them cannot do both: :func:`end_all` ends it at once where we are told to end, and a program
holds the end of a pipe (:mod:`~.start`), which tells it that we are gone, however that came.
"""

from __future__ import annotations

import contextlib
import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field

from trtheaders.programs.files import read_bytes

_HARMLESS = ("/dev/null", "/dev/nvidia")
_running: dict[int, bool] = {}
_state = {"ending": False}


def note(process: int, *, group: bool) -> None:
    """``process`` runs, leading a group of its own or not. Raises KeyboardInterrupt where everything is to end."""
    _running[process] = group
    if _state["ending"]:
        end(process)
        raise KeyboardInterrupt


def end(process: int) -> None:
    """Kill ``process``, with its group if it leads one; the caller waits for it."""
    group = _running.pop(process, None)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if group is not None:
            (os.killpg if group else os.kill)(process, signal.SIGKILL)


def forget(process: int) -> None:
    """``process`` is gone."""
    _running.pop(process, None)


def forget_all() -> None:
    """This is a fork: nothing of what runs is its own."""
    _running.clear()


def end_all() -> None:
    """Kill everything that runs, and let nothing else be started: threads that wait for it go on, and end."""
    _state["ending"] = True
    for process in tuple(_running):
        end(process)


class DeviceWatch(Struct):
    """Looks now and then for a device that ``process``, or a child of it, goes on reading: `#include "/dev/zero"`."""

    process: int
    usual: frozenset[str] = frozenset()
    """What may be open: devices that the process was given."""
    seen: set[tuple[int, str]] = field(default_factory=set)

    def look(self) -> str | None:
        """The device, once it was open at two looks one after the other; None where there is none."""
        now = {(one, name) for one in _family(self.process) for name in open_devices(one) if name not in self.usual}
        lasting = self.seen & now
        self.seen = now
        return min(lasting)[1] if lasting else None


def open_devices(process: int) -> Iterator[str]:
    """The character devices that ``process`` has open, but for `/dev/null` and the driver's."""
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(f"/proc/{process}/fd")):
            with contextlib.suppress(OSError):
                name = str(Path(entry.path).readlink())
                if not name.startswith(_HARMLESS) and stat.S_ISCHR(entry.stat().st_mode):
                    yield name


def _family(process: int) -> Iterator[int]:
    """``process`` and what descends from it (proc(5), `/proc/PID/task/TID/children`)."""
    yield process
    for file in list(Path(f"/proc/{process}/task").glob("*/children")):
        with contextlib.suppress(OSError):
            for child in read_bytes(file).split():
                yield from _family(int(child))
