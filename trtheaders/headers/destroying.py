"""What a body refers to without naming it: the destructors of its variables and temporaries, and a class's own
`operator new` and `operator delete`.

Only private ones are asked for; everything else is promised in any case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from trtheaders.headers.clang import FUNCTIONS, Kind, Node, TypeNode
from trtheaders.headers.sketches import RecordSketch, Sketch

_UNEXPOSED, _RETURN, _ARRAY = 100, 214, 112
PLACES = frozenset({int(Kind.VARIABLE), int(Kind.CALL), int(Kind.NEW), int(Kind.DELETE), _RETURN})
"""The kinds of nodes in a body that may refer to something silently, or pass on what they make."""


class SilentReferences:
    """The private destructors and allocation functions of a tree's classes, and who refers to them silently."""

    def __init__(self, records: Iterable[RecordSketch]) -> None:
        self._silent = {record.usr: found for record in records if (found := _find_silent(record))}
        self._left_by: dict[str, tuple[Node, ...]] = {}

    def of(self, body: Node, inner: Sequence[tuple[Node, Node | None]]) -> Iterator[Node]:
        """The private functions that ``body``, a declaration with its code or an expression, refers to silently.

        ``inner`` are the nodes below it of at least the kinds :data:`PLACES`, each with what it refers to.
        """
        if not self._silent:
            return
        if body.kind == Kind.VARIABLE:
            yield from self._destructor(body.type, body)
        if body.kind == Kind.DESTRUCTOR and (owner := body.parent) is not None:
            parts = (child for child in owner.children() if child.kind in (Kind.FIELD, Kind.BASE))
            for part in parts:
                yield from self._destructor(part.type, part)
        for node, _ in inner:
            yield from self._referred(node)
        left = [(node, found) for node, target in inner if node.kind == Kind.CALL and (found := self._left(target))]
        if left:
            nodes = (body, *(node for node, _ in inner))
            kept = {_key(call) for node in nodes if _passes_on(node) for call in _direct_calls(node)}
            for call, found in left:
                yield from () if _key(call) in kept else found

    def _referred(self, node: Node) -> Iterator[Node]:
        if node.kind == Kind.VARIABLE and not node.is_external_storage:
            yield from self._destructor(node.type, node)
        elif node.kind == Kind.NEW:
            yield from self._named(node.type.canonical.pointee, node, "operator new")
        elif node.kind == Kind.DELETE:
            for operand in node.children():
                type_ = operand.type.canonical.pointee
                freed = [item for item in self._destructor(type_, node) if not item.is_virtual]
                yield from freed
                yield from self._named(type_, node, "operator delete")

    def _left(self, target: Node | None) -> tuple[Node, ...]:
        """What destroys the temporary that a call of ``target`` leaves; asked for once of each function."""
        if target is None or target.kind not in FUNCTIONS:
            return ()
        if target.usr not in self._left_by:
            owner = target.parent if target.kind == Kind.CONSTRUCTOR else None
            made = target.result if owner is None else owner.type
            self._left_by[target.usr] = tuple(self._destructor(made, target))
        return self._left_by[target.usr]

    def _destructor(self, type_: TypeNode, near: Node) -> Iterator[Node]:
        type_ = type_.canonical
        while type_.kind == _ARRAY:
            type_ = type_.element
        yield from self._named(type_, near, "~")

    def _named(self, type_: TypeNode, near: Node, name: str) -> Iterator[Node]:
        owner = type_.canonical.declaration(near)
        for member in self._silent.get(owner.usr, ()) if owner is not None else ():
            if member.node.spelling == name or (name == "~" and member.node.kind == Kind.DESTRUCTOR):
                yield member.node


def _find_silent(record: RecordSketch) -> list[Sketch]:
    return [
        member
        for member in record.members
        if member.closed
        and not member.node.is_deleted
        and (member.node.kind == Kind.DESTRUCTOR or member.node.spelling in ("operator new", "operator delete"))
    ]


def _passes_on(node: Node) -> bool:
    """Whether objects made directly below belong to somebody else: on the heap, the caller's, a member, a base."""
    return node.kind in (Kind.NEW, _RETURN, Kind.CONSTRUCTOR)


def _direct_calls(node: Node) -> Iterator[Node]:
    for child in node.children():
        if child.kind == _UNEXPOSED:
            yield from _direct_calls(child)
        elif child.kind == Kind.CALL:
            yield child


def _key(call: Node) -> object:
    target = call.referenced
    return call.place(), "" if target is None else target.usr
