"""`add` is killed (SIGKILL, its whole process group, from outside) before a step, or a moment after it.

The program halts before every step (`support.stepping`), so that kills can be spread over every phase, also those that
last microseconds. `TRTHEADERS_KILLS=200` does more of them than the ordinary run.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.upstream import LICENSE, Upstream, headers, serve

from trtheaders.configuration import Configuration
from trtheaders.vendoring.folder.store import Store
from trtheaders.vendoring.folder.transactions import STAGING_PREFIX
from trtheaders.verbs.add import add
from trtheaders.verbs.status import status

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("TRTHEADERS_KILLS", "16"))
TESTS = Path(__file__).resolve().parents[1]


class Halting:
    """A running `trtheaders add` that halts before every step."""

    def __init__(self, consumer: Configuration, url: str) -> None:
        out_read, out_write = os.pipe()
        into_read, into_write = os.pipe()
        self._into = into_write
        self._lines = os.fdopen(out_read, "r")
        cache = os.environ["XDG_CACHE_HOME"]
        places = os.pathsep.join((str(consumer.destination.parent), cache))
        arguments = ["add", "--force", "v1.0.0", "v1.2.0rc3", "--remote", url]
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


def phase(destination: Path) -> str:
    """What the program is at, from what lies on the disk while it halts."""
    stagings = list(destination.glob(f"{STAGING_PREFIX}*"))
    if not stagings:
        return "fetching" if not (destination / "1.2.0rc3").exists() else "done"
    (staging,) = stagings
    if (staging / "lock").exists():
        return "moving out" if any((staging / "new").iterdir()) else "moving in"
    if (staging / "old").exists() and not (staging / "lock.part").exists():
        return "committed"
    if (staging / "install").exists():
        return "preparing"
    return "recording" if any(staging.rglob("LICENSE")) else "staging"


@pytest.fixture
def template(upstream: Upstream, consumer: Configuration, tmp_path: Path) -> Path:
    """A consumer's folder that has 1.0.0; upstream's tag moved after that, so that adding it again replaces it."""
    many = {f"h{number}": f"// {number}\n" for number in range(10)}
    upstream.release("v1.0.0", headers(**many))
    add(["v1.0.0"], configuration=consumer, remote=str(upstream.path))
    upstream.release("v1.0.0", headers(**many, new="// new\n"))
    consumer.root.rename(tmp_path / "template")
    return tmp_path / "template"


def start_again(template: Path, consumer: Configuration) -> None:
    for folder in (consumer.root, Path(os.environ["XDG_CACHE_HOME"])):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template, consumer.root, symlinks=True)


def judge(upstream: Upstream, consumer: Configuration, old: dict[str, bytes]) -> str:
    """The store is the old one or the new one of each release; which of them."""
    Store(consumer.destination).recover()
    answer = status(destination=consumer.destination)
    assert answer.is_clean, answer
    assert not list(consumer.destination.glob(f"{STAGING_PREFIX}*"))
    versions = list(Store(consumer.destination).lock().releases)
    assert versions in (["1.0.0"], ["1.0.0", "1.2.0rc3"]), versions
    found = read(consumer.destination / "1.0.0")
    new = {**upstream.files("v1.0.0"), "LICENSE": LICENSE.encode()}
    assert found in (old, new)
    if found == old:
        assert versions == ["1.0.0"]
        return "old"
    return "new" if len(versions) == 2 else "between"


def read(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and not file.name.startswith("abi-snapshot")
    }


def test_a_kill_at_any_step_leaves_the_old_or_the_new_state(
    template: Path,
    upstream: Upstream,
    consumer: Configuration,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    old = read(template / "include" / "tensorrt-llm" / "1.0.0")
    with serve(upstream.path) as (url, _):
        phases = survey(template, consumer, url)
        assert judge(upstream, consumer, old) == "new"
        killed: Counter[str] = Counter()
        ends: Counter[str] = Counter()
        chance = random.Random(20261123)
        for number, step in enumerate(choose(phases, KILLS, chance)):
            start_again(template, consumer)
            delay = 0.0 if number % 2 else chance.uniform(0.0001, 0.003)
            killed[kill_at(consumer, url, step, delay)] += 1
            ends[judge(upstream, consumer, old)] += 1
            if number % 4 == 0:
                add(["v1.0.0", "v1.2.0rc3"], configuration=consumer, remote=url, force=True)
                assert judge(upstream, consumer, old) == "new"
    record_testsuite_property("kills", f"by phase {dict(killed)}, states after them {dict(ends)}")
    assert set(killed) >= {"fetching", "staging", "recording", "preparing", "moving out", "moving in", "committed"}
    assert set(ends) >= {"old", "between"}


def survey(template: Path, consumer: Configuration, url: str) -> list[str]:
    """Let one run go through; the phase of each of its steps."""
    start_again(template, consumer)
    run = Halting(consumer, url)
    phases = [phase(consumer.destination) for _ in run.steps()]
    assert run.process.wait() == 0
    run.kill()
    return phases


def choose(phases: list[str], count: int, chance: random.Random) -> list[int]:
    """Steps to kill at: as many in a phase of two steps as in one of fifty."""
    kinds = sorted(set(phases))
    return [
        chance.choice([step for step, kind in enumerate(phases) if kind == kinds[number % len(kinds)]])
        for number in range(count)
    ]


def kill_at(consumer: Configuration, url: str, wanted: int, delay: float) -> str:
    run = Halting(consumer, url)
    found = "done"
    for number, _ in enumerate(run.steps()):
        if number == wanted:
            found = phase(consumer.destination)
            break
    run.kill(delay)
    return found


def test_what_a_killed_run_left_is_put_right_before_anything_else(
    template: Path, upstream: Upstream, consumer: Configuration
) -> None:
    """Undoing is killed as well: it is the first thing that the next run does."""
    old = read(template / "include" / "tensorrt-llm" / "1.0.0")
    with serve(upstream.path) as (url, _):
        phases = survey(template, consumer, url)
        start_again(template, consumer)
        kill_at(consumer, url, phases.index("moving in"), 0.0)
        (staging,) = consumer.destination.glob(f"{STAGING_PREFIX}*")
        for _ in ("what was moved in goes back", "what was moved out goes back"):
            run = Halting(consumer, url)
            assert any(line.startswith("os.rename") and staging.name in line for line in run.steps())
            run.kill(0.001)
        assert judge(upstream, consumer, old) == "old"
