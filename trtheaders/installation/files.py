"""Files that may be out of reach: what cannot be looked at is not there, as a shell passes over it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from trtheaders.programs import files


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


def read_text(path: Path, most: int = files.MOST_BYTES) -> str:
    """A text file; '' where it cannot be read, is no regular file, or has more than ``most`` bytes."""
    try:
        return files.read_text(path, most, errors="replace")
    except OSError:
        return ""
