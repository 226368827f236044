"""Findings' places relative to the repository, as continuous integration wants them, and their lasting fingerprints."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from trtheaders.model.answers.findings import Finding, Verification
from trtheaders.model.places import Location

_ABSOLUTE = re.compile(r"(?<![^\s`'\"(=])/[^\s`'\"(),;:]+")


def short_path(path: Path, base: Path) -> str:
    """``path`` as somebody in ``base`` writes it: relative where that is shorter."""
    # In `/` every path would merely lose its slash.
    if not path.is_absolute() or base == Path("/"):
        return str(path)
    # A name that is no UTF-8 is kept as bytes that no output can hold.
    relative, absolute = os.path.relpath(path, base), str(path)
    return relative if len(relative) < len(absolute) else absolute


def shorten_paths(text: str, base: Path) -> str:
    """``text`` with each absolute path in it as somebody in ``base`` writes it; one with spaces stands in backticks."""
    quoted = text.split("`")
    for index in range(1, len(quoted), 2):
        quoted[index] = short_path(Path(quoted[index]), base) if quoted[index].startswith("/") else quoted[index]
    return _ABSOLUTE.sub(lambda found: short_path(Path(found[0]), base), "`".join(quoted))


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
    return hashlib.sha256(os.fsencode("\0".join(parts))).hexdigest()[:32]
