"""Members that a template names before anybody knows whose they are: `static_cast<D*>(this)->impl()`, `t.inc()`.

Which function such a name means is settled where the template is instantiated ([temp.dep]); a private one may be meant
only if the code that names it has access to its class ([class.access], [class.friend]).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from trtheaders.headers.declarations.sketches import RecordSketch, Sketch
from trtheaders.headers.parser.kinds import FUNCTIONS, RECORDS, TEMPLATES, AccessKind, Kind, is_expression
from trtheaders.headers.parser.nodes import Node, TypeNode
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.model.headers.declarations import Access

_STRUCTORS = frozenset({Kind.CONSTRUCTOR, Kind.DESTRUCTOR})
MAKING = frozenset({Kind.NEW, Kind.VARIABLE, Kind.CALL, Kind.DELETE})
"""What may make or destroy an object of a type that is not settled."""
_PARAMETER = re.compile(r"(?:const )?type-parameter-\d+-\d+\Z")
_MEMBERS = frozenset({Kind.METHOD, Kind.FUNCTION_TEMPLATE})
_BODIES = FUNCTIONS | {Kind.FUNCTION_TEMPLATE}
_WORD = re.compile(rb"\w+")
_LAST_WORD = re.compile(rb"(?:\.|->|::)\s*(?:template\s+)?(\w+)\s*(?:<[^()]*>)?\Z")


class DependentNames:
    """The closed member functions of a tree by name, and who may mean them."""

    def __init__(self, functions: Iterable[Sketch], tree: HeaderTree) -> None:
        self._tree = tree
        self._named: dict[bytes, list[Sketch]] = {}
        self._structors: list[Sketch] = []
        self._operators: dict[bytes, list[Sketch]] = {}
        for sketch in functions:
            if sketch.closed and sketch.scope.record is not None and _is_operator(sketch.node):
                self._operators.setdefault(sketch.scope.record.node.spelling.encode(), []).append(sketch)
            if sketch.node.kind in _STRUCTORS and sketch.closed and not sketch.node.is_deleted:
                self._structors.append(sketch)
            if sketch.node.kind in _MEMBERS and sketch.scope.record is not None and sketch.closed:
                self._named.setdefault(sketch.name.rpartition("::")[2].encode(), []).append(sketch)
        self._in_template: dict[Node, bool] = {}
        self._open_to: dict[str, frozenset[str]] = {}

    def of(self, body: Node, reference: Node) -> Iterator[Node]:
        """The closed functions that ``reference``, which is not resolved, may mean in ``body``."""
        meant = self._named.get(self._name(reference)) if self._named else None
        if meant:
            around = frozenset(_around(body))
            yield from (sketch.node for sketch in meant if around & self._insiders(sketch))

    def made(self, body: Node, node: Node) -> Iterator[Node]:
        """The closed constructors and destructors that ``node`` in ``body`` may mean: `new T(1)`, `T t;`, `delete t`.

        A friend's template does so, `friend class Singleton<A>;`; copies are left out, as they are often declared to be
        refused.
        """
        if not self._structors or (type_ := _parameter_of(node)) is None:
            return
        around = frozenset(_around(body))
        for sketch in self._structors:
            if _is_meant(sketch.node, node, type_) and around & self._befriended_by(sketch):
                yield sketch.node

    def operated(self, body: Node) -> Iterator[Node]:
        """The closed operators and conversions that a template may call without a word, of classes that it mentions:
        `Line{this} << value;`.
        """
        if not self._operators or not self.is_in_template(body):
            return
        extent, around = body.extent(), frozenset(_around(body))
        words = set(_WORD.findall(self._tree.text_at(extent.file)[extent.begin : extent.end]))
        for owner, operators in self._operators.items():
            if owner in words:
                yield from (item.node for item in operators if around & self._insiders(item))

    def is_in_template(self, node: Node) -> bool:
        """Whether the declaration ``node`` is part of a template; asked for once of each class."""
        if node.kind in TEMPLATES or node.kind == Kind.FUNCTION_TEMPLATE:
            return True
        around = node.parent
        if around is None or around.kind == Kind.NAMESPACE:
            return False
        if around not in self._in_template:
            self._in_template[around] = self.is_in_template(around)
        return self._in_template[around]

    def _befriended_by(self, sketch: Sketch) -> frozenset[str]:
        record = sketch.scope.record
        return frozenset() if record is None else self._insiders(sketch) - {record.usr}

    def _name(self, reference: Node) -> bytes:
        extent = reference.extent()
        found = _LAST_WORD.search(self._tree.text_at(extent.file)[extent.begin : extent.end])
        return b"" if found is None else found[1]

    def foreign_friends(self, records: Iterable[RecordSketch]) -> Iterator[Node]:
        """The functions of foreign classes, and foreign functions, that a class of the tree befriends.

        `friend class boost::iterator_core_access;`: its templates are compiled in the consumer, and call what is
        private.
        """
        seen: set[str] = set()
        friends = (child for record in records for child in record.node.children() if child.kind == Kind.FRIEND)
        for named in (node for friend in friends for node in _named_by(friend)):
            node = named.definition or named
            if node.usr not in seen and self._tree.name_of(node.place()[0]) is None:
                seen.add(node.usr)
                yield from (item for item in (node, *node.children()) if item.kind in _BODIES and item.is_definition)

    def _insiders(self, sketch: Sketch) -> frozenset[str]:
        """Who may name ``sketch``, by USR: its class, those around it if it is private there, and their friends."""
        record, found = sketch.scope.record, frozenset[str]()
        private = sketch.node.access == AccessKind.PRIVATE
        while record is not None:
            found |= self._grants(record)
            record = None if private or record.access is not Access.PRIVATE else record.scope.record
        return found

    def _grants(self, record: RecordSketch) -> frozenset[str]:
        if record.usr not in self._open_to:
            friends = (child for child in record.node.children() if child.kind == Kind.FRIEND)
            self._open_to[record.usr] = frozenset((record.usr, *(usr for item in friends for usr in _befriended(item))))
        return self._open_to[record.usr]


def _befriended(friend: Node) -> Iterator[str]:
    """The class, template or function that a friend declaration names, by USR."""
    for named in _named_by(friend):
        yield from _identities(named)


def _named_by(friend: Node) -> Iterator[Node]:
    """The same as it is declared; its arguments stand behind it."""
    for child in _last_named(friend)[:1]:
        named = child.referenced if child.kind in (Kind.TYPE_REFERENCE, Kind.TEMPLATE_REFERENCE) else child
        if named is not None and named.kind in (Kind.ALIAS, Kind.TYPEDEF):
            named = named.underlying.canonical.declaration(friend)
        if named is not None:
            yield named


def _last_named(friend: Node) -> list[Node]:
    """The children of ``friend`` from what it names on: namespaces and classes around that stand in front."""
    children = [child for child in friend.children() if child.kind != Kind.NAMESPACE_REFERENCE]
    while len(children) > 1 and _is_inside(children[1], children[0]):
        children = children[1:]
    return children


def _is_inside(reference: Node, outer: Node) -> bool:
    named, around = reference.referenced, outer.referenced
    owner = (
        None if named is None or reference.kind not in (Kind.TYPE_REFERENCE, Kind.TEMPLATE_REFERENCE) else named.parent
    )
    return owner is not None and around is not None and owner.usr == around.usr


def _parameter_of(node: Node) -> TypeNode | None:
    """The type of what ``node`` makes or destroys, if that is a template's parameter."""
    if node.kind not in MAKING or (node.kind == Kind.VARIABLE and node.is_external_storage):
        return None
    type_ = node.type.canonical
    if node.kind == Kind.DELETE:
        operands = node.children()
        type_ = operands[0].type.canonical.pointee.canonical if operands else type_
    elif node.kind == Kind.NEW:
        type_ = type_.pointee.canonical
    return type_ if _PARAMETER.match(type_.spelling) else None


def _is_meant(structor: Node, node: Node, type_: TypeNode) -> bool:
    if structor.kind == Kind.DESTRUCTOR:
        return node.kind != Kind.NEW
    if node.kind == Kind.DELETE or structor.constructor_role in ("copy", "move"):
        return False
    given = any(is_expression(child.kind) for child in node.children())
    return given == bool(structor.parameters())


def _around(body: Node) -> Iterator[str]:
    """What ``body`` belongs to, by USR: itself and the classes around it."""
    node: Node | None = body
    while node is not None and node.kind != Kind.NAMESPACE:
        yield from _identities(node)
        node = node.parent


def _is_operator(node: Node) -> bool:
    """Whether it is a private class's operator or conversion; an assignment is often declared to be refused."""
    name = node.spelling
    return name.startswith("operator") and name != "operator=" and node.access == AccessKind.PUBLIC


def _identities(node: Node) -> Iterator[str]:
    """The USR of ``node`` and of the template that it is an instance or specialisation of."""
    yield node.usr
    pattern = node.template if node.kind in RECORDS or node.kind in TEMPLATES else None
    if pattern is not None:
        yield pattern.usr
