"""The bytes and relocations of `_ZTV` and `_ZTI` objects to slots and bases (Itanium C++ ABI 2.5, 2.9.5)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

from msgspec import Struct

from trtheaders.model.library.evidence import BaseContent, SlotContent, TypeinfoContent, VtableContent
from trtheaders.model.names import SymbolName

WORD = 8
_LARGEST = 1 << 22
"""Bytes: half a million slots. A damaged symbol may claim gigabytes."""
_CLASS_TYPEINFO = "_ZTVN10__cxxabiv1"
"""Every typeinfo object starts with a pointer into one of these vtables; what does not is no typeinfo."""


class Word(Struct, frozen=True):
    """One word of an object: its bytes as a number, and the names of what it points to if it is a pointer.

    ``target`` is the address it points to: None for no pointer, 0 where another library has it.
    """

    value: int
    target: int | None = None
    names: tuple[SymbolName, ...] = ()


WordReader = Callable[[int], Word]
"""The word at an address."""


def read_words(read: WordReader, address: int, size: int) -> list[Word]:
    """The words of an object of ``size`` bytes; none where it claims to be larger than any class's vtables are."""
    if size > _LARGEST:
        return []
    return [read(place) for place in range(address, address + size - size % WORD, WORD)]


def read_vtable(symbol: SymbolName, library: str, words: Sequence[Word]) -> VtableContent | None:
    """The slots of a vtable group; its tables are told apart by the pointer to the typeinfo that precedes each.

    None where it holds no pointer at all: a stand-in that has only the name of a vtable.
    """
    if all(word.target is None for word in words):
        return None
    own = SymbolName(symbol.replace("_ZTV", "_ZTI", 1))
    second = words[1] if len(words) > 1 else None
    marks = [index for index, word in enumerate(words) if _is_typeinfo(word, own, second)]
    if not marks and second == Word(0):
        # Compiled without RTTI: only the start of the first table is sure.
        marks = [1]
    slots = _slots(words, marks) if 1 in marks else None
    return VtableContent(symbol=symbol, library=library, words=len(words), slots=slots)


def _is_typeinfo(word: Word, own: SymbolName, second: Word | None) -> bool:
    if own in word.names:
        return True
    # A nameless typeinfo: the second word of a group without virtual bases points to it, and so does each later table.
    return second is not None and bool(second.target) and not second.names and word.target == second.target


def _slots(words: Sequence[Word], marks: Sequence[int]) -> tuple[SlotContent, ...]:
    contents: list[SlotContent] = []
    for table, mark in enumerate(marks):
        # The next table starts with its offset to top, the word before its typeinfo.
        end = marks[table + 1] - 1 if table + 1 < len(marks) else len(words)
        contents += [
            SlotContent(table=table, index=index, names=word.names) for index, word in enumerate(words[mark + 1 : end])
        ]
    return tuple(contents)


def read_typeinfo(symbol: SymbolName, library: str, words: Sequence[Word]) -> TypeinfoContent | None:
    """The bases that a typeinfo lists: none (2 words), one at offset 0 (3 words), or 4 + 2n words with offsets."""
    if len(words) < 2 or not any(name.startswith(_CLASS_TYPEINFO) for name in words[0].names):
        return None
    bases: list[BaseContent] = []
    if len(words) == 3:
        bases.append(BaseContent(typeinfo=_typeinfo_name(words[2]), offset=0))
    elif len(words) > 3:
        _, count = struct.unpack("<II", struct.pack("<Q", words[2].value & (1 << 64) - 1))
        if len(words) < 3 + 2 * count:
            return None
        bases += [_read_base(words[3 + 2 * index], words[4 + 2 * index].value) for index in range(count)]
    return TypeinfoContent(symbol=symbol, library=library, bases=tuple(bases))


def _read_base(pointer: Word, flags: int) -> BaseContent:
    signed = flags - (1 << 64) if flags >= 1 << 63 else flags
    virtual = bool(flags & 1)
    return BaseContent(typeinfo=_typeinfo_name(pointer), offset=None if virtual else signed >> 8, virtual=virtual)


def _typeinfo_name(word: Word) -> str:
    return next((name for name in word.names if name.startswith("_ZTI")), "")
