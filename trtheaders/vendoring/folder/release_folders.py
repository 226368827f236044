"""A release's folder as it lies on the disk, to the files in it with their git ids. Nothing is followed."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from trtheaders.errors import ReleaseError, StoreError
from trtheaders.model.vendoring.locks import GENERATED_FOLDER, HEADER_FOLDER, LockedFile
from trtheaders.model.vendoring.releases import SNAPSHOT_NAME, parse_release
from trtheaders.model.vendoring.vendored import FileChanges
from trtheaders.programs.files import MOST_SOURCE, read_bytes
from trtheaders.vendoring.git.object_ids import SHA1_DIGITS, object_id

IGNORED_NAMES = (SNAPSHOT_NAME,)
"""Ours, beside the headers; not upstream's and not in the lock."""

LINK = "symbolic link"
"""Stands in place of a blob id for what is no plain file."""


def read_folder(folder: Path, digits: int = SHA1_DIGITS) -> dict[str, LockedFile]:
    """Every file below ``folder`` by relative POSIX path; links and other oddities have :data:`LINK` as their blob.

    Empty where there is no such folder. Raises :class:`StoreError` for what cannot be read.
    """
    try:
        return {path: _read_file(entry, path, digits) for path, entry in _walk(str(folder), "")}
    except OSError as error:
        raise StoreError(f"`{error.filename}` cannot be read: {error.strerror}", hint="make it readable") from error


def _walk(folder: str, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        if prefix:
            raise
        return
    for entry in entries:
        path = f"{prefix}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, f"{path}/")
        elif path not in IGNORED_NAMES:
            yield path, entry


def _read_file(entry: os.DirEntry[str], path: str, digits: int) -> LockedFile:
    if not entry.is_file(follow_symlinks=False):
        return LockedFile(path=path, blob=LINK, size=0)
    data = read_bytes(entry.path, MOST_SOURCE)
    return LockedFile(path=path, blob=object_id("blob", data, digits=digits), size=len(data))


def compare_files(locked: Collection[LockedFile], found: dict[str, LockedFile]) -> FileChanges:
    """How ``found`` differs from ``locked``."""
    wanted = {file.path: file for file in locked}
    return FileChanges(
        changed=tuple(sorted(p for p, file in wanted.items() if p in found and found[p].blob != file.blob)),
        missing=tuple(sorted(wanted.keys() - found.keys())),
        extra=tuple(sorted(found.keys() - wanted.keys())),
    )


def tell_differing(count: int) -> str:
    """`1 file differs`, `2 files differ`."""
    return "1 file differs" if count == 1 else f"{count} files differ"


def differs_in_line_ends(path: Path, locked: LockedFile) -> bool:
    """Whether the file is what the lock says but for CRLF in place of LF."""
    try:
        data = read_bytes(path, MOST_SOURCE)
    except OSError:
        return False
    return object_id("blob", data.replace(b"\r\n", b"\n"), digits=len(locked.blob)) == locked.blob


def include_folders(folder: Path) -> tuple[Path, ...]:
    """What `-I` names of a vendored release: its folder, and that of headers which upstream's build makes, if any."""
    made = folder / GENERATED_FOLDER
    return (folder, made) if (made / HEADER_FOLDER).is_dir() else (folder,)


def is_release_folder(path: Path) -> bool:
    """Whether ``path`` looks like a vendored release. Raises :class:`StoreError` where it may not be entered."""
    try:
        return (path / HEADER_FOLDER).is_dir()
    except OSError as error:
        raise StoreError(f"`{path}` cannot be read: {error.strerror}", hint="make it readable") from error


def is_release_name(name: str) -> bool:
    """Whether a folder of this ``name`` is one that people would put a release into."""
    try:
        parse_release(name)
    except ReleaseError:
        return False
    return "." in name
