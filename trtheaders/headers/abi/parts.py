"""Parts of a class, its members and bases: of which type, and with an initialiser or without."""

from __future__ import annotations

from trtheaders.headers.parser.kinds import TypeKind, is_expression
from trtheaders.headers.parser.nodes import Node, TypeNode


def element_of(type_: TypeNode) -> TypeNode:
    """The type, for arrays that of an element."""
    type_ = type_.canonical
    while type_.kind == TypeKind.CONSTANT_ARRAY:
        type_ = type_.element.canonical
    return type_


def has_initialiser(field: Node) -> bool:
    """Whether an expression stands behind a member; each bound of an array is one as well."""
    expressions = sum(is_expression(child.kind) for child in field.children())
    type_ = field.type.canonical
    while type_.kind == TypeKind.CONSTANT_ARRAY:
        expressions, type_ = expressions - 1, type_.element.canonical
    return expressions > 0
