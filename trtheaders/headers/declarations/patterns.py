"""Class templates as they are written: members, bases and virtual functions, of which no argument decides the order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trtheaders.headers.declarations.descriptions import Describer
from trtheaders.headers.declarations.heads import after_head, place_parameters
from trtheaders.headers.declarations.walk import ACCESS, qualified_name, record_name
from trtheaders.headers.parser.kinds import METHODS, RECORDS, Kind
from trtheaders.headers.parser.nodes import Node
from trtheaders.model.headers.declarations import TypeUse
from trtheaders.model.headers.layouts import Base, Field, Record, VtableSlot
from trtheaders.model.names import SymbolName


def read_pattern(node: Node, name: str, describer: Describer) -> tuple[Record, ...]:
    """The class template ``node`` under its qualified ``name``, and the classes inside it, the outer ones first."""
    return tuple(_read(node, name, describer.text(node), describer))


def read_attributes(text: str) -> str:
    """What a class is laid out by, in the ``text`` of its definition: `alignas ( 16 )`; '' where nothing is."""
    tokens = after_head(text)
    before = tokens[: tokens.index("{")] if "{" in tokens else tokens
    return " ".join(before[1:]) if {"alignas", "aligned", "packed"}.intersection(before) else ""


def _read(node: Node, name: str, around: str, describer: Describer) -> Iterator[Record]:
    """``around`` is the text of the outermost template, whose parameters' names are their places here."""
    children = node.children()
    tokens = after_head(describer.text(node))
    functions = [child for child in children if child.kind in METHODS]
    slots = tuple(_slots([item for item in functions if item.is_virtual and not item.overridden()], name))
    yield Record(
        name=name,
        location=describer.locate(node),
        tag=tokens[0] if tokens[:1] in (["struct"], ["class"], ["union"]) else "class",
        size=None,
        alignment=None,
        fields=tuple(_field(item, around, describer) for item in children if item.kind == Kind.FIELD),
        bases=tuple(_base(item, around) for item in children if item.kind == Kind.BASE),
        polymorphic=bool(slots),
        abstract=any(item.is_pure for item in functions),
        slots=slots,
        access=ACCESS[max(node.access, 0)],
    )
    for child in children:
        if child.kind in RECORDS and child.is_definition and child.template is None:
            yield from _read(child, f"{name}::{record_name(child)}", around, describer)


def _field(node: Node, around: str, describer: Describer) -> Field:
    use = describer.types.read(node.type, node)
    initialiser = describer.read_initialiser(node)
    return Field(
        name=node.spelling,
        type=TypeUse(spelling=use.spelling, canonical=place_parameters(around, use.canonical)),
        offset=None,
        location=describer.locate(node),
        access=ACCESS[max(node.access, 0)],
        bits=node.bits if node.is_bitfield else None,
        initialiser=None if initialiser is None else place_parameters(around, initialiser),
    )


def _base(specifier: Node, around: str) -> Base:
    base = specifier.type.canonical.declaration(specifier)
    known = base is not None and base.kind in RECORDS and base.template is None
    return Base(
        name=qualified_name(base) if base is not None and known else place_parameters(around, specifier.type.spelling),
        offset=None,
        virtual=specifier.is_virtual_base,
        access=ACCESS[max(specifier.access, 0)],
    )


def _slots(functions: Sequence[Node], name: str) -> Iterator[VtableSlot]:
    for index, function in enumerate(functions):
        last = "~" if function.kind == Kind.DESTRUCTOR else function.spelling
        yield VtableSlot(table=0, index=index, symbols=(SymbolName(function.usr),), function=f"{name}::{last}")
