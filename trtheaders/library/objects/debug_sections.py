"""The debug sections of a relocatable object with their relocations applied, as a linker would (gABI, "Relocation").

pyelftools applies them too, through an object for each: a file of 20 MB takes it half a minute, and `struct` a fraction
of a second.
"""

from __future__ import annotations

import struct

from trtheaders.library.elf.image import ElfImage, Section, SectionType
from trtheaders.library.symbols.tables import static_table
from trtheaders.model.library.exports import Machine

_RELA = struct.Struct("<QQq")
_FORMATS = {
    Machine.X86_64: {1: struct.Struct("<Q"), 10: struct.Struct("<I"), 11: struct.Struct("<I")},
    Machine.AARCH64: {257: struct.Struct("<Q"), 258: struct.Struct("<I")},
}
"""R_X86_64_64, _32 and _32S; R_AARCH64_ABS64 and _ABS32. Others stand for code and thread-local places, not layouts."""

_COMPRESSED = 0x800
"""SHF_COMPRESSED."""


def relocate_debug(image: ElfImage) -> bytearray | None:
    """The whole file with its debug sections relocated; None where they are compressed.

    Raises :class:`~trtheaders.errors.LibraryError` for a damaged file.
    """
    sections = image.sections
    tables = [row for row in sections if row.type == SectionType.RELA and ".debug_" in row.name]
    pairs = [(table, sections[table.info]) for table in tables if table.info < len(sections)]
    if any(target.flags & _COMPRESSED for _, target in pairs):
        return None
    data = bytearray(image.read(0, image.size))
    symbols = static_table(image)
    values = [row[4] for row in symbols.rows()] if symbols is not None else []
    for table, target in pairs:
        # What has no bytes in the file has none to change.
        if target.type != SectionType.NOBITS:
            _apply(image, table, target, values, data)
    return data


def _apply(image: ElfImage, table: Section, target: Section, values: list[int], data: bytearray) -> None:
    formats = _FORMATS[image.machine]
    rows = image.contents(table)
    for offset, info, addend in _RELA.iter_unpack(rows[: len(rows) - len(rows) % _RELA.size]):
        kind, symbol = formats.get(info & 0xFFFFFFFF), info >> 32
        if kind is not None and symbol < len(values) and offset + kind.size <= target.size:
            mask = (1 << 8 * kind.size) - 1
            kind.pack_into(data, target.offset + offset, values[symbol] + addend & mask)
