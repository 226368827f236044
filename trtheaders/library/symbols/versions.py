"""Versions of dynamic symbols (`foo@@V2`, `foo@V1`): GNU symbol versioning, LSB core specification 10.7."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

from msgspec import Struct

from trtheaders.library.elf.image import DynamicTag, ElfImage
from trtheaders.library.symbols.tables import ABSOLUTE, UNDEFINED, Binding, SymbolTable

_REINSTALL = "reinstall it: the file is not what was built"
_HIDDEN, _LOCAL, _GLOBAL, _BASE = 0x8000, 0, 1, 1


class SymbolVersion(Struct, frozen=True):
    """``name`` is None for an unversioned symbol. Only a ``default`` version satisfies new links."""

    name: str | None
    default: bool
    local: bool = False


_UNVERSIONED = SymbolVersion(None, True)


class SymbolVersions:
    """The versions of an image's dynamic symbols, by row of the dynamic symbol ``table``."""

    def __init__(self, image: ElfImage, table: SymbolTable) -> None:
        self._image = image
        self._table = table
        self._offset = image.table_at(DynamicTag.VERSYM, "the symbol version table")

    @cached_property
    def _rows(self) -> bytes:
        rows = self._image.read(self._offset or 0, 2 * len(self._table), "the symbol version table")
        self._check([number for (number,) in struct.iter_unpack("<H", rows)])
        return rows

    def _check(self, numbers: Sequence[int]) -> None:
        """What is defined here has a version that the library defines, and all else one that it needs: ld refuses any
        other file as a whole ("invalid version", bfd/elflink.c), whoever uses the symbol.
        """
        undefined = Counter(numbers[index] for index in self._table.undefined_rows())
        needed = frozenset((_LOCAL, _GLOBAL, *self._needed()))
        for number in undefined:
            self._demand(number & ~_HIDDEN in needed, number)
        known = frozenset((_LOCAL, _GLOBAL, *self._names))
        strange = {number for number in Counter(numbers) - undefined if number & ~_HIDDEN not in known}
        if strange:
            for number, (_, info, _, section, _, _) in zip(numbers, self._table.rows(), strict=True):
                elsewhere = section in (UNDEFINED, ABSOLUTE) or info >> 4 == Binding.LOCAL
                self._demand(elsewhere or number not in strange, number)

    def _demand(self, named: bool, number: int) -> None:
        if not named:
            said = f"is damaged: a symbol has version {number & ~_HIDDEN}, which nothing names"
            raise self._image.failure(said, _REINSTALL)

    def __getitem__(self, index: int) -> SymbolVersion:
        if self._offset is None:
            return _UNVERSIONED
        number = int.from_bytes(self._rows[2 * index : 2 * index + 2], "little")
        plain = number & ~_HIDDEN
        if plain == _LOCAL:
            return SymbolVersion(None, False, local=True)
        if plain == _GLOBAL:
            return _UNVERSIONED
        return SymbolVersion(self._names.get(plain), not number & _HIDDEN)

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
