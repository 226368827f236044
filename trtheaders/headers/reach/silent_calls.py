"""What a body refers to without naming it: the destructors of its variables and temporaries, the default constructors
of the members and bases that a constructor does not initialise, and the destructors of those that it has made before
something throws; the `begin` and `end` of a range that it walks, a class's own `operator new` and `operator delete`,
and what a defaulted comparison compares with.

Only private ones are asked for; everything else is promised in any case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from trtheaders.headers.abi.parts import delegates, element_of, has_initialiser, mentioned_by
from trtheaders.headers.abi.special_members import parts_of
from trtheaders.headers.declarations.sketches import RecordSketch, Sketch
from trtheaders.headers.parser.kinds import FUNCTIONS, Kind, TypeKind, is_expression
from trtheaders.headers.parser.nodes import Node, TypeNode

_COMPARISONS = ("operator==", "operator<=>")
_NAMES = (
    *("operator new", "operator delete", "operator new[]", "operator delete[]"),
    *("begin", "end"),
    *_COMPARISONS,
)
_THROWING = frozenset({Kind.CALL, Kind.NEW, Kind.THROW})
PLACES = frozenset({Kind.VARIABLE, Kind.CALL, Kind.NEW, Kind.DELETE, Kind.RETURN, Kind.RANGE_FOR})
"""The kinds of nodes in a body that may refer to something silently, or pass on what they make."""

_REFERRING = frozenset({Kind.VARIABLE, Kind.NEW, Kind.DELETE, Kind.RANGE_FOR})


class SilentReferences:
    """The private functions of a tree's classes that can be referred to silently, and who does."""

    def __init__(self, records: Iterable[RecordSketch]) -> None:
        self._silent = {record.usr: found for record in records if (found := _find_silent(record))}
        self._parts: dict[tuple[str, str], list[tuple[Node, ...]]] = {}
        self._left_by: dict[str, tuple[Node, ...]] = {}

    def of(self, body: Node, inner: Sequence[tuple[Node, Node | None]]) -> Iterator[Node]:
        """The private functions that ``body``, a declaration with its code or an expression, refers to silently.

        ``inner`` are the nodes below it of at least the kinds :data:`PLACES`, each with what it refers to.
        """
        if not self._silent:
            return
        yield from self._around(body)
        for node, _ in inner:
            if node.kind in _REFERRING:
                yield from self._referred(node)
        left = [(node, found) for node, target in inner if node.kind == Kind.CALL and (found := self._left(target))]
        if left:
            nodes = (body, *(node for node, _ in inner))
            kept = {_key(call) for node in nodes if _passes_on(node) for call in _direct_calls(node)}
            for call, found in left:
                yield from () if _key(call) in kept else found

    def _around(self, body: Node) -> Iterator[Node]:
        """What ``body`` refers to as what it is: a variable, a destructor, a constructor or a comparison."""
        if body.kind == Kind.VARIABLE:
            yield from self._destructor(body.type, body)
        if body.kind == Kind.DESTRUCTOR and (owner := body.parent) is not None:
            for found in self._freed(owner):
                yield from found
            if body.is_virtual:
                # The deleting destructor of an inline one lies with it ([class.dtor], Itanium C++ ABI 5.2.3).
                yield from filter(_is_usual, self._named(owner.type, body, "operator delete"))
        if body.kind == Kind.CONSTRUCTOR:
            yield from self._default_constructors(body)
            yield from self._unwound(body)
        if body.kind == Kind.METHOD and body.is_defaulted:
            yield from self._compared(body)

    def _compared(self, operator: Node) -> Iterator[Node]:
        """What a defaulted comparison of classes compares their members and bases with ([class.compare.default])."""
        name, owner = operator.spelling, operator.parent
        if owner is None or name not in _COMPARISONS:
            return
        for part in parts_of(owner):
            yield from self._named(element_of(part.type), part, name)

    def _unwound(self, constructor: Node) -> Iterator[Node]:
        """The destructors of the parts that are made before something in ``constructor`` throws ([except.ctor])."""
        owner = constructor.parent
        if owner is None or owner.kind == Kind.UNION or not any(self._freed(owner)) or not _may_throw(constructor):
            return
        freed, parts = self._freed(owner), parts_of(owner)
        throws = _throwing_parts(constructor, parts)
        behind = any(_throws(child) for child in constructor.children() if child.kind == Kind.COMPOUND)
        for index, (part, found) in enumerate(zip(parts, freed, strict=True)):
            array = part.type.canonical.kind == TypeKind.CONSTANT_ARRAY and throws[index]
            yield from found if behind or array or any(throws[index + 1 :]) else ()

    def _referred(self, node: Node) -> Iterator[Node]:
        if node.kind == Kind.VARIABLE and not node.is_external_storage:
            yield from self._destructor(node.type, node)
        elif node.kind == Kind.NEW:
            yield from self._allocated(node)
        elif node.kind == Kind.DELETE:
            for operand in node.children():
                type_ = operand.type.canonical.pointee
                freed = [item for item in self._destructor(type_, node) if not item.is_virtual]
                yield from freed
                own = self._named(type_, node, f"operator delete{self._brackets(type_, node)}")
                yield from filter(_is_usual, own)
        elif node.kind == Kind.RANGE_FOR:
            yield from self._ends_of_range(node)

    def _allocated(self, new: Node) -> Iterator[Node]:
        """A class's own `operator new`, and what frees the memory again if the constructor throws ([expr.new])."""
        type_ = new.type.canonical.pointee
        brackets = self._brackets(type_, new)
        yield from self._named(type_, new, f"operator new{brackets}")
        made = [child for child in new.children() if child.kind == Kind.CALL and _is_construction(child)]
        if any(_throws_itself(call) for call in made):
            placed = sum(is_expression(child.kind) for child in new.children()) - len(made) - bool(brackets)
            for item in self._named(type_, new, f"operator delete{brackets}"):
                if _is_usual(item) if placed <= 0 else len(item.parameters()) == placed + 1:
                    yield item

    def _brackets(self, type_: TypeNode, near: Node) -> str:
        """`[]` where ``near`` makes or frees an array; libclang does not say, and few classes make it matter."""
        owner = type_.canonical.declaration(near)
        if owner is None or owner.usr not in self._silent:
            return ""
        words = near.tokens()
        return "[]" if "[" in (words if near.kind == Kind.NEW else words[:3]) else ""

    def _ends_of_range(self, loop: Node) -> Iterator[Node]:
        """The private `begin` and `end` of what ``loop`` walks: the last of its expressions before the body."""
        walked = [child for child in loop.children()[:-1] if is_expression(child.kind)]
        for range_ in walked[-1:]:
            found = [item for name in ("begin", "end") for item in self._named(range_.type, loop, name)]
            fixed = range_.type.canonical.is_const or all(item.is_const for item in found)
            yield from (item for item in found if item.is_const == fixed)

    def _default_constructors(self, constructor: Node) -> Iterator[Node]:
        """What makes the members and bases that ``constructor`` does not mention; a delegating one makes none."""
        owner = constructor.parent
        if owner is None or not any(self._made(owner)):
            return
        given = [target.usr for child in constructor.children() if (target := mentioned_by(child)) is not None]
        if owner.kind == Kind.UNION or delegates(constructor):
            return
        for part, found in zip(parts_of(owner), self._made(owner), strict=True):
            if found and is_made_silently(part, given):
                yield from found

    def _made(self, owner: Node) -> list[tuple[Node, ...]]:
        """The private default constructors of each part of a class."""
        return self._of_parts(owner, "")

    def _freed(self, owner: Node) -> list[tuple[Node, ...]]:
        """The private destructors of each part of a class."""
        return self._of_parts(owner, "~")

    def _of_parts(self, owner: Node, name: str) -> list[tuple[Node, ...]]:
        """Asked for once of each class, since each of its constructors makes the same parts."""
        key = (owner.usr, name)
        if key not in self._parts:
            self._parts[key] = [tuple(self._named(element_of(part.type), part, name)) for part in parts_of(owner)]
        return self._parts[key]

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
        yield from self._named(element_of(type_), near, "~")

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


def _may_throw(function: Node) -> bool:
    """Whether ``function`` says nothing that keeps it from throwing."""
    return function.type.exception_specification == 0


def _throws_itself(node: Node) -> bool:
    """Whether ``node`` may throw for certain; of a function that is defined here the compiler may know better."""
    if node.kind != Kind.CALL:
        return True
    target = node.referenced
    return target is not None and target.kind in FUNCTIONS and _may_throw(target) and target.definition is None


def _throws(node: Node) -> bool:
    return any(_throws_itself(item) for item in (node, *node.descend(_THROWING)) if item.kind in _THROWING)


def _throwing_parts(constructor: Node, parts: Sequence[Node]) -> list[bool]:
    """For each of ``parts`` whether to make it may throw, as ``constructor``, its own initialiser or its class says."""
    given: dict[str, bool] = {}
    usr = ""
    for child in constructor.children():
        target = mentioned_by(child)
        if target is not None:
            usr = target.usr
        elif usr and is_expression(child.kind) and child.kind != Kind.COMPOUND:
            given[usr] = given.get(usr, False) or _throws(child)
    return [_throws_when_made(part, given) for part in parts]


def _throws_when_made(part: Node, given: Mapping[str, bool]) -> bool:
    made = element_of(part.type).canonical.declaration(part)
    usr = part.usr if part.kind == Kind.FIELD or made is None else made.usr
    if usr in given:
        return given[usr]
    if part.kind == Kind.FIELD and has_initialiser(part):
        return any(_throws(child) for child in part.children())
    makers = [child for child in made.children() if child.kind == Kind.CONSTRUCTOR] if made is not None else []
    return any(item.constructor_role == "default" and _may_throw(item) and item.definition is None for item in makers)


def _is_construction(call: Node) -> bool:
    target = call.referenced
    return target is not None and target.kind == Kind.CONSTRUCTOR


def _is_usual(function: Node) -> bool:
    """`operator delete(void*)`, or with the size ([basic.stc.dynamic.deallocation])."""
    further = [item.type.canonical.spelling for item in function.parameters()[1:]]
    return further in ([], ["unsigned long"])


def is_made_silently(part: Node, given: Sequence[str]) -> bool:
    """Whether a constructor that mentions ``given``, by USR, leaves a member or base to its default constructor."""
    if part.kind == Kind.FIELD:
        return part.usr not in given and not has_initialiser(part)
    if part.kind != Kind.BASE:
        return False
    base = part.type.canonical.declaration(part)
    return base is not None and base.usr not in given


def _passes_on(node: Node) -> bool:
    """Whether objects made directly below belong to somebody else: on the heap, the caller's, a member, a base."""
    return node.kind in (Kind.NEW, Kind.RETURN, Kind.CONSTRUCTOR)


def _direct_calls(node: Node) -> Iterator[Node]:
    for child in node.children():
        if child.kind == Kind.UNEXPOSED_EXPRESSION:
            yield from _direct_calls(child)
        elif child.kind == Kind.CALL:
            yield child


def _key(call: Node) -> object:
    target = call.referenced
    return call.place(), "" if target is None else target.usr
