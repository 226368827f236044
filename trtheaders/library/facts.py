"""What is known of a library before any symbol is asked for: soname, needs, string ABI, run-time type information."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from trtheaders.library.exports import OpenLibrary, open_library
from trtheaders.library.stubs import stubbed_release
from trtheaders.library.symbol_tables import UNDEFINED
from trtheaders.model.exports import LibraryFacts

_ENOUGH = 64
"""So many defined symbols decide the string ABI; a library is built with one setting."""

_OWN = rb"_Z[A-Z]*12tensorrt_llm"
_ANY = rb"_Z(?!N?K?S|[A-Z]*9__gnu_cxx)"
_STRING = rb"[^\0]*?(?:(?P<new>B5cxx11|7__cxx11)|[RK]Ss|ESs)[^\0]*"
"""`__cxx11` is the new `std::string`; `Ss` as `std::string const&`, or as a first parameter, the old one."""


def read_facts(path: Path, *, linked: bool = True) -> LibraryFacts:
    """The facts about the library at ``path``. Raises :class:`LibraryError`."""
    with open_library(path) as library:
        return facts_of(library, linked=linked)


def facts_of(library: OpenLibrary, *, linked: bool = True) -> LibraryFacts:
    """The facts about an open library; ``linked`` as in :class:`LibraryFacts`."""
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
        exports=library.table.count_exported(),
        linked=linked,
        stub_of=stubbed_release(library),
    )


def _string_abi(library: OpenLibrary) -> bool | None:
    """Decided on TensorRT-LLM's own *defined* symbols, else on any outside `std`: undefined ones tell of others."""
    for scope in (_OWN, _ANY):
        votes = [bool(match["new"]) for match in islice(_defined(library, scope + _STRING), _ENOUGH)]
        if votes:
            return 2 * sum(votes) >= len(votes)
    return None


def _has_typeinfo(library: OpenLibrary) -> bool | None:
    """Whether classes carry typeinfo; None where no class with a vtable is exported, so that nothing tells."""
    if any(_defined(library, rb"_ZTI[^\0]*")):
        return True
    return False if any(_defined(library, rb"_ZTV[^\0]*")) else None


def _defined(library: OpenLibrary, pattern: bytes) -> Iterator[re.Match[bytes]]:
    # Names are searched as text, which C does, and only what matches is looked up: no other symbol is read.
    start, end = library.table.strings
    for match in re.compile(rb"\0(" + pattern + rb")").finditer(library.image.data, start, end):
        name = match[1].decode(errors="backslashreplace")
        if any(row.section != UNDEFINED for row in library.find(name)):
            yield match
