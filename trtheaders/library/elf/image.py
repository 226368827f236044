"""An ELF file, opened and bounds-checked: headers, dynamic entries and bytes; nothing is read that is not asked for.

The tables are unpacked by `struct`, not through pyelftools' objects: those cost 50 ms to import and a hundred times as
long to read. Only 64-bit little-endian x86-64 and aarch64 files are understood; everything else, and every damage,
is a :class:`LibraryError`. Sources: gABI chapters 4 and 5; the processor supplements for x86-64 and aarch64.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from functools import cached_property
from pathlib import Path

from msgspec import Struct

from trtheaders.errors import LibraryError
from trtheaders.library.elf.file_bytes import REINSTALL, FileBytes, open_bytes
from trtheaders.model.library.exports import Machine

_HEADER = struct.Struct("<16xHHIQQQIHHHHHH")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SEGMENT = struct.Struct("<IIQQQQQQ")
_DYNAMIC = struct.Struct("<qQ")

_MACHINES = {62: Machine.X86_64, 183: Machine.AARCH64}
_OTHER_MACHINES = {3: "x86 (32-bit)", 8: "MIPS", 20: "PowerPC", 21: "PowerPC64", 22: "S/390", 40: "ARM (32-bit)"}
_OTHER_MACHINES |= {190: "CUDA", 224: "AMD GPU", 243: "RISC-V", 258: "LoongArch"}

_MOST_SECTIONS = 4_000_000
_LONGEST_NAME = 1 << 18
"""Bytes; `-ffunction-sections` puts a mangled name into a section's, and templates make these long."""
_LONGEST_NAMES = 1 << 28


class ElfType(Enum):
    """What kind of ELF file it is. A position-independent program is a LIBRARY in its header, and so it is here."""

    OBJECT = "relocatable object"
    PROGRAM = "program"
    LIBRARY = "shared object"


_TYPES = {1: ElfType.OBJECT, 2: ElfType.PROGRAM, 3: ElfType.LIBRARY}


class DynamicTag:
    """The dynamic tags that are used (gABI, figure 5-10; GNU extensions)."""

    NEEDED, HASH, STRTAB, SYMTAB, RELA, RELASZ = 1, 4, 5, 6, 7, 8
    STRSZ, SONAME, RPATH, PLTRELSZ, JMPREL, RUNPATH = 10, 14, 15, 2, 23, 29
    RELRSZ, RELR = 35, 36
    GNU_HASH, VERSYM, VERDEF, VERDEFNUM, VERNEED, VERNEEDNUM = (
        0x6FFFFEF5,
        0x6FFFFFF0,
        0x6FFFFFFC,
        0x6FFFFFFD,
        0x6FFFFFFE,
        0x6FFFFFFF,
    )
    FLAGS_1 = 0x6FFFFFFB


class SectionType:
    """The section types that are used (gABI, figure 4-9)."""

    SYMTAB, STRTAB, RELA, NOTE, NOBITS, REL, DYNSYM = 2, 3, 4, 7, 8, 9, 11
    GROUP = 17


class Section(Struct, frozen=True):
    """One row of the section table; ``address``, ``offset``, ``size`` and ``entry_size`` in bytes."""

    index: int
    name: str
    type: int
    flags: int
    address: int
    offset: int
    size: int
    link: int
    info: int
    entry_size: int


class Segment(Struct, frozen=True):
    """One row of the program header table, in bytes."""

    type: int
    flags: int
    offset: int
    address: int
    file_size: int
    memory_size: int


_PIE = 0x08000000
"""DF_1_PIE of DT_FLAGS_1."""

_LOAD, _DYNAMIC_SEGMENT, _NOTE_SEGMENT = 1, 2, 4


class ElfImage:
    """An ELF file's bytes with their structure. Make one with :func:`open_image` or from an archive member's bytes.

    ``path`` is where it lies and ``title`` how messages call it (`libx.a(member.o)`); raises :class:`LibraryError` for
    whatever is no ELF file of a known architecture, or is damaged; so does every method.
    """

    def __init__(self, data: bytes | FileBytes, path: Path, title: str = "") -> None:
        self.data = data
        self.path = path
        self.title = title or str(path)
        self.size = len(data)
        self._check_identity()
        (kind, machine, _, self.entry, self._segments_at, self._sections_at, _, _, *counts) = _HEADER.unpack(
            self.read(0, _HEADER.size, "the ELF header")
        )
        self._segment_size, self._segment_count, self._section_size, self._section_count, self._names_index = counts
        if machine not in _MACHINES:
            raise self.failure(
                f"is for {_OTHER_MACHINES.get(machine, f'machine {machine}')}",
                "only x86-64 and aarch64 libraries can be checked",
            )
        if kind not in _TYPES:
            raise self.failure("is neither an object, a program nor a shared library")
        self.machine = _MACHINES[machine]
        self.type = _TYPES[kind]
        self._check_extent()

    def _check_identity(self) -> None:
        start = bytes(self.data[:16])
        if not start.startswith(b"\x7fELF"):
            raise self._not_elf(start)
        if len(start) < 16 or self.size < _HEADER.size:
            raise self.failure("is truncated: the ELF header is not complete")
        if start[4] == 1:
            raise self.failure("is a 32-bit file", "TensorRT-LLM is 64-bit; name the 64-bit library")
        if start[4] != 2 or start[5] not in (1, 2):
            raise self.failure("has a damaged ELF header")
        if start[5] == 2:
            raise self.failure("is a big-endian file", "only x86-64 and little-endian aarch64 libraries can be checked")

    def _not_elf(self, start: bytes) -> LibraryError:
        text = bytes(self.data[:4096])
        if start.startswith((b"!<arch>", b"!<thin>")):
            return self.failure("is a static archive, not a shared library", "name the shared library (`.so`)")
        if start.startswith((b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")):
            return self.failure("is not an ELF file but a Windows or macOS one", "only Linux libraries can be checked")
        if start.startswith(b"PK\x03\x04"):
            hint = "install the wheel, or take the library out of it: `unzip -j WHEEL '*/libs/*.so*'`"
            return self.failure("is a zip file (as wheels are), not a library", hint)
        if text.startswith(b"version https://git"):
            return self.failure("is a Git LFS pointer, not a library", "run `git lfs pull`")
        if b"INPUT" in text or b"GROUP" in text:
            return self.failure("is a linker script, not a library", "name the library that the script refers to")
        return self.failure("is not an ELF file", "name a shared library (`.so`)")

    def _check_extent(self) -> None:
        """Refuse a file that ends before what its headers place in it does: a download or copy that broke off."""
        for segment in self.segments:
            if segment.type == _LOAD:
                self.check_inside(segment.offset, segment.file_size, "a segment")
        for section in self.sections:
            if section.type != SectionType.NOBITS:
                self.check_inside(section.offset, section.size, f"section `{section.name}`")

    def check_inside(self, offset: int, size: int, what: str) -> None:
        """Raise :class:`LibraryError` unless the file holds ``size`` bytes from ``offset``."""
        if offset < 0 or size < 0 or offset + size > self.size:
            raise self.failure(f"is truncated or damaged: {what} lies beyond its end")

    def failure(self, what: str, hint: str = REINSTALL) -> LibraryError:
        """An error about this file: ``what`` continues the sentence that starts with its name."""
        return LibraryError(f"`{self.title}` {what}", hint=hint)

    def read(self, offset: int, size: int, what: str = "its contents") -> bytes:
        """``size`` bytes of the file from ``offset``; ``what`` names them in the error."""
        self.check_inside(offset, size, what)
        return bytes(self.data[offset : offset + size])

    def string(self, offset: int, end: int) -> bytes:
        """The bytes from ``offset`` up to the next NUL, which must come before ``end``."""
        size, end = 128, min(end, self.size)
        while 0 <= offset < end:
            text, mark, _ = bytes(self.data[offset : min(offset + size, end)]).partition(b"\0")
            if mark:
                return text
            if offset + size >= end:
                break
            size *= 8
        raise self.failure("is damaged: a name does not end")

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The program headers; empty for objects."""
        if not self._segment_count:
            return ()
        if self._segment_size != _SEGMENT.size:
            raise self.failure("has damaged program headers")
        rows = self.read(self._segments_at, self._segment_count * _SEGMENT.size, "the program header table")
        return tuple(
            Segment(kind, flags, offset, address, file_size, memory_size)
            for kind, flags, offset, address, _, file_size, memory_size, _ in _SEGMENT.iter_unpack(rows)
        )

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The section headers; empty where a tool has removed them."""
        if not self._sections_at:
            return ()
        if self._section_size != _SECTION.size:
            raise self.failure("has damaged section headers")
        count, names = self._section_count, self._names_index
        if not count or names == 0xFFFF:
            # More than 65,279 sections: the numbers are in the first, otherwise unused, row.
            first = _SECTION.unpack(self.read(self._sections_at, _SECTION.size, "the section table"))
            count, names = count or first[5], first[6] if names == 0xFFFF else names
        if count > _MOST_SECTIONS:
            raise self.failure("is damaged: it has more sections than any linker makes")
        rows = self.read(self._sections_at, count * _SECTION.size, "the section table")
        table = list(_SECTION.iter_unpack(rows))
        text = self.read(table[names][4], table[names][5], "the section names") if names < count else b""
        spelt = _SectionNames(self, text)
        return tuple(
            Section(index, spelt.at(name), kind, flags, address, offset, size, link, info, entry)
            for index, (name, kind, flags, address, offset, size, link, info, _, entry) in enumerate(table)
        )

    def section(self, name: str) -> Section | None:
        """The first section called ``name``, None where there is none."""
        return next((section for section in self.sections if section.name == name), None)

    def contents(self, section: Section) -> bytes:
        """The bytes of a section as they are in the file; none for `.bss` and its like."""
        if section.type == SectionType.NOBITS:
            return b""
        return self.read(section.offset, section.size, f"section `{section.name}`")

    def offset_of(self, address: int) -> int | None:
        """Where in the file the byte at a virtual address lies; None where the file holds none."""
        for start, end, shift in self._mapping:
            if start <= address < end:
                return address - shift
        return None

    @cached_property
    def _mapping(self) -> tuple[tuple[int, int, int], ...]:
        return tuple(
            (row.address, row.address + row.file_size, row.address - row.offset)
            for row in self.segments
            if row.type == _LOAD
        )

    def bytes_at(self, address: int, size: int) -> bytes | None:
        """``size`` bytes at a virtual address, before relocation; None where the file does not hold them all."""
        for start, end, shift in self._mapping:
            if start <= address and address + size <= end:
                return bytes(self.data[address - shift : address - shift + size])
        return None

    @cached_property
    def dynamic(self) -> dict[int, tuple[int, ...]]:
        """The dynamic entries: every value of each tag, in order; empty for what is not dynamically linked."""
        found: dict[int, list[int]] = {}
        for tag, value in self._dynamic_rows():
            if tag == 0:
                break
            found.setdefault(tag, []).append(value)
        return {tag: tuple(values) for tag, values in found.items()}

    def _dynamic_rows(self) -> Iterator[tuple[int, int]]:
        for segment in self.segments:
            if segment.type == _DYNAMIC_SEGMENT:
                size = segment.file_size - segment.file_size % _DYNAMIC.size
                yield from _DYNAMIC.iter_unpack(self.read(segment.offset, size, "the dynamic table"))

    def dynamic_value(self, tag: int) -> int | None:
        """The first value of a dynamic tag."""
        return self.dynamic.get(tag, (None,))[0]

    def table_at(self, tag: int, what: str) -> int | None:
        """The file offset of the table whose address a dynamic tag gives; None where the tag is absent."""
        address = self.dynamic_value(tag)
        if address is None:
            return None
        offset = self.offset_of(address)
        if offset is None:
            raise self.failure(f"is damaged: {what} lies outside the file")
        return offset

    @cached_property
    def dynamic_strings(self) -> tuple[int, int]:
        """Start and end of the dynamic string table in the file; (0, 0) where there is none."""
        start = self.table_at(DynamicTag.STRTAB, "the dynamic string table")
        if start is None:
            return 0, 0
        end = start + (self.dynamic_value(DynamicTag.STRSZ) or 0)
        self.check_inside(start, end - start, "the dynamic string table")
        return start, end

    def dynamic_string(self, index: int) -> str:
        """The name at ``index`` of the dynamic string table."""
        start, end = self.dynamic_strings
        return self.string(start + index, end).decode(errors="backslashreplace")

    @property
    def rela_tables(self) -> tuple[bytes, ...]:
        """The dynamic RELA tables, `.rela.dyn` and `.rela.plt`: rows of 24 bytes (address, info, addend)."""
        return self._table(DynamicTag.RELA, DynamicTag.RELASZ), self._table(DynamicTag.JMPREL, DynamicTag.PLTRELSZ)

    @property
    def relr_table(self) -> bytes:
        """The packed relative relocations, `.relr.dyn`; empty where there are none.

        A bitmap stands for up to 63 words, and each of them lies in the file.
        """
        table = self._table(DynamicTag.RELR, DynamicTag.RELRSZ)
        if int.from_bytes(table, "little").bit_count() > self.size:
            raise self.failure("is damaged: it has more packed relocations than words")
        return table

    def _table(self, start: int, size: int) -> bytes:
        offset = self.table_at(start, "a relocation table")
        return b"" if offset is None else self.read(offset, self.dynamic_value(size) or 0, "a relocation table")

    @property
    def is_program(self) -> bool:
        """Whether it is a program, a position-independent one included: no linker takes it for a library."""
        return self.type is ElfType.PROGRAM or bool((self.dynamic_value(DynamicTag.FLAGS_1) or 0) & _PIE)

    @property
    def soname(self) -> str | None:
        """DT_SONAME: the name under which programs ask for it at run time."""
        index = self.dynamic_value(DynamicTag.SONAME)
        return None if index is None else self.dynamic_string(index)

    @property
    def needed(self) -> tuple[str, ...]:
        """DT_NEEDED: the libraries that it asks for, in order."""
        return tuple(self.dynamic_string(index) for index in self.dynamic.get(DynamicTag.NEEDED, ()))

    @property
    def run_path(self) -> tuple[str, ...]:
        """The folders of DT_RUNPATH, else of DT_RPATH, as written (`$ORIGIN` unresolved)."""
        indexes = self.dynamic.get(DynamicTag.RUNPATH) or self.dynamic.get(DynamicTag.RPATH) or ()
        return tuple(part for index in indexes for part in self.dynamic_string(index).split(":") if part)

    @property
    def comment(self) -> str:
        """`.comment`: the compilers that made it, each once, joined by `; `."""
        section = self.section(".comment")
        parts = self.contents(section).split(b"\0") if section else []
        return "; ".join(dict.fromkeys(part.decode(errors="replace") for part in parts if part))

    @property
    def stripped(self) -> bool:
        """Whether the full symbol table (`.symtab`) has been removed."""
        return not any(section.type == SectionType.SYMTAB for section in self.sections)

    @property
    def has_dwarf(self) -> bool:
        """Whether it carries debug information."""
        return any(section.name in (".debug_info", ".zdebug_info") for section in self.sections)

    @property
    def build_id(self) -> str | None:
        """The linker's build id in hexadecimal, None where there is none."""
        for owner, kind, content in self.notes():
            if (owner, kind) == (b"GNU", 3):
                return content.hex()
        return None

    def notes(self) -> Iterator[tuple[bytes, int, bytes]]:
        """Every note as (owner, type, contents)."""
        spans = [(row.offset, row.size) for row in self.sections if row.type == SectionType.NOTE]
        spans = spans or [(row.offset, row.file_size) for row in self.segments if row.type == _NOTE_SEGMENT]
        for offset, size in spans:
            yield from _split_notes(self.read(offset, size, "a note"))


class _SectionNames:
    """The string table of section names; names may share their ends, and so be longer together than the table."""

    def __init__(self, image: ElfImage, text: bytes) -> None:
        self._image = image
        self._text = text
        self._known: dict[int, str] = {}
        self._length = 0

    def at(self, start: int) -> str:
        """The name at ``start``."""
        if not self._text:
            return ""
        if start not in self._known:
            stop = self._text.find(b"\0", start, start + _LONGEST_NAME)
            self._length += max(stop - start, 0)
            if stop < 0 or self._length > _LONGEST_NAMES:
                raise self._image.failure("is damaged: a name does not end")
            self._known[start] = self._text[start:stop].decode(errors="backslashreplace")
        return self._known[start]


def _split_notes(data: bytes) -> Iterator[tuple[bytes, int, bytes]]:
    position = 0
    while position + 12 <= len(data):
        name_size, size, kind = struct.unpack_from("<III", data, position)
        name_end = position + 12 + name_size
        start = position + 12 + (name_size + 3) // 4 * 4
        yield data[position + 12 : name_end].rstrip(b"\0"), kind, data[start : start + size]
        position = start + (size + 3) // 4 * 4


@contextmanager
def open_image(path: Path) -> Iterator[ElfImage]:
    """The ELF file at ``path`` while the context lasts. Raises :class:`LibraryError`."""
    with open_bytes(path) as data:
        yield ElfImage(data, path)
