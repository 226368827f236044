"""Changes of a vendored folder that start from the same state each time, and may end in a few; programs that halt."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from support.upstream import Upstream, headers
from trtheaders.configuration import Configuration
from trtheaders.vendoring.folder.store import Store
from trtheaders.vendoring.folder.transactions import STAGING_PREFIX
from trtheaders.verbs.add import add
from trtheaders.verbs.status import status

TESTS = Path(__file__).resolve().parents[1]


class Halting:
    """A running `trtheaders` that halts before every step."""

    def __init__(self, consumer: Configuration, arguments: Sequence[str]) -> None:
        out_read, out_write = os.pipe()
        into_read, into_write = os.pipe()
        self._into = into_write
        self._lines = os.fdopen(out_read, "r")
        cache = os.environ["XDG_CACHE_HOME"]
        places = os.pathsep.join((str(consumer.destination.parent), cache))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "support.stepping", str(out_write), str(into_read), places, *arguments],
            cwd=consumer.root,
            env={**os.environ, "PYTHONPATH": str(TESTS)},
            pass_fds=(out_write, into_read),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(out_write)
        os.close(into_read)

    def steps(self) -> Iterator[str]:
        """The steps, one by one; the program goes on when the next one is asked for."""
        for line in self._lines:
            yield line
            os.write(self._into, b".")

    def kill(self, delay: float = 0.0) -> None:
        """Kill the whole group; with a ``delay`` in seconds let it take the step that it halts before first."""
        if delay:
            os.write(self._into, b".")
            time.sleep(delay)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._lines.close()
        os.close(self._into)


OUTSIDE = "outside"


def phase(destination: Path) -> str:
    """What the program is at, from what lies on the disk while it halts."""
    stagings = list(destination.glob(f"{STAGING_PREFIX}*"))
    if not stagings:
        return OUTSIDE
    (staging,) = stagings
    if (staging / "lock").exists():
        return "moving out" if any((staging / "new").iterdir()) else "moving in"
    if (staging / "old").exists() and not (staging / "lock.part").exists():
        return "committed"
    if (staging / "install").exists():
        return "preparing"
    return "recording" if any(staging.rglob("LICENSE")) else "staging"


CHANGES = {
    "add": ("add", "--force", "v1.0.0", "v1.2.0rc3", "--remote", "{url}"),
    "sync": ("sync", "--remote", "{url}"),
    "remove": ("remove", "--force", "1.0.0", "1.2.0rc3"),
    "adopt": ("adopt", "--remote", "{url}"),
}
Photograph = dict[str, bytes]


class Change:
    """A change of a consumer's folder, from the same state each time; ``states`` are those that it may leave."""

    def __init__(self, name: str, upstream: Upstream, consumer: Configuration, url: str) -> None:
        self.consumer = consumer
        self.arguments = [word.format(url=url) for word in CHANGES[name]]
        _PREPARE[name](upstream, consumer, url)
        self.states = {"old": photograph(consumer.destination)}
        self.template = consumer.root.with_name("template")
        consumer.root.rename(self.template)
        if name == "add":
            # Each release is a change of its own.
            self.start_again()
            add(["v1.0.0"], configuration=consumer, remote=url, force=True)
            self.states["between"] = photograph(consumer.destination)
        self.phases = self._survey()
        self.states["new"] = photograph(consumer.destination)
        if name == "sync":
            self.states["between"] = {k: v for k, v in self.states["new"].items() if not k.startswith("1.2.0rc3/")}

    def start_again(self) -> None:
        """The state before the change, and no cache."""
        for folder in (self.consumer.root, Path(os.environ["XDG_CACHE_HOME"])):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.template, self.consumer.root, symlinks=True)

    def _survey(self) -> list[str]:
        """Let one run go through; the phase of each of its steps."""
        self.start_again()
        run = Halting(self.consumer, self.arguments)
        phases = [phase(self.consumer.destination) for _ in run.steps()]
        assert run.process.wait() == 0
        run.kill()
        inside = [number for number, name in enumerate(phases) if name != OUTSIDE]
        around = {"before it": range(inside[0]), "after it": range(inside[-1] + 1, len(phases))}
        for name, numbers in around.items():
            phases[numbers.start : numbers.stop] = [name] * len(numbers)
        return phases

    def kill_at(self, wanted: int, delay: float) -> str:
        """Kill a run at the step ``wanted``; the phase that it was in."""
        run = Halting(self.consumer, self.arguments)
        for number, _ in enumerate(run.steps()):
            if number == wanted:
                break
        run.kill(delay)
        return self.phases[wanted]

    def judge(self) -> str:
        """Which of the states is there, after the next run put things right."""
        destination = self.consumer.destination
        Store(destination).recover()
        assert not list(destination.glob(f"{STAGING_PREFIX}*"))
        found = photograph(destination)
        (name,) = [name for name, state in self.states.items() if state == found] or [""]
        assert name, {
            n: [k for k in s.keys() | found.keys() if s.get(k) != found.get(k)] for n, s in self.states.items()
        }
        assert name != "new" or status(destination=destination).is_clean
        return name


def photograph(folder: Path) -> Photograph:
    """Every file; what was recorded of headers, and the lock's line on it, apart: a kill may come before them."""
    return {
        str(file.relative_to(folder)): re.sub(rb'(?m)^snapshot = "\w+"\n', b"", file.read_bytes())
        for file in folder.rglob("*")
        if file.is_file() and not file.name.startswith("abi-snapshot")
    }


def has_an_older_release(upstream: Upstream, consumer: Configuration, url: str) -> None:
    """1.0.0 is there; upstream's tag moved after that, so that adding it again replaces it."""
    many = {f"h{number}": f"// {number}\n" for number in range(10)}
    upstream.release("v1.0.0", headers(**many))
    add(["v1.0.0"], configuration=consumer, remote=url)
    upstream.release("v1.0.0", headers(**many, new="// new\n"))


def has_both(_: Upstream, consumer: Configuration, url: str) -> None:
    add(["v1.0.0", "v1.2.0rc3"], configuration=consumer, remote=url)


def has_lost_files(upstream: Upstream, consumer: Configuration, url: str) -> None:
    has_both(upstream, consumer, url)
    shutil.rmtree(consumer.destination / "1.2.0rc3")
    next((consumer.destination / "1.0.0").rglob("executor.h")).unlink()


def has_no_lock(upstream: Upstream, consumer: Configuration, url: str) -> None:
    has_both(upstream, consumer, url)
    (consumer.destination / "trtheaders.lock").unlink()


_PREPARE = {"add": has_an_older_release, "sync": has_lost_files, "remove": has_both, "adopt": has_no_lock}
