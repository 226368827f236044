"""Single look-ups in a dynamic symbol table by its hash table, without reading the other symbols.

Sources: gABI chapter 5, "Hash Table"; for `.gnu.hash` the GNU ABI extensions (binutils, `bfd/elflink.c`).
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Callable, Iterator
from functools import cached_property

from trtheaders.library.elf.image import DynamicTag, ElfImage
from trtheaders.library.symbols.tables import Symbol, SymbolTable

Finder = Callable[[str], tuple[Symbol, ...]]
"""All rows of that name, undefined ones too: there is one for each version of a symbol."""

_WORD_MASK = 0xFFFFFFFF


def make_finder(image: ElfImage, table: SymbolTable) -> Finder:
    """The quickest way of finding symbols of ``table`` (the dynamic one) that the file offers."""
    for tag, kind in ((DynamicTag.GNU_HASH, _GnuHash), (DynamicTag.HASH, _SystemHash)):
        offset = image.table_at(tag, "the symbol hash table")
        if offset is not None:
            return kind(image, table, offset)
    return _Scan(table)


@functools.lru_cache(maxsize=1 << 14)
def _gnu_hash(name: bytes) -> int:
    # The same symbols are asked of several libraries, and for several reasons.
    value = 5381
    for byte in name:
        value = value * 33 + byte & _WORD_MASK
    return value


def _system_hash(name: bytes) -> int:
    value = 0
    for byte in name:
        value = (value << 4) + byte
        top = value & 0xF0000000
        value = (value ^ top >> 24) & ~top & _WORD_MASK
    return value


class _GnuHash:
    """`.gnu.hash`: a Bloom filter, buckets, and chains of hash values; holds the defined symbols only."""

    def __init__(self, image: ElfImage, table: SymbolTable, offset: int) -> None:
        header = struct.unpack("<IIII", image.read(offset, 16, "the symbol hash table"))
        self._bucket_count, self._first, self._bloom_words, self._shift = header
        self._bloom = offset + 16
        self._buckets = self._bloom + self._bloom_words * 8
        self._chains = self._buckets + self._bucket_count * 4
        image.check_inside(self._bloom, self._chains - self._bloom, "the symbol hash table")
        self._image, self._table = image, table

    @cached_property
    def _filter(self) -> memoryview:
        return memoryview(self._image.read(self._bloom, self._bloom_words * 8)).cast("Q")

    @cached_property
    def _starts(self) -> memoryview:
        return memoryview(self._image.read(self._buckets, self._bucket_count * 4)).cast("I")

    @cached_property
    def _hashes(self) -> memoryview:
        size = max(self._table.count - self._first, 0) * 4
        return memoryview(self._image.read(self._chains, size, "the symbol hash table")).cast("I")

    def __call__(self, symbol: str) -> tuple[Symbol, ...]:
        name = symbol.encode()
        value = _gnu_hash(name)
        if not self._bucket_count or not self._may_hold(value):
            return ()
        return tuple(self._table[index] for index in self._chain(value) if self._table.name(index) == name)

    def _may_hold(self, value: int) -> bool:
        if not self._bloom_words:
            return True
        word = self._filter[value // 64 % self._bloom_words]
        return bool(word >> value % 64 & word >> (value >> self._shift) % 64 & 1)

    def _chain(self, value: int) -> Iterator[int]:
        index = self._starts[value % self._bucket_count]
        while self._first <= index < self._table.count:
            entry = self._hashes[index - self._first]
            if entry | 1 == value | 1:
                yield index
            if entry & 1:
                return
            index += 1


class _SystemHash:
    """`.hash`: buckets and chains of symbol numbers."""

    def __init__(self, image: ElfImage, table: SymbolTable, offset: int) -> None:
        self._bucket_count, chain_count = struct.unpack("<II", image.read(offset, 8, "the symbol hash table"))
        self._count = min(chain_count, table.count)
        self._words_at = offset + 8
        self._words_size = (self._bucket_count + self._count) * 4
        image.check_inside(self._words_at, self._words_size, "the symbol hash table")
        self._image, self._table = image, table

    @cached_property
    def _words(self) -> memoryview:
        """The buckets, and the chains behind them."""
        return memoryview(self._image.read(self._words_at, self._words_size)).cast("I")

    def __call__(self, symbol: str) -> tuple[Symbol, ...]:
        name = symbol.encode()
        if not self._bucket_count:
            return ()
        return tuple(self._table[row] for row in self._chain(_system_hash(name)) if self._table.name(row) == name)

    def _chain(self, value: int) -> Iterator[int]:
        index = self._words[value % self._bucket_count]
        # A damaged chain may run in a circle; a sound one is never longer than the table.
        for _ in range(self._count):
            if not 0 < index < self._count:
                return
            yield index
            index = self._words[self._bucket_count + index]


class _Scan:
    """No hash table: read all names once."""

    def __init__(self, table: SymbolTable) -> None:
        self._table = table
        self._rows: dict[bytes, list[int]] | None = None

    def __call__(self, symbol: str) -> tuple[Symbol, ...]:
        if self._rows is None:
            self._rows = {}
            for index, name in self._table.exported_names():
                self._rows.setdefault(name, []).append(index)
        return tuple(self._table[index] for index in self._rows.get(symbol.encode(), ()))
