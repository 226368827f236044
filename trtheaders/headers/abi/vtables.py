"""The order of a class's virtual functions (Itanium C++ ABI 2.5.3), for classes without virtual bases.

A vtable group is the primary table, shared with the primary base, then one table for each other dynamic base subobject,
depth first. An override takes its base's slots, as a thunk where `this` must be adjusted; a function that overrides
nothing of the primary base gets a new slot at the end of the primary table.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.headers.abi.bases import base_of, base_offset, has_too_many_bases, is_dynamic
from trtheaders.headers.declarations.walk import qualified_name
from trtheaders.headers.parser.kinds import METHODS, Kind
from trtheaders.headers.parser.nodes import Node
from trtheaders.model.headers.layouts import VtableSlot
from trtheaders.model.names import SymbolName

PURE = SymbolName("__cxa_pure_virtual")


class _Entry(Struct, frozen=True):
    """A slot in the making: which function stands in it, and the USRs of all functions whose slot it is.

    The symbol of an implicit destructor lacks the class's encoding.
    """

    overrides: frozenset[str]
    symbol: str
    pure: bool
    function: str


class Table(Struct, frozen=True):
    """One table of a group: the offset of its subobject in bytes, and its entries."""

    offset: int
    entries: tuple[_Entry, ...]


_Functions = list[tuple[_Entry, frozenset[str]]]
"""A class's own virtual functions, each with the USRs of what it overrides."""


def lay_out_vtable(node: Node) -> tuple[Table, ...] | None:
    """The vtable group of the class ``node``; None where its order cannot be worked out."""
    return node.remember("vtable", lambda: _lay_out(node))


def _lay_out(node: Node) -> tuple[Table, ...] | None:
    bases = [child for child in node.children() if child.kind == Kind.BASE]
    if any(base.is_virtual_base for base in bases) or has_too_many_bases(node):
        return None
    groups = _lay_out_bases(node, bases)
    return None if groups is None else _override_all(node, groups)


def _lay_out_bases(node: Node, bases: list[Node]) -> list[Table] | None:
    """The tables of all dynamic bases, the primary base's first one in front; empty for a root of a hierarchy."""
    tables: list[Table] = []
    for specifier in bases:
        base = base_of(specifier)
        if base is None or base.is_hollow:
            return None
        if not is_dynamic(base):
            continue
        group = lay_out_vtable(base)
        offset = 0 if not tables else base_offset(node, specifier)
        if group is None or offset is None:
            return None
        tables.extend(replace(table, offset=table.offset + offset) for table in group)
    return tables


def _override_all(node: Node, groups: list[Table]) -> tuple[Table, ...]:
    """The tables of its bases with the class's own functions in them, and behind the first those that are new."""
    bases = groups or [Table(0, ())]
    own = _own_functions(node, bases)
    wanted = frozenset[str]().union(*(overridden for _, overridden in own))
    first, *others = (_override(table, own, wanted) for table in bases)
    pairs = zip(first, bases[0].entries, strict=True)
    placed = frozenset[str]().union(*(entry.overrides for entry, present in pairs if entry is not present))
    first += [entry for entry, _ in own if placed.isdisjoint(entry.overrides)]
    return tuple(Table(table.offset, tuple(entries)) for table, entries in zip(bases, (first, *others), strict=True))


def _override(table: Table, own: _Functions, wanted: frozenset[str]) -> list[_Entry]:
    """The entries of ``table``, of which a class leaves most alone: ``wanted`` is what all of its ``own`` override."""
    return [item if wanted.isdisjoint(item.overrides) else _override_one(item, own) for item in table.entries]


def _override_one(present: _Entry, own: _Functions) -> _Entry:
    for entry, overridden in own:
        if not overridden.isdisjoint(present.overrides):
            present = replace(entry, overrides=entry.overrides | present.overrides)
    return present


def _own_functions(node: Node, bases: list[Table]) -> _Functions:
    """The class's own virtual functions in order, each with the USRs of what it overrides; destructors twice.

    An implicit destructor is virtual if that of any base is ([class.dtor]), and comes after what is written (Itanium
    C++ ABI 2.5.2).
    """
    found: _Functions = []
    written = False
    for child in node.children():
        if child.kind not in METHODS:
            continue
        if child.kind == Kind.DESTRUCTOR:
            written = True
        if child.is_virtual:
            found.extend(_entries_of(child))
    if not written and any(map(has_destructor, bases)):
        found.extend(_implicit_destructor(node))
    return found


def _entries_of(method: Node) -> _Functions:
    name = qualified_name(method)
    if method.kind == Kind.DESTRUCTOR:
        base = next((item for item in method.manglings() if item.endswith("D2Ev")), "")
        return _destructor_entries(base[: -len("D2Ev")], name, method.is_pure)
    overridden = _all_overridden(method)
    entry = _Entry(frozenset({method.usr}), method.mangling, method.is_pure, name)
    return [(entry, overridden)]


def _destructor_entries(stem: str, name: str, pure: bool) -> _Functions:
    """Two slots: the complete object destructor, then the deleting one."""
    roles = (("~complete", "D1Ev"), ("~deleting", "D0Ev"))
    return [(_Entry(frozenset({role}), f"{stem}{code}", pure, name), frozenset({role})) for role, code in roles]


def _implicit_destructor(node: Node) -> _Functions:
    return _destructor_entries("", f"{qualified_name(node)}::~{node.spelling}", pure=False)


def _all_overridden(method: Node) -> frozenset[str]:
    return method.remember("all overridden", lambda: _find_overridden(method))


def _find_overridden(method: Node) -> frozenset[str]:
    direct = method.overridden()
    return frozenset(base.usr for base in direct).union(*map(_all_overridden, direct))


def read_slots(tables: tuple[Table, ...], encoding: str | None) -> tuple[VtableSlot, ...]:
    """The group as slots; a function in a secondary table stands there as a thunk.

    ``encoding`` is the class's mangled name, which an implicit destructor's symbol needs.
    """
    return tuple(
        VtableSlot(table=number, index=index, symbols=_symbols(entry, table.offset, encoding), function=entry.function)
        for number, table in enumerate(tables)
        for index, entry in enumerate(table.entries)
    )


def _symbols(entry: _Entry, offset: int, encoding: str | None) -> tuple[SymbolName, ...]:
    symbol = _complete(entry.symbol, encoding)
    if entry.pure:
        return (PURE, SymbolName(symbol)) if symbol else (PURE,)
    if not symbol:
        return ()
    direct = SymbolName(symbol)
    return (direct,) if offset == 0 else (SymbolName(f"_ZThn{offset}_{symbol.removeprefix('_Z')}"), direct)


def _complete(symbol: str, encoding: str | None) -> str:
    if not symbol.startswith("D"):
        return symbol
    return f"_ZN{encoding}{symbol}" if encoding else ""


def count_words(tables: tuple[Table, ...]) -> int:
    """Pointer-sized words of the group: offset to top and typeinfo before each table's functions."""
    return sum(2 + len(table.entries) for table in tables)


def has_destructor(table: Table) -> bool:
    """Whether a destructor stands in ``table``."""
    return any("~complete" in entry.overrides for entry in table.entries)
