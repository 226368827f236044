"""Damage what is read, by chance and by the thousand: `python tools/fuzz.py [--runs 500] [--seed 1] [--only NAME]`.

Runs are spread evenly over libraries of four kinds, snapshots, locks, configurations and logs. A failure is told with
what it takes to see it again: `--only NAME --seed SEED --runs 1`; put it into `tests/robustness/seeds.txt` then.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support.fuzzing import Outcome, Subject, build_project, load_program, run_damaged, seed_of, subjects


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=seed_of, default=1, help="the first seed; each round of runs takes the next one")
    parser.add_argument("--only", action="append", default=[], help="a kind of file, such as `lock`")
    parser.add_argument("--show", action="store_true", help="print what each run said")
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="trtheaders-fuzz-") as name:
        project = build_project(Path(name))
        chosen = [item for item in subjects(project) if not options.only or item.name in options.only]
        if not chosen:
            print(f"error: there are {', '.join(item.name for item in subjects(project))}", file=sys.stderr)
            return 2
        load_program()
        runs = [(chosen[number % len(chosen)], options.seed + number // len(chosen)) for number in range(options.runs)]
        outcomes = [(subject, seed, run_one(subject, seed, project, options.show)) for subject, seed in runs]
    return tell(outcomes, time.monotonic() - began)


def run_one(subject: Subject, seed: int, project: Path, show: bool) -> Outcome:
    outcome = run_damaged(subject, seed, project, project.parent)
    if show:
        print(f"$ trtheaders {' '.join(outcome.command)}\n{outcome.said}({outcome.status})", flush=True)
    if outcome.fault:
        last = (outcome.said.strip().splitlines() or [""])[-1]
        command = " ".join(outcome.command)
        print(f"FAIL --only '{subject.name}' --seed {seed}: `{command}`: {outcome.fault}: {last[:160]}", flush=True)
    return outcome


def tell(outcomes: list[tuple[Subject, int, Outcome]], seconds: float) -> int:
    """The figures; the exit code."""
    for name in dict.fromkeys(subject.name for subject, _, _ in outcomes):
        mine = [outcome for subject, _, outcome in outcomes if subject.name == name]
        ends = Counter(outcome.status for outcome in mine)
        said = ", ".join(f"{number} × {status}" for status, number in sorted(ends.items()))
        most = max(outcome.megabytes for outcome in mine)
        longest = max(outcome.seconds for outcome in mine)
        print(f"{name:<26} {len(mine):6} runs   exit codes {said:<36} at most {longest:.1f} s, {most:.0f} MB")
    failed = sum(bool(outcome.fault) for _, _, outcome in outcomes)
    print(f"{len(outcomes)} runs in {seconds:.0f} s, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
