"""Instances that ordinary classes are made of: `class Object : public Shared<Object> {};`, where the bodies of `Shared`
lie in the library. Whoever makes, copies or destroys an `Object` refers to members of the instance.

Implicit and inline constructors, destructors and assignments call those of bases and members ([class.base.init],
[class.copy]); a vtable that the consumer emits names the virtual functions (Itanium C++ ABI 5.2.3: that of an instance
is emitted wherever it is needed); and what of all that has a body here leads on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from trtheaders.headers.abi.bases import is_dynamic
from trtheaders.headers.abi.key_functions import compiles_structor, find_key_function
from trtheaders.headers.abi.special_members import class_of, role_of, special_members_in
from trtheaders.headers.declarations.sketches import Collection, RecordSketch, Scope, Sketch
from trtheaders.headers.instances.classes import ClassInstance
from trtheaders.headers.parser.kinds import FUNCTIONS, Kind
from trtheaders.headers.parser.nodes import Node
from trtheaders.headers.reach.named_instances import is_bodiless
from trtheaders.headers.reach.references import bodies
from trtheaders.headers.reach.silent_calls import is_made_silently, mentioned_by
from trtheaders.model.headers.declarations import Access
from trtheaders.model.places import Location

_REFERENCES = frozenset({int(Kind.NAME), int(Kind.MEMBER), int(Kind.CALL)})
_VALUES = (Kind.FUNCTION, Kind.METHOD)


class PartInstance(Struct, frozen=True):
    """An instance with those of its members that somebody else defines and a consumer refers to, by USR of the
    template's; ``path`` says who does.
    """

    instance: ClassInstance
    owed: frozenset[str]
    path: tuple[str, ...]


class _PartUse(Struct, frozen=True):
    """A use of the instance ``node``: what of it is called, where, and by whom."""

    node: Node
    called: frozenset[str]
    tabled: bool
    scope: Scope
    location: Location
    user: str


def find_part_instances(collection: Collection) -> list[PartInstance]:
    """The instances of templates of ``collection`` that its ordinary classes have as bases or members, or its functions
    take or return by value; those that owe nothing are left out.
    """
    found: dict[str, PartInstance] = {}
    if not any(is_bodiless(item) for item in collection.functions.values()):
        return []
    for part in (*_parts_of_records(collection), *_parts_of_functions(collection)):
        pattern = collection.records.get(part.node.origin.usr)
        owed = frozenset() if pattern is None else _owed(part, pattern)
        if owed:
            name = part.node.type.canonical.spelling
            known = found.get(name)
            path = (part.user,) if known is None else known.path
            instance = _instance(part, name)
            found[name] = PartInstance(instance, owed | (known.owed if known is not None else frozenset()), path)
    return list(found.values())


def _instance(part: _PartUse, name: str) -> ClassInstance:
    arguments = tuple(item.canonical.spelling for item in part.node.type.canonical.template_arguments())
    return ClassInstance(name, part.node.origin, part.scope, part.location, arguments)


def _parts_of_records(collection: Collection) -> Iterator[_PartUse]:
    for record in collection.records.values():
        if record.template or record.access is Access.PRIVATE:
            continue
        for specifier in (*record.bases, *record.fields):
            node = class_of(specifier)
            if node is not None and node.is_hollow:
                tabled = specifier.kind == Kind.BASE and find_key_function(record) is None and compiles_structor(record)
                called = frozenset(_called_by(record, specifier, node))
                yield _PartUse(node, called, tabled, record.scope, record.location, record.name)


def _called_by(record: RecordSketch, part: Node, node: Node) -> Iterator[str]:
    """The special members of the class ``node`` that code of ``record`` calls without naming them."""
    members = special_members_in(record.node)
    yield from (members.chosen(node, role) for role in members.written(record))
    for member in record.members:
        for body in bodies(member):
            if body.kind == Kind.DESTRUCTOR:
                yield "destructor"
            elif body.kind == Kind.CONSTRUCTOR and not body.is_defaulted:
                given = [target.usr for child in body.children() if (target := mentioned_by(child)) is not None]
                yield from ["default"] if is_made_silently(part, given) else []


def _parts_of_functions(collection: Collection) -> Iterator[_PartUse]:
    """Who calls a function destroys what it is given by value, and what it gives back."""
    for sketch in collection.functions.values():
        if sketch.template or sketch.closed or sketch.node.kind not in _VALUES:
            continue
        for type_ in (sketch.node.result, *(item.type for item in sketch.node.parameters())):
            node = type_.canonical.declaration(sketch.node) if "<" in type_.canonical.spelling else None
            if node is not None and node.kind in (Kind.STRUCT, Kind.CLASS) and node.is_hollow:
                yield _PartUse(node, frozenset({"destructor"}), False, Scope(), sketch.location, sketch.name)


def _owed(part: _PartUse, pattern: RecordSketch) -> frozenset[str]:
    members = {item.usr: item for item in pattern.members if item.node.kind in FUNCTIONS}
    made = part.called and is_dynamic(pattern.node) and compiles_structor(pattern)
    met = {usr for usr, item in members.items() if role_of(item) in part.called}
    if made or part.tabled:
        met |= {usr for usr, item in members.items() if item.node.is_virtual and not item.node.is_pure}
    waiting = list(met)
    while waiting:
        further = _named_in(members[waiting.pop()], members) - met
        met |= further
        waiting += further
    return frozenset(usr for usr in met if is_bodiless(members[usr]))


def _named_in(member: Sketch, members: Iterable[str]) -> set[str]:
    """Those of ``members`` that the body of ``member`` refers to."""
    references = (item for body in bodies(member) for item in body.descend(_REFERENCES))
    targets = (target for item in references if (target := item.referenced) is not None)
    named = {node.usr for target in targets for node in (target.overloads() or [target])}
    return named.intersection(members)
