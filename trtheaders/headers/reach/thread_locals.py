"""Which objects are certainly initialised or destroyed by code: whose `_ZTH` g++ 12 refers to strongly.

A thread-local variable of another unit is reached through its initialisation function (Itanium C++ ABI 2.8). The
reference is weak where static initialisation is possible: the type needs no constructor or has a constexpr one, and its
destructor is trivial (gcc/cp/decl2.cc, get_tls_init_fn). The functions here answer as g++ does.
"""

from __future__ import annotations

import re

from trtheaders.headers.abi.bases import is_dynamic, members_of
from trtheaders.headers.abi.special_members import is_constructor
from trtheaders.headers.parser.kinds import BOUNDED_ARRAYS, REFERENCES, Kind, TypeKind
from trtheaders.headers.parser.nodes import Node, TypeNode

_HOLDERS = re.compile(r"(?:const )?std::(?:optional|pair|array|variant|tuple)<")
"""What is destroyed as what it holds is; libclang shows no members of an instance."""

_OWNERS = re.compile(
    r"(?:const )?std::(?:__cxx11::)?(?:basic_string|vector|list|deque|map|multimap|set|multiset|unordered_\w+"
    r"|shared_ptr|weak_ptr|unique_ptr|function|future|shared_future|promise|queue|priority_queue|stack|basic_\w*stream)<"
)
_CONSTEXPR = re.compile(r"\bconst(?:expr|eval)\b")
_ALWAYS_STATIC = frozenset({"constinit", "__constinit"})


def is_initialised_by_code(variable: Node) -> bool:
    """Whether ``variable`` certainly has an initialiser or destructor that runs."""
    type_ = variable.type.canonical
    if type_.kind in REFERENCES:
        type_ = type_.pointee
    if _is_destroyed_by_code(type_, variable):
        return True
    if _ALWAYS_STATIC & set(variable.tokens()):
        return False
    node = _class_of(type_, variable)
    return node is not None and _needs_constructor(node) and not _has_constexpr_constructor(node)


def _class_of(type_: TypeNode, near: Node) -> Node | None:
    """The class of an object or of an array's elements."""
    canonical = type_.canonical
    while canonical.kind in BOUNDED_ARRAYS:
        canonical = canonical.element.canonical
    node = canonical.declaration(near) if canonical.kind == TypeKind.RECORD else None
    return None if node is None else node.definition or node


def _is_destroyed_by_code(type_: TypeNode, near: Node) -> bool:
    node = _class_of(type_, near)
    if node is None:
        return False
    spelling = node.type.canonical.spelling
    if _HOLDERS.match(spelling):
        return any(_is_destroyed_by_code(held, near) for held in node.type.canonical.template_arguments())
    return bool(_OWNERS.match(spelling)) or any(map(_ends_by_code, members_of(node)))


def _ends_by_code(member: Node) -> bool:
    if member.kind == Kind.DESTRUCTOR:
        return not member.is_defaulted
    return member.kind in (Kind.FIELD, Kind.BASE) and _is_destroyed_by_code(member.type, member)


def _needs_constructor(node: Node) -> bool:
    """A constructor that the class provides, or a vtable pointer, or a part with either (TYPE_NEEDS_CONSTRUCTING)."""
    return is_dynamic(node) or any(map(_begins_by_code, members_of(node)))


def _begins_by_code(member: Node) -> bool:
    if _is_constructor(member):
        return not (member.is_defaulted or member.is_deleted)
    part = _class_of(member.type, member) if member.kind in (Kind.FIELD, Kind.BASE) else None
    return part is not None and _needs_constructor(part)


def _is_constructor(member: Node) -> bool:
    owner = member.parent
    return owner is not None and is_constructor(member, owner)


def _has_constexpr_constructor(node: Node) -> bool:
    """Whether any constructor but those that copy and move is constexpr, the implicit one included.

    g++ takes that one for constexpr without looking (type_maybe_constexpr_default_constructor).
    """
    constructors = [member for member in members_of(node) if _is_constructor(member)]
    if not constructors or _inherits_constructors(node):
        return True
    return any(_is_constexpr(item, node) for item in constructors)


def _is_constexpr(constructor: Node, node: Node) -> bool:
    role = constructor.constructor_role if constructor.kind == Kind.CONSTRUCTOR else ""
    if role in ("copy", "move"):
        return False
    if role == "default" and constructor.is_defaulted:
        return _makes_parts_constexpr(node)
    # g++ takes a default constructor that is deleted for constexpr.
    return (role == "default" and constructor.is_deleted) or bool(_CONSTEXPR.search(constructor.printed_head))


def _makes_parts_constexpr(node: Node) -> bool:
    """Whether a defaulted default constructor is constexpr (C++17 [class.ctor] 7, [dcl.constexpr] 4)."""
    parts = [member for member in members_of(node) if member.kind in (Kind.FIELD, Kind.BASE)]
    return not any(part.is_virtual_base or _keeps_from_constexpr(part) for part in parts)


def _keeps_from_constexpr(part: Node) -> bool:
    """Whether a member or base has a default constructor that is not constexpr, or none at all."""
    node = _class_of(part.type, part)
    if node is None or not _needs_constructor(node):
        return False
    constructors = [member for member in members_of(node) if _is_constructor(member)]
    defaults = [item for item in constructors if item.kind == Kind.CONSTRUCTOR and item.constructor_role == "default"]
    if not constructors:
        return not _makes_parts_constexpr(node)
    return not any(_is_constexpr(item, node) for item in defaults if not item.is_deleted)


def _inherits_constructors(node: Node) -> bool:
    """`using B::B;`, of which g++ takes one for constexpr; libclang gives it the name of the derived class."""
    name = node.spelling
    return any(item.kind == Kind.USING_DECLARATION and item.spelling == name for item in members_of(node))
