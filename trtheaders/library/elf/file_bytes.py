"""A library's file to its bytes, read part by part when they are asked for.

Not mapped into memory: a mapped file that shrinks while it is read (a build that writes it anew, a disk that goes) ends
the reader by SIGBUS, which nothing can turn into a sentence.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from trtheaders.errors import LibraryError
from trtheaders.programs.files import open_regular

REINSTALL = "build it or install it again"
_AT_ONCE = 1 << 30
"""Bytes: Linux reads at most 2 GB in one call."""


class FileBytes:
    """The bytes of an open regular file: `len`, and slices without a step, each of which is read from the file.

    Raises :class:`LibraryError` where the file has changed since it was opened.
    """

    def __init__(self, descriptor: int, path: Path) -> None:
        self._descriptor = descriptor
        self._path = path
        self._opened = self._state()

    def _state(self) -> tuple[int, int]:
        status = os.fstat(self._descriptor)
        return status.st_size, status.st_mtime_ns

    def __len__(self) -> int:
        return self._opened[0]

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(len(self))
        size = max(stop - start, 0)
        data = self._read(min(size, _AT_ONCE), start)
        if len(data) < size:
            data = self._read_on(data, size, start)
        return data

    def _read_on(self, data: bytes, size: int, start: int) -> bytes:
        parts, length = [data], len(data)
        while length < size:
            if not parts[-1]:
                raise self.changed()
            parts.append(self._read(min(size - length, _AT_ONCE), start + length))
            length += len(parts[-1])
        return b"".join(parts)

    def _read(self, size: int, start: int) -> bytes:
        try:
            return os.pread(self._descriptor, size, start)
        except OSError as error:
            raise _unreadable(self._path, error) from error

    def changed(self) -> LibraryError:
        """What to say where the file is no longer what was opened."""
        return LibraryError(f"`{self._path}` changed while it was read", hint="run it again once nothing writes it")

    def check_unchanged(self) -> None:
        """Raise :class:`LibraryError` where somebody has written to the file since it was opened."""
        if self._state() != self._opened:
            raise self.changed()


@contextmanager
def open_bytes(path: Path) -> Iterator[FileBytes]:
    """A regular, non-empty file while the context lasts. Raises :class:`LibraryError` where there is none.

    At the end the file must be what it was at the beginning: of one that is written meanwhile nothing holds, neither
    an answer nor that it is damaged.
    """
    with _open(path) as file:
        data = FileBytes(file.fileno(), path)
        try:
            yield data
        except LibraryError:
            data.check_unchanged()
            raise
        data.check_unchanged()


def _open(path: Path) -> BinaryIO:
    try:
        _check_regular(path)
        return open_regular(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        # ValueError: a NUL in the name.
        raise LibraryError(f"there is no file `{path}`", hint="name an existing shared library") from None
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> LibraryError:
    return LibraryError(f"`{path}` cannot be read: {error.strerror}", hint="check its permissions")


def _check_regular(path: Path) -> None:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise LibraryError(f"`{path}` is a directory, not a library", hint="name the shared library in it (`.so`)")
    if not stat.S_ISREG(status.st_mode):
        raise LibraryError(f"`{path}` is not a regular file", hint="name a shared library (`.so`)")
    if status.st_size == 0:
        raise LibraryError(f"`{path}` is empty", hint=REINSTALL)
