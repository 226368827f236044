"""Instances that ordinary classes are made of: `class Object : public Shared<Object> {};`, where the bodies of `Shared`
lie in the library. Whoever makes, copies or destroys an `Object` refers to members of the instance.

Which members those are the compiler knows best; here stands only which templates leave bodies to a library, and which
classes of the tree lead to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from trtheaders.headers.declarations.sketches import Collection, RecordSketch, Sketch
from trtheaders.headers.declarations.walk import qualified_name
from trtheaders.headers.parser.kinds import Kind
from trtheaders.headers.parser.nodes import Node
from trtheaders.headers.reach.named_instances import is_bodiless
from trtheaders.headers.reach.references import bodies
from trtheaders.model.headers.declarations import Access, Declaration, DeclarationKind, Trait

_VALUES = (Kind.FUNCTION, Kind.METHOD, Kind.CONVERSION, Kind.CONSTRUCTOR)
_PARAMETERS = (Kind.TYPE_PARAMETER, Kind.TEMPLATE_PARAMETER)
_NAMING = frozenset({Kind.TYPE_REFERENCE, Kind.TEMPLATE_REFERENCE})
_KINDS: dict[int, DeclarationKind] = {
    Kind.FUNCTION: DeclarationKind.FUNCTION,
    Kind.FUNCTION_TEMPLATE: DeclarationKind.FUNCTION,
    Kind.CONSTRUCTOR: DeclarationKind.CONSTRUCTOR,
    Kind.DESTRUCTOR: DeclarationKind.DESTRUCTOR,
}


class Parts(Struct, frozen=True):
    """``hollow`` are templates, and members of templates, that somebody else defines; ``wholes`` the classes of the
    tree that lead to an instance of those as bases or members, ``values`` the instances that its functions take or give
    back by value; ``makers`` the further inline constructors of the wholes, by class and type: `void (int)`.
    """

    hollow: tuple[Declaration, ...] = ()
    wholes: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    makers: tuple[tuple[str, str], ...] = ()


def find_parts(collection: Collection) -> Parts:
    """What of ``collection`` the compiler is to be asked about instances; nothing where all templates have bodies."""
    hollow = [item for item in (*collection.functions.values(), *collection.variables.values()) if is_bodiless(item)]
    owners = {name for item in hollow for name in _owners(item)}
    if not owners:
        return Parts()
    found = _find_leading(collection, owners)
    leading = [record for record in found if not record.template and _can_be_named(record)]
    return Parts(
        hollow=tuple(map(_describe, hollow)),
        wholes=(*(record.name for record in leading), *_instances_of(found, collection)),
        values=tuple(_values_of(collection, _mention(owners))),
        makers=tuple((record.name, type_) for record in leading for type_ in _makers_of(record)),
    )


def _instances_of(leading: list[RecordSketch], collection: Collection) -> Iterator[str]:
    """The `extern template` classes of templates that lead there: what is implicit in those, each consumer writes."""
    templates = {record.usr for record in leading if record.template}
    for node, scope in collection.instantiations:
        if node.origin.usr in templates and not scope.in_template:
            yield node.type.canonical.spelling


def _can_be_named(record: RecordSketch) -> bool:
    return record.access is not Access.PRIVATE and not record.scope.unnamed and "(unnamed" not in record.name


def _makers_of(record: RecordSketch) -> Iterator[str]:
    """The constructors with a body here that no other trait of the class tells of."""
    for member in record.members:
        node = member.node
        if node.kind == Kind.CONSTRUCTOR and not node.constructor_role and not member.closed and bodies(member):
            yield f"void ({', '.join(item.type.meaning for item in node.parameters())})"


def _owners(sketch: Sketch) -> Iterator[str]:
    """The classes around a member, by their last names: any of them may be the template."""
    record = sketch.scope.record
    while record is not None:
        yield record.node.spelling.partition("<")[0]
        record = record.scope.record


def _mention(names: Iterable[str]) -> re.Pattern[str]:
    # What has no name is called by its place, in parentheses.
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, names)))})(?!\w)")


def _find_leading(collection: Collection, owners: set[str]) -> list[RecordSketch]:
    """The classes with a part that an instance of ``owners`` is, or holds, or whose class leads there itself."""
    inner = _types_inside(collection)
    waiting = [
        (record, " ".join((*_parts_of(record), *inner.get(record.usr, ())))) for record in collection.records.values()
    ]
    names, found = set(owners), list[RecordSketch]()
    while True:
        mention = _mention(names)
        more = [record for record, parts in waiting if mention.search(parts) is not None]
        if not more:
            return found
        met = {record.usr for record in more}
        waiting = [(record, parts) for record, parts in waiting if record.usr not in met]
        found += more
        names |= {record.node.spelling.partition("<")[0] for record in more}


def _parts_of(record: RecordSketch) -> Iterator[str]:
    types = (part.type.canonical for part in (*record.bases, *record.fields))
    yield from (type_.spelling for type_ in types if not type_.spelling.endswith(("*", "&")))


def _types_inside(collection: Collection) -> dict[str, list[str]]:
    """What the classes inside templates, their aliases and the defaults of their parameters are, by the template's USR:
    `template <class T, class B = Shared<T>> struct Mid : B`, `typename Traits<T>::base` name a base that nobody spells.
    """
    found: dict[str, list[str]] = {}
    for node, scope in collection.aliases:
        if scope.in_template and scope.record is not None:
            found.setdefault(scope.record.usr, []).append(node.underlying.canonical.spelling)
    for record in collection.records.values():
        if record.template:
            references = (item for child in record.node.children() for item in _default_of(child))
            found.setdefault(record.usr, []).extend(item.spelling for item in references)
    return found


def _default_of(parameter: Node) -> list[Node]:
    return parameter.descend(_NAMING) if parameter.kind in _PARAMETERS else []


def _values_of(collection: Collection, mention: re.Pattern[str]) -> Iterator[str]:
    """Who calls a function destroys what it is given by value, and what it gives back."""
    nodes = (item.node for item in collection.functions.values() if not item.template and not item.closed)
    called = (node for node in nodes if node.kind in _VALUES)
    types = (type_ for node in called for type_ in (node.result, *(item.type for item in node.parameters())))
    for spelling in dict.fromkeys(type_.meaning for type_ in dict.fromkeys(types)):
        if not spelling.endswith(("*", "&", ")")) and mention.search(spelling) is not None:
            yield spelling


def _describe(sketch: Sketch) -> Declaration:
    node, record = sketch.node, sketch.scope.record
    kind = _KINDS.get(node.kind, DeclarationKind.METHOD)
    if node.kind == Kind.VARIABLE:
        kind = DeclarationKind.STATIC_MEMBER if record is not None else DeclarationKind.VARIABLE
    elif record is not None and kind is DeclarationKind.FUNCTION:
        kind = DeclarationKind.METHOD
    return Declaration(
        name=qualified_name(node),
        kind=kind,
        location=sketch.location,
        signature=node.spelling,
        access=sketch.access,
        record=None if record is None else record.name,
        traits=frozenset({Trait.TEMPLATE_INSTANCE}),
        inline_namespaces=sketch.scope.inline_namespaces,
    )
