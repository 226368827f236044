"""DWARF to the layouts of a snapshot's classes and enumerations. The only module that knows pyelftools: the ELF format
itself is simple enough for `struct`, DWARF is not.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from elftools.common.exceptions import DWARFError, ELFError
from elftools.elf.elffile import ELFFile
from msgspec import Struct, field

from trtheaders.library.elf.image import ElfImage, ElfType
from trtheaders.library.objects.debug_sections import relocate_debug
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.library.evidence import DebugBase, DebugEnumeration, DebugMember, DebugRecord

MOST_ENTRIES = 150_000
"""Debug information entries looked at in one library, some seconds' worth: gigabytes of it are not read to the end."""

_RECORDS = ("DW_TAG_class_type", "DW_TAG_structure_type", "DW_TAG_union_type")


class DebugLayouts(Struct):
    """What was found, by name, and what was left unread."""

    records: list[DebugRecord] = field(default_factory=list)
    enumerations: list[DebugEnumeration] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


class _SpentError(Exception):
    """The budget of entries is used up."""


def read_debug_layouts(image: ElfImage, snapshots: Sequence[AbiSnapshot]) -> DebugLayouts:
    """The layouts that the file's DWARF gives the classes and enumerations of any of ``snapshots``.

    What is damaged or too large is a remark.
    """
    found = DebugLayouts()
    with image.path.open("rb") as file:
        search = _Search(image.path.name, snapshots, found)
        try:
            search.walk(_read_dwarf(image, file))
        except _SpentError:
            found.remarks.append(f"the debug information of `{image.path.name}` is large and was read in part only")
        except (DWARFError, ELFError, KeyError, ValueError, IndexError, AssertionError, AttributeError) as error:
            found.remarks.append(f"the debug information of `{image.path.name}` cannot be read: {error!r}")
    return found


def _read_dwarf(image: ElfImage, file: BinaryIO) -> Any:
    relocated = relocate_debug(image) if image.type is ElfType.OBJECT else None
    if relocated is None:
        return ELFFile(file).get_dwarf_info()
    return ELFFile(io.BytesIO(relocated)).get_dwarf_info(relocate_dwarf_sections=False)


class _Search:
    """A walk over namespaces and classes that goes into nothing else."""

    def __init__(self, library: str, snapshots: Sequence[AbiSnapshot], found: DebugLayouts) -> None:
        self.library = library
        self.found = found
        records = (record for snapshot in snapshots for record in snapshot.records)
        self.records = {record.name for record in records if record.size is not None}
        self.enumerations = {item.name for snapshot in snapshots for item in snapshot.enumerations}
        names = (*self.records, *self.enumerations)
        self.scopes = {
            "::".join(name.split("::")[:count]) for name in names for count in range(1, name.count("::") + 1)
        }
        self.left = MOST_ENTRIES

    def walk(self, dwarf: Any) -> None:
        """Every unit, until everything is found."""
        for unit in dwarf.iter_CUs():
            if not self.records and not self.enumerations:
                return
            self._children(unit.get_top_DIE(), "")

    def _children(self, parent: Any, scope: str) -> None:
        for entry in self._iterate(parent):
            name = _name(entry)
            if not name:
                continue
            qualified = f"{scope}::{name}" if scope else name
            self._take(entry, qualified)
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
        if entry.tag in _RECORDS and name in self.records and "DW_AT_byte_size" in entry.attributes:
            self.records.discard(name)
            self.found.records.append(self._record(entry, name))
        elif entry.tag == "DW_TAG_enumeration_type" and name in self.enumerations:
            self.enumerations.discard(name)
            self.found.enumerations.append(self._enumeration(entry, name))

    def _record(self, entry: Any, name: str) -> DebugRecord:
        children = list(self._iterate(entry))
        return DebugRecord(
            name=name,
            library=self.library,
            size=_number(entry, "DW_AT_byte_size"),
            members=tuple(_members(children)),
            bases=tuple(_base(child) for child in children if child.tag == "DW_TAG_inheritance"),
        )

    def _enumeration(self, entry: Any, name: str) -> DebugEnumeration:
        children = self._iterate(entry)
        values = ((_name(child), _number(child, "DW_AT_const_value")) for child in children if _name(child))
        return DebugEnumeration(name=name, library=self.library, enumerators=tuple(values))


def _name(entry: Any) -> str:
    attribute = entry.attributes.get("DW_AT_name")
    return attribute.value.decode(errors="replace") if attribute is not None else ""


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
    start = 8 * _number(child, "DW_AT_data_member_location")
    if "DW_AT_bit_offset" in child.attributes:
        # Up to DWARF 3 bits are counted from the most significant one of a storage unit (DWARF 3, 5.6.6).
        unit, own = 8 * _number(child, "DW_AT_byte_size"), _number(child, "DW_AT_bit_size")
        return start + unit - _number(child, "DW_AT_bit_offset") - own
    return start


def _base(child: Any) -> DebugBase:
    virtual = bool(_number(child, "DW_AT_virtuality"))
    target = child.get_DIE_from_attribute("DW_AT_type")
    return DebugBase(name=_qualified(target), offset=None if virtual else _number(child, "DW_AT_data_member_location"))


def _qualified(entry: Any) -> str:
    parts: list[str] = []
    while entry is not None and entry.tag not in ("DW_TAG_compile_unit", "DW_TAG_partial_unit", "DW_TAG_type_unit"):
        if entry.tag == "DW_TAG_typedef" and "DW_AT_type" in entry.attributes and not parts:
            entry = entry.get_DIE_from_attribute("DW_AT_type")
            continue
        parts.insert(0, _name(entry))
        entry = entry.get_parent()
    return "::".join(parts)
