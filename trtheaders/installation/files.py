"""Files that may be out of reach: what cannot be looked at is not there, as a shell passes over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from trtheaders.programs import files


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
