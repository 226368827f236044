"""DWARF to the layouts of a snapshot's classes and enumerations. The only module that knows pyelftools: the ELF format
itself is simple enough for `struct`, DWARF is not.
"""

from __future__ import annotations

import io
import os
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from elftools.common.exceptions import DWARFError, ELFError, ELFParseError
from elftools.elf.elffile import ELFFile
from msgspec import Struct, field

from trtheaders.demangling import demangle
from trtheaders.library.elf.debug_files import (
    debug_places,
    find_debug_file,
    read_debug_link,
    read_shared_link,
)
from trtheaders.library.elf.image import ElfImage, ElfType, open_image
from trtheaders.library.objects.debug_sections import relocate_debug
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.library.evidence import DebugBase, DebugEnumeration, DebugMember, DebugRecord
from trtheaders.programs.files import open_regular

MOST_ENTRIES = 150_000
"""Debug information entries looked at in one library, some seconds' worth: gigabytes of it are not read to the end."""

_ENUMERATION = "DW_TAG_enumeration_type"
_UNITS = frozenset({"DW_TAG_compile_unit", "DW_TAG_skeleton_unit", "DW_TAG_partial_unit", "DW_TAG_type_unit"})
_SPLIT = ("DW_AT_dwo_name", "DW_AT_GNU_dwo_name")
_OP_PLUS_UCONST = 0x23
_COMPRESSED = 0x800
"""SHF_COMPRESSED; the size unpacked is the second word of the section."""
_HIGHEST_RATIO = 1032
"""Of deflate (zlib's "Maximum Expansion Factor")."""
_MOST_UNPACKED = 400 * 1024**2
_PARAMETERS = ("DW_TAG_template_type_param", "DW_TAG_template_value_param")
_RECORDS = ("DW_TAG_class_type", "DW_TAG_structure_type", "DW_TAG_union_type")


class DebugLayouts(Struct):
    """What was found, by name, and what was left unread."""

    records: list[DebugRecord] = field(default_factory=list)
    enumerations: list[DebugEnumeration] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    separate: list[Path] = field(default_factory=list)
    """Files besides the library that were read, or looked for."""


_DAMAGE = (
    *(DWARFError, ELFError, zlib.error, LookupError, ValueError, TypeError, ArithmeticError, MemoryError),
    *(AssertionError, AttributeError, RecursionError),
)
"""What pyelftools raises over damaged debug information, as far as `make fuzz` found out."""


class _SpentError(Exception):
    """The budget of entries is used up."""


def read_debug_layouts(image: ElfImage, snapshots: Sequence[AbiSnapshot]) -> DebugLayouts:
    """The layouts that the file's DWARF gives the classes and enumerations of any of ``snapshots``.

    What is damaged, too large or in a file that is not here is a remark.
    """
    found = DebugLayouts()
    name = image.path.name
    search = _Search(name, snapshots, found)
    try:
        with _open_debug(image, found.separate) as dwarf:
            search.walk(dwarf)
    except _SpentError:
        found.remarks.append(f"the debug information of `{name}` is large and was read in part only")
    except _ElsewhereError as error:
        found.remarks.append(f"the debug information of `{name}` is in another file, which was not read: {error}")
    except _DAMAGE as error:
        found.remarks.append(f"the debug information of `{name}` cannot be read: {error!r}")
    return found


class _ElsewhereError(Exception):
    """Debug information is in a file that is not here."""


@contextmanager
def _open_debug(image: ElfImage, separate: list[Path]) -> Iterator[Any]:
    """The DWARF of a file: its own, or that of the separate files that it names, which are put into ``separate``."""
    _refuse_bombs(image)
    relocated = relocate_debug(image) if image.type is ElfType.OBJECT else None
    if relocated is not None:
        yield ELFFile(io.BytesIO(relocated)).get_dwarf_info(relocate_dwarf_sections=False)
        return
    separate += () if image.has_dwarf else debug_places(image)
    path = image.path if image.has_dwarf else find_debug_file(image)
    if path is None:
        raise _ElsewhereError(f"`{read_debug_link(image)}`")
    with ExitStack() as opened:
        own = opened.enter_context(open_image(path))
        dwarf = _read_dwarf(own, opened)
        shared = read_shared_link(own)
        if shared is not None:
            separate.append(shared.path)
            if not shared.leads_to_it():
                raise _ElsewhereError(f"`{shared.path.name}`")
            dwarf.supplementary_dwarfinfo = _read_dwarf(opened.enter_context(open_image(shared.path)), opened)
        yield dwarf


def _read_dwarf(image: ElfImage, opened: ExitStack) -> Any:
    _refuse_bombs(image)
    return ELFFile(opened.enter_context(open_regular(image.path))).get_dwarf_info(follow_links=False)


def _refuse_bombs(image: ElfImage) -> None:
    """Raise ValueError where compressed sections (gABI, "Section Compression") claim to be too large unpacked."""
    claimed = 0
    for section in image.sections:
        if section.flags & _COMPRESSED and section.size >= 24:
            size = int.from_bytes(image.read(section.offset + 8, 8), "little")
            claimed += size
            if size > _HIGHEST_RATIO * section.size or claimed > max(_MOST_UNPACKED, 16 * image.size):
                raise ValueError(f"section `{section.name}` claims to unpack to {size} bytes")
        elif section.name.startswith(".zdebug_") and section.size >= 12:
            claimed += int.from_bytes(image.read(section.offset + 4, 8), "big")
            if claimed > max(_MOST_UNPACKED, 16 * image.size):
                raise ValueError(f"section `{section.name}` claims to unpack to {claimed} bytes")


class _Search:
    """A walk over namespaces and classes that goes into nothing else."""

    def __init__(self, library: str, snapshots: Sequence[AbiSnapshot], found: DebugLayouts) -> None:
        self.library = library
        self.found = found
        records = [record for snapshot in snapshots for record in snapshot.records if record.size is not None]
        enumerations = [item for snapshot in snapshots for item in snapshot.enumerations]
        self.names = {_plain(record.name): record.name for record in records}
        self.templates = {name.partition("<")[0] for name in self.names if name.endswith(">")}
        self.records = {record.name: record.location.file for record in records}
        self.enumerations = {item.name: item.location.file for item in enumerations}
        names = (*self.records, *self.enumerations)
        self.bare = _by_last_name(names)
        self.scopes = {
            "::".join(name.split("::")[:count]) for name in names for count in range(1, name.count("::") + 1)
        }
        self.files: dict[int, _SourceFiles] = {}
        self.left = MOST_ENTRIES

    def walk(self, dwarf: Any) -> None:
        """Every unit, until everything is found."""
        split = ""
        for unit in _units(dwarf):
            if not self.records and not self.enumerations:
                return
            top = unit.get_top_DIE()
            split = split or next((_text(top, name) for name in _SPLIT if name in top.attributes), "")
            self._children(top, "")
        if split:
            raise _ElsewhereError(f"`{split}` (-gsplit-dwarf)")

    def _children(self, parent: Any, scope: str) -> None:
        for entry in self._iterate(parent):
            name = _name(entry)
            qualified = f"{scope}::{name}" if scope and name else name
            if "DW_AT_specification" in entry.attributes:
                qualified = _qualified(entry)
            if not qualified:
                continue
            qualified = self._in_namespace(qualified, entry)
            if entry.tag in _RECORDS and qualified.partition("<")[0] in self.templates and qualified.endswith(">"):
                qualified = _without_defaults(entry, qualified)
            qualified = self.names.get(_plain(qualified), qualified)
            self._take(_named_by(entry), qualified)
            if qualified in self.scopes and entry.has_children and entry.tag in ("DW_TAG_namespace", *_RECORDS):
                self._children(entry, qualified)

    def _iterate(self, parent: Any) -> Iterator[Any]:
        for entry in parent.iter_children():
            self.left -= 1
            if self.left < 0:
                raise _SpentError
            yield entry

    def _take(self, entry: Any, name: str) -> None:
        if "DW_AT_declaration" in entry.attributes:
            return
        wanted = self.records if entry.tag in _RECORDS else self.enumerations
        known = entry.tag in (*_RECORDS, _ENUMERATION) and name in wanted and "DW_AT_byte_size" in entry.attributes
        if not known or not self._is_declared_in(entry, wanted[name]):
            return
        del wanted[name]
        if entry.tag == _ENUMERATION:
            self.found.enumerations.append(self._enumeration(entry, name))
        else:
            self.found.records.append(self._record(entry, name))

    def _is_declared_in(self, entry: Any, header: str) -> bool:
        """Whether the definition is the header's: a source file may have a type of the same name for itself."""
        unit = entry.cu
        number = _number(entry, "DW_AT_decl_file", -1)
        if id(unit) not in self.files:
            self.files[id(unit)] = _SourceFiles(unit)
        file = self.files[id(unit)].path(number)
        if file is None:
            return True
        ours, theirs = PurePosixPath(header).parts, file.parts
        common = min(len(ours), len(theirs))
        return ours[-common:] == theirs[-common:]

    def _record(self, entry: Any, name: str) -> DebugRecord:
        children = list(self._iterate(entry))
        return DebugRecord(
            name=name,
            library=self.library,
            size=_number(entry, "DW_AT_byte_size"),
            members=tuple(_members(children)),
            bases=tuple(self._base(child) for child in children if child.tag == "DW_TAG_inheritance"),
        )

    def _base(self, child: Any) -> DebugBase:
        virtual = bool(_number(child, "DW_AT_virtuality"))
        name = self._in_namespace(_qualified(_target(child, "DW_AT_type")), child)
        return DebugBase(name=name, offset=None if virtual else _place(child))

    def _in_namespace(self, name: str, entry: Any) -> str:
        """``name`` with the namespace around it: DWARF 2 has none, and g++ -gstrict-dwarf then writes none."""
        if entry.cu["version"] != 2:
            return name
        outer, colons, inner = (name, "", "") if "<" in name else name.partition("::")
        return f"{self.bare.get(outer, outer)}{colons}{inner}"

    def _enumeration(self, entry: Any, name: str) -> DebugEnumeration:
        children = self._iterate(entry)
        values = ((_name(child), _number(child, "DW_AT_const_value")) for child in children if _name(child))
        return DebugEnumeration(name=name, library=self.library, enumerators=tuple(values))


def _by_last_name(names: Iterable[str]) -> dict[str, str]:
    """The names that no other one ends with, each by its last part."""
    found: dict[str, list[str]] = {}
    for name in names:
        head, bracket, arguments = name.partition("<")
        found.setdefault(f"{head.rpartition('::')[2]}{bracket}{arguments}", []).append(name)
    return {last: full[0] for last, full in found.items() if len(full) == 1}


class _SourceFiles:
    """The files that a unit's entries are declared in, by number (DWARF 5, 6.2.4: from 0; before, from 1)."""

    def __init__(self, unit: Any) -> None:
        header = _read_line_header(unit)
        self.first = 0 if header is not None and header["version"] >= 5 else 1
        self.files: Sequence[Any] = () if header is None else header["file_entry"]
        self.folders: Sequence[bytes] = () if header is None else header["include_directory"]

    def path(self, number: int) -> PurePosixPath | None:
        """The file of that number; None where nothing says."""
        if not 0 <= number - self.first < len(self.files):
            return None
        entry = self.files[number - self.first]
        index = entry["dir_index"] - self.first
        folder = self.folders[index] if 0 <= index < len(self.folders) else b""
        return PurePosixPath(os.fsdecode(folder)) / os.fsdecode(entry["name"])


def _read_line_header(unit: Any) -> Any:
    """The head of a unit's line table; None where there is none, or where it is of the other width than the unit, which
    pyelftools does not know of (g++ -gdwarf64 and an assembler that writes 32 bits).
    """
    if "DW_AT_stmt_list" not in unit.get_top_DIE().attributes:
        return None
    try:
        program = unit.dwarfinfo.line_program_for_CU(unit)
    except (ELFParseError, DWARFError, AssertionError):
        return None
    return None if program is None else program.header


def _target(entry: Any, attribute: str) -> Any:
    """The entry that an attribute refers to; a type unit's by its signature, wherever that lies.

    What stands for one may have no name, only the signature (DWARF 5, 5.7.1).
    """
    found = entry.attributes[attribute]
    unit = _type_units(entry.dwarfinfo).get(found.value) if found.form == "DW_FORM_ref_sig8" else None
    if unit is None:
        target = entry.get_DIE_from_attribute(attribute)
    else:
        target = unit.dwarfinfo.get_DIE_from_refaddr(unit.cu_offset + unit.header["type_offset"])
    return _target(target, "DW_AT_signature") if "DW_AT_signature" in target.attributes else target


@lru_cache(maxsize=2)
def _type_units(dwarf: Any) -> dict[int, Any]:
    """The type units among the compilation units, as they are from DWARF 5 on, by signature."""
    return {unit.header["type_signature"]: unit for unit in dwarf.iter_CUs() if "type_signature" in unit.header}


def _units(dwarf: Any) -> Iterable[Any]:
    """Compilation units, and type units wherever they lie (DWARF 4, 3.1.3; DWARF 5, 3.1.4)."""
    yield from dwarf.iter_CUs()
    if dwarf.has_debug_types():
        yield from dwarf.iter_TUs()
    if dwarf.supplementary_dwarfinfo is not None:
        yield from dwarf.supplementary_dwarfinfo.iter_CUs()


_GNU_NUMBERS = (
    (re.compile(r"\b(long long|long|short) int\b"), r"\1"),
    (re.compile(r"\b(long long|long|short) unsigned( int)?\b"), r"unsigned \1"),
)


def _plain(name: str) -> str:
    """A name to compare: g++ writes `Buffer<long unsigned int>` where clang writes `Buffer<unsigned long>`."""
    if "<" not in name:
        return name
    for pattern, written in _GNU_NUMBERS:
        name = pattern.sub(written, name)
    return name.replace(" ", "")


def _without_defaults(entry: Any, name: str) -> str:
    """``name`` of an instance without the arguments that are its template's defaults, as clang's parser prints it."""
    parameters = [child for child in entry.iter_children() if child.tag in _PARAMETERS]
    left = name.removesuffix(">").rstrip()
    while parameters and "DW_AT_default_value" in parameters.pop().attributes:
        left = left[: _last_comma(left)]
    return f"{left}>"


def _last_comma(text: str) -> int:
    """Where the last argument of an open argument list begins: at its comma, or behind the bracket that opens it."""
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += {">": 1, ")": 1, "<": -1, "(": -1}.get(text[place], 0)
        if depth < 0 or (depth == 0 and text[place] == ","):
            return place if depth == 0 else place + 1
    return 0


def _text(entry: Any, attribute: str) -> str:
    found = entry.attributes.get(attribute)
    return found.value.decode(errors="replace") if found is not None and isinstance(found.value, bytes) else ""


def _name(entry: Any) -> str:
    """Its own name; of a class that a typedef names (`typedef struct {…} A;`) g++ gives the linkage name alone, and
    clang no name to what stands for a class of another type unit.
    """
    name = _text(entry, "DW_AT_name")
    if name or entry.tag not in (*_RECORDS, _ENUMERATION):
        return name
    if "DW_AT_signature" in entry.attributes:
        return _name(_target(entry, "DW_AT_signature"))
    linked = _text(entry, "DW_AT_linkage_name") or _text(entry, "DW_AT_MIPS_linkage_name")
    return demangle(f"_Z{linked.removeprefix('_Z')}").rpartition("::")[2] if linked else ""


def _named_by(entry: Any) -> Any:
    """The class that a typedef gives its name to: `typedef struct {…} CStyle;`. Anything else stands for itself."""
    if entry.tag == "DW_TAG_typedef" and "DW_AT_type" in entry.attributes:
        target = _target(entry, "DW_AT_type")
        if target.tag in (*_RECORDS, _ENUMERATION) and not _name(target):
            return target
    return entry


def _number(entry: Any, attribute: str, default: int = 0) -> int:
    found = entry.attributes.get(attribute)
    return found.value if found is not None and isinstance(found.value, int) else default


def _members(children: list[Any]) -> Iterator[DebugMember]:
    for child in children:
        # A static member is a declaration; an anonymous union's members are told under the union itself.
        static = "DW_AT_external" in child.attributes or "DW_AT_declaration" in child.attributes
        if child.tag == "DW_TAG_member" and not static and "DW_AT_artificial" not in child.attributes:
            yield DebugMember(name=_name(child), offset=_bit_offset(child))


def _bit_offset(child: Any) -> int:
    if "DW_AT_data_bit_offset" in child.attributes:
        return _number(child, "DW_AT_data_bit_offset")
    start = 8 * _place(child)
    if "DW_AT_bit_offset" in child.attributes:
        # Up to DWARF 3 bits are counted from the most significant one of a storage unit (DWARF 3, 5.6.6).
        # clang puts what goes beyond the unit at a negative one, in eight bytes without a sign.
        unit, own = 8 * _number(child, "DW_AT_byte_size"), _number(child, "DW_AT_bit_size")
        left = _number(child, "DW_AT_bit_offset")
        return start + unit - (left - (1 << 64) if left >= 1 << 63 else left) - own
    return start


def _place(child: Any) -> int:
    """A member's or base's offset in bytes: a number, in DWARF 2 an expression that adds it (DWARF 2, 5.5.4)."""
    found = child.attributes.get("DW_AT_data_member_location")
    if found is None or isinstance(found.value, int):
        return _number(child, "DW_AT_data_member_location")
    operation, *operand = found.value
    if operation != _OP_PLUS_UCONST:
        raise DWARFError(f"a member's place is an expression that starts with {operation:#x}")
    return sum((byte & 0x7F) << 7 * index for index, byte in enumerate(operand))


def _qualified(entry: Any) -> str:
    """The full name, by what it was declared in: a definition may stand elsewhere (DWARF 5, 2.13.2). '' for what has
    none: g++ -gstrict-dwarf leaves out what a typedef calls a class.
    """
    parts: list[str] = []
    while entry is not None and entry.tag not in _UNITS:
        if entry.tag == "DW_TAG_typedef" and "DW_AT_type" in entry.attributes and not parts:
            target = _target(entry, "DW_AT_type")
            if _name(target):
                entry = target
                continue
        specified = "DW_AT_specification" in entry.attributes
        declared = _target(entry, "DW_AT_specification") if specified else entry
        parts.insert(0, _name(entry) or _name(declared) or _typedef_name(entry))
        entry = declared.get_parent()
    return "::".join(parts) if parts and parts[-1] else ""


def _typedef_name(entry: Any) -> str:
    """The name that a typedef beside it gives an unnamed class."""
    parent = entry.get_parent()
    siblings = parent.iter_children() if parent is not None else ()
    return next(
        (_name(item) for item in siblings if item.tag == "DW_TAG_typedef" and _is_same(_named_by(item), entry)), ""
    )


def _is_same(one: Any, other: Any) -> bool:
    return bool(one.offset == other.offset and one.cu.cu_offset == other.cu.cu_offset)
