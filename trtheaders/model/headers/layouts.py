"""How classes and enumerations lie in memory, as the headers lay them out on one target."""

from msgspec import Struct

from trtheaders.model.headers.declarations import Access, TypeUse
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location


class Field(Struct, frozen=True, kw_only=True, array_like=True):
    """A non-static data member; ``offset`` in bits from the start of the class, None where the layout is unknown.

    ``bits`` is the width of a bit-field, None for an ordinary member. ``initialiser`` is the default member initialiser
    as written, ``value`` what it comes to where that is a number; '' where nobody knows, and in older records.
    """

    name: str
    type: TypeUse
    offset: int | None
    location: Location
    access: Access = Access.PRIVATE
    bits: int | None = None
    initialiser: str | None = None
    value: str = ""


class Base(Struct, frozen=True, kw_only=True, array_like=True):
    """A direct base class; ``offset`` in bytes, None for virtual bases and unknown layouts."""

    name: str
    offset: int | None
    virtual: bool = False
    access: Access = Access.PUBLIC


class VtableSlot(Struct, frozen=True, kw_only=True, array_like=True):
    """One function slot of a vtable group.

    ``table`` counts the tables of the group (0 is the primary one), ``index`` the slots after its address point.
    ``symbols`` are the names that may stand in the slot (a thunk's in secondary tables); `__cxa_pure_virtual` for pure
    virtuals. ``function`` is the qualified name for people.
    """

    table: int
    index: int
    symbols: tuple[SymbolName, ...]
    function: str


class Record(Struct, frozen=True, kw_only=True, array_like=True):
    """A class, struct or union that the tree defines.

    ``size`` and ``alignment`` in bytes, None where they could not be worked out (``doubt`` says why; where there is a
    size, it is a construct that compilers lay out differently, and none confirmed the figures). ``slots`` is None
    where the class has no vtable or where its order is not computed (virtual bases). ``vtable_words`` is the number of
    pointer-sized words of the whole `_ZTV` group, None likewise. ``trivial`` is "trivial for the purposes of calls"
    (Itanium C++ ABI 3.1.1). ``typeinfo``, ``vtable`` are symbol names where the class is polymorphic and not a template
    pattern. ``access`` says who may name it, here and in what follows; None in older records.
    """

    name: str
    location: Location
    tag: str
    size: int | None
    alignment: int | None
    fields: tuple[Field, ...] = ()
    bases: tuple[Base, ...] = ()
    polymorphic: bool = False
    abstract: bool = False
    final: bool = False
    trivial: bool | None = None
    key_function: SymbolName | None = None
    vtable: SymbolName | None = None
    typeinfo: SymbolName | None = None
    slots: tuple[VtableSlot, ...] | None = None
    vtable_words: int | None = None
    doubt: str = ""
    access: Access | None = None


class Enumerator(Struct, frozen=True, kw_only=True, array_like=True):
    """One name of an enumeration and its value."""

    name: str
    value: int


class Enumeration(Struct, frozen=True, kw_only=True, array_like=True):
    """An enumeration; ``underlying`` is the canonical underlying type."""

    name: str
    location: Location
    underlying: str
    scoped: bool
    enumerators: tuple[Enumerator, ...]
    access: Access | None = None


class Alias(Struct, frozen=True, kw_only=True, array_like=True):
    """A `typedef` or `using` alias at namespace or class scope."""

    name: str
    location: Location
    type: TypeUse
    access: Access | None = None


class Macro(Struct, frozen=True, kw_only=True, array_like=True):
    """A macro that the tree defines; ``digest`` is a short hash of its replacement, since no upstream text is kept.

    ``value`` is the replacement where it is one number, character or string, as written. ``meaning`` is a hash of its
    tokens that the names of parameters and white space do not change, '' in records from before there was one;
    ``parameters`` how many it takes (`2`, `1...`), '' for one without brackets. ``expression``: it stands for a value
    or a call, not for words of a declaration or for statements. ``guard``: it keeps its header from being read twice.
    """

    name: str
    location: Location
    digest: str
    value: str = ""
    meaning: str = ""
    parameters: str = ""
    expression: bool = False
    guard: bool = False


class Gate(Struct, frozen=True, kw_only=True, array_like=True):
    """A conditional region (`#ifdef ENABLE_FP8`) that holds declarations: lines ``location.line`` to ``end``.

    ``condition`` is the directive's text after `#`, white space folded; ``macros`` the names that it tests.
    """

    condition: str
    macros: tuple[str, ...]
    location: Location
    end: int
    taken: bool
