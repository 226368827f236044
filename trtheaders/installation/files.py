"""Files that may be out of reach: what cannot be looked at is not there, as a shell passes over it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_MOST = 1 << 20
"""Bytes read of a text file: none that is read here is longer."""


def is_file(path: Path) -> bool:
    """Whether ``path`` is a file, as far as that may be seen: `Path.is_file` raises where it may not."""
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: Path) -> bool:
    """Whether ``path`` is a folder, as far as that may be seen."""
    return os.path.isdir(path)  # noqa: PTH112


def matching(folder: Path, pattern: str) -> Iterator[Path]:
    """What ``folder.glob`` finds, sorted; nothing where it may not be looked into."""
    try:
        yield from sorted(folder.glob(pattern))
    except OSError:
        return


def read_text(path: Path) -> str:
    """The beginning of a text file; '' where it cannot be read."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(_MOST)
    except OSError:
        return ""
