"""Versions of dynamic symbols (`foo@@V2`, `foo@V1`): GNU symbol versioning, LSB core specification 10.7."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from trtheaders.library.elf.image import DynamicTag, ElfImage

_REINSTALL = "reinstall it: the file is not what was built"
_HIDDEN, _LOCAL, _GLOBAL, _BASE = 0x8000, 0, 1, 1


class SymbolVersion(Struct, frozen=True):
    """``name`` is None for an unversioned symbol. Only a ``default`` version satisfies new links."""

    name: str | None
    default: bool
    local: bool = False


_UNVERSIONED = SymbolVersion(None, True)


class SymbolVersions:
    """The versions of an image's dynamic symbols, by row of the dynamic symbol table, which has ``count`` rows."""

    def __init__(self, image: ElfImage, count: int) -> None:
        self._image = image
        self._count = count
        self._offset = image.table_at(DynamicTag.VERSYM, "the symbol version table")

    @cached_property
    def _rows(self) -> bytes:
        return self._image.read(self._offset or 0, 2 * self._count, "the symbol version table")

    def __getitem__(self, index: int) -> SymbolVersion:
        if self._offset is None:
            return _UNVERSIONED
        number = int.from_bytes(self._rows[2 * index : 2 * index + 2], "little")
        plain = number & ~_HIDDEN
        if plain == _LOCAL:
            return SymbolVersion(None, False, local=True)
        if plain == _GLOBAL:
            return _UNVERSIONED
        if plain not in self._numbers:
            raise self._image.failure(f"is damaged: a symbol has version {plain}, which nothing names", _REINSTALL)
        return SymbolVersion(self._names.get(plain), not number & _HIDDEN)

    @cached_property
    def _numbers(self) -> frozenset[int]:
        """Every number that has a version: those that the library defines, and those that it needs (ld refuses a file
        with any other).
        """
        return frozenset((*self._names, *self._needed()))

    def _needed(self) -> Iterator[int]:
        """The numbers of the versions that are needed of other libraries (`.gnu.version_r`)."""
        offset = self._image.table_at(DynamicTag.VERNEED, "the needed versions")
        for _ in range(self._image.dynamic_value(DynamicTag.VERNEEDNUM) or 0):
            if offset is None:
                return
            row = struct.unpack("<HHIII", self._image.read(offset, 16, "the needed versions"))
            place = offset + row[3]
            for _ in range(row[1]):
                _, _, number, _, following = struct.unpack("<IHHII", self._image.read(place, 16, "the needed versions"))
                yield number & ~_HIDDEN
                place += following
            offset = offset + row[4] if row[4] else None

    @cached_property
    def _names(self) -> dict[int, str]:
        """The names of the versions that the library itself defines (`.gnu.version_d`), by number."""
        names: dict[int, str] = {}
        offset = self._image.table_at(DynamicTag.VERDEF, "the version definitions")
        for _ in range(self._image.dynamic_value(DynamicTag.VERDEFNUM) or 0):
            if offset is None:
                break
            row = struct.unpack("<HHHHIII", self._image.read(offset, 20, "the version definitions"))
            _, flags, number, _, _, first_name, following = row
            (name,) = struct.unpack("<I", self._image.read(offset + first_name, 4, "the version definitions"))
            if not flags & _BASE:
                names[number] = self._image.dynamic_string(name)
            if not following:
                break
            offset += following
        return names
