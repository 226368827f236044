"""Special members of a class: which there are, which the compiler writes, and which of those are deleted.

[class.default.ctor], [class.copy.ctor], [class.copy.assign] and [class.dtor] of C++17 and later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from trtheaders.headers.abi.bases import is_dynamic, members_of
from trtheaders.headers.abi.parts import element_of, has_initialiser
from trtheaders.headers.declarations.sketches import RecordSketch, Sketch
from trtheaders.headers.parser.kinds import ACCESSIBLE, RECORDS, REFERENCES, TEMPLATES, AccessKind, Kind, TypeKind
from trtheaders.headers.parser.nodes import Node, TypeNode

ROLES = ("destructor", "default", "copy", "move", "copy assignment", "move assignment")
MAKING = frozenset({"default", "copy", "move"})
_ASSIGNMENTS = frozenset({"copy assignment", "move assignment"})
_COPYING = {"move": "copy", "move assignment": "copy assignment"}
_HINDERS = {
    "copy": frozenset({"move", "move assignment"}),
    "copy assignment": frozenset({"move", "move assignment"}),
    "move": frozenset({"copy", "copy assignment", "move assignment", "destructor"}),
    "move assignment": frozenset({"copy", "copy assignment", "move", "destructor"}),
}
"""What a user declares that keeps the compiler from writing a member, or makes it a deleted one."""

_HOLDERS = re.compile(
    r"(const )?std::(__cxx11::)?((unordered_)?(multi)?(map|set)|vector|deque|(forward_)?list|pair|tuple|optional"
    r"|variant|array|queue|stack)<"
)


_SPECIAL = frozenset({Kind.CONSTRUCTOR, Kind.DESTRUCTOR, Kind.METHOD})


def role_of(member: Sketch) -> str:
    """Which special member ``member`` is, '' for none."""
    return role_of_node(member.node)


def members_with(record: RecordSketch, role: str) -> Sequence[Sketch]:
    """The members of ``record`` that are declared for ``role``; the roles of all are asked for once."""
    return record.node.remember("members by role", lambda: _sort_by_role(record)).get(role, ())


def _sort_by_role(record: RecordSketch) -> dict[str, list[Sketch]]:
    found: dict[str, list[Sketch]] = {}
    for member in record.members:
        found.setdefault(role_of(member), []).append(member)
    return found


def role_of_node(node: Node) -> str:
    """The same of a declaration; asked for once."""
    # Most are methods of another name, which is in that by which they are known already.
    if node.kind not in _SPECIAL or (node.kind == Kind.METHOD and "operator=" not in node.usr):
        return ""
    return node.remember("role", lambda: _find_role(node))


def _find_role(node: Node) -> str:
    if node.kind == Kind.DESTRUCTOR:
        return "destructor"
    if node.kind == Kind.CONSTRUCTOR:
        return node.constructor_role
    return node.assignment_role if node.spelling == "operator=" else ""


class SpecialMembers:
    """Answers about the classes of one unit; asks about each once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], bool] = {}

    def written(self, record: RecordSketch) -> list[str]:
        """The roles that the compiler writes for ``record``: implicit, or defaulted here or further down.

        Those of a union are trivial or deleted.
        """
        return [] if record.node.kind == Kind.UNION else [role for role in ROLES if self.writes(record, role)]

    def writes(self, record: RecordSketch, role: str) -> bool:
        """Whether the compiler writes the member of ``record``."""
        declared = members_with(record, role)
        defaulted = any(node.is_defaulted for member in declared for node in member.nodes)
        return (defaulted or not declared) and self.has(record.node, role)

    def has(self, node: Node, role: str) -> bool:
        """Whether the class ``node`` has the member, written by whomever, and it is not deleted."""
        key = (node.usr, role)
        if key not in self._known:
            self._known[key] = True  # a class that holds a container of itself
            self._known[key] = self._finds(node, role)
        return self._known[key]

    def chosen(self, node: Node, role: str) -> str:
        """What the whole's ``role`` calls of its part ``node``: what nobody can move is copied."""
        member = _declared(node).get(role)
        written = member is not None and not member.is_defaulted
        return role if role not in _COPYING or written or self.has(node, role) else _COPYING[role]

    def has_public(self, node: Node, role: str) -> bool:
        """Whether anybody who has the class at hand can call its member."""
        member = _declared(node).get(role)
        return self.has(node, role) and (member is None or member.access in ACCESSIBLE)

    def may_use(self, user: Node, part: Node, owner: Node, role: str) -> bool:
        """Whether a member that the compiler writes for ``user`` can call that of its ``part``, of class ``owner``."""
        member = _declared(owner).get(role)
        return self.has(owner, role) and (member is None or _is_open_to(user, part, owner, member))

    def _finds(self, node: Node, role: str) -> bool:
        member = _declared(node).get(role)
        if member is None and not _is_implied(node, role):
            return False
        if member is not None and (member.is_deleted or not member.is_defaulted):
            return not member.is_deleted
        unnamed = (child for child in members_of(node) if child.kind in RECORDS and child.is_anonymous)
        needed = {role, "destructor"} if role in MAKING else {role}
        if not all(self.has(child, item) for child in unnamed for item in needed):
            return False
        return not any(self._forbids(node, part, role) for part in parts_of(node))

    def _is_trivial(self, node: Node, role: str) -> bool:
        """Whether nobody provides the class ``node`` or a part of it with the member ([class.copy.ctor] 11)."""
        member = _declared(node).get(role)
        if (member is not None and not member.is_defaulted) or (role != "destructor" and is_dynamic(node)):
            return False
        owners = (class_of(part) for part in parts_of(node))
        return all(owner is None or self._is_trivial(owner, role) for owner in owners)

    def _forbids(self, node: Node, part: Node, role: str) -> bool:
        """Whether ``part`` makes the member deleted: it is a reference or a constant, or its own cannot be called."""
        type_ = element_of(part.type)
        if type_.kind in REFERENCES:
            return _forbids_reference(part, type_, role)
        if type_.is_const and role in _ASSIGNMENTS:
            return True
        owner = class_of(part)
        if owner is None:
            return type_.is_const and role == "default" and not has_initialiser(part)
        if node.kind == Kind.UNION and not self._is_trivial(owner, role):
            # [class.union] 3: nobody knows which member is alive.
            return True
        if role in _COPYING.values() and not self._elements_have(type_, part, role):
            return True
        return not all(self.may_use(node, part, owner, needed) for needed in self._needs(part, owner, role))

    def _needs(self, part: Node, owner: Node, role: str) -> Iterator[str]:
        if role in MAKING:
            yield "destructor"
        if not is_initialised(part, role):
            yield self.chosen(owner, role)

    def _elements_have(self, type_: TypeNode, near: Node, role: str) -> bool:
        """Whether what a standard container holds can be copied; the container declares its own copy in any case."""
        if not _HOLDERS.match(type_.spelling):
            return True
        held = [(argument.canonical, argument.canonical.declaration(near)) for argument in type_.template_arguments()]
        return all(
            node is None or node.kind not in RECORDS or (self.has(node, role) and self._elements_have(item, near, role))
            for item, node in held
        )


def special_members_in(node: Node) -> SpecialMembers:
    """The answers about the unit of ``node``, which all questions share."""
    return node.share("special members", SpecialMembers)


def is_initialised(part: Node, role: str) -> bool:
    """Whether a default constructor leaves ``part`` to its default member initialiser ([class.base.init] 9)."""
    return role == "default" and part.kind == Kind.FIELD and has_initialiser(part)


def parts_of(node: Node) -> list[Node]:
    """The members and bases of a class."""
    return [child for child in members_of(node) if child.kind in (Kind.FIELD, Kind.BASE)]


def class_of(part: Node) -> Node | None:
    """The class of a member (of its elements, if it is an array) or base."""
    node = element_of(part.type).declaration(part)
    if node is None or node.kind not in RECORDS:
        return None
    return node.definition or node


def is_array(part: Node) -> bool:
    """Whether a member is an array."""
    return part.type.canonical.kind == TypeKind.CONSTANT_ARRAY


def _declared(node: Node) -> dict[str, Node]:
    return node.remember("special members", lambda: {role_of_node(child): child for child in members_of(node)})


def _is_implied(node: Node, role: str) -> bool:
    """Whether the compiler declares the member by itself, and not as deleted for what else is declared."""
    if role == "default":
        return not any(is_constructor(child, node) for child in members_of(node))
    return not _HINDERS.get(role, frozenset()) & _declared(node).keys()


def is_constructor(child: Node, owner: Node) -> bool:
    """Whether ``child`` declares a constructor of ``owner``, or a template of them."""
    if child.kind == Kind.FUNCTION_TEMPLATE:
        return child.spelling.partition("<")[0] == owner.spelling
    return child.kind == Kind.CONSTRUCTOR


def has_foreign_constructors(node: Node) -> bool:
    """Whether a constructor is made in the consumer although none is written inline: from a template with a body, or
    as one that calls the base's (`using Base::Base;`; [class.inhctor.init]).
    """
    children = node.children()
    return any(_inherits(child, node) for child in children if child.kind == Kind.USING_DECLARATION) or any(
        _is_open_template(child, node) for child in children if child.kind == Kind.FUNCTION_TEMPLATE
    )


def _inherits(child: Node, owner: Node) -> bool:
    """Default, copy and move constructors are not inherited ([over.match.funcs] 8)."""
    if child.spelling != owner.spelling:
        return False
    named = child.referenced
    found = [] if named is None else named.overloads()
    return any(item.kind == Kind.FUNCTION_TEMPLATE or not role_of_node(item) for item in found)


def _is_open_template(child: Node, owner: Node) -> bool:
    return is_constructor(child, owner) and child.definition is not None


def _forbids_reference(part: Node, type_: TypeNode, role: str) -> bool:
    if role == "default":
        return not has_initialiser(part)
    return role in _ASSIGNMENTS or (role == "copy" and type_.kind == TypeKind.RVALUE_REFERENCE)


def _is_open_to(user: Node, part: Node, owner: Node, member: Node) -> bool:
    """[class.access]: public, protected in a base, in a class around the user, or in one that befriends it."""
    if member.access in ACCESSIBLE or owner.is_hollow or user.is_hollow:
        return True
    if member.access == AccessKind.PROTECTED and part.kind == Kind.BASE:
        return True
    around = _classes_around(user)
    return owner.usr in around or bool(_friends(owner) & around)


def _classes_around(node: Node) -> set[str]:
    """The class and those that it is nested in, whose members it may use ([class.access.nest])."""
    found: set[str] = set()
    around: Node | None = node
    while around is not None and (around.kind in RECORDS or around.kind in TEMPLATES):
        found.add(around.usr)
        around = around.parent
    return found


def _friends(owner: Node) -> frozenset[str]:
    named = (child for friend in owner.children() if friend.kind == Kind.FRIEND for child in friend.children())
    return frozenset(node.usr for child in named if (node := child.referenced) is not None)
