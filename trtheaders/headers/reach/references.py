"""Which declarations code outside the library refers to, although nobody outside may name them.

An inline or template body, a default argument, a default member initialiser, an implicit or defaulted member is
compiled in the consumer; what it refers to, the consumer's object refers to, private or not. Friendship alone never:
a friend's body lies in the library.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from trtheaders.headers.abi.bases import base_of
from trtheaders.headers.abi.special_members import has_foreign_constructors
from trtheaders.headers.declarations.sketches import Collection, RecordSketch, Sketch
from trtheaders.headers.parser.kinds import FUNCTIONS, METHODS, Kind, Linkage, is_expression
from trtheaders.headers.parser.nodes import Node
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.headers.reach.dependent_names import MAKING, DependentNames
from trtheaders.headers.reach.discarded_branches import without_discarded
from trtheaders.headers.reach.named_instances import NamedInstances
from trtheaders.headers.reach.silent_calls import PLACES, SilentReferences
from trtheaders.headers.reach.unevaluated_operands import is_unevaluated
from trtheaders.model.headers.declarations import Access
from trtheaders.model.headers.promises import Use

_REFERENCES = frozenset({Kind.NAME, Kind.MEMBER, Kind.CALL})
_NAMING = frozenset({Kind.NAME, Kind.MEMBER})
_LOOKED_AT = _REFERENCES | PLACES | {Kind.IF, Kind.LAMBDA}
_CALLS = frozenset({Kind.CALL})
_CONSTANT = frozenset({"constexpr", "consteval"})


_REFERRED = FUNCTIONS | {Kind.VARIABLE}
_Root = tuple[Node, Use, tuple[str, ...]]
_Target = tuple[Node, Node | None]


class Reach(Struct, frozen=True):
    """How something is reached: the uses that call it in, and the declarations on the way, outermost first."""

    use: Use
    path: tuple[str, ...]


class WrittenCode(Protocol):
    """What the code refers to that the compiler writes: functions, classes for their vtables, members for their
    initialisers.
    """

    def roots(self) -> Sequence[tuple[Node, Reach]]:
        """That of accessible classes."""

    def called(self, target: Node) -> Sequence[Node]:
        """That of a function which is called."""


class Reaching:
    """The references of all code that a consumer compiles, closed over inline functions."""

    def __init__(self, collection: Collection, tree: HeaderTree, implicit: WrittenCode) -> None:
        self._collection = collection
        self._implicit = implicit
        self._tree = tree
        self._silent = SilentReferences(collection.records.values())
        self.named = NamedInstances(collection, tree)
        self._dependent = DependentNames(collection.functions.values(), tree)
        self._specialised = _specialisations(collection)
        self._written: dict[str, Node] = {}
        self.reached: dict[str, Reach] = {}
        self.local: dict[str, Node] = {}
        """What only a body declares: `inline int g() { extern int h(); return h(); }`."""
        self._expanded: set[str] = set()
        self._done: set[Node] = set()
        written = implicit.roots()
        self._spread((*self._roots(), *self._bodies_of(written)))
        self.reached = {**{node.usr: reach for node, reach in written}, **self.reached}
        self._spread(self._in_vtables())

    def _spread(self, roots: Iterable[_Root]) -> None:
        waiting = deque(roots)
        while waiting:
            node, use, path = waiting.popleft()
            # What was gone through already refers to nothing new; it was the first to reach it.
            if node not in self._done:
                self._done.add(node)
                waiting.extend(self._follow(node, use, path))

    def _follow(self, node: Node, use: Use, path: tuple[str, ...]) -> Iterator[_Root]:
        """The code that comes with what ``node`` refers to."""
        for meant, reference in self._targets(node):
            target = self._as_written(meant)
            usr = target.usr
            ours = self._is_ours(usr, target)
            if target is not meant or not ours:
                self.named.note(meant, reference, node, path)
            if ours and not self._is_only_named(usr, reference, node):
                if usr not in self.reached:
                    self.reached[usr] = Reach(use, path)
                yield from self._behind(usr, target, reference, path)

    def _behind(self, usr: str, target: Node, reference: Node | None, path: tuple[str, ...]) -> Iterator[_Root]:
        """The code that comes with ``target``, which the code at the end of ``path`` refers to."""
        sketch = self._collection.functions.get(usr) or self._collection.variables.get(usr)
        first = usr not in self._expanded
        self._expanded.add(usr)
        if first and target.kind == Kind.FIELD:
            yield target, Use.MEMBER_INITIALISER, (*path, target.spelling)
        if sketch is None:
            return
        further = (*path, sketch.name)
        if first:
            yield from ((body, Use.INLINE_BODY, further) for body in bodies(sketch))
        if sketch.closed:
            yield from ((item, Use.DEFAULT_ARGUMENT, further) for item in _left_out(sketch, reference))

    def _targets(self, node: Node) -> list[_Target]:
        """What ``node`` refers to, with the reference; None where it is silent."""
        inner = without_discarded(node.descend(_LOOKED_AT), _LOOKED_AT, self._tree)
        pairs = [(item, item.referenced if item.kind in _REFERENCES else None) for item in inner]
        found: list[_Target] = []
        unsettled = self._may_be_unsettled(node, inner)
        for reference, target in pairs:
            if target is None:
                found += self._unsettled(node, reference) if unsettled else ()
            elif target.kind in _REFERRED:
                found.append((target, reference))
                found += [(item, None) for item in self._implicit.called(target)]
            elif target.kind == Kind.OVERLOADED_REFERENCE:
                # A template's call: whoever instantiates it chooses the overload.
                found += [(item, reference) for item in self._choices(target)]
        found += [(item, None) for item in self._dependent.operated(node)]
        for target in self._silent.of(node, pairs):
            found.append((target, None))
            found += [(item, None) for item in self._implicit.called(target)]
        return found

    def _may_be_unsettled(self, body: Node, inner: Iterable[Node]) -> bool:
        """Whether ``body``, in which ``inner`` stands, may name what depends on a template's parameter, or a lambda's
        `auto`; an expression does not say where it belongs.
        """
        if is_expression(body.kind) or self._dependent.is_in_template(body):
            return True
        return Kind.LAMBDA in {item.kind for item in inner}

    def _unsettled(self, body: Node, reference: Node) -> Iterator[_Target]:
        """What ``reference`` in ``body`` may mean where a template is instantiated."""
        if reference.kind in MAKING:
            yield from ((item, None) for item in self._dependent.made(body, reference))
        if reference.kind in _NAMING:
            yield from ((item, reference) for item in self._dependent.of(body, reference))

    def _choices(self, overloads: Node) -> Iterator[Node]:
        """What a template's call may mean: every overload, and the explicit specialisations of those."""
        for item in overloads.overloads():
            yield from (item, *self._specialised.get(item.usr, ()))

    def _as_written(self, target: Node) -> Node:
        """The template of the tree that ``target`` is an instance of, since that has the body; else itself."""
        usr = target.usr
        if usr in self._collection.functions or usr in self._collection.variables:
            return target
        if usr not in self._written:
            origin = target.origin if target.kind in FUNCTIONS else target
            self._written[usr] = origin if origin.usr in self._collection.functions else target
        return self._written[usr]

    def _is_only_named(self, usr: str, reference: Node | None, body: Node) -> bool:
        """Whether ``reference`` in ``body`` names something private that nothing calls: `sizeof(test(0))`."""
        if reference is None or usr in self.reached:
            return False
        sketch = self._collection.functions.get(usr) or self._collection.variables.get(usr)
        return sketch is not None and sketch.closed and is_unevaluated(reference, self._tree, body)

    def _is_ours(self, usr: str, target: Node) -> bool:
        found = self._collection
        if target.kind == Kind.FIELD or usr in found.functions or usr in found.variables or usr in found.records:
            return True
        if target.kind in (Kind.FUNCTION, Kind.VARIABLE) and _is_local(target):
            self.local.setdefault(usr, target)
            return True
        return False

    def _roots(self) -> Iterator[_Root]:
        """Code that a consumer compiles because it may name what the code belongs to, or a foreign friend may."""
        yield from self._own_roots()
        for friend in self._dependent.foreign_friends(self._collection.records.values()):
            yield friend, Use.INLINE_BODY, (friend.spelling,)

    def _own_roots(self) -> Iterator[_Root]:
        for sketch in (*self._collection.functions.values(), *self._collection.variables.values()):
            if not sketch.closed or is_overridable(sketch):
                yield from ((body, Use.INLINE_BODY, (sketch.name,)) for body in bodies(sketch))
            if not sketch.closed:
                yield from ((item, Use.DEFAULT_ARGUMENT, (sketch.name,)) for item in _defaults(sketch))
        for sketch in self._collection.variables.values():
            if sketch.closed and not sketch.template:
                yield from ((body, Use.INLINE_BODY, (sketch.name,)) for body in bodies(sketch) if self._runs(body))
        for record in self._collection.records.values():
            if record.access is not Access.PRIVATE and _is_made_outside(record):
                yield from self._initialisers(record)

    def _bodies_of(self, written: Sequence[tuple[Node, Reach]]) -> Iterator[_Root]:
        for node, reach in written:
            sketch = self._collection.functions.get(node.usr)
            if node.kind == Kind.FIELD:
                yield node, Use.MEMBER_INITIALISER, reach.path
            for body in () if sketch is None else bodies(sketch):
                yield body, Use.INLINE_BODY, reach.path

    def _in_vtables(self) -> Iterator[_Root]:
        """The bodies of private virtual functions that a consumer refers to by an object's vtable, once all is reached.

        Nobody can derive from their class, but the tree does, or inline code makes objects of it.
        """
        records = [record for record in self._collection.records.values() if not record.template]
        hidden = {item.usr: found for item in records if (found := _private_virtuals(item))}
        for record in records if hidden else ():
            found = list(self._inherited(record, hidden)) if _shows_vtable(record) else []
            if record.usr in hidden and self._is_made_inline(record):
                found += [item for item in hidden[record.usr] if item.node.overridden()]
            for sketch in found:
                if sketch.usr not in self.reached:
                    self.reached[sketch.usr] = Reach(Use.DERIVE, (record.name,))
                    yield from ((body, Use.INLINE_BODY, (record.name, sketch.name)) for body in bodies(sketch))

    def _inherited(self, record: RecordSketch, hidden: Mapping[str, Sequence[Sketch]]) -> Iterator[Sketch]:
        """Those of ``hidden``, virtual functions by their class, that the vtable of ``record`` names."""
        overridden: set[str] = set()
        waiting = [record]
        while waiting:
            current = waiting.pop()
            # Only what is virtual overrides anything, and that is quicker to ask.
            virtual = (item.node for item in current.members if item.node.is_virtual)
            overridden |= {old.usr for node in virtual for old in node.overridden()}
            for base in (base_of(item) for item in current.bases):
                if base is not None and base.usr in self._collection.records:
                    yield from (item for item in hidden.get(base.usr, ()) if item.usr not in overridden)
                    waiting.append(self._collection.records[base.usr])

    def _is_made_inline(self, record: RecordSketch) -> bool:
        """Whether code of the consumer makes objects of a class that nobody can derive from.

        g++ -O2 knows what such an object is, and calls directly what is virtual, as for a `final` class.
        """
        if not record.bases or record.access is Access.PRIVATE:
            return False
        makers = [item for item in record.members if item.node.kind == Kind.CONSTRUCTOR and not item.node.is_deleted]
        return not makers or any(not item.closed or item.usr in self.reached for item in makers)

    def _runs(self, variable: Node) -> bool:
        """Whether every unit that holds ``variable`` initialises or destroys it at run time, whoever may name it.

        A constant initialiser refers to nothing unless the variable itself is referred to ([basic.start.static]).
        """
        called = (item.referenced for item in variable.descend(_CALLS))
        if any(target is not None and target.kind in FUNCTIONS and _works(target) for target in called):
            return True
        return any(True for _ in self._silent.of(variable, ()))

    def _initialisers(self, record: RecordSketch) -> Iterator[_Root]:
        for field in record.fields:
            # The whole member, since its initialiser itself may be the call of a constructor.
            if any(is_expression(item.kind) for item in field.children()):
                yield field, Use.MEMBER_INITIALISER, (f"{record.name}::{field.spelling}",)


def _specialisations(collection: Collection) -> dict[str, list[Node]]:
    """What stands in for a template that nobody outside may name, `template <> void A::p<int>(int);`, by its USR."""
    found: dict[str, list[Node]] = {}
    for sketch in collection.functions.values():
        if sketch.closed and sketch.node.kind in FUNCTIONS and (template := sketch.node.template) is not None:
            found.setdefault(template.usr, []).append(sketch.node)
    return found


def bodies(sketch: Sketch) -> list[Node]:
    """The redeclarations of ``sketch`` that carry code compiled by whoever includes the header."""
    if sketch.node.kind == Kind.VARIABLE:
        return [node for node in sketch.nodes if node.initializer is not None]
    return [node for node in sketch.nodes if node.is_definition and not node.is_deleted]


def is_overridable(sketch: Sketch) -> bool:
    """A non-pure virtual function that a consumer refers to without naming it.

    A derived class's vtable names it; in a `final` class, g++ -O2 calls it directly for what it overrides.
    """
    node, record = sketch.node, sketch.scope.record
    if record is None or node.kind not in METHODS:
        return False
    if not node.is_virtual or node.is_pure:
        return False
    return is_derivable(record) or (record.final and record.access is not Access.PRIVATE and bool(node.overridden()))


def is_derivable(record: RecordSketch) -> bool:
    """Whether a consumer can derive from a class: not final, nor every constructor or the destructor private."""
    if record.access is Access.PRIVATE or record.final:
        return False
    structors = [member for member in record.members if member.node.kind in (Kind.CONSTRUCTOR, Kind.DESTRUCTOR)]
    if any(item.node.kind == Kind.DESTRUCTOR and item.access is Access.PRIVATE for item in structors):
        return False
    constructors = [item for item in structors if item.node.kind == Kind.CONSTRUCTOR]
    usable = [item for item in constructors if item.access is not Access.PRIVATE and not item.node.is_deleted]
    return bool(usable) or not constructors or has_foreign_constructors(record.node)


def _private_virtuals(record: RecordSketch) -> list[Sketch]:
    """The virtual functions, not pure, of a class that nobody outside may name or override."""
    closed = [item for item in record.members if item.closed and item.node.kind in (Kind.METHOD, Kind.CONVERSION)]
    return [item for item in closed if item.node.is_virtual and not item.node.is_pure and not is_overridable(item)]


def _shows_vtable(record: RecordSketch) -> bool:
    """Whether consumers emit a vtable with all that ``record`` inherits: its own without a key function (Itanium C++
    ABI 5.2.3), or that of a class derived from it.
    """
    if not record.bases or record.access is Access.PRIVATE:
        return False
    return is_derivable(record) or not any(_is_key(member.node) for member in record.members)


def _is_key(node: Node) -> bool:
    if node.kind not in METHODS or not node.is_virtual:
        return False
    return not (node.is_pure or node.is_inlined or node.is_defaulted)


def _is_made_outside(record: RecordSketch) -> bool:
    """Whether a constructor that initialises the members is compiled by whoever includes the header."""
    foreign = has_foreign_constructors(record.node)
    constructors = [member for member in record.members if member.node.kind == Kind.CONSTRUCTOR]
    making = [item for item in constructors if item.node.constructor_role not in ("copy", "move")]
    return foreign or not constructors or any(item.node.is_defaulted or bodies(item) for item in making)


def _is_local(target: Node) -> bool:
    parent = target.lexical_parent
    return parent is not None and parent.kind in FUNCTIONS and target.linkage == Linkage.EXTERNAL


def _works(function: Node) -> bool:
    """Whether a call of ``function`` is never a constant: it is neither constexpr nor written by the compiler."""
    return not function.is_defaulted and not _CONSTANT.intersection(function.tokens())


def _left_out(sketch: Sketch, reference: Node | None) -> Iterator[Node]:
    """The default arguments that a call of ``sketch`` makes use of; libclang shows them without a place.

    A template's call that is not resolved yet may make use of all.
    """
    if sketch.node.kind == Kind.VARIABLE or reference is None:
        return
    if reference.kind == Kind.OVERLOADED_REFERENCE:
        yield from _defaults(sketch)
    elif reference.kind == Kind.CALL:
        # The object itself stands first where an operator is called.
        given = reference.parameters()[sketch.node.spelling == "operator()" :]
        for index, parameter in enumerate(sketch.node.parameters()):
            if index >= len(given) or not given[index].place()[0]:
                yield from (child for child in parameter.children() if is_expression(child.kind))


def _defaults(sketch: Sketch) -> list[Node]:
    if sketch.node.kind == Kind.VARIABLE:
        return []
    return [item for item in sketch.node.below_parameters() if is_expression(item.kind)]
