"""Objects, static archives and linked programs to the symbols that they leave undefined, and where they use them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from trtheaders.errors import LibraryError
from trtheaders.library.elf.archives import is_archive, read_members
from trtheaders.library.elf.file_bytes import FileBytes, open_bytes
from trtheaders.library.elf.image import ElfImage, ElfType
from trtheaders.library.objects.relocations import Functions, RelocationUse, uses_of
from trtheaders.library.source_lines import locate
from trtheaders.library.symbols.tables import Binding, Symbol, dynamic_table, static_table
from trtheaders.model.library.exports import Machine
from trtheaders.model.library.references import Reference, UndefinedSymbols
from trtheaders.model.names import SymbolName

_COPY = {Machine.X86_64: 5, Machine.AARCH64: 1024}
"""R_X86_64_COPY, R_AARCH64_COPY: a program's own copy of a library's variable."""

_SPECIAL = frozenset({"_GLOBAL_OFFSET_TABLE_", "__dso_handle"})
"""What the linker itself provides."""


def read_undefined(path: Path, *, located: Collection[SymbolName] = ()) -> UndefinedSymbols:
    """What the object, archive, program or shared library at ``path`` leaves undefined.

    The lines of source are looked up where one of ``located`` is used: with much debug information each section of an
    object takes a quarter of a second. An archive's members keep each other's references. Raises :class:`LibraryError`
    for what is none of these.
    """
    with open_bytes(path) as data:
        if is_archive(data):
            return _read_archive(data, path, located)
        image = ElfImage(data, path, str(path))
        if image.type is ElfType.OBJECT:
            part = _read_object(image, path.name, located)
            return _result(path, image.machine, [part])
        return _read_linked(image, path)


class _Part(Struct):
    """An object's side: what it refers to and what it defines."""

    machine: Machine
    references: list[Reference] = field(default_factory=list)
    defined: set[str] = field(default_factory=set)
    has_dwarf: bool = False
    remark: str = ""


def _read_archive(data: FileBytes, path: Path, located: Collection[SymbolName]) -> UndefinedSymbols:
    parts = []
    remarks = []
    for member in read_members(data, path):
        title = f"{path.name}({member.name})"
        try:
            image = ElfImage(member.data, path, title)
        except LibraryError as error:
            remarks.append(f"{error.message}; it was not judged")
            continue
        parts.append(_read_object(image, title, located))
    if not parts:
        raise LibraryError(f"`{path}` holds no object that can be read", hint="name an archive of compiled objects")
    machines = {part.machine for part in parts}
    if len(machines) > 1:
        raise LibraryError(f"`{path}` mixes architectures", hint="build it for one architecture")
    result = _result(path, parts[0].machine, parts)
    return replace(result, remarks=(*remarks, *result.remarks))


def _result(path: Path, machine: Machine, parts: list[_Part]) -> UndefinedSymbols:
    defined = set().union(*(part.defined for part in parts))
    return UndefinedSymbols(
        path=path,
        machine=machine,
        references=tuple(row for part in parts for row in part.references if row.symbol not in defined),
        has_dwarf=any(part.has_dwarf for part in parts),
        remarks=tuple(part.remark for part in parts if part.remark),
    )


def _read_object(image: ElfImage, title: str, located: Collection[SymbolName]) -> _Part:
    part = _Part(machine=image.machine, has_dwarf=image.has_dwarf)
    table = static_table(image)
    if table is None:
        return part
    undefined = {}
    for symbol in table:
        if symbol.defined and symbol.binding != Binding.LOCAL:
            part.defined.add(symbol.name)
        elif not symbol.defined and symbol.name and symbol.name not in _SPECIAL:
            undefined[symbol.index] = symbol
    if "__gnu_lto_slim" in part.defined:
        part.remark = f"`{title}` holds no machine code (-flto): compile it with -ffat-lto-objects to have it judged"
    part.references = list(_refer(image, title, undefined, Functions(table), located))
    return part


def _refer(
    image: ElfImage,
    title: str,
    undefined: dict[int, Symbol],
    functions: Functions,
    located: Collection[SymbolName],
) -> Iterator[Reference]:
    """One reference for each function that uses a symbol; a symbol that nothing uses is referred to all the same."""
    uses: dict[tuple[int, str], RelocationUse] = {}
    for use in uses_of(image):
        if use.symbol in undefined:
            uses.setdefault((use.symbol, functions.at(use.section.index, use.offset)), use)
    places = [_place(use) for (index, _), use in uses.items() if undefined[index].name in located]
    lines = locate(_bytes_of(image), places) if places and image.has_dwarf else {}
    for (index, function), use in uses.items():
        yield replace(_reference(undefined[index], title), function=function, location=lines.get(_place(use)))
    used = {index for index, _ in uses}
    yield from (_reference(symbol, title) for index, symbol in undefined.items() if index not in used)


def _place(use: RelocationUse) -> tuple[str, int]:
    return use.section.name, use.offset


def _bytes_of(image: ElfImage) -> bytes:
    return image.read(0, image.size)


def _reference(symbol: Symbol, title: str) -> Reference:
    return Reference(symbol=SymbolName(symbol.name), origin=title, weak=symbol.binding == Binding.WEAK)


def _read_linked(image: ElfImage, path: Path) -> UndefinedSymbols:
    copied = _copied(image)
    rows = [symbol for symbol in dynamic_table(image) if symbol.name and symbol.binding != Binding.LOCAL]
    return UndefinedSymbols(
        path=path,
        machine=image.machine,
        references=tuple(
            replace(_reference(symbol, path.name), copied=symbol.size if symbol.index in copied else None)
            for symbol in rows
            if not symbol.defined or symbol.index in copied
        ),
        linked=True,
        needed=image.needed,
        has_dwarf=image.has_dwarf,
    )


def _copied(image: ElfImage) -> Collection[int]:
    """The rows of the dynamic symbol table whose variables a program holds copies of."""
    wanted = _COPY[image.machine]
    infos = (memoryview(table).cast("Q")[1::3].tolist() for table in image.rela_tables if len(table) % 24 == 0)
    return {info >> 32 for column in infos for info in column if info & 0xFFFFFFFF == wanted}
