"""`add`, `sync`, `remove` and `adopt` are killed (SIGKILL, the whole group) before a step, or a moment after it.

The program halts before every step (`support.stepping`), so that kills can be spread over every phase, also those that
last microseconds. `TRTHEADERS_KILLS=200` does more of them than the ordinary run, and `every` kills at each step.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable

import pytest
from support.changes import CHANGES, Change, Halting
from support.upstream import Upstream, serve

from trtheaders.configuration import Configuration
from trtheaders.vendoring.folder.transactions import STAGING_PREFIX

pytestmark = [pytest.mark.slow, pytest.mark.faults]

KILLS = os.environ.get("TRTHEADERS_KILLS", "8")


@pytest.mark.parametrize("name", CHANGES)
def test_a_kill_at_any_step_leaves_the_old_or_the_new_state(
    name: str, upstream: Upstream, consumer: Configuration, tell: Callable[[str], None]
) -> None:
    with serve(upstream.path) as (url, _):
        change = Change(name, upstream, consumer, url)
        assert change.judge() == "new"
        killed: Counter[str] = Counter()
        ends: Counter[str] = Counter()
        chance = random.Random(20261123)
        for number, step in enumerate(choose(change.phases, chance)):
            change.start_again()
            delay = 0.0 if number % 2 else chance.uniform(0.0001, 0.003)
            killed[change.kill_at(step, delay)] += 1
            ends[change.judge()] += 1
            if number % 4 == 0:
                again = [sys.executable, "-m", "trtheaders", *change.arguments]
                subprocess.run(again, cwd=consumer.root, capture_output=True)
                assert change.judge() == "new"
    steps = len(change.phases)
    tell(f"{name}: {steps} steps, {killed.total()} kills, by phase {dict(killed)}, states after them {dict(ends)}")
    assert set(killed) == set(change.phases) >= {"before it", "staging", "preparing", "moving in", "committed"}
    assert set(ends) >= {"old"}


def choose(phases: list[str], chance: random.Random) -> list[int]:
    """Steps to kill at: as many in a phase of two steps as in one of fifty."""
    if KILLS == "every":
        return list(range(len(phases)))
    kinds = sorted(set(phases))
    return [
        chance.choice([step for step, kind in enumerate(phases) if kind == kinds[number % len(kinds)]])
        for number in range(max(int(KILLS), len(kinds)))
    ]


def test_what_a_killed_run_left_is_put_right_before_anything_else(upstream: Upstream, consumer: Configuration) -> None:
    """Undoing is killed as well: it is the first thing that the next run does."""
    with serve(upstream.path) as (url, _):
        change = Change("add", upstream, consumer, url)
        change.start_again()
        change.kill_at(change.phases.index("moving in"), 0.0)
        (staging,) = consumer.destination.glob(f"{STAGING_PREFIX}*")
        for _ in ("what was moved in goes back", "what was moved out goes back"):
            run = Halting(consumer, change.arguments)
            assert any(line.startswith("os.rename") and staging.name in line for line in run.steps())
            run.kill(0.001)
        assert change.judge() == "old"
