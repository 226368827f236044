"""How the tree's classes lie in memory: sizes and offsets by the parser, bases and vtables by the ABI's rules."""

from __future__ import annotations

from trtheaders.headers.abi.bases import base_of, base_offset, is_dynamic
from trtheaders.headers.abi.key_functions import encode_class, find_key_function
from trtheaders.headers.abi.mangled_names import special_symbol
from trtheaders.headers.abi.vtables import count_words, lay_out_vtable, read_slots
from trtheaders.headers.declarations.descriptions import Describer
from trtheaders.headers.declarations.sketches import RecordSketch
from trtheaders.headers.declarations.trust import Trust
from trtheaders.headers.declarations.walk import ACCESS, qualified_name
from trtheaders.headers.parser.kinds import RECORDS, TAGS, Kind
from trtheaders.headers.parser.nodes import Node
from trtheaders.headers.promises.disputes import Disputes
from trtheaders.model.headers.layouts import Base, Field, Record
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location


class RecordReader:
    """Reads the layouts of one unit's classes."""

    def __init__(self, describer: Describer, trust: Trust, disputes: Disputes) -> None:
        self._describer = describer
        self._trust = trust
        self._disputes = disputes
        self._doubts: dict[str, str] = {}

    def read(self, sketch: RecordSketch) -> Record | None:
        """The layout of ``sketch``; None for templates, which have none of their own."""
        if sketch.template:
            return None
        node = sketch.node
        doubt = self._doubt(node)
        dynamic = is_dynamic(node)
        encoding = encode_class(sketch) if dynamic and not doubt else None
        key = find_key_function(sketch) if dynamic else None
        tables = lay_out_vtable(node) if dynamic and not doubt else None
        return Record(
            name=sketch.name,
            location=sketch.location,
            tag=TAGS[node.kind],
            size=None if doubt else node.type.size,
            alignment=None if doubt else node.type.alignment,
            fields=tuple(self._field(item, sketch.location.file, doubt) for item in sketch.fields),
            bases=tuple(self._base(item, node, doubt) for item in sketch.bases),
            polymorphic=dynamic,
            abstract=node.is_abstract,
            final=node.is_final,
            trivial=None if doubt else self._describer.types.is_trivial(node.type, node),
            key_function=None if key is None else _first_symbol(key.node),
            vtable=None if encoding is None else special_symbol("_ZTV", encoding),
            typeinfo=None if encoding is None else special_symbol("_ZTI", encoding),
            slots=None if tables is None else read_slots(tables, encoding),
            vtable_words=None if tables is None else count_words(tables),
            doubt=doubt or self._disputes.find(node),
            access=sketch.access,
        )

    def _doubt(self, node: Node) -> str:
        """Why a class's layout is not known: an error inside, or a member or base of unknown layout."""
        if self._trust.clean:
            return ""
        usr = node.usr
        if usr not in self._doubts:
            self._doubts[usr] = ""
            self._doubts[usr] = self._trust.doubt(node) or self._doubt_parts(node)
        return self._doubts[usr]

    def _doubt_parts(self, node: Node) -> str:
        for child in node.children():
            if child.kind in (Kind.FIELD, Kind.BASE):
                part = child.type.canonical.declaration(child)
                inner = self._doubt(part) if part is not None and part.kind in RECORDS else ""
                found = self._trust.doubt_types(child) or inner
                if found:
                    return found
        return ""

    def _field(self, node: Node, file: str, doubt: str) -> Field:
        offset = -1 if doubt else node.offset
        return Field(
            name=node.spelling,
            type=self._describer.types.read(node.type, node),
            offset=offset if offset >= 0 else None,
            location=Location(file=file, line=node.place()[1]),
            access=ACCESS[max(node.access, 0)],
            bits=node.bits if node.is_bitfield else None,
            initialiser=self._describer.read_initialiser(node),
            value=self._describer.evaluate(node),
        )

    def _base(self, specifier: Node, node: Node, doubt: str) -> Base:
        base = base_of(specifier)
        return Base(
            name=qualified_name(base) if base is not None else specifier.type.spelling,
            offset=None if doubt else base_offset(node, specifier),
            virtual=specifier.is_virtual_base,
            access=ACCESS[max(specifier.access, 0)],
        )


def _first_symbol(node: Node) -> SymbolName:
    names = node.manglings() if node.kind == Kind.DESTRUCTOR else [node.mangling]
    return SymbolName(names[0])
