"""Variants for vectors that `__attribute__((simd))` promises beside a function (x86-64 vector function ABI, "Vector
Function Name Mangling"): at -O3 a loop calls `_ZGVbN2v__Z4fastd` in place of `fast(double)`.

Libclang passes over the attribute, so the text tells. Consumers refer to the variant of the instructions that they are
compiled for; those of every x86-64, SSE2, are named.
"""

from __future__ import annotations

import re

from trtheaders.headers.parser.kinds import TypeKind
from trtheaders.headers.parser.nodes import Node
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.model.names import SymbolName

_NEAR = 200
"""Bytes; the attribute stands no farther in front of the name."""

_REGISTER = 16
_ATTRIBUTE = re.compile(rb"""\b_*simd_*\s*(?:\(\s*"(\w+)"\s*\))?""")
_ATTRIBUTES = re.compile(rb"__attribute__\s*\(\(.*?\)\)", re.DOTALL)
_MASKS = {b"notinbranch": "N", b"inbranch": "M"}


def find_vector_variants(function: Node, tree: HeaderTree) -> tuple[SymbolName, ...]:
    """The variants of ``function`` for SSE2; none where nothing near it speaks of `simd`."""
    extent = function.extent()
    name = tree.name_of(extent.file)
    text = b"" if name is None else tree.text(name)
    start = max(text.rfind(b";", 0, extent.begin), text.rfind(b"}", 0, extent.begin), extent.begin - _NEAR, 0)
    written = text[start : text.find(b";", extent.end - 1) + 1 or extent.end]
    if b"simd" not in written:
        return ()
    found = (_ATTRIBUTE.search(item) for item in _ATTRIBUTES.findall(written))
    attribute = next(filter(None, found), None)
    lanes = _lanes(function)
    if attribute is None or not lanes:
        return ()
    kinds = "v" * len(function.parameters())
    masks = _MASKS.get(attribute[1], "MN")
    return tuple(SymbolName(f"_ZGVb{mask}{lanes}{kinds}_{function.mangling}") for mask in masks)


def _lanes(function: Node) -> int:
    """How many values go in one register: by the result's size, or the first parameter's where there is none."""
    types = [function.result, *(item.type for item in function.parameters())]
    size = next((item.size for item in types if item.canonical.kind != TypeKind.VOID), None)
    return _REGISTER // size if size and size <= _REGISTER else 0
