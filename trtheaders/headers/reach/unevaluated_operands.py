"""Operands that are never evaluated, so that nothing in them is referred to (C++17 [expr.prop] 2).

Libclang does not tell a `decltype` from what stands around it, so the text does.
"""

from __future__ import annotations

import re

from trtheaders.headers.parser.kinds import REFERENCES, Kind
from trtheaders.headers.parser.nodes import Node
from trtheaders.headers.parser.tree import HeaderTree

_FARTHEST = 2000
"""Bytes; no operand begins farther in front of what it names."""

_WORDS = rb"\b(?:sizeof|alignof|_Alignof|decltype|noexcept|__typeof__|typeof)"
_OPERAND = re.compile(rb"%b\s*\Z" % _WORDS)
_TYPEID = re.compile(rb"\btypeid\s*\Z")
_CALL = re.compile(rb"(\w+)\s*\(")
_LAST_NAME = re.compile(rb"(\w+)\s*\Z")
# An expression; a clause behind a function's parameters looks alike, and the function's body follows it.
_REQUIREMENT = re.compile(rb"(?:[=(&|!,?:]|\breturn|\brequires)\s*requires\s*(?:\([^(){};]*\))?\s*\Z")
_BRACKETS = re.compile(rb"[(){}]")
_OPERATORS = frozenset({int(Kind.UNARY_TRAIT), int(Kind.REQUIRES)})
_OPERATOR = re.compile(rb"^[ \t]*#[ \t]*define[ \t]+(\w+)\((\w+)\)[ \t]*%b[ \t]*\(+[ \t]*\2\b" % _WORDS, re.MULTILINE)
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
    text = tree.text(name)
    before = text[max(0, extent.begin - _FARTHEST) : extent.begin]
    # What stands in a macro's argument has the place of the whole.
    macro = _CALL.match(text, extent.begin)
    if macro is not None and _is_operator(macro[1], reference, tree):
        return True
    if _SIZE.search(before):
        return True
    return any(
        _opens_operand(before[:place], reference, tree) if sign == b"(" else _REQUIREMENT.search(before[:place])
        for place, sign in _openings(before)
    )


def _opens_operand(before: bytes, reference: Node, tree: HeaderTree) -> bool:
    """Whether a parenthesis behind ``before`` encloses an operand; a macro of the tree's may write the operator."""
    if _OPERAND.search(before) is not None:
        return True
    if _TYPEID.search(before) is not None:
        # Evaluated is only a glvalue of a polymorphic class (C++17 [expr.typeid] 3).
        target = reference.referenced
        return target is not None and target.result.canonical.kind not in REFERENCES
    name = _LAST_NAME.search(before)
    return name is not None and _is_operator(name[1], reference, tree)


def _is_operator(macro: bytes, near: Node, tree: HeaderTree) -> bool:
    return macro.isupper() and macro in near.share("operators", lambda: _find_operators(tree))


def _find_operators(tree: HeaderTree) -> frozenset[bytes]:
    """The macros of ``tree`` that write an operator before their argument."""
    return frozenset(match[1] for text in tree.texts() for match in _OPERATOR.finditer(text))


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
