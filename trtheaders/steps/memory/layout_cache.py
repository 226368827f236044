"""What was once read of a library's machine code about a snapshot's layouts, kept in the cache.

Tracing hundreds of accessors takes longer than everything else that `verify` does, and neither the library nor the
recorded snapshot changes between two builds. A library counts by its path, size, inode and time of change, as make and
ccache count files, and so do the separate files with debug information that it was judged by; `TRTHEADERS_NO_CACHE=1`
reads anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from trtheaders.errors import SnapshotError
from trtheaders.model.answers.findings import Finding, LayoutCounts
from trtheaders.model.codec import decode, encode
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.programs.files import MOST_SOURCE, read_bytes
from trtheaders.vendoring.cache_folder import cache_folder
from trtheaders.version import __version__

KEPT = 64
"""How many verdicts are kept; beyond that the ones that were not used for longest go."""


class LayoutVerdict(Struct, frozen=True, kw_only=True):
    """Findings about layouts, how far the evidence reaches, and what a reader should know besides.

    ``coverage`` says that reach in a sentence, which the counts say as well.

    ``separate`` are the files besides the libraries that it rests on, each with what :func:`identify_file` says of it.
    """

    findings: tuple[Finding, ...]
    counts: LayoutCounts
    told: tuple[str, ...]
    coverage: str = ""
    separate: tuple[tuple[str, str], ...] = ()


def recall_layouts(
    snapshot: AbiSnapshot, libraries: Sequence[Path], judge: Callable[[], LayoutVerdict]
) -> LayoutVerdict:
    """The verdict on ``snapshot`` and ``libraries``: the kept one, or that of ``judge``, which is then kept.

    A cache that cannot be read or written is no harm: the evidence is read again.
    """
    if os.environ.get("TRTHEADERS_NO_CACHE"):
        return judge()
    try:
        file = _file_of(snapshot, libraries)
    except OSError:
        return judge()
    kept = _read(file)
    if kept is None or any(identify_file(Path(path)) != identity for path, identity in kept.separate):
        kept = judge()
        _write(file, kept)
    return kept


def _file_of(snapshot: AbiSnapshot, libraries: Sequence[Path]) -> Path:
    # All of it counts, and not only its key: a snapshot that somebody edited must not leave its verdict to the one that
    # he edited.
    parts = hashlib.sha256(repr(__version__).encode())
    parts.update(encode(snapshot))
    for path in libraries:
        path.stat()
        parts.update(os.fsencode(f"{path.resolve()}\0{identify_file(path)}\n"))
    return cache_folder("layouts") / f"{parts.hexdigest()[:40]}.json"


def identify_file(path: Path) -> str:
    """What tells a file from the one that will be there after a change; empty where there is none."""
    try:
        facts = path.stat()
    except OSError:
        return ""
    return f"{facts.st_size} {facts.st_ino} {facts.st_mtime_ns}"


def _read(file: Path) -> LayoutVerdict | None:
    try:
        verdict = decode(LayoutVerdict, read_bytes(file, MOST_SOURCE))
        os.utime(file)
    except (OSError, SnapshotError):
        return None
    return verdict


def _write(file: Path, verdict: LayoutVerdict) -> None:
    from trtheaders.programs.kept_files import keep_file

    with contextlib.suppress(OSError):
        keep_file(file, encode(verdict), KEPT)
