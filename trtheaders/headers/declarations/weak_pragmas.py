"""`#pragma weak name`, which libclang does not show: what g++ 12 makes weak by it.

The name is a symbol where the pragma comes first (gcc manual, "Weak Pragmas"; maybe_apply_pragma_weak asks for the
assembler's name of what is declared), and an identifier at global scope, if one function only has it, where the pragma
comes after. Members of classes stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from trtheaders.headers.declarations.sketches import Collection, Sketch
from trtheaders.headers.parser.kinds import Kind
from trtheaders.headers.parser.nodes import Node
from trtheaders.headers.parser.tree import HeaderTree

_PRAGMA = re.compile(rb'^[ \t]*#[ \t]*pragma[ \t]+weak[ \t]+(\w+)|_Pragma[ \t]*\([ \t]*"weak[ \t]+(\w+)', re.MULTILINE)


class WeakPragma(Struct, frozen=True):
    """A pragma: the name that it gives, and where it stands."""

    name: str
    file: str
    offset: int


def find_weak_pragmas(tree: HeaderTree, files: Iterable[str]) -> list[WeakPragma]:
    """The pragmas that ``files`` of ``tree`` hold."""
    return [
        WeakPragma((match.group(1) or match.group(2)).decode(), file, match.start())
        for file in files
        if b"weak" in tree.text(file)
        for match in _PRAGMA.finditer(tree.text(file))
    ]


def find_weakened(collection: Collection, tree: HeaderTree, files: Iterable[str]) -> frozenset[str]:
    """The USRs of the functions and variables of ``collection`` that a pragma in ``files`` makes weak."""
    pragmas = find_weak_pragmas(tree, files)
    if not pragmas:
        return frozenset()
    outside = [
        sketch
        for sketch in (*collection.functions.values(), *collection.variables.values())
        if sketch.scope.record is None and not sketch.template
    ]
    return frozenset(usr for pragma in pragmas for usr in _weakened(pragma, outside, tree))


def _weakened(pragma: WeakPragma, outside: list[Sketch], tree: HeaderTree) -> list[str]:
    later = [item.usr for item in outside if item.node.mangling == pragma.name and not _comes(item, pragma, tree, -1)]
    named = [item for item in outside if item.node.spelling == pragma.name and _is_global(item.node)]
    earlier = [item.usr for item in named if not _comes(item, pragma, tree, 1)]
    return later + (earlier if len(earlier) == 1 else [])


def _comes(sketch: Sketch, pragma: WeakPragma, tree: HeaderTree, side: int) -> bool:
    """Whether ``sketch`` stands before (-1) or behind (1) the pragma in the same file.

    Which of two files comes first is not known here: a pragma in another file counts.
    """
    extent = sketch.node.extent()
    return tree.name_of(extent.file) == pragma.file and (extent.begin - pragma.offset) * side > 0


def _is_global(node: Node) -> bool:
    owner = node.parent
    while owner is not None and owner.kind == Kind.LINKAGE:
        owner = owner.parent
    return owner is None or owner.kind == Kind.UNIT
