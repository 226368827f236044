"""Instances of the tree's class templates that declarations use: where their members lie, as classes' do.

Libclang shows no member below an instance, but it tells the fields of an instance's type. What declarations only refer
to (`int use(Buffer<int> const&)`) nobody has completed; that is done behind the headers, as a consumer's code does it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trtheaders.headers.abi.bases import base_of, is_dynamic
from trtheaders.headers.declarations.descriptions import Describer
from trtheaders.headers.declarations.sketches import Collection
from trtheaders.headers.declarations.trust import Trust
from trtheaders.headers.declarations.types import without_place
from trtheaders.headers.declarations.walk import ACCESS, qualified_name
from trtheaders.headers.parser.kinds import ARRAYS, POINTERS_AND_REFERENCES, RECORDS, TAGS, TEMPLATES, Kind, TypeKind
from trtheaders.headers.parser.nodes import Node, TypeNode
from trtheaders.headers.parser.probes import Probing, find_answers
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.model.headers.layouts import Base, Field, Record
from trtheaders.model.places import Location

_TYPE = "trtheaders_type_"
_LEADING = POINTERS_AND_REFERENCES | ARRAYS
_MOST = 2000
"""Instances looked at in one tree; what names more is a library of templates, with no layout that a library shares."""


def read_instance_layouts(
    collection: Collection, tree: HeaderTree, describer: Describer, trust: Trust, probing: Probing
) -> Iterator[Record]:
    """A record for each instance that members, bases, parameters, results, variables and aliases name, directly or
    inside of another type, and for each that is declared `extern template`, where its size can be told.

    Raises :class:`~trtheaders.errors.ToolchainError` if the parser cannot be asked.
    """
    search = _InstanceSearch(collection, tree, describer, trust)
    yield from search.read(_named_types(collection))
    if search.open:
        yield from search.read(_complete(search.open, probing))


class _InstanceSearch:
    """Goes from type to type, to each once. ``open`` are those that nobody completed, by name."""

    def __init__(self, collection: Collection, tree: HeaderTree, describer: Describer, trust: Trust) -> None:
        self._known = {record.usr for record in collection.records.values()}
        self._tree, self._describer, self._trust = tree, describer, trust
        self._met: set[int | None] = set()
        self._seen: set[str] = set()
        self.open: dict[str, None] = {}

    def read(self, types: Iterable[tuple[TypeNode, Node]]) -> Iterator[Record]:
        """The records of ``types`` and of all that they are made of."""
        waiting = list(types)
        while waiting and len(self._seen) < _MOST:
            type_, near = waiting.pop()
            # To spell a type takes long, and thousands of declarations name few.
            if type_.written in self._met:
                continue
            self._met.add(type_.written)
            canonical = _stripped(type_.canonical)
            spelling = canonical.spelling
            if spelling in self._seen:
                continue
            self._seen.add(spelling)
            waiting += [(item, near) for item in canonical.template_arguments()]
            node = canonical.declaration(near) if canonical.kind == TypeKind.RECORD else None
            if node is None or node.usr in self._known or node.template is None:
                continue
            if canonical.size is None:
                self._note(node, canonical)
                continue
            fields = canonical.fields(near)
            waiting += [(item.type, item) for item in fields]
            record = _read(node, canonical, fields, self._tree, self._describer)
            if record is not None and (self._trust.clean or not self._trust.doubt(node.origin)):
                yield record

    def _note(self, node: Node, canonical: TypeNode) -> None:
        pattern = node.origin.definition
        ours = pattern is not None and self._tree.name_of(pattern.place()[0]) is not None
        if ours and "(" not in canonical.spelling and "-parameter-" not in canonical.spelling:
            self.open[canonical.unqualified] = None
            self._seen.discard(canonical.spelling)


def _complete(names: Iterable[str], probing: Probing) -> Iterator[tuple[TypeNode, Node]]:
    """The types ``names``, each made complete; one that C++ refuses to complete stays without a size."""
    asked = (
        f'typedef ::{name} {_TYPE}{index}; static_assert(sizeof({_TYPE}{index}), "");\n'
        for index, name in enumerate(names)
    )
    unit = probing.ask("".join(asked))
    yield from ((node.underlying, node) for node in find_answers(unit, _TYPE).values())


def _named_types(collection: Collection) -> Iterator[tuple[TypeNode, Node]]:
    records = (record for record in collection.records.values() if not record.template)
    yield from ((item.type, item) for record in records for item in (*record.fields, *record.bases))
    functions = [function.node for function in collection.functions.values() if not function.template]
    yield from ((node.result, node) for node in functions)
    yield from ((item.type, item) for node in functions for item in node.parameters())
    variables = (variable.node for variable in collection.variables.values() if not variable.template)
    yield from ((node.type, node) for node in variables)
    yield from ((node.underlying, node) for node, scope in collection.aliases if not scope.in_template)
    yield from ((node.type, node) for node, scope in collection.instantiations if not scope.in_template)


def _stripped(canonical: TypeNode) -> TypeNode:
    """What pointers, references and arrays lead to; an instance that nobody made is without size and left out."""
    while (kind := canonical.kind) in _LEADING:
        canonical = (canonical.element if kind in ARRAYS else canonical.pointee).canonical
    return canonical


def _read(node: Node, canonical: TypeNode, fields: list[Node], tree: HeaderTree, describer: Describer) -> Record | None:
    pattern = node.origin.definition or node.origin
    file, line, _ = pattern.place()
    location = tree.locate(file, line)
    bases = [child for child in pattern.children() if child.kind == Kind.BASE]
    named = [_base(item) for item in bases]
    if location is None or pattern.kind not in (*RECORDS, *TEMPLATES) or None in named:
        return None
    return Record(
        name=without_place(canonical.unqualified),
        location=location,
        tag=TAGS.get(node.kind, "class"),
        size=canonical.size,
        alignment=canonical.alignment,
        fields=tuple(_field(item, location, describer) for item in fields),
        bases=tuple(item for item in named if item is not None),
        polymorphic=is_dynamic(pattern),
        abstract=node.is_abstract,
        final=pattern.is_final,
    )


def _field(node: Node, location: Location, describer: Describer) -> Field:
    offset = node.offset
    return Field(
        name=without_place(node.spelling),
        type=describer.types.read(node.type, node),
        offset=offset if offset >= 0 else None,
        location=Location(file=location.file, line=node.place()[1]),
        access=ACCESS[max(node.access, 0)],
        bits=node.bits if node.is_bitfield else None,
        initialiser=describer.read_initialiser(node),
        value=describer.evaluate(node),
    )


def _base(specifier: Node) -> Base | None:
    """A base by its name alone: where it lies in the instance nobody says. None where it is a template's parameter."""
    base = base_of(specifier)
    template = next((item.referenced for item in specifier.children() if item.kind == Kind.TEMPLATE_REFERENCE), None)
    named = base if base is not None and base.kind in (*RECORDS, *TEMPLATES) else template
    if named is None:
        return None
    return Base(
        name=qualified_name(named),
        offset=None,
        virtual=specifier.is_virtual_base,
        access=ACCESS[max(specifier.access, 0)],
    )
