"""Findings' places relative to the repository, as continuous integration wants them, and their lasting fingerprints."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from trtheaders.model.answers.findings import Finding, Verification
from trtheaders.model.places import Location


def path_of(verification: Verification, location: Location, base: Path) -> str:
    """The file of ``location`` as a POSIX path: relative to ``base`` where it lies in it, absolute elsewhere."""
    root = verification.header_root
    if root is None:
        return location.file
    file = root / location.file
    try:
        return file.relative_to(base).as_posix()
    except ValueError:
        return file.as_posix()


def fingerprints(verification: Verification) -> tuple[str, ...]:
    """For each finding a hash that lasts while the finding does: other lines, messages or folders do not change it."""
    seen: Counter[str] = Counter()
    hashes = []
    for finding in verification.findings:
        key = _identity(verification.release, finding)
        seen[key] += 1
        hashes.append(_digest((key, str(seen[key]))))
    return tuple(hashes)


def _identity(release: str | None, finding: Finding) -> str:
    file = finding.location.file if finding.location else ""
    return _digest((release or "", finding.rule, finding.name, file, *sorted(finding.symbols)))


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
