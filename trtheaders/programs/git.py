"""Questions to git about the repositories around a file: what is tracked, ignored, or lies there.

Only reads: no fsmonitor, no hook, no bare repository that a clone brought, no network, none of the caller's `GIT_*`
variables (:mod:`~.isolation`). Fetching is :mod:`trtheaders.vendoring.git.upstream`'s, with the same settings.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from trtheaders.programs.isolation import OFFLINE, SETTINGS, surroundings

_SECONDS = 30.0


def ask_git(folder: Path, arguments: Sequence[str], *, given: bytes = b"") -> bytes | None:
    """What `git ARGUMENTS` in ``folder`` writes to standard output; None where it fails, or where there is no git."""
    program = find_git(folder)
    if program is None:
        return None
    import subprocess

    settings = [word for setting in SETTINGS for word in ("-c", setting)]
    try:
        done = subprocess.run(
            [program, *settings, *arguments],
            cwd=folder,
            env=surroundings(OFFLINE),
            input=given,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    # `check-ignore` ends with 1 where nothing is ignored.
    return done.stdout if done.returncode in (0, 1) else None


def find_git(folder: Path) -> Path | None:
    """The `git` on PATH; relative entries, and those in a repository around ``folder`` or us, are passed over."""
    around = {*work_trees(folder), *work_trees(_here())}
    for part in os.get_exec_path():
        program = Path(part) / "git"
        outside = program.is_absolute() and not any(program.is_relative_to(root) for root in around)
        if outside and os.access(program, os.X_OK) and program.is_file():
            return program
    return None


def _here() -> Path:
    try:
        return Path.cwd()
    except OSError:
        # The working folder is gone.
        return Path("/")


def work_trees(place: Path) -> tuple[Path, ...]:
    """The folders at or above ``place`` (absolute) that hold a `.git`, the nearest first."""
    return tuple(folder for folder in (place, *place.parents) if os.path.lexists(folder / ".git"))


def find_tracked(root: Path, places: Iterable[Path]) -> tuple[str, ...] | None:
    """What git's index of the work tree ``root`` has at or below ``places``: paths relative to ``root``.

    A submodule counts as one entry. Case does not count, since it does not on every file system. None where git gives
    no answer.
    """
    words = [f":(icase,literal){os.path.relpath(place, root)}" for place in places]
    if not words:
        return ()
    found = ask_git(root, ["ls-files", "-z", "--cached", "--", *words])
    return None if found is None else tuple(os.fsdecode(name) for name in found.split(b"\0") if name)
