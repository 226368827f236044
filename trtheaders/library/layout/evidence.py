"""Libraries and a snapshot to evidence: what their machine code and data show of the layout of the snapshot's classes.

Nothing is loaded or run, and only what the snapshot names is looked at, so that the price follows the headers and not
the library.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct, field

from trtheaders.library.elf.debug_files import debug_places, find_debug_file, read_debug_link
from trtheaders.library.elf.image import ElfImage, open_image
from trtheaders.library.elf.vtables import read_typeinfo, read_vtable, read_words
from trtheaders.library.layout.subjects import functions_of, longest
from trtheaders.library.machine.code import LibraryCode
from trtheaders.library.machine.traces import trace_function
from trtheaders.library.machine.version_string import VERSION_FUNCTION, read_returned_string
from trtheaders.library.stub_mark import MARK
from trtheaders.library.symbols.hashes import make_finder
from trtheaders.library.symbols.tables import Symbol, dynamic_table
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.library.evidence import (
    DebugEnumeration,
    DebugRecord,
    FunctionTrace,
    LayoutEvidence,
    TypeinfoContent,
    VtableContent,
)
from trtheaders.model.library.exports import ExportKind, Machine
from trtheaders.model.names import SymbolName


class _Collected(Struct):
    """What has been read so far; the first library that exports a name is the one that a program binds to."""

    functions: dict[SymbolName, FunctionTrace] = field(default_factory=dict)
    vtables: dict[SymbolName, VtableContent] = field(default_factory=dict)
    typeinfos: dict[SymbolName, TypeinfoContent] = field(default_factory=dict)
    debug_records: dict[str, DebugRecord] = field(default_factory=dict)
    debug_enumerations: dict[str, DebugEnumeration] = field(default_factory=dict)
    debugged: bool = False
    remarks: list[str] = field(default_factory=list)
    separate: list[Path] = field(default_factory=list)


def read_evidence(paths: Sequence[Path], snapshot: AbiSnapshot) -> LayoutEvidence:
    """What the libraries at ``paths`` (in link order) show of the layout of ``snapshot``'s classes.

    Raises :class:`trtheaders.errors.LibraryError` for a file that cannot be read.
    """
    collected = _Collected()
    machine = Machine.X86_64
    for path in paths:
        with open_image(path) as image:
            machine = image.machine
            _read_library(image, snapshot, collected)
    return LayoutEvidence(
        machine=machine,
        functions=tuple(collected.functions.values()),
        vtables=tuple(collected.vtables.values()),
        typeinfos=tuple(collected.typeinfos.values()),
        debug_records=tuple(collected.debug_records.values()),
        debug_enumerations=tuple(collected.debug_enumerations.values()),
        debugged=collected.debugged,
        remarks=tuple(collected.remarks),
        separate=tuple(str(path) for path in dict.fromkeys(collected.separate)),
    )


def _read_library(image: ElfImage, snapshot: AbiSnapshot, collected: _Collected) -> None:
    code, name = LibraryCode(image), image.path.name
    find = make_finder(image, dynamic_table(image))
    if find(MARK):
        collected.remarks.append(f"`{name}` is a stub, which has no layouts to compare")
        return
    for symbol in _defined(functions_of(snapshot), find, ExportKind.FUNCTION):
        if symbol.name not in collected.functions and 0 < symbol.size <= longest(SymbolName(symbol.name)):
            key = SymbolName(symbol.name)
            collected.functions[key] = trace_function(code, key, name, symbol.address, symbol.size)
    _read_tables(code, name, snapshot, find, collected)
    collected.separate += () if image.has_dwarf else debug_places(image)
    if image.has_dwarf or read_debug_link(image) or find_debug_file(image):
        _read_debug(image, snapshot, collected)


def _defined(
    names: Iterator[SymbolName], find: Callable[[str], tuple[Symbol, ...]], kind: ExportKind
) -> Iterator[Symbol]:
    for name in names:
        symbol = next((row for row in find(name) if row.exported and row.kind is kind), None)
        if symbol is not None:
            yield symbol


def _read_tables(
    code: LibraryCode,
    library: str,
    snapshot: AbiSnapshot,
    find: Callable[[str], tuple[Symbol, ...]],
    collected: _Collected,
) -> None:
    vtables = (record.vtable for record in snapshot.records if record.vtable)
    for symbol in _defined(vtables, find, ExportKind.DATA):
        words = read_words(code.word, symbol.address, symbol.size)
        key = SymbolName(symbol.name)
        vtable = read_vtable(key, library, words)
        if vtable is not None:
            collected.vtables.setdefault(key, vtable)
    typeinfos = (record.typeinfo for record in snapshot.records if record.typeinfo)
    for symbol in _defined(typeinfos, find, ExportKind.DATA):
        key = SymbolName(symbol.name)
        content = read_typeinfo(key, library, read_words(code.word, symbol.address, symbol.size))
        if content is not None:
            collected.typeinfos.setdefault(key, content)


def _read_debug(image: ElfImage, snapshot: AbiSnapshot, collected: _Collected) -> None:
    # pyelftools costs 50 ms to import, and few libraries carry debug information.
    from trtheaders.library.layout.dwarf import read_debug_layouts

    collected.debugged = True
    layouts = read_debug_layouts(image, [snapshot])
    for record in layouts.records:
        collected.debug_records.setdefault(record.name, record)
    for enumeration in layouts.enumerations:
        collected.debug_enumerations.setdefault(enumeration.name, enumeration)
    collected.remarks += layouts.remarks
    collected.separate += layouts.separate


def read_version_string(path: Path) -> str | None:
    """What `tensorrt_llm::executor::version()` of the library at ``path`` would return; None where nothing tells.

    Raises :class:`trtheaders.errors.LibraryError` for a file that cannot be read.
    """
    with open_image(path) as image:
        found = make_finder(image, dynamic_table(image))(VERSION_FUNCTION)
        symbol = next((row for row in found if row.exported), None)
        return None if symbol is None else read_returned_string(LibraryCode(image), symbol.address, symbol.size)
