"""The order of a class's virtual functions (Itanium C++ ABI 2.5.3), for classes without virtual bases.

A vtable group is the primary table, shared with the primary base, then one table for each other dynamic base subobject,
depth first. An override takes its base's slots, as a thunk where `this` must be adjusted; a function that overrides
nothing of the primary base gets a new slot at the end of the primary table.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.headers.abi.bases import base_of, has_too_many_bases, is_dynamic
from trtheaders.headers.declarations.walk import qualified_name
from trtheaders.headers.parser.kinds import FUNCTIONS, Kind
from trtheaders.headers.parser.nodes import Node
from trtheaders.model.headers.layouts import VtableSlot
from trtheaders.model.names import SymbolName

PURE = SymbolName("__cxa_pure_virtual")


class _Entry(Struct, frozen=True):
    """A slot in the making: which function stands in it, and the USRs of all functions whose slot it is."""

    overrides: frozenset[str]
    symbol: str
    pure: bool
    function: str


class Table(Struct, frozen=True):
    """One table of a group: the offset of its subobject in bytes, and its entries."""

    offset: int
    entries: tuple[_Entry, ...]


BaseOffset = Callable[[Node, Node], int | None]
"""(class, base specifier) to the base's offset in bytes, None if unknown."""


def lay_out_vtable(node: Node, encoding: str | None, offset_of: BaseOffset) -> tuple[Table, ...] | None:
    """The vtable group of the class ``node``; None where its order cannot be worked out.

    ``encoding`` is the class's mangled name, which an implicit destructor needs.
    """
    if encoding is None:
        return node.remember("vtable", lambda: _lay_out(node, None, offset_of))
    return _lay_out(node, encoding, offset_of)


def _lay_out(node: Node, encoding: str | None, offset_of: BaseOffset) -> tuple[Table, ...] | None:
    bases = [child for child in node.children() if child.kind == Kind.BASE]
    if any(base.is_virtual_base for base in bases) or has_too_many_bases(node):
        return None
    groups = _lay_out_bases(node, bases, offset_of)
    if groups is None:
        return None
    return _override_all(node, encoding, groups)


def _lay_out_bases(node: Node, bases: list[Node], offset_of: BaseOffset) -> list[Table] | None:
    """The tables of all dynamic bases, the primary base's first one in front; empty for a root of a hierarchy."""
    tables: list[Table] = []
    for specifier in bases:
        base = base_of(specifier)
        if base is None or base.is_hollow:
            return None
        if not is_dynamic(base):
            continue
        group = lay_out_vtable(base, None, offset_of)
        offset = 0 if not tables else offset_of(node, specifier)
        if group is None or offset is None:
            return None
        tables.extend(replace(table, offset=table.offset + offset) for table in group)
    return tables


def _override_all(node: Node, encoding: str | None, groups: list[Table]) -> tuple[Table, ...]:
    tables = groups or [Table(0, ())]
    for entry, wanted in _own_functions(node, encoding, tables):
        tables = [replace(table, entries=_override(table, entry, wanted)) for table in tables]
        if not any(
            entry.overrides & present.overrides and present.symbol == entry.symbol for present in tables[0].entries
        ):
            tables[0] = replace(tables[0], entries=(*tables[0].entries, entry))
    return tuple(tables)


def _override(table: Table, entry: _Entry, wanted: frozenset[str]) -> tuple[_Entry, ...]:
    return tuple(
        replace(entry, overrides=entry.overrides | present.overrides) if wanted & present.overrides else present
        for present in table.entries
    )


def _own_functions(node: Node, encoding: str | None, bases: list[Table]) -> list[tuple[_Entry, frozenset[str]]]:
    """The class's own virtual functions in order, each with the USRs of what it overrides; destructors twice.

    An implicit destructor is virtual if that of any base is ([class.dtor]), and comes after what is written (Itanium
    C++ ABI 2.5.2).
    """
    found: list[tuple[_Entry, frozenset[str]]] = []
    written = False
    for child in node.children():
        if child.kind not in FUNCTIONS or child.kind == Kind.FUNCTION:
            continue
        if child.kind == Kind.DESTRUCTOR:
            written = True
        if child.is_virtual:
            found.extend(_entries_of(child))
    if not written and any(map(has_destructor, bases)):
        found.extend(_implicit_destructor(node, encoding))
    return found


def _entries_of(method: Node) -> list[tuple[_Entry, frozenset[str]]]:
    name = qualified_name(method)
    if method.kind == Kind.DESTRUCTOR:
        base = next((item for item in method.manglings() if item.endswith("D2Ev")), "")
        return _destructor_entries(base[: -len("D2Ev")], name, method.is_pure)
    overridden = _all_overridden(method)
    entry = _Entry(frozenset({method.usr}), method.mangling, method.is_pure, name)
    return [(entry, overridden)]


def _destructor_entries(stem: str, name: str, pure: bool) -> list[tuple[_Entry, frozenset[str]]]:
    """Two slots: the complete object destructor, then the deleting one."""
    roles = (("~complete", "D1Ev"), ("~deleting", "D0Ev"))
    return [
        (_Entry(frozenset({role}), f"{stem}{code}" if stem else "", pure, name), frozenset({role}))
        for role, code in roles
    ]


def _implicit_destructor(node: Node, encoding: str | None) -> list[tuple[_Entry, frozenset[str]]]:
    stem = f"_ZN{encoding}" if encoding else ""
    return _destructor_entries(stem, f"{qualified_name(node)}::~{node.spelling}", pure=False)


def _all_overridden(method: Node) -> frozenset[str]:
    return method.remember("all overridden", lambda: _find_overridden(method))


def _find_overridden(method: Node) -> frozenset[str]:
    direct = method.overridden()
    return frozenset(base.usr for base in direct).union(*map(_all_overridden, direct))


def read_slots(tables: tuple[Table, ...]) -> tuple[VtableSlot, ...]:
    """The group as slots; a function in a secondary table stands there as a thunk."""
    return tuple(
        VtableSlot(table=number, index=index, symbols=_symbols(entry, table.offset), function=entry.function)
        for number, table in enumerate(tables)
        for index, entry in enumerate(table.entries)
    )


def _symbols(entry: _Entry, offset: int) -> tuple[SymbolName, ...]:
    if entry.pure:
        return (PURE, SymbolName(entry.symbol)) if entry.symbol else (PURE,)
    if not entry.symbol:
        return ()
    direct = SymbolName(entry.symbol)
    return (direct,) if offset == 0 else (SymbolName(f"_ZThn{offset}_{entry.symbol.removeprefix('_Z')}"), direct)


def count_words(tables: tuple[Table, ...]) -> int:
    """Pointer-sized words of the group: offset to top and typeinfo before each table's functions."""
    return sum(2 + len(table.entries) for table in tables)


def has_destructor(table: Table) -> bool:
    """Whether a destructor stands in ``table``."""
    return any("~complete" in entry.overrides for entry in table.entries)
