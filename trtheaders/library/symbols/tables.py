"""Symbol tables of an ELF image, unpacked row by row (gABI chapter 4, "Symbol Table")."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from enum import IntEnum
from functools import cached_property

from msgspec import Struct

from trtheaders.library.elf.image import DynamicTag, ElfImage, Section, SectionType
from trtheaders.library.symbols.counts import count_symbols
from trtheaders.model.library.exports import ExportKind

_ROW = struct.Struct("<IBBHQQ")
_NAME = struct.Struct("<I")

UNDEFINED, ABSOLUTE, COMMON = 0, 0xFFF1, 0xFFF2
"""Section numbers with a meaning of their own."""


class Binding(IntEnum):
    """STB_*: who sees a symbol."""

    LOCAL = 0
    GLOBAL = 1
    WEAK = 2
    UNIQUE = 10


class Visibility(IntEnum):
    """STV_*."""

    DEFAULT = 0
    INTERNAL = 1
    HIDDEN = 2
    PROTECTED = 3


_KINDS = {
    1: ExportKind.DATA,
    2: ExportKind.FUNCTION,
    5: ExportKind.DATA,
    6: ExportKind.TLS,
    10: ExportKind.IFUNC,
}
"""STT_OBJECT, STT_FUNC, STT_COMMON, STT_TLS, STT_GNU_IFUNC; anything else is untyped."""

_SECTION_SYMBOL, _FILE_SYMBOL = 3, 4


class Symbol(Struct, frozen=True):
    """One row of a symbol table. ``address`` is `st_value`, ``size`` `st_size` in bytes; ``section`` `st_shndx`."""

    index: int
    name: str
    kind: ExportKind
    binding: int
    visibility: int
    section: int
    address: int
    size: int

    @property
    def defined(self) -> bool:
        """Whether this file holds what the symbol names."""
        return self.section != UNDEFINED

    @property
    def exported(self) -> bool:
        """Whether other files can bind to it, versions apart."""
        visible = self.visibility in (Visibility.DEFAULT, Visibility.PROTECTED)
        return self.defined and self.binding != Binding.LOCAL and visible


class SymbolTable:
    """A symbol table and its names. ``offset`` and ``count`` say where the rows lie; ``strings`` where the names do.

    Both are read whole when the first symbol is asked for: a look-up touches rows and names all over the tables.
    """

    def __init__(self, image: ElfImage, offset: int, count: int, strings: tuple[int, int]) -> None:
        self.image = image
        self.count = count
        self._strings = strings
        self._offset = offset
        image.check_inside(offset, count * _ROW.size, "the symbol table")

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> Symbol:
        """The symbol in row ``index``; raises :class:`LibraryError` for a row that is not there."""
        if not 0 <= index < self.count:
            raise self.image.failure("is damaged: a symbol number lies outside the symbol table")
        return self._symbol(index, _ROW.unpack_from(self.packed, index * _ROW.size))

    def __iter__(self) -> Iterator[Symbol]:
        return (self._symbol(index, row) for index, row in enumerate(self.rows()))

    def rows(self) -> Iterator[tuple[int, int, int, int, int, int]]:
        """The raw rows: name index, info (binding << 4 | type), other, section, value, size. As fast as it gets."""
        return _ROW.iter_unpack(self.packed)

    @cached_property
    def packed(self) -> bytes:
        """The bytes of all rows."""
        return self.image.read(self._offset, self.count * _ROW.size, "the symbol table")

    @cached_property
    def strings(self) -> bytes:
        """The bytes of all names, each ended by a NUL; those of undefined symbols and of libraries too."""
        start, end = self._strings
        return self.image.read(start, end - start, "the symbol names")

    def name(self, index: int) -> bytes:
        """The name of the symbol in row ``index``."""
        (position,) = _NAME.unpack_from(self.packed, index * _ROW.size)
        return self._string(position)

    def _symbol(self, index: int, row: tuple[int, ...]) -> Symbol:
        name, info, other, section, value, size = row
        return Symbol(
            index=index,
            name=self._string(name).decode(errors="backslashreplace"),
            kind=_KINDS.get(info & 15, ExportKind.UNTYPED),
            binding=info >> 4,
            visibility=other & 3,
            section=section,
            address=value,
            size=size,
        )

    def exported_names(self) -> Iterator[tuple[int, bytes]]:
        """Row and name of every symbol that is defined here and visible outside, versions apart; quick."""
        for index, (name, info, other, section, _, _) in enumerate(self.rows()):
            if section and info > 15 and other & 3 in (0, 3) and info & 15 not in (_SECTION_SYMBOL, _FILE_SYMBOL):
                yield index, self._string(name)

    def count_exported(self) -> int:
        """How many symbols are defined here and visible outside."""
        rows = self.packed
        columns = zip(
            rows[4 :: _ROW.size], rows[5 :: _ROW.size], rows[6 :: _ROW.size], rows[7 :: _ROW.size], strict=True
        )
        return sum(1 for info, other, low, high in columns if (low or high) and info > 15 and other & 3 in (0, 3))

    def defined_names(self) -> Iterator[bytes]:
        """The name of everything that is defined here, local and hidden symbols too; quick."""
        for name, info, _, section, _, _ in self.rows():
            if section and name and info & 15 not in (_SECTION_SYMBOL, _FILE_SYMBOL):
                yield self._string(name)

    def undefined_names(self) -> Iterator[bytes]:
        """The name of everything that another file must define, weak references apart; quick."""
        for index in self.undefined_rows():
            name, info, *_ = _ROW.unpack_from(self.packed, index * _ROW.size)
            if name and info >> 4 == Binding.GLOBAL:
                yield self._string(name)

    def undefined_rows(self) -> Iterator[int]:
        """The rows of what another file must define, and of what has no name."""
        packed = self.packed
        # The section number's two bytes as columns: the few rows without a section are found without reading the rest.
        low, high = packed[6 :: _ROW.size], packed[7 :: _ROW.size]
        index = low.find(0)
        while index >= 0:
            if not high[index]:
                yield index
            index = low.find(0, index + 1)

    def _string(self, start: int) -> bytes:
        stop = self.strings.find(b"\0", start)
        if stop < 0:
            raise self.image.failure("is damaged: a symbol's name does not end")
        return self.strings[start:stop]


def dynamic_table(image: ElfImage) -> SymbolTable:
    """The symbols that the dynamic linker sees (`.dynsym`); empty where there are none."""
    offset = image.table_at(DynamicTag.SYMTAB, "the dynamic symbol table")
    if offset is None:
        return SymbolTable(image, 0, 0, (0, 0))
    section = next((row for row in image.sections if row.type == SectionType.DYNSYM), None)
    count = section.size // _ROW.size if section and section.offset == offset else count_symbols(image)
    return SymbolTable(image, offset, count, image.dynamic_strings)


def static_table(image: ElfImage) -> SymbolTable | None:
    """The full symbol table (`.symtab`), None where it has been stripped."""
    section = next((row for row in image.sections if row.type == SectionType.SYMTAB), None)
    return None if section is None else _table_of(image, section)


def _table_of(image: ElfImage, section: Section) -> SymbolTable:
    if section.link >= len(image.sections):
        raise image.failure("is damaged: its symbol table has no names")
    names = image.sections[section.link]
    return SymbolTable(image, section.offset, section.size // _ROW.size, (names.offset, names.offset + names.size))
