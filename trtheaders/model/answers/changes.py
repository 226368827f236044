"""What changed between two releases' headers, as values: one change a declaration, each reason with its impact."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from trtheaders.model.headers.snapshot import SnapshotKey
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location


class Impact(Enum):
    """What a change does to a consumer whose source was written for the old release.

    The members stand in the order in which a program meets them, from the last to the first that decides: a program
    that does not link cannot misbehave, so `LINK` is what a change with both is called. All that apply are kept in
    the change's details.
    """

    NONE = "none"
    """Nothing: no source, object or program notices."""
    COMPILE = "compile"
    """Source that compiled against the old headers does not compile against the new ones."""
    SILENT = "silent"
    """It links and misbehaves, or compiled anew it behaves otherwise: offsets, sizes, values, slots, defaults."""
    LINK = "link"
    """An object compiled with the old headers does not link with the new library."""

    @property
    def rank(self) -> int:
        """0 for harmless, rising."""
        return list(Impact).index(self)


class Subject(Enum):
    """What changed; the first half of a change's kind."""

    FUNCTION = "function"
    METHOD = "method"
    CONSTRUCTOR = "constructor"
    DESTRUCTOR = "destructor"
    VARIABLE = "variable"
    TEMPLATE = "template"
    CLASS_SYMBOLS = "class-symbols"
    """The vtable, typeinfo and thunks that a class owes as such."""
    CLASS = "class"
    VTABLE = "vtable"
    ENUMERATION = "enumeration"
    ALIAS = "alias"
    CONCEPT = "concept"
    USING = "using"
    """A declaration, a directive, or the constructors of a base."""
    NAMESPACE_ALIAS = "namespace-alias"
    FRIEND = "friend"
    MACRO = "macro"
    GATE = "gate"
    HEADER = "header"
    INLINE_NAMESPACE = "inline-namespace"
    NAMESPACE = "namespace"


class Action(Enum):
    """What happened to it; the second half of a change's kind."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENAMED = "renamed"
    MOVED = "moved"
    DEPRECATED = "deprecated"


class Detail(Struct, frozen=True, kw_only=True):
    """One thing that is different, in a few words, and what that alone does."""

    text: str
    impact: Impact = Impact.NONE


class Change(Struct, frozen=True, kw_only=True):
    """One thing that is not the same in both releases.

    ``name`` is the qualified name (the old one of something renamed). ``old`` and ``new`` are each side in one line:
    a signature, `sizeof 1024`; empty where that side has none. ``location`` lies in the new headers, in the old ones
    for what is gone; ``old_location`` always in the old ones, None for what is new. ``removed_symbols`` are owed by the
    old headers only, ``added_symbols`` by the new ones only.
    """

    subject: Subject
    action: Action
    name: str
    details: tuple[Detail, ...] = ()
    old: str = ""
    new: str = ""
    location: Location | None = None
    old_location: Location | None = None
    removed_symbols: tuple[SymbolName, ...] = ()
    added_symbols: tuple[SymbolName, ...] = ()

    @property
    def new_location(self) -> Location | None:
        """Where it stands in the new headers; None for what is gone."""
        return None if self.action is Action.REMOVED else self.location

    @property
    def kind(self) -> str:
        """`constructor-changed`, `class-removed`, …"""
        return f"{self.subject.value}-{self.action.value}"

    @property
    def impact(self) -> Impact:
        """The one impact that the change is known by: the first that a consumer meets."""
        return max((detail.impact for detail in self.details), key=lambda impact: impact.rank, default=Impact.NONE)

    @property
    def impacts(self) -> frozenset[Impact]:
        """Every impact that one of its details has; `NONE` alone for a harmless change."""
        found = frozenset(detail.impact for detail in self.details) - {Impact.NONE}
        return found or frozenset({Impact.NONE})


class Side(Struct, frozen=True, kw_only=True):
    """One side of a comparison: what the user named, where it came from in a few words, and what shaped it."""

    name: str
    origin: str
    key: SnapshotKey


class Comparison(Struct, frozen=True, kw_only=True):
    """The answer of `diff`. ``unjudged`` names what at least one side could not parse, so that nothing is said of it.

    ``remarks`` are facts that the reader should know: what each side rests on, what a filter left out.
    """

    old: Side
    new: Side
    changes: tuple[Change, ...]
    unjudged: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
