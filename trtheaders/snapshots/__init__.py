"""Snapshots that ship with the package: facts about releases whose headers are at hand, and no text of theirs.

Each is `<version>.json.gz`, made by `tools/record_snapshot.py`; `fingerprints.json.gz` holds what all of them owe.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
SUFFIX = ".json.gz"
FINGERPRINTS = f"fingerprints{SUFFIX}"


@cache
def shipped_releases() -> tuple[str, ...]:
    """The releases whose snapshots ship, oldest first."""
    from packaging.version import Version

    names = (path.name.removesuffix(SUFFIX) for path in FOLDER.glob(f"*{SUFFIX}") if path.name != FINGERPRINTS)
    return tuple(sorted(names, key=Version))


def shipped_snapshot(release: str) -> Path | None:
    """The file of the snapshot of ``release`` (a canonical version), None if none ships."""
    path = FOLDER / f"{release}{SUFFIX}"
    return path if path.name != FINGERPRINTS and path.is_file() else None


def fingerprints_file() -> Path:
    """What all shipped releases owe, in one file that is quickly read."""
    return FOLDER / FINGERPRINTS
