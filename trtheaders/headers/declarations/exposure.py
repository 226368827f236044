"""Private nested classes that a class hands out all the same: `class A { struct B { void m(); }; public: B get(); };`.

Nobody outside may name `A::B`, but access is checked for names only ([class.access.general]): `A().get().m()` compiles,
and refers to `A::B::m`.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator

from trtheaders.headers.declarations.sketches import Collection, RecordSketch, Sketch
from trtheaders.headers.parser.kinds import BOUNDED_ARRAYS, POINTERS_AND_REFERENCES, REFERENCES, Kind, TypeKind
from trtheaders.headers.parser.nodes import Node, TypeNode
from trtheaders.model.headers.declarations import Access

_WORD = re.compile(r"\w+")
_UNNAMED = re.compile(r"\(\w+ ")
"""Clang spells what has no name `(unnamed struct at …)`, `(anonymous …)` or `(lambda at …)`."""

_ACCESS = {2: Access.PROTECTED, 3: Access.PRIVATE}


class Naming:
    """Tells whether a canonical type's spelling, or clang's name for a function, may name any of ``records``."""

    def __init__(self, records: Iterable[RecordSketch]) -> None:
        self._names = frozenset(record.node.spelling for record in records)

    def search(self, text: str) -> bool:
        """By the words of ``text``: a pattern of hundreds of names takes longer to make than to use."""
        return not self._names.isdisjoint(_WORD.findall(text)) or _UNNAMED.search(text) is not None


def lift_exposed(collection: Collection) -> None:
    """Give each private class that is handed out, and its members, the access that they have once it is at hand."""
    hidden = [record for record in collection.records.values() if record.access is Access.PRIVATE]
    if not hidden:
        return
    named = Naming(hidden)
    waiting = deque(_handed_out(collection, named))
    others: set[int | None] = set()
    while waiting:
        type_, near = waiting.popleft()
        if not _names_any(type_, named, others):
            continue
        if type_.canonical.kind == TypeKind.FUNCTION:
            waiting.extend((item, near) for item in _passed_on(type_.canonical))
            _open_to_braces(type_.canonical.arguments(), near, collection)
            type_ = type_.canonical.result
        for record in _records_in(type_, near, collection):
            if record.access is Access.PRIVATE:
                record.access = Access.PUBLIC
                for member in record.members:
                    member.access = _own_access(member.node)
                waiting.extend(_from_record(record))
                waiting.extend(item for member in record.members for item in _from_member(member, named))


def _names_any(type_: TypeNode, named: Naming, others: set[int | None]) -> bool:
    """Whether ``type_`` names any such class; few of the types of thousands of declarations do: ``others`` do not."""
    if type_.written not in others and not named.search(type_.canonical.spelling):
        others.add(type_.written)
    return type_.written not in others


def _passed_on(function: TypeNode) -> Iterator[TypeNode]:
    """What a function hands to the functions that it is given: `void each(std::function<void(B&)>);`."""
    for argument in function.arguments():
        for called in _function_types(argument):
            yield from called.arguments()


def _function_types(type_: TypeNode) -> Iterator[TypeNode]:
    type_ = _innermost(type_)
    if type_.kind == TypeKind.FUNCTION:
        yield type_
    for argument in type_.template_arguments():
        yield from _function_types(argument)


def _open_to_braces(parameters: Iterable[TypeNode], near: Node, collection: Collection) -> None:
    """Let constructors be called that `take({1, 2})` names by nothing but braces, and the destructor with them.

    They make a temporary where a parameter is no lvalue ([dcl.init.list], [dcl.init.ref]); no copy is made from braces.
    """
    for parameter in parameters:
        type_ = parameter.canonical
        if type_.kind == TypeKind.LVALUE_REFERENCE and not type_.pointee.is_const:
            continue
        bare = type_.pointee.canonical if type_.kind in REFERENCES else type_
        node = bare.declaration(near) if bare.kind == TypeKind.RECORD else None
        record = None if node is None else collection.records.get(node.usr)
        for member in record.members if record is not None and record.access is Access.PRIVATE else ():
            if _serves_braces(member.node):
                member.access = _own_access(member.node)


def _serves_braces(node: Node) -> bool:
    if node.kind == Kind.CONSTRUCTOR:
        return not node.is_explicit and node.constructor_role not in ("copy", "move")
    return node.kind == Kind.DESTRUCTOR


def _handed_out(collection: Collection, named: Naming) -> Iterator[tuple[TypeNode, Node]]:
    for sketch in (*collection.functions.values(), *collection.variables.values()):
        yield from _from_member(sketch, named)
    for record in collection.records.values():
        if record.access is not Access.PRIVATE:
            yield from _from_record(record)
    for node, scope in collection.aliases:
        if Access.PRIVATE not in (scope.access, _own_access(node)):
            yield node.underlying, node


def _from_member(sketch: Sketch, named: Naming) -> Iterator[tuple[TypeNode, Node]]:
    if sketch.access is not Access.PRIVATE:
        node = sketch.node
        # Clang's name for a function holds its parameters' classes; to spell its whole type takes much longer.
        result = None if named.search(sketch.usr) else node.result
        yield (node.type if result is None or not result.kind else result), node
        if node.kind == Kind.FUNCTION_TEMPLATE and node.result.canonical.kind == TypeKind.AUTO:
            # Nothing is deduced before the template is instantiated.
            returned = (item for returning in node.descend(frozenset({Kind.RETURN})) for item in returning.children())
            yield from ((item.type, node) for item in returned)


def _from_record(record: RecordSketch) -> Iterator[tuple[TypeNode, Node]]:
    for node in (*record.fields, *record.bases):
        if _own_access(node) is not Access.PRIVATE:
            yield node.type, node


def _own_access(node: Node) -> Access:
    return _ACCESS.get(node.access, Access.PUBLIC)


def _records_in(type_: TypeNode, near: Node, collection: Collection) -> Iterator[RecordSketch]:
    """The tree's classes that an expression of ``type_`` leads to, through pointers and template arguments too."""
    type_ = _innermost(type_)
    if type_.kind == TypeKind.FUNCTION:
        yield from _records_in(type_.result, near, collection)
    node = type_.declaration(near)
    found = None if node is None else collection.records.get(node.usr)
    if found is not None:
        yield found
    for argument in type_.template_arguments():
        yield from _records_in(argument, near, collection)


def _innermost(type_: TypeNode) -> TypeNode:
    """``type_`` without pointers, references and arrays."""
    type_ = type_.canonical
    while type_.kind in POINTERS_AND_REFERENCES or type_.kind in BOUNDED_ARRAYS:
        type_ = (type_.pointee if type_.kind in POINTERS_AND_REFERENCES else type_.element).canonical
    return type_
