"""Programs of the machine, run with a limit; and whether we are in a container."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from trtheaders.programs.files import read_text
from trtheaders.programs.start import run_program

LIMIT = 1.5
"""Seconds that a program may take to say its version."""


def say(command: Sequence[str | Path], environment: Mapping[str, str], *, limit: float = LIMIT) -> str | None:
    """What a program prints on both streams; None where it may not be started, fails, or takes too long."""
    try:
        done = run_program(command, seconds=limit, variables=environment)
    except OSError:
        return None
    return f"{done.text}{done.said}" if done.status == 0 else None


def on_path(name: str, environment: Mapping[str, str]) -> Path | None:
    """The program called ``name`` on PATH; relative parts of PATH do not count, a project may have put it there."""
    for part in environment.get("PATH", "").split(":"):
        path = Path(part) / name
        if part.startswith("/") and path.is_file() and os.access(path, os.X_OK):
            return path
    return None


def is_container(root: Path) -> bool:
    """Whether Docker, Podman or Kubernetes started this machine: their marks, then the first process's cgroup."""
    if any((root / mark).exists() for mark in (".dockerenv", "run/.containerenv")):
        return True
    try:
        groups = read_text(root / "proc/1/cgroup", errors="replace")
    except OSError:
        return False
    return any(word in groups for word in ("docker", "kubepods", "containerd", "libpod"))
