"""Debug information as g++ writes it out with `-S -g -dA`, with a comment on each line, to where members lie.

Asked for what has no pointer to member: bit-fields, references. The text is enough, so that no ELF reader is needed:

    .uleb128 0x3    # (DIE (0x5a) DW_TAG_member)
    .long   .LASF4  # DW_AT_name: "flag"
    .byte   0x8     # DW_AT_data_bit_offset
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, field

_ENTRY = re.compile(r"# \(DIE \((0x[0-9a-f]+)\) (DW_TAG_\w+)\)")
_END = re.compile(r"# end of children of DIE (0x[0-9a-f]+)")
_NUMBER = re.compile(r"^\t\.\w+\t(0x[0-9a-f]+|\d+)\t# (DW_AT_\w+)|# (DW_AT_\w+) \((0x[0-9a-f]+|\d+)\)$")
_NAME = re.compile(r'^\t\.ascii "(.*)\\0"\t# DW_AT_name|# DW_AT_name: "(.*)"$')
ASKED = "trtheaders_places<"
"""How the debug information names a class template of ours, an instance of which asks for a class."""
_CLASSES = frozenset({"DW_TAG_class_type", "DW_TAG_structure_type", "DW_TAG_union_type"})


class _DebugEntry(Struct):
    tag: str
    name: str = ""
    numbers: dict[str, int] = field(default_factory=dict)
    children: list[_DebugEntry] = field(default_factory=list)


def read_places(text: str) -> dict[int, dict[str, int]]:
    """The offsets in bits of the named members of each class that is asked for, by the number of the question."""
    entries = _read_entries(text)
    completed = {entry.numbers["DW_AT_specification"]: entry for entry in entries.values() if _is_definition(entry)}
    found: dict[int, dict[str, int]] = {}
    for entry in entries.values():
        if entry.name.startswith(ASKED):
            given = {child.tag: child for child in entry.children}
            number = given["DW_TAG_template_value_param"].numbers["DW_AT_const_value"]
            target = given["DW_TAG_template_type_param"].numbers["DW_AT_type"]
            found[number] = dict(_members(completed.get(target) or entries[target]))
    return found


def _is_definition(entry: _DebugEntry) -> bool:
    return entry.tag in _CLASSES and "DW_AT_specification" in entry.numbers


def _members(owner: _DebugEntry) -> Iterator[tuple[str, int]]:
    for child in owner.children:
        if child.tag != "DW_TAG_member" or not child.name:
            continue
        if "DW_AT_data_bit_offset" in child.numbers:
            yield child.name, child.numbers["DW_AT_data_bit_offset"]
        elif "DW_AT_data_member_location" in child.numbers:
            yield child.name, 8 * child.numbers["DW_AT_data_member_location"]


def _read_entries(text: str) -> dict[int, _DebugEntry]:
    """Every entry by its place, which is how others refer to it."""
    entries: dict[int, _DebugEntry] = {}
    open_: list[int] = []
    current = _DebugEntry("")
    for line in text.splitlines():
        if (entry := _ENTRY.search(line)) is not None:
            current = entries[int(entry[1], 16)] = _DebugEntry(entry[2])
            open_.append(int(entry[1], 16))
        elif (end := _END.search(line)) is not None:
            first = open_.index(int(end[1], 16)) + 1
            entries[open_[first - 1]].children = [entries[place] for place in open_[first:]]
            del open_[first:]
        elif (name := _NAME.search(line)) is not None:
            current.name = name[1] or name[2] or ""
        elif (number := _NUMBER.search(line)) is not None:
            current.numbers[number[2] or number[3]] = int(number[1] or number[4], 0)
    return entries
