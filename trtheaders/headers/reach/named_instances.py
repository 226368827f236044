"""Instances that inline code of the headers names, of templates whose bodies are not in the headers.

Nobody can tell all instances of a template that is only declared; but `inline void f() { h(1); }` refers to `h<int>`,
and whoever calls `f` needs it from the library.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from msgspec import Struct

from trtheaders.demangling import demangle
from trtheaders.headers.abi.mangled_names import is_named_otherwise, structor_encoding
from trtheaders.headers.declarations.sketches import Collection, Sketch
from trtheaders.headers.declarations.spellings import spell
from trtheaders.headers.declarations.walk import qualified_name
from trtheaders.headers.parser.kinds import Kind
from trtheaders.headers.parser.nodes import Node
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.headers.reach.unevaluated_operands import is_unevaluated
from trtheaders.model.headers.declarations import Declaration, DeclarationKind, Spelling, Trait
from trtheaders.model.headers.promises import Exempt, Exemption, Obligation, Promise, SymbolKind, Use
from trtheaders.model.names import SymbolName

_INSTANCE = ("<#", ">#")
"""What Clang's names for instances hold: of functions, and of members of classes."""


class _Named(Struct, frozen=True):
    symbols: tuple[str, ...]
    pattern: Sketch
    path: tuple[str, ...]
    spelling: Spelling
    kind: int
    """That of the instance; its pattern may be a template of any."""
    size: int | None = None


class NamedInstances:
    """Gathers the instances that code refers to, of the templates in ``collection`` that have no body."""

    def __init__(self, collection: Collection, tree: HeaderTree) -> None:
        self._tree = tree
        sketches = chain(collection.functions.values(), collection.variables.values())
        self._bodiless = {sketch.usr: sketch for sketch in sketches if is_bodiless(sketch)}
        self._seen: set[str] = set()
        self._found: dict[str, _Named] = {}

    def note(self, target: Node, reference: Node | None, body: Node, path: tuple[str, ...]) -> None:
        """Take down ``target``, which ``body`` at the end of ``path`` refers to, if it is such an instance."""
        usr = target.usr
        if not self._bodiless or usr in self._seen or not any(sign in usr for sign in _INSTANCE):
            return
        pattern = self._bodiless.get(target.origin.usr)
        if pattern is None:
            self._seen.add(usr)
        elif reference is None or not is_unevaluated(reference, self._tree, body):
            self._seen.add(usr)
            self._take(target, pattern, path)

    def _take(self, target: Node, pattern: Sketch, path: tuple[str, ...]) -> None:
        structor = target.kind in (Kind.CONSTRUCTOR, Kind.DESTRUCTOR)
        symbols = tuple(sorted(target.manglings())) if structor else (target.mangling,)
        size = target.type.object_size if target.kind == Kind.VARIABLE else None
        self._found[symbols[0]] = _Named(symbols, pattern, path, spell(target), target.kind, size)
        if target.kind == Kind.CONSTRUCTOR:
            self._take_destructor(symbols[0], pattern, path, spell(target).name)

    def _take_destructor(self, constructor: str, pattern: Sketch, path: tuple[str, ...], owner: str) -> None:
        """Whoever makes an object destroys it; of an object on the heap, at least its class lets others do so."""
        record, encoding = pattern.scope.record, structor_encoding(constructor)
        members = record.members if record is not None else []
        destructor = next((item for item in members if item.node.kind == Kind.DESTRUCTOR), None)
        if destructor is not None and destructor.usr in self._bodiless and encoding is not None:
            codes = ("D0", "D1", "D2") if destructor.node.is_virtual else ("D1", "D2")
            symbols = tuple(f"_ZN{encoding}{code}Ev" for code in codes)
            spelling = Spelling(name=owner, type="void ()")
            self._found.setdefault(symbols[0], _Named(symbols, destructor, path, spelling, Kind.DESTRUCTOR))

    def promises(self) -> Iterator[Promise | Exempt]:
        """What the gathered instances owe, each once."""
        for item in self._found.values():
            declaration = _declare(item)
            names = tuple(SymbolName(symbol) for symbol in item.symbols)
            if any(map(is_named_otherwise, item.symbols)):
                yield Exempt(declaration=declaration, reason=Exemption.COMPILER_SPECIFIC, symbols=names)
                continue
            kind = SymbolKind.DATA if item.pattern.node.kind == Kind.VARIABLE else SymbolKind.FUNCTION
            yield Promise(
                declaration=declaration,
                obligations=tuple(Obligation(symbol=name, kind=kind, size=item.size) for name in names),
                uses=frozenset({Use.INLINE_BODY}),
                reached=item.path,
            )


def is_bodiless(sketch: Sketch) -> bool:
    """A template, or a member of one, that somebody else defines."""
    if not sketch.template or sketch.friend:
        return False
    nodes = sketch.nodes
    made = any(node.is_definition or node.is_deleted or node.is_defaulted or node.is_inlined for node in nodes)
    return not made and not sketch.node.is_pure and all(node.initializer is None for node in nodes)


_KINDS: dict[int, DeclarationKind] = {
    Kind.CONSTRUCTOR: DeclarationKind.CONSTRUCTOR,
    Kind.DESTRUCTOR: DeclarationKind.DESTRUCTOR,
}


def _declare(item: _Named) -> Declaration:
    node, record = item.pattern.node, item.pattern.scope.record
    kind = DeclarationKind.METHOD if record is not None else DeclarationKind.FUNCTION
    if node.kind == Kind.VARIABLE:
        kind = DeclarationKind.STATIC_MEMBER if record is not None else DeclarationKind.VARIABLE
    return Declaration(
        name=qualified_name(node),
        kind=_KINDS.get(item.kind, kind),
        location=item.pattern.location,
        signature=demangle(item.symbols[0]),
        access=item.pattern.access,
        record=None if record is None else record.name,
        traits=frozenset({Trait.TEMPLATE_INSTANCE}),
        inline_namespaces=item.pattern.scope.inline_namespaces,
        spelling=item.spelling,
    )
