"""Which questions were answered well before: fingerprints of all that could change an answer, kept in the cache.

Only good answers are kept: what failed is asked again each time, so that it is told again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from trtheaders.configuration import Configuration
from trtheaders.errors import SnapshotError
from trtheaders.model.codec import decode, encode
from trtheaders.programs.files import read_bytes, write_whole
from trtheaders.programs.flags import split_command
from trtheaders.programs.git import ask_git
from trtheaders.programs.trust import find_program
from trtheaders.vendoring.cache_folder import cache_folder
from trtheaders.version import __version__

if TYPE_CHECKING:
    from trtheaders.model.library.installations import Installation

KEPT = 16
"""How many good states of one repository are kept: branches are switched between, and worktrees have their own."""

_SOURCES = ("c", "cc", "cpp", "cxx", "cu", "h", "hh", "hpp", "hxx", "cuh", "inl", "ipp", "inc")
_SKIPPED = frozenset({".git", ".venv", "venv", "node_modules", "__pycache__"})


def fingerprint_of(configuration: Configuration, found: Installation | None) -> str:
    """A hash over the configuration, the compiler, the libraries, the vendored files and all sources around them.

    Files count by size and time of change: their contents are not read.
    """
    parts = hashlib.sha256(repr((__version__, configuration, found)).encode())
    parts.update(fingerprint_files(configuration).encode())
    libraries = found.libraries if found else ()
    command = split_command(configuration.compiler) or split_command(os.environ.get("CXX", "")) or ("g++",)
    compiler = find_program(command[0])
    singles = [
        *libraries,
        *([compiler] if compiler else []),
        *([configuration.file] if configuration.file else []),
    ]
    for path in (*singles, *_sources(configuration.root)):
        parts.update(_identity(path))
    return parts.hexdigest()


def fingerprint_files(configuration: Configuration) -> str:
    """A hash over the vendored folder alone: its lock and every file in it, by size and time of change."""
    parts = hashlib.sha256(repr((__version__, configuration.destination)).encode())
    for folder, names, files in os.walk(configuration.destination):
        names.sort()
        for name in sorted(files):
            parts.update(_identity(Path(folder, name)))
        # An empty folder without a lock is told as well.
        parts.update(repr((folder, names)).encode(errors="surrogateescape"))
    return parts.hexdigest()


def _identity(path: Path) -> bytes:
    try:
        about = path.stat()
    except OSError:
        return f"{path}\0absent\n".encode(errors="surrogateescape")
    # A folder's time changes with every file in it, and those are listed themselves.
    facts = (about.st_size, about.st_mtime_ns) if path.is_file() else ()
    return f"{path}\0{facts}\n".encode(errors="surrogateescape")


def _sources(root: Path) -> Iterable[Path]:
    """The C++ files of the repository, as git knows them; without git those that lie there."""
    patterns = [f"*.{suffix}" for suffix in _SOURCES]
    found = ask_git(root, ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns])
    if found is None:
        return sorted(_walk(root))
    return (root / os.fsdecode(name) for name in sorted(set(found.split(b"\0"))) if name)


def _walk(root: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if name not in _SKIPPED]
        yield from (Path(folder, file) for file in files if file.rpartition(".")[2] in _SOURCES)


def is_remembered(root: Path, fingerprint: str) -> bool:
    """Whether this state of the repository at ``root`` was found good before."""
    return fingerprint in _read(root)


def remember(root: Path, fingerprint: str) -> None:
    """Keep that this state is good; a cache that cannot be written is no harm."""
    kept = [fingerprint, *(item for item in _read(root) if item != fingerprint)][:KEPT]
    with contextlib.suppress(OSError):
        file = _file_of(root)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, encode(kept))


def _read(root: Path) -> list[str]:
    try:
        return decode(list[str], read_bytes(_file_of(root)))
    except (OSError, SnapshotError):
        return []


def _file_of(root: Path) -> Path:
    """One file a repository."""
    name = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:20]
    return cache_folder("hooks") / f"{name}.json"
