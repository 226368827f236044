"""Static archives (`.a`) to their members, thin archives too.

Source: binutils, `include/aout/ar.h` and `bfd/archive.c`; System V names (`/12` into the table `//`), BSD's (`#1/8`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from trtheaders.errors import LibraryError
from trtheaders.library.elf.file_bytes import FileBytes
from trtheaders.model.packing import MOST_UNPACKED
from trtheaders.programs.files import read_bytes

MAGIC, THIN_MAGIC = b"!<arch>\n", b"!<thin>\n"

_HEADER = 60
_INDEXES = ("/", "/SYM64/", "__.SYMDEF", "__.SYMDEF SORTED")


class Archived(Struct, frozen=True):
    """A file in an archive; ``name`` as the archive gives it."""

    name: str
    data: bytes


def is_archive(data: bytes | FileBytes) -> bool:
    """Whether these are the bytes of a static archive."""
    return bytes(data[:8]) in (MAGIC, THIN_MAGIC)


def read_members(data: bytes | FileBytes, path: Path) -> Iterator[Archived]:
    """The members of the archive at ``path``, without its indexes.

    Raises :class:`LibraryError` for a damaged one and for a thin one whose files are gone.
    """
    thin = bytes(data[:8]) == THIN_MAGIC
    names, position = b"", len(MAGIC)
    while position < len(data):
        field, size = _read_header(data, position, path)
        position += _HEADER
        if field in _INDEXES or field == "//":
            names = _slice(data, position, size, path) if field == "//" else names
        elif thin:
            yield _outside(_name(field, names, path), path)
            continue
        else:
            yield _inside(field, names, _slice(data, position, size, path), path)
        position += size + size % 2


def _read_header(data: bytes | FileBytes, position: int, path: Path) -> tuple[str, int]:
    header = bytes(data[position : position + _HEADER])
    size = header[48:58].strip()
    if len(header) < _HEADER or header[58:60] != b"`\n" or not size.isdigit():
        raise LibraryError(f"`{path}` is a damaged archive", hint="build it again")
    return header[:16].decode(errors="backslashreplace").rstrip(), int(size)


def _slice(data: bytes | FileBytes, position: int, size: int, path: Path) -> bytes:
    if position + size > len(data):
        raise LibraryError(f"`{path}` is a truncated archive", hint="build it again")
    return bytes(data[position : position + size])


def _name(field: str, names: bytes, path: Path) -> str:
    index = field[1:].split(":")[0]
    if not field.startswith("/") or not index.isdigit():
        return field.rstrip("/")
    end = names.find(b"\n", int(index))
    if end < 0:
        raise LibraryError(f"`{path}` is a damaged archive: a member has no name", hint="build it again")
    return names[int(index) : end].decode(errors="backslashreplace").rstrip("/")


def _inside(field: str, names: bytes, content: bytes, path: Path) -> Archived:
    length = field[3:]
    if field.startswith("#1/") and length.isdigit():
        return Archived(content[: int(length)].rstrip(b"\0").decode(errors="backslashreplace"), content[int(length) :])
    return Archived(_name(field, names, path), content)


def _outside(name: str, path: Path) -> Archived:
    try:
        return Archived(name, read_bytes(path.parent / name, MOST_UNPACKED))
    except OSError as error:
        raise LibraryError(
            f"`{path}` is a thin archive whose member `{name}` cannot be read: {error.strerror}",
            hint="build it again, or name the objects themselves",
        ) from error
