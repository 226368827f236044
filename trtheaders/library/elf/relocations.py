"""Relocation tables to questions: what does the dynamic linker put at this address?

Tables have hundreds of thousands of entries, so they are indexed whole by C code and read one by one.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import cached_property

from msgspec import Struct

from trtheaders.model.library.exports import Machine

_ROW = struct.Struct("<QQq")
_RELATIVE = {Machine.X86_64: (8, 37), Machine.AARCH64: (1027, 1032)}
"""R_*_RELATIVE and R_*_IRELATIVE: no symbol, the addend is the address."""


class Relocated(Struct, frozen=True):
    """What ends up in one word: the address of dynamic symbol ``symbol`` (0: none) plus ``addend``."""

    symbol: int
    addend: int


class Relocations:
    """All of a library's relocations by the address that they change.

    ``tables`` are the bytes of the RELA tables in the order in which they are asked (a later one is not read where an
    earlier one has the answer), ``packed`` those of `.relr.dyn` (or nothing).
    """

    def __init__(self, machine: Machine, tables: Sequence[bytes], packed: bytes) -> None:
        self._tables = [table[: len(table) - len(table) % _ROW.size] for table in tables]
        self._relative = _RELATIVE[machine]
        self._indexes: list[dict[int, int] | None] = [None] * len(self._tables)
        self._packed_table = packed

    @cached_property
    def _packed(self) -> frozenset[int]:
        return frozenset(unpack_relr(self._packed_table))

    def _row(self, table: int, address: int) -> int | None:
        index = self._indexes[table]
        if index is None:
            words = memoryview(self._tables[table]).cast("Q")[::3].tolist()
            index = self._indexes[table] = {place: row for row, place in enumerate(words)}
        return index.get(address)

    def at(self, address: int) -> Relocated | None:
        """What RELA says about the word at ``address``."""
        for number in range(len(self._tables)):
            row = self._row(number, address)
            if row is not None:
                _, info, addend = _ROW.unpack_from(self._tables[number], row * _ROW.size)
                return Relocated(0 if info & 0xFFFFFFFF in self._relative else info >> 32, addend)
        return None

    def packed(self, address: int) -> bool:
        """Whether RELR relocates the word at ``address``: then the address lies in the word itself."""
        return address in self._packed


def unpack_relr(data: bytes) -> list[int]:
    """The addresses that RELR words encode (gABI, "Relative Relocation Table"): addresses, and bitmaps of 63 words."""
    places: list[int] = []
    where = 0
    for word in memoryview(data[: len(data) - len(data) % 8]).cast("Q").tolist():
        if not word & 1:
            places.append(word)
            where = word + 8
            continue
        places += [where + 8 * bit for bit in range(63) if word >> (bit + 1) & 1]
        where += 63 * 8
    return places
