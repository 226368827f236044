"""Vtables and typeinfos of the library against the headers' virtual functions and base classes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from trtheaders.counting import count_of
from trtheaders.demangling import demangle
from trtheaders.model.answers.findings import Finding
from trtheaders.model.headers.layouts import Record, VtableSlot
from trtheaders.model.library.evidence import TypeinfoContent, VtableContent
from trtheaders.model.names import SymbolName
from trtheaders.rules.layout import MOVED_BASES, REORDERED_VTABLE_SLOTS
from trtheaders.spelling import read_cxx

_HINT = "virtual functions or bases were added, removed or reordered; take the headers of the library's release"
_DESTRUCTOR = re.compile(r"D[012]Ev$")
_TAG_OR_THUNK = re.compile(r"\[abi:\w+\]|^((non-virtual|virtual|covariant return) thunk to )+")
_PLACEHOLDERS = frozenset({"__cxa_pure_virtual", "__cxa_deleted_virtual"})


def check_vtable(record: Record, content: VtableContent) -> Finding | None:
    """A finding where a slot holds another function, or where there are more or fewer slots."""
    wrong = _wrong_slots(record, content)
    resized = record.vtable_words is not None and record.vtable_words != content.words
    if not wrong and not resized:
        return None
    lines = [_line(slot, names) for slot, names in wrong]
    if resized:
        lines.insert(0, f"the vtable has {record.vtable_words} words in the headers, {content.words} in the library")
    first = (
        f"slot {wrong[0][0].index} is `{wrong[0][0].function}` here, `{_names(wrong[0][1])}` there"
        if wrong
        else lines[0]
    )
    return REORDERED_VTABLE_SLOTS.found(
        message=f"the vtable of `{record.name}` is another one in `{content.library}`: {first}",
        name=record.name,
        location=record.location,
        symbols=(content.symbol,),
        lines=tuple(lines),
        hint=_HINT,
        explains=max(1, len(wrong)),
    )


def _wrong_slots(record: Record, content: VtableContent) -> list[tuple[VtableSlot, tuple[SymbolName, ...]]]:
    if record.slots is None or content.slots is None:
        return []
    there = {(slot.table, slot.index): slot.names for slot in content.slots}
    found = [(slot, there.get((slot.table, slot.index), ())) for slot in record.slots]
    # A slot whose function has no exported name proves nothing.
    wrong = [(slot, names) for slot, names in found if names and not _same(slot, names)]
    if not wrong:
        return []
    overloads = Counter((slot.table, name) for slot in record.slots for name in set(map(_bare, slot.symbols)))
    return [(slot, names) for slot, names in wrong if not _same_function(slot, names, overloads)]


def _same(slot: VtableSlot, names: tuple[SymbolName, ...]) -> bool:
    if not slot.symbols or set(slot.symbols) & set(names):
        return True
    # An override with a covariant result is entered through a thunk that adjusts the result too.
    if any(name.startswith("_ZTc") and name.endswith(symbol[2:]) for name in names for symbol in slot.symbols):
        return True
    # A destructor that does nothing of its own may be its base's: compilers then share the code.
    return any(map(_DESTRUCTOR.search, slot.symbols)) and any(map(_DESTRUCTOR.search, names))


def _same_function(slot: VtableSlot, names: tuple[SymbolName, ...], overloads: Counter[tuple[int, str]]) -> bool:
    """Whether the same function is there under the other `std::string` ABI or by a thunk of another distance: what is
    wrong then is told elsewhere. Two slots that differ in nothing else are told apart by their exact names.
    """
    theirs = set(map(_bare, names))
    return any(_bare(symbol) in theirs and overloads[slot.table, _bare(symbol)] == 1 for symbol in slot.symbols)


def _bare(symbol: SymbolName) -> str:
    """The function that a slot's name means, without ABI tags, thunks and the string's namespace."""
    text = _TAG_OR_THUNK.sub("", demangle(symbol)).replace("std::__cxx11::", "std::")
    return text.replace("std::basic_string<char, std::char_traits<char>, std::allocator<char> >", "std::string")


def _line(slot: VtableSlot, names: tuple[SymbolName, ...]) -> str:
    return f"table {slot.table}, slot {slot.index}: `{slot.function}` in the headers, `{_names(names)}` in the library"


def _names(names: tuple[SymbolName, ...]) -> str:
    if names[0] in _PLACEHOLDERS:
        return "pure virtual"
    return read_cxx(demangle(names[0]))


def place_of_base(offset: int | None, virtual: bool) -> str:
    """Where a base lies, in words."""
    if virtual:
        return "virtual"
    return "at an unknown offset" if offset is None else f"at offset {offset}"


def check_bases(record: Record, content: TypeinfoContent, records: Mapping[str, Record]) -> Finding | None:
    """A finding where the typeinfo lists other bases, or other offsets."""
    if any(base.offset is None and not base.virtual for base in record.bases):
        return None
    lines = tuple(_tell_bases(record, content, records))
    if not lines:
        return None
    return MOVED_BASES.found(
        message=f"the bases of `{record.name}` are others in `{content.library}`: {lines[0]}",
        name=record.name,
        location=record.location,
        symbols=(content.symbol,),
        lines=lines,
        hint=_HINT,
    )


def _tell_bases(record: Record, content: TypeinfoContent, records: Mapping[str, Record]) -> Iterator[str]:
    """A sentence for each difference: how many there are, which, and where they lie."""
    if len(record.bases) != len(content.bases):
        yield f"{count_of(len(record.bases), 'direct base')} in the headers, {len(content.bases)} in the library"
    for ours, theirs in zip(record.bases, content.bases, strict=False):
        known = records.get(ours.name)
        name = known.typeinfo if known is not None else None
        if name and theirs.typeinfo and name != theirs.typeinfo:
            yield f"base `{ours.name}` in the headers, `{demangle(theirs.typeinfo)}` in the library"
        elif ours.virtual != theirs.virtual or ours.offset != theirs.offset:
            here, there = place_of_base(ours.offset, ours.virtual), place_of_base(theirs.offset, theirs.virtual)
            yield f"base `{ours.name}` is {here} in the headers, {there} in the library"
