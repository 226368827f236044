"""Which names are exported at an address: asked for a few by search, for many by a table."""

from __future__ import annotations

import struct
from collections import defaultdict
from functools import cached_property

from trtheaders.library.symbols.tables import SymbolTable
from trtheaders.model.names import SymbolName

_ROW, _VALUE, _SECTION = 24, 8, 6
"""Bytes of a symbol's row, and where its value and its section number lie in it (gABI, `Elf64_Sym`)."""

FEW = 60
"""Searching the rows of 74,000 symbols for one address takes 0.5 ms, making the table 80 ms."""


class ExportsByAddress:
    """The defined dynamic symbols of one library by their value."""

    def __init__(self, symbols: SymbolTable) -> None:
        self._symbols = symbols
        self._asked = 0

    def names(self, address: int) -> tuple[SymbolName, ...]:
        """Every name at ``address``, in the order of the symbol table."""
        self._asked += 1
        rows = self._search(address) if self._asked <= FEW else self._table.get(address, [])
        return tuple(SymbolName(self._symbols.name(row).decode(errors="replace")) for row in rows)

    @cached_property
    def _bytes(self) -> bytes:
        return self._symbols.packed

    def _search(self, address: int) -> list[int]:
        wanted, rows = struct.pack("<Q", address), []
        place = self._bytes.find(wanted)
        while place >= 0:
            start = place - _VALUE
            if start >= 0 and start % _ROW == 0 and self._bytes[start + _SECTION : start + _VALUE] != b"\0\0":
                rows.append(start // _ROW)
            place = self._bytes.find(wanted, place + 1)
        return rows

    @cached_property
    def _table(self) -> dict[int, list[int]]:
        rows: defaultdict[int, list[int]] = defaultdict(list)
        for index, row in enumerate(self._symbols.rows()):
            if row[3]:
                rows[row[4]].append(index)
        return rows
