"""What is known of a library before any symbol is asked for: soname, needs, string ABI, run-time type information."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from trtheaders.library.stub_mark import stubbed_release
from trtheaders.library.symbols.exports import OpenLibrary, open_library
from trtheaders.library.symbols.tables import UNDEFINED
from trtheaders.model.library.exports import LibraryFacts

_OWN = re.compile(rb"_Z[A-Z]*12tensorrt_llm")
_ANY = re.compile(rb"_Z(?!N?K?S|[A-Z]*9__gnu_cxx)")
_NEW_STRING = (b"cxx11", re.compile(rb"B5cxx11|7__cxx11"))
_OLD_STRING = (b"Ss", re.compile(rb"[RK]Ss|ESs"))
"""`__cxx11` is the new `std::string`; `Ss` as `std::string const&`, or as a first parameter, the old one."""


def read_facts(path: Path, *, linked: bool = True) -> LibraryFacts:
    """The facts about the library at ``path``. Raises :class:`LibraryError`."""
    with open_library(path) as library:
        return replace(facts_of(library, linked=linked), exports=library.table.count_exported())


def facts_of(library: OpenLibrary, *, linked: bool = True) -> LibraryFacts:
    """The facts about an open library; ``linked`` as in :class:`LibraryFacts`. Exports are not counted."""
    image = library.image
    return LibraryFacts(
        path=image.path,
        name=library.name,
        soname=image.soname,
        machine=image.machine,
        needed=image.needed,
        run_path=image.run_path,
        build_id=image.build_id,
        stripped=image.stripped,
        has_dwarf=image.has_dwarf,
        new_string_abi=_string_abi(library),
        has_typeinfo=_has_typeinfo(library),
        comment=image.comment,
        linked=linked,
        stub_of=stubbed_release(library),
    )


def _string_abi(library: OpenLibrary) -> bool | None:
    """Decided on TensorRT-LLM's own *defined* symbols, else on any outside `std`: undefined ones tell of others.

    A library of the old ABI has no `__cxx11` of its own; one of the new ABI may have an `Ss` in some other meaning.
    Where none tells, whoever makes a string refers to members of one of the two.
    """
    for scope in (_OWN, _ANY):
        for new, (needle, pattern) in ((True, _NEW_STRING), (False, _OLD_STRING)):
            names = (name for name in _names_with(library, needle) if scope.match(name) and pattern.search(name))
            if any(_is_defined(library, name) for name in names):
                return new
    used = [
        new for new, member in ((True, b"_ZNSt7__cxx1112basic_string"), (False, b"_ZNSs")) if _refers(library, member)
    ]
    return used[0] if len(used) == 1 else None


def _refers(library: OpenLibrary, beginning: bytes) -> bool:
    return any(name.startswith(beginning) for name in _names_with(library, beginning))


def _names_with(library: OpenLibrary, needle: bytes) -> Iterator[bytes]:
    """The names that contain ``needle``, searched for as bytes: no other symbol is looked at."""
    names = library.table.strings
    place = names.find(needle)
    while place >= 0:
        stop = names.find(b"\0", place)
        if stop < 0:
            return
        yield names[names.rfind(b"\0", 0, place) + 1 : stop]
        place = names.find(needle, stop)


def _has_typeinfo(library: OpenLibrary) -> bool | None:
    """Whether classes carry typeinfo; None where no class with a vtable is exported, so that nothing tells."""
    if any(_defined(library, rb"_ZTI[^\0]*")):
        return True
    return False if any(_defined(library, rb"_ZTV[^\0]*")) else None


def _defined(library: OpenLibrary, pattern: bytes) -> Iterator[re.Match[bytes]]:
    for match in re.compile(rb"\0(" + pattern + rb")").finditer(library.table.strings):
        if _is_defined(library, match[1]):
            yield match


def _is_defined(library: OpenLibrary, name: bytes) -> bool:
    return any(row.section != UNDEFINED for row in library.find(name.decode(errors="backslashreplace")))
