"""Members that the compiler writes: what an implicit or defaulted destructor, constructor or assignment refers to, and
what the vtables refer to that come with them.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence

from trtheaders.headers.abi.bases import is_dynamic
from trtheaders.headers.abi.key_functions import compiles_structor, find_key_function
from trtheaders.headers.abi.parts import element_of, has_initialiser
from trtheaders.headers.abi.special_members import (
    MAKING,
    SpecialMembers,
    class_of,
    is_array,
    is_initialised,
    members_with,
    role_of_node,
)
from trtheaders.headers.declarations.exposure import Naming
from trtheaders.headers.declarations.sketches import Collection, RecordSketch, Sketch
from trtheaders.headers.parser.kinds import FUNCTIONS, METHODS, UNSPECIFIED, Kind
from trtheaders.headers.parser.nodes import Node, TypeNode
from trtheaders.headers.reach.references import Reach
from trtheaders.model.headers.declarations import Access
from trtheaders.model.headers.promises import Use

_ASSIGNING = ("copy assignment", "move assignment")

_SEQUENCE: dict[str, tuple[str, ...]] = {
    "destructor": ("destructor",),
    "copy": ("copy", "destructor"),
    "copy assignment": ("copy", "copy assignment", "destructor"),
}
_HOLDERS: dict[re.Pattern[str], dict[str, tuple[str, ...]]] = {
    re.compile(r"(const )?std::(__cxx11::)?(vector|deque|list)<"): _SEQUENCE,
    re.compile(r"(const )?std::(unordered_)?(multi)?(map|set)<"): {
        **_SEQUENCE,
        "copy assignment": ("copy", "destructor"),
    },
    re.compile(r"(const )?std::unique_ptr<"): {"destructor": ("destructor",)},
}
"""What members of standard containers call of their elements, as libstdc++ writes them."""

_Found = Iterator[tuple[Node, tuple[str, ...]]]


class ImplicitMembers:
    """The special members that the compiler writes for the classes of ``collection``, and what they refer to."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._members = SpecialMembers()
        self._called: dict[str, tuple[Node, ...]] = {}

    def roots(self) -> list[tuple[Node, Reach]]:
        """What implicit or defaulted members of accessible classes refer to: private functions, classes and members.

        `class A { ~A(); friend struct B; }; struct B { A a; };`: whoever destroys a B refers to the private destructor.
        """
        found: dict[str, tuple[Node, Reach]] = {}
        leading = _Leading(self._collection)
        for record in self._collection.records.values():
            if record.access is not Access.PRIVATE and not record.template and leading.to_private(record):
                for target, path in self._refer(record):
                    found.setdefault(target.usr, (target, Reach(Use.IMPLICIT_MEMBER, path)))
        return list(found.values())

    def called(self, target: Node) -> Sequence[Node]:
        """What a call of ``target`` refers to if that is a member of a private class which the compiler writes."""
        if target.kind not in METHODS:
            return ()
        if target.usr not in self._called:
            self._called[target.usr] = tuple(self._follow_call(target))
        return self._called[target.usr]

    def _follow_call(self, target: Node) -> Iterator[Node]:
        owner = target.parent
        record = None if owner is None else self._collection.records.get(owner.usr)
        sketch = self._collection.functions.get(target.usr)
        if record is None or record.access is not Access.PRIVATE or record.template:
            return
        if target.kind in (Kind.CONSTRUCTOR, Kind.DESTRUCTOR) and (sketch is None or _is_compiled_outside(sketch)):
            yield from _class_data(record, self._collection)
            yield from _initialised(record, role_of_node(target))
        # Whoever makes an object destroys it.
        roles = {role_of_node(target), "destructor"} if target.kind == Kind.CONSTRUCTOR else {role_of_node(target)}
        for role in sorted(roles - {""}):
            if self._members.writes(record, role):
                yield from (node for node, _ in self._close(record, role))

    def _refer(self, record: RecordSketch) -> _Found:
        for role in self._members.written(record):
            yield from self._close(record, role)
        if compiles_structor(record):
            yield from ((node, (record.name,)) for node in _class_data(record, self._collection))

    def _close(self, record: RecordSketch, role: str) -> _Found:
        """The private members that ``role`` of ``record`` calls, itself or through what is written likewise for private
        classes of its parts, and the vtables of those, each with the members on the way.
        """
        first: tuple[str, ...] = (_describe(record, role),)
        waiting = deque([(record, role, first)])
        seen = {(record.usr, role)}
        while waiting:
            user, wanted, path = waiting.popleft()
            for owner, needed in self._parts(user, wanted):
                yield from ((node, path) for node in self._private(owner, needed))
                if self._goes_on(owner, needed) and (owner.usr, needed) not in seen:
                    seen.add((owner.usr, needed))
                    waiting.append((owner, needed, (*path, _describe(owner, needed))))

    def _parts(self, record: RecordSketch, role: str) -> Iterator[tuple[RecordSketch, str]]:
        """The parts of ``record`` that are classes of the tree, each with what ``role`` calls of it.

        What throws has a constructor destroy the parts before it ([class.base.init] 12), and an array its elements.
        """
        unwound = False
        for part in reversed((*record.bases, *record.fields)):
            sketch = self._sketch_of(part)
            if sketch is None:
                yield from self._held(element_of(part.type), part, role)
                continue
            needed = "" if is_initialised(part, role) else self._members.chosen(sketch.node, role)
            throws = needed in MAKING and _may_throw(sketch, needed)
            roles = {needed} | ({"destructor"} if unwound or (throws and is_array(part)) else set())
            usable = (item for item in sorted(roles - {""}) if self._may_use(record, part, sketch, item))
            yield from ((sketch, item) for item in usable)
            unwound = unwound or throws

    def _held(self, type_: TypeNode, near: Node, role: str) -> Iterator[tuple[RecordSketch, str]]:
        """The same for a standard container, whose members call those of its elements."""
        called = next((roles for holder, roles in _HOLDERS.items() if holder.match(type_.spelling)), None)
        for argument in [] if called is None else type_.template_arguments():
            yield from self._held(argument.canonical, near, role)
            node = argument.canonical.declaration(near)
            sketch = None if node is None else self._collection.records.get(node.usr)
            for needed in () if sketch is None or called is None else called.get(role, ()):
                if sketch is not None and self._members.has_public(sketch.node, needed):
                    yield sketch, needed

    def _may_use(self, record: RecordSketch, part: Node, owner: RecordSketch, role: str) -> bool:
        return self._members.may_use(record.node, part, owner.node, role)

    def _sketch_of(self, part: Node) -> RecordSketch | None:
        owner = class_of(part)
        return None if owner is None else self._collection.records.get(owner.usr)

    def _private(self, owner: RecordSketch, role: str) -> Iterator[Node]:
        members = members_with(owner, role)
        yield from (member.node for member in members if member.closed)
        if role not in _ASSIGNING and (not members or any(map(_is_compiled_outside, members))):
            yield from _class_data(owner, self._collection)
            yield from _initialised(owner, role)

    def _goes_on(self, owner: RecordSketch, role: str) -> bool:
        """Accessible classes are looked at by themselves."""
        return owner.access is Access.PRIVATE and self._members.writes(owner, role)


class _Leading:
    """Tells the classes that may lead to something private from the many that cannot, at little cost."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        hiding = [record for record in collection.records.values() if _hides(record)]
        self._named = Naming(hiding) if hiding else None
        self._known = {record.usr: True for record in hiding}

    def to_private(self, record: RecordSketch) -> bool:
        """Whether ``record``, a part or a base of it is private, or has private members that are called silently."""
        if self._named is None:
            return False
        if record.usr not in self._known:
            self._known[record.usr] = False  # a class that is its own part is none
            self._known[record.usr] = self._looks(record, self._named)
        return self._known[record.usr]

    def _looks(self, record: RecordSketch, named: Naming) -> bool:
        parts = (*record.fields, *record.bases)
        if any(named.search(part.type.canonical.spelling) for part in parts):
            return True
        return any(self.to_private(base) for base in _bases(record, self._collection))


def _hides(record: RecordSketch) -> bool:
    if record.access is Access.PRIVATE:
        return True
    closed = (member.node for member in record.members if member.closed and member.node.kind in FUNCTIONS)
    return any(role_of_node(node) or node.is_virtual for node in closed)


def _class_data(record: RecordSketch, collection: Collection) -> Iterator[Node]:
    """What a constructor or destructor of ``record`` that the consumer compiles refers to by the vtable that it sets.

    Without a key function the consumer emits the vtable, which names its functions, and the typeinfo, which names those
    of the bases (Itanium C++ ABI 5.2.3, 2.9.5).
    """
    if not is_dynamic(record.node):
        return
    yield record.node
    if find_key_function(record) is None:
        yield from _overriders(record, collection, set())
        for base in _bases(record, collection):
            yield base.node
            if compiles_structor(base):
                yield from _class_data(base, collection)


def _initialised(record: RecordSketch, role: str) -> list[Node]:
    """The members whose initialisers a constructor of a private ``record`` calls; a copy takes their values over."""
    if record.access is not Access.PRIVATE or role not in ("", "default"):
        return []
    return [field for field in record.fields if has_initialiser(field)]


def _overriders(record: RecordSketch, collection: Collection, hidden: set[str]) -> Iterator[Node]:
    """The private functions in the vtable of ``record``; ``hidden`` are those that derived classes override."""
    for member in record.node.remember("virtual members", lambda: _virtual_members(record)):
        node = member.node
        if member.closed and not node.is_pure and node.usr not in hidden:
            yield node
        hidden |= _overridden_by(node)
    for base in _bases(record, collection):
        yield from _overriders(base, collection, hidden)


def _overridden_by(method: Node) -> frozenset[str]:
    return method.remember("overridden", lambda: frozenset(base.usr for base in method.overridden()))


def _virtual_members(record: RecordSketch) -> list[Sketch]:
    return [member for member in record.members if member.node.kind in FUNCTIONS and member.node.is_virtual]


def _bases(record: RecordSketch, collection: Collection) -> Iterator[RecordSketch]:
    for specifier in record.bases:
        node = class_of(specifier)
        base = None if node is None else collection.records.get(node.usr)
        if base is not None:
            yield base


def _is_compiled_outside(member: Sketch) -> bool:
    return any((node.is_definition or node.is_defaulted) and not node.is_deleted for node in member.nodes)


def _may_throw(record: RecordSketch, role: str) -> bool:
    """Whether a part's constructor certainly counts as one that throws: its body is unknown, and nothing denies it."""
    members = [member for member in members_with(record, role) if not _is_compiled_outside(member)]
    return any(member.node.type.exception_specification == UNSPECIFIED for member in members)


def _describe(record: RecordSketch, role: str) -> str:
    return f"{record.name} ({role})"
