"""Parts of a class, its members and bases: of which type, and with an initialiser or without."""

from __future__ import annotations

from trtheaders.headers.parser.kinds import Kind, TypeKind, is_expression
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


def mentioned_by(child: Node) -> Node | None:
    """The member or class that a constructor's initialiser names, as libclang shows it."""
    if child.kind == Kind.MEMBER_REFERENCE:
        return child.referenced
    return child.type.canonical.declaration(child) if child.kind == Kind.TYPE_REFERENCE else None


def delegates(constructor: Node) -> bool:
    """Whether a constructor's definition leaves all to another one of its class ([class.base.init] 6)."""
    owner, around = constructor.parent, constructor.lexical_parent
    if owner is None:
        return False
    given = [target.usr for child in constructor.children() if (target := mentioned_by(child)) is not None]
    # Outside its class a constructor is declared with the class's name in front.
    return given.count(owner.usr) > (around is None or around.usr != owner.usr)
