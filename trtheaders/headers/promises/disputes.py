"""A class to the construct in it that compilers lay out differently, if it has one: the parser's figures may be wrong.

Known ones: `[[no_unique_address]]`; packed classes with members that are no PODs, which g++ does not pack; bit-fields
of typedefs with an alignment of their own; and, since C++20 [dcl.init.aggr] took it for the standard's, the tail of
bases whose constructors are defaulted or deleted.
"""

from __future__ import annotations

from collections.abc import Iterator

from trtheaders.headers.abi.bases import base_of
from trtheaders.headers.parser.kinds import ARRAYS, RECORDS, Kind
from trtheaders.headers.parser.nodes import Node, TypeNode
from trtheaders.headers.parser.tree import HeaderTree

_UNSHARED = "no_unique_address"


class Disputes:
    """Looks into the classes of one tree; what lies in foreign headers is taken as the parser has it."""

    def __init__(self, tree: HeaderTree, *, before_20: bool) -> None:
        self._tree = tree
        self._before_20 = before_20
        self._found: dict[str, str] = {}

    def find(self, node: Node) -> str:
        """The construct in words, of the class itself or of what it is made of; empty where there is none."""
        usr = node.usr
        if usr not in self._found:
            self._found[usr] = ""
            self._found[usr] = next(self._look(node), "")
        return self._found[usr]

    def _look(self, node: Node) -> Iterator[str]:
        for child in node.children():
            if child.kind == Kind.FIELD:
                yield from _look_at_field(node, child)
                yield from self._look_inside(_element(child.type).declaration(child))
            elif child.kind == Kind.BASE and (base := base_of(child)) is not None:
                if not self._before_20 and _has_tail(base) and any(map(_is_given, base.children())):
                    yield "a base with a constructor that is defaulted or deleted"
                yield from self._look_inside(base)

    def _look_inside(self, part: Node | None) -> Iterator[str]:
        part = None if part is None else part.definition
        if part is not None and part.kind in RECORDS and self._tree.name_of(part.place()[0]) is not None:
            found = self.find(part)
            if found:
                yield found


def _look_at_field(owner: Node, field: Node) -> Iterator[str]:
    if Kind.UNEXPOSED_ATTRIBUTE in field.attributes and _UNSHARED in field.printed_head:
        yield f"`[[{_UNSHARED}]]`"
    own, natural = field.type.alignment or 1, field.type.canonical.alignment or 1
    if field.is_bitfield and own != natural:
        yield "a bit-field of a type with another alignment"
    element = _element(field.type)
    squeezed = (owner.type.alignment or 1) < (element.alignment or 1)
    if (squeezed or Kind.PACKED in owner.attributes | field.attributes) and not element.is_pod:
        yield "a packed member that is no POD"


def _element(type_: TypeNode) -> TypeNode:
    canonical = type_.canonical
    while canonical.kind in ARRAYS:
        canonical = canonical.element.canonical
    return canonical


def _has_tail(base: Node) -> bool:
    """Whether bytes are left behind a class's last member."""
    ends = [item.offset + 8 * (item.type.size or 0) for item in base.children() if item.kind == Kind.FIELD]
    return bool(ends) and max(ends) < 8 * (base.type.size or 0)


def _is_given(member: Node) -> bool:
    return member.kind == Kind.CONSTRUCTOR and (member.is_defaulted or member.is_deleted)
