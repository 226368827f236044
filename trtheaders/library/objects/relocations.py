"""Relocation sections of a relocatable object: which section refers to which symbol, and where (gABI chapter 4)."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator

from msgspec import Struct

from trtheaders.library.elf.image import ElfImage, Section, SectionType
from trtheaders.library.symbols.tables import Symbol, SymbolTable
from trtheaders.model.library.exports import ExportKind

_RELA = struct.Struct("<QQq")
_REL = struct.Struct("<QQ")
_UNSPOKEN = (".eh_frame", ".debug", ".zdebug", ".gnu.lto", ".gcc_except_table", ".note", ".comment")
"""Sections that describe code and refer to symbols on its account."""


class RelocationUse(Struct, frozen=True):
    """Row ``symbol`` of the symbol table is referred to at ``offset`` bytes into ``section``."""

    symbol: int
    section: Section
    offset: int


def uses_of(image: ElfImage) -> Iterator[RelocationUse]:
    """Every reference that code and data of an object make, in the order of the file."""
    for table in image.sections:
        if table.type in (SectionType.RELA, SectionType.REL) and 0 < table.info < len(image.sections):
            section = image.sections[table.info]
            if not section.name.startswith(_UNSPOKEN):
                row = _RELA if table.type == SectionType.RELA else _REL
                data = image.contents(table)
                for offset, info, *_ in row.iter_unpack(data[: len(data) - len(data) % row.size]):
                    yield RelocationUse(info >> 32, section, offset)


class Functions:
    """The functions of an object by the places that they cover."""

    def __init__(self, table: SymbolTable) -> None:
        self._by_section: dict[int, list[Symbol]] = {}
        for symbol in table:
            if symbol.defined and symbol.kind in (ExportKind.FUNCTION, ExportKind.IFUNC):
                self._by_section.setdefault(symbol.section, []).append(symbol)
        for symbols in self._by_section.values():
            symbols.sort(key=lambda symbol: symbol.address)

    def at(self, section: int, offset: int) -> str:
        """The symbol of the function that covers ``offset`` in a section; empty where none does."""
        symbols = self._by_section.get(section, [])
        place = bisect_right(symbols, offset, key=lambda symbol: symbol.address) - 1
        if place < 0 or offset >= symbols[place].address + symbols[place].size:
            return ""
        return symbols[place].name
