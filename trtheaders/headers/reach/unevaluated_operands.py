"""Operands that are never evaluated, so that nothing in them is referred to (C++17 [expr.prop] 2).

Libclang does not tell a `decltype` from what stands around it, so the text does.
"""

from __future__ import annotations

import re

from trtheaders.headers.parser.kinds import Kind
from trtheaders.headers.parser.nodes import Node
from trtheaders.headers.parser.tree import HeaderTree

_FARTHEST = 2000
"""Bytes; no operand begins farther in front of what it names."""

_OPERAND = re.compile(rb"\b(?:sizeof|alignof|_Alignof|decltype|noexcept|__typeof__|typeof)\s*\Z")
# An expression; a clause behind a function's parameters looks alike, and the function's body follows it.
_REQUIREMENT = re.compile(rb"(?:[=(&|!,?:]|\breturn|\brequires)\s*requires\s*(?:\([^(){};]*\))?\s*\Z")
_BRACKETS = re.compile(rb"[(){}]")
_OPERATORS = frozenset({int(Kind.UNARY_TRAIT), int(Kind.REQUIRES)})
_SIZE = re.compile(rb"\bsizeof\s+[\w:]*\Z")


def is_unevaluated(reference: Node, tree: HeaderTree, body: Node) -> bool:
    """Whether ``reference``, in ``body``, stands in the operand of `sizeof`, `decltype`, `noexcept`, or in a
    requires-expression; the parser shows the operands, `decltype` but for, and what a macro wrote is nowhere else.
    """
    return _is_written_in_operand(reference, tree) or any(
        item.identity == reference.identity
        for operator in body.descend(_OPERATORS)
        for item in operator.descend(frozenset({reference.kind}))
    )


def _is_written_in_operand(reference: Node, tree: HeaderTree) -> bool:
    extent = reference.extent()
    name = tree.name_of(extent.file)
    if name is None:
        return False
    before = tree.text(name)[max(0, extent.begin - _FARTHEST) : extent.begin]
    if _SIZE.search(before):
        return True
    return any(
        (_OPERAND if sign == b"(" else _REQUIREMENT).search(before[:place]) is not None
        for place, sign in _openings(before)
    )


def _openings(text: bytes) -> list[tuple[int, bytes]]:
    """The parentheses and braces that are open at the end of ``text``, with their places; inside out."""
    open_: list[tuple[int, bytes]] = []
    for bracket in _BRACKETS.finditer(text):
        sign = bracket.group()
        if sign in b"({":
            open_.append((bracket.start(), sign))
        elif open_:
            open_.pop()
    return open_[::-1]
