"""How many dynamic symbols there are, where no section header says so: the hash tables know.

Sources: gABI chapter 5, "Hash Table"; for `.gnu.hash` the GNU ABI extensions (binutils, `bfd/elflink.c`).
"""

from __future__ import annotations

import struct

from trtheaders.library.elf.image import DynamicTag, ElfImage


def count_symbols(image: ElfImage) -> int:
    """How many dynamic symbols there are, as far as the hash tables know."""
    offset = image.table_at(DynamicTag.HASH, "the symbol hash table")
    if offset is not None:
        return int(struct.unpack("<I", image.read(offset + 4, 4, "the symbol hash table"))[0])
    offset = image.table_at(DynamicTag.GNU_HASH, "the symbol hash table")
    return 0 if offset is None else _count_by_gnu_hash(image, offset)


def _count_by_gnu_hash(image: ElfImage, offset: int) -> int:
    buckets, first, bloom_words, _ = struct.unpack("<IIII", image.read(offset, 16, "the symbol hash table"))
    start = offset + 16 + bloom_words * 8
    last = max(struct.unpack(f"<{buckets}I", image.read(start, buckets * 4, "the symbol hash table")), default=0)
    if last < first:
        return int(first)
    chains = start + buckets * 4
    while not image.read(chains + (last - first) * 4, 4, "the symbol hash table")[0] & 1:
        last += 1
    return int(last) + 1
