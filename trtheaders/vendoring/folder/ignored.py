"""Vendored files that the consumer's own git would not commit, because a `.gitignore` hides them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from trtheaders.vendoring.git.isolation import OFFLINE, variables_to_drop

_SECONDS = 30.0


def find_ignored(folder: Path, paths: Iterable[str]) -> tuple[str, ...]:
    """Those of ``paths`` (relative to ``folder``) that are ignored and not tracked; none outside a work tree.

    Only asks: `git check-ignore` writes nothing, and runs without the caller's `GIT_*` variables.
    """
    dropped = set(variables_to_drop(os.environ))
    surroundings = {name: value for name, value in os.environ.items() if name not in dropped}
    try:
        done = subprocess.run(
            ["git", "-c", "core.fsmonitor=false", "check-ignore", "-z", "--stdin"],
            cwd=folder,
            env={**surroundings, **OFFLINE},
            input="".join(f"{path}\0" for path in paths).encode(),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(part.decode(errors="replace") for part in done.stdout.split(b"\0") if part)
