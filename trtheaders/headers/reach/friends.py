"""Which friends argument-dependent lookup finds: those of a class that an argument is associated with.

C++17 [basic.lookup.argdep] 2 and 4, [namespace.memdef] 3. The argument need not have the parameter's type: whatever the
class converts to is looked at as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from trtheaders.headers.abi.bases import base_of, members_of
from trtheaders.headers.parser.kinds import BOUNDED_ARRAYS, POINTERS_AND_REFERENCES, RECORDS, Kind, TypeKind
from trtheaders.headers.parser.nodes import Node, TypeNode

_ARITHMETIC = frozenset(range(3, 45))
_FROM_NOTHING_ELSE = re.compile(r"(?:const )?std::(?:__cxx11::)?basic_string(?:_view)?<")
"""Constructor templates of these take only what converts to a string by itself."""


def is_found(friend: Node) -> bool:
    """Whether a call may find ``friend``, which nothing but friend declarations declares."""
    owner = friend.lexical_parent
    if owner is None or owner.kind not in RECORDS:
        return True
    return any(_leads_to(parameter.type, owner, friend) for parameter in friend.parameters())


def _leads_to(type_: TypeNode, owner: Node, near: Node) -> bool:
    if owner.usr in {node.usr for node in _associated(type_, near)}:
        return True
    return _converts(owner, type_.canonical, near)


def _associated(type_: TypeNode, near: Node) -> Iterator[Node]:
    """The classes associated with an argument of ``type_``, and those that it names by other ways."""
    canonical = type_.canonical
    while canonical.kind in POINTERS_AND_REFERENCES or canonical.kind in BOUNDED_ARRAYS:
        canonical = (canonical.pointee if canonical.kind in POINTERS_AND_REFERENCES else canonical.element).canonical
    if canonical.kind in (TypeKind.FUNCTION, TypeKind.MEMBER_POINTER):
        # Rare enough to count every class of the tree as named.
        yield from filter(None, [near.lexical_parent])
    node = canonical.declaration(near)
    if node is not None:
        yield from _with_bases(node)
        yield from filter(None, [node.parent])
    for argument in canonical.template_arguments():
        yield from _associated(argument, near)


def _with_bases(node: Node) -> Iterator[Node]:
    node = node.definition or node
    yield node
    for child in members_of(node):
        base = base_of(child) if child.kind == Kind.BASE else None
        if base is not None:
            yield from _with_bases(base)


def _converts(owner: Node, type_: TypeNode, near: Node) -> bool:
    """Whether an object of ``owner``, its address or an enumerator in it may become an argument of ``type_``."""
    members = [child for node in _with_bases(owner) for child in members_of(node)]
    if any(_is_conversion(child) and not child.is_explicit for child in members):
        return True
    target = type_.pointee.canonical if type_.kind in POINTERS_AND_REFERENCES else type_
    if target.kind in (TypeKind.BOOL, TypeKind.VOID):
        return True
    if target.kind in _ARITHMETIC and type_.kind != TypeKind.POINTER:
        return any(child.kind == Kind.ENUM and not child.is_scoped_enum for child in members)
    node = target.declaration(near)
    return node is not None and node.kind in RECORDS and _takes(node.definition or node, owner)


def _is_conversion(child: Node) -> bool:
    template = child.kind == Kind.FUNCTION_TEMPLATE and child.spelling.startswith("operator ")
    return template or child.kind == Kind.CONVERSION


def _takes(node: Node, owner: Node) -> bool:
    """Whether the class ``node`` is a base of ``owner``, or has a constructor that may take one."""
    if node.usr in {base.usr for base in _with_bases(owner)}:
        return True
    if _FROM_NOTHING_ELSE.match(node.type.canonical.spelling):
        return False
    # A class that is not defined here may have any constructor where it is.
    return not node.is_definition or any(_may_take(child, node, owner) for child in members_of(node))


def _may_take(child: Node, node: Node, owner: Node) -> bool:
    if child.kind == Kind.FUNCTION_TEMPLATE:
        return child.spelling.partition("<")[0] == node.spelling
    if child.kind != Kind.CONSTRUCTOR:
        return child.kind == Kind.USING_DECLARATION and child.spelling == node.spelling
    if child.constructor_role in ("copy", "move"):
        return False
    return any(_leads_to(parameter.type, owner, parameter) for parameter in child.parameters())
