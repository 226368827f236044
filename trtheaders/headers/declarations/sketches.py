"""What the walk through a parsed tree notes down, before anything is decided: redeclarations merged, scopes named."""

from __future__ import annotations

from msgspec import Struct, field

from trtheaders.headers.parser.kinds import AccessKind
from trtheaders.headers.parser.nodes import Node
from trtheaders.model.headers.declarations import Access
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location


class Scope(Struct, frozen=True):
    """Where a declaration stands. ``access`` is the strictest of all classes around it."""

    name: str = ""
    record: RecordSketch | None = None
    access: Access = Access.PUBLIC
    inline_namespaces: tuple[str, ...] = ()
    in_template: bool = False
    unnamed: bool = False
    extern_c: bool = False

    def qualify(self, name: str) -> str:
        """``name`` inside this scope."""
        return f"{self.name}::{name}" if self.name else name


class Sketch(Struct):
    """A function or variable: its first declaration in the tree and all others."""

    usr: str
    node: Node
    name: str
    scope: Scope
    location: Location
    access: Access
    friend: bool = False
    nodes: list[Node] = field(default_factory=list)
    template: bool = False
    """It is a template, or stands in one."""
    symbols: tuple[SymbolName, ...] | None = None
    """Its symbols, once asked for."""

    @property
    def closed(self) -> bool:
        """Whether nobody outside may name it: it is private, or protected in a class that nobody can derive from.

        Only `final` keeps g++ from deriving; behind a private constructor or destructor it takes a derived class that
        is never made or destroyed, and whose members name what is protected.
        """
        if self.access is not Access.PROTECTED:
            return self.access is Access.PRIVATE
        owner = self.scope.record
        return owner is not None and owner.final and self.node.access == AccessKind.PROTECTED


class RecordSketch(Struct):
    """A class that the tree defines, with its members in the order of declaration."""

    usr: str
    node: Node
    name: str
    scope: Scope
    location: Location
    access: Access
    template: bool = False
    members: list[Sketch] = field(default_factory=list)
    fields: list[Node] = field(default_factory=list)
    bases: list[Node] = field(default_factory=list)

    @property
    def final(self) -> bool:
        """`final`: nobody can derive from it."""
        return self.node.is_final


class Collection(Struct):
    """Everything that the tree declares, by clang's unified symbol resolution."""

    functions: dict[str, Sketch] = field(default_factory=dict)
    variables: dict[str, Sketch] = field(default_factory=dict)
    records: dict[str, RecordSketch] = field(default_factory=dict)
    enumerations: list[tuple[Node, Scope]] = field(default_factory=list)
    aliases: list[tuple[Node, Scope]] = field(default_factory=list)
    introductions: list[tuple[Node, Scope]] = field(default_factory=list)
    instantiations: list[tuple[Node, Scope]] = field(default_factory=list)
    """`extern template class T<int>;`, which libclang shows as a class without members."""
