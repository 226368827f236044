"""Types as declarations use them: spelling, meaning, size, and how a call passes them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from trtheaders.headers.declarations.walk import qualified_name
from trtheaders.headers.parser.kinds import FUNCTIONS, Kind, TypeKind
from trtheaders.headers.parser.nodes import Node, TypeNode
from trtheaders.model.headers.declarations import TypeUse

_REGISTER_BYTES = 16
"""System V x86-64 ABI 3.2.3 and AAPCS64 6.9: larger aggregates travel in memory."""

_BY_CONTENT = re.compile(r"std::(optional|pair|array|variant|complex|atomic)<")
_NEVER_TRIVIAL = re.compile(
    r"std::(__cxx11::)?(basic_string|vector|list|deque|map|multimap|set|multiset|unordered_\w+|shared_ptr|weak_ptr"
    r"|unique_ptr|function|any|filesystem::\w+|filesystem::__cxx11::\w+|future|shared_future|promise|mutex|thread"
    r"|condition_variable|queue|priority_queue|stack|basic_\w*stream|exception_ptr)\b"
)
_ALWAYS_TRIVIAL = re.compile(
    r"std::(chrono::(duration|time_point)|basic_string_view|span|byte|ratio|initializer_list)\b"
)


_PLACE = re.compile(r"\((unnamed|anonymous|lambda)([^()]*?) at [^()]*\)")


def without_place(spelling: str) -> str:
    """A type's spelling without the absolute path that the parser tells unnamed types apart by."""
    return _PLACE.sub(r"(\1\2)", spelling)


class TypeReader:
    """Turns types into :class:`TypeUse`; asks about each type once."""

    def __init__(self) -> None:
        self._known: dict[int | None, TypeUse] = {}
        self._uses: dict[tuple[str, str], TypeUse] = {}
        self._trivial: dict[str, bool | None] = {}

    def read(self, type_: TypeNode, near: Node) -> TypeUse:
        """``type_`` as ``near`` (any node of the same unit) uses it."""
        known = self._known.get(type_.written)
        if known is None:
            known = self._known[type_.written] = self._read_spelt(type_, near)
        return known

    def _read_spelt(self, type_: TypeNode, near: Node) -> TypeUse:
        """Types that are written and mean the same share one value."""
        canonical = type_.canonical
        key = (type_.spelling, canonical.meaning)
        if key not in self._uses:
            self._uses[key] = self._read(*key, canonical, near)
        return self._uses[key]

    def _read(self, spelling: str, meaning: str, canonical: TypeNode, near: Node) -> TypeUse:
        record = canonical.declaration(near) if canonical.kind == TypeKind.RECORD else None
        size = None if canonical.kind == TypeKind.VOID else canonical.object_size
        return TypeUse(
            spelling=without_place(spelling),
            canonical=without_place(meaning),
            size=size,
            in_memory=self._travels_in_memory(canonical, size, near),
            record=None if record is None else qualified_name(record),
        )

    def _travels_in_memory(self, canonical: TypeNode, size: int | None, near: Node) -> bool | None:
        """Itanium C++ ABI 3.1.1 and 3.1.3: not trivial for the purposes of calls, or larger than two registers."""
        if canonical.kind != TypeKind.RECORD:
            return False
        trivial = self.is_trivial(canonical, near)
        if trivial is False:
            return True
        if size is not None and size > _REGISTER_BYTES:
            return True
        return None if trivial is None or size is None else False

    def is_trivial(self, type_: TypeNode, near: Node) -> bool | None:
        """Whether a class is trivial for the purposes of calls; None where that cannot be told."""
        canonical = type_.canonical
        if canonical.kind == TypeKind.CONSTANT_ARRAY:
            return self.is_trivial(canonical.element, near)
        if canonical.kind != TypeKind.RECORD:
            return True
        name = canonical.spelling.removeprefix("const ").removeprefix("volatile ")
        if name not in self._trivial:
            self._trivial[name] = None  # a class that holds a container of itself
            self._trivial[name] = self._judge(name, canonical, near)
        return self._trivial[name]

    def _judge(self, name: str, canonical: TypeNode, near: Node) -> bool | None:
        if _NEVER_TRIVIAL.match(name):
            return False
        if _ALWAYS_TRIVIAL.match(name) or canonical.is_pod:
            return True
        if _BY_CONTENT.match(name):
            return all_known(self.is_trivial(argument, near) for argument in canonical.template_arguments())
        node = canonical.declaration(near)
        if node is None or not node.is_definition or node.template is not None:
            return None
        return self._judge_members(node)

    def _judge_members(self, node: Node) -> bool | None:
        verdicts: list[bool | None] = []
        for child in node.children():
            if child.kind in FUNCTIONS:
                verdicts.append(_keeps_trivial(child))
            elif child.kind == Kind.BASE:
                verdicts.append(False if child.is_virtual_base else self.is_trivial(child.type, child))
            elif child.kind == Kind.FIELD:
                verdicts.append(self.is_trivial(child.type, child))
        return all_known(verdicts)


def all_known(verdicts: Iterable[bool | None]) -> bool | None:
    """Three-valued "all": False as soon as one is False, None if any is unknown."""
    known = list(verdicts)
    if any(verdict is False for verdict in known):
        return False
    return None if None in known else True


def _keeps_trivial(member: Node) -> bool:
    """Whether a member function leaves its class trivial for calls: no user-provided copy, move or destructor."""
    if member.is_virtual:
        return False
    if member.kind == Kind.DESTRUCTOR or (
        member.kind == Kind.CONSTRUCTOR and member.constructor_role in ("copy", "move")
    ):
        return member.is_defaulted or member.is_deleted
    return True
