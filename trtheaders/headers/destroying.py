"""What a body refers to without naming it: the destructors of its variables and temporaries, the default constructors
of the members and bases that a constructor does not initialise, the `begin` and `end` of a range that it walks, and a
class's own `operator new` and `operator delete`.

Only private ones are asked for; everything else is promised in any case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from trtheaders.headers.clang import FUNCTIONS, Kind, Node, TypeNode
from trtheaders.headers.sketches import RecordSketch, Sketch

_UNEXPOSED, _RETURN, _ARRAY, _RANGE_FOR = 100, 214, 112, 225
_MEMBER_REFERENCE, _EXPRESSIONS = 47, 100
_NAMES = ("operator new", "operator delete", "begin", "end")
PLACES = frozenset({int(Kind.VARIABLE), int(Kind.CALL), int(Kind.NEW), int(Kind.DELETE), _RETURN, _RANGE_FOR})
"""The kinds of nodes in a body that may refer to something silently, or pass on what they make."""


class SilentReferences:
    """The private functions of a tree's classes that can be referred to silently, and who does."""

    def __init__(self, records: Iterable[RecordSketch]) -> None:
        self._silent = {record.usr: found for record in records if (found := _find_silent(record))}
        self._left_by: dict[str, tuple[Node, ...]] = {}

    def of(self, body: Node, inner: Sequence[tuple[Node, Node | None]]) -> Iterator[Node]:
        """The private functions that ``body``, a declaration with its code or an expression, refers to silently.

        ``inner`` are the nodes below it of at least the kinds :data:`PLACES`, each with what it refers to.
        """
        if not self._silent:
            return
        yield from self._around(body)
        for node, _ in inner:
            yield from self._referred(node)
        left = [(node, found) for node, target in inner if node.kind == Kind.CALL and (found := self._left(target))]
        if left:
            nodes = (body, *(node for node, _ in inner))
            kept = {_key(call) for node in nodes if _passes_on(node) for call in _direct_calls(node)}
            for call, found in left:
                yield from () if _key(call) in kept else found

    def _around(self, body: Node) -> Iterator[Node]:
        """What ``body`` refers to as what it is: a variable, a destructor or a constructor."""
        if body.kind == Kind.VARIABLE:
            yield from self._destructor(body.type, body)
        if body.kind == Kind.DESTRUCTOR and (owner := body.parent) is not None:
            parts = (child for child in owner.children() if child.kind in (Kind.FIELD, Kind.BASE))
            for part in parts:
                yield from self._destructor(part.type, part)
        if body.kind == Kind.CONSTRUCTOR:
            yield from self._default_constructors(body)

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

        elif node.kind == _RANGE_FOR:
            yield from self._ends_of_range(node)

    def _ends_of_range(self, loop: Node) -> Iterator[Node]:
        """The private `begin` and `end` of what ``loop`` walks: the last of its expressions before the body."""
        walked = [child for child in loop.children()[:-1] if child.kind >= _EXPRESSIONS]
        for range_ in walked[-1:]:
            found = [item for name in ("begin", "end") for item in self._named(range_.type, loop, name)]
            fixed = range_.type.canonical.is_const or all(item.is_const for item in found)
            yield from (item for item in found if item.is_const == fixed)

    def _default_constructors(self, constructor: Node) -> Iterator[Node]:
        """What makes the members and bases that ``constructor`` does not mention; a delegating one makes none."""
        owner = constructor.parent
        given = [target.usr for child in constructor.children() if (target := _mentioned(child)) is not None]
        # Outside its class a constructor is declared with the class's name in front.
        if owner is None or owner.kind == Kind.UNION or given.count(owner.usr) > _is_outside(constructor, owner):
            return
        for part in owner.children():
            if _is_made_silently(part, given):
                yield from self._named(_element(part.type), part, "")

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
        yield from self._named(_element(type_), near, "~")

    def _named(self, type_: TypeNode, near: Node, name: str) -> Iterator[Node]:
        owner = type_.canonical.declaration(near)
        for member in self._silent.get(owner.usr, ()) if owner is not None else ():
            if _silent_name(member.node) == name:
                yield member.node


def _find_silent(record: RecordSketch) -> list[Sketch]:
    return [
        member
        for member in record.members
        if member.closed and not member.node.is_deleted and _silent_name(member.node) is not None
    ]


def _silent_name(node: Node) -> str | None:
    """What a function is asked for by: `~` a destructor, '' a default constructor; None if always by its name."""
    if node.kind == Kind.DESTRUCTOR:
        return "~"
    if node.kind == Kind.CONSTRUCTOR:
        return "" if node.constructor_role == "default" else None
    return node.spelling if node.spelling in _NAMES else None


def _element(type_: TypeNode) -> TypeNode:
    type_ = type_.canonical
    while type_.kind == _ARRAY:
        type_ = type_.element
    return type_


def _is_outside(member: Node, owner: Node) -> bool:
    around = member.lexical_parent
    return around is None or around.usr != owner.usr


def has_initialiser(field: Node) -> bool:
    """Whether an expression stands behind a member; each bound of an array is one as well."""
    expressions = sum(child.kind >= _EXPRESSIONS for child in field.children())
    type_ = field.type.canonical
    while type_.kind == _ARRAY:
        expressions, type_ = expressions - 1, type_.element.canonical
    return expressions > 0


def _mentioned(child: Node) -> Node | None:
    """The member or class that a constructor's initialiser names, as libclang shows it."""
    if child.kind == _MEMBER_REFERENCE:
        return child.referenced
    return child.type.canonical.declaration(child) if child.kind == Kind.TYPE_REFERENCE else None


def _is_made_silently(part: Node, given: Sequence[str]) -> bool:
    if part.kind == Kind.FIELD:
        return part.usr not in given and not has_initialiser(part)
    if part.kind != Kind.BASE:
        return False
    base = part.type.canonical.declaration(part)
    return base is not None and base.usr not in given


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
