"""What a header declares, as people read it: names, parameters, types, before any thought of symbols."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from trtheaders.model.places import Location


class DeclarationKind(Enum):
    """What kind of thing is declared; the value is the word used in reports and in JSON."""

    FUNCTION = "function"
    METHOD = "method"
    STATIC_METHOD = "static method"
    CONSTRUCTOR = "constructor"
    DESTRUCTOR = "destructor"
    CONVERSION = "conversion"
    VARIABLE = "variable"
    STATIC_MEMBER = "static data member"
    CLASS = "class"
    """The class as such: its vtable, typeinfo and VTT. ``int f(); struct ~~~A~~~ { virtual void k(); };``"""
    THUNK = "thunk"
    """An adjusting entry point to a virtual function, owed apart from the function it enters."""
    FUNCTION_TEMPLATE = "function template"
    CLASS_TEMPLATE = "class template"
    VARIABLE_TEMPLATE = "variable template"


class Access(Enum):
    """Access in the C++ sense; what is outside a class is public."""

    PUBLIC = "public"
    PROTECTED = "protected"
    PRIVATE = "private"


class Trait(Enum):
    """A property of a declaration that a caller or a linker can notice; the value is how C++ spells it."""

    CONST = "const"
    VOLATILE = "volatile"
    LVALUE_REF = "&"
    RVALUE_REF = "&&"
    STATIC = "static"
    VIRTUAL = "virtual"
    PURE = "pure virtual"
    OVERRIDE = "override"
    FINAL = "final"
    INLINE = "inline"
    CONSTEXPR = "constexpr"
    CONSTEVAL = "consteval"
    EXPLICIT = "explicit"
    NOEXCEPT = "noexcept"
    NORETURN = "noreturn"
    NODISCARD = "nodiscard"
    DELETED = "deleted"
    DEFAULTED = "defaulted"
    VARIADIC = "variadic"
    FRIEND = "friend"
    EXTERN_C = 'extern "C"'
    THREAD_LOCAL = "thread_local"
    DEPRECATED = "deprecated"
    TEMPLATE_INSTANCE = "template instance"
    IMPLICIT = "implicit"
    VERSIONED = "in versions for several targets"
    MS_ABI = "ms_abi"
    SYSV_ABI = "sysv_abi"
    VECTORCALL = "vectorcall"
    REGCALL = "regcall"
    PRESERVE_MOST = "preserve_most"
    PRESERVE_ALL = "preserve_all"

    # Python's own hashes the name anew each time, and traits are looked up by the ten thousand.
    __hash__ = object.__hash__

    def __lt__(self, other: Trait) -> bool:
        """Sets of them are recorded in this order."""
        return self.value < other.value


class TypeUse(Struct, frozen=True, kw_only=True, array_like=True):
    """A type as a declaration uses it.

    ``spelling`` is what the header writes (`std::optional<SizeType32> const &`), ``canonical`` is what it means with
    every alias resolved. ``size`` is in bytes, None where it is unknown (incomplete, not instantiated). ``in_memory``:
    as a function's result or by-value parameter it travels through memory because it is not trivial for the purposes
    of calls (Itanium C++ ABI 3.1.1) or too large for registers; None where that is unknown. ``record`` is the
    qualified name of the class if it is one (not a pointer or reference to one).
    """

    spelling: str
    canonical: str
    size: int | None = None
    in_memory: bool | None = None
    record: str | None = None


class Parameter(Struct, frozen=True, kw_only=True, array_like=True):
    """One parameter of a function; ``name`` is empty where the header gives none, ``default`` the default argument.

    ``value`` is what that comes to where it is a number; '' where nobody knows, and in older records.
    """

    name: str
    type: TypeUse
    default: str | None = None
    value: str = ""


class Spelling(Struct, frozen=True, kw_only=True, array_like=True):
    """How C++ names an instance or specialisation, for which a qualified name is not enough.

    ``name`` has the template arguments (`n::X<int>::get<bool>`), as it is understood in ``namespace``; a constructor's
    or destructor's is that of its class. ``type`` is a function's canonical type (`int (long) const`), '' for objects
    and classes; ``owner`` the class of a non-static member function, '' for everything else.
    """

    name: str
    type: str = ""
    owner: str = ""
    namespace: str = ""


class Declaration(Struct, frozen=True, kw_only=True, array_like=True):
    """One declaration of a header, redeclarations merged.

    ``name`` is qualified and without parameters: `tensorrt_llm::executor::Request::setStreaming`; inline namespaces are
    part of it. ``signature`` is the declaration in one line for people: `SamplingConfig(SizeType32 beamWidth, …)`.
    ``record`` is the qualified name of the class that it is a member of. ``result`` is None for constructors,
    destructors and classes; for a variable it is the variable's type. ``inline_namespaces`` holds the enclosing
    namespaces that are inline (`tensorrt_llm::common::_v1`). ``template`` holds the template head of templates
    (`template <class T>`), empty otherwise. ``value`` is what a variable that the header itself initialises comes to,
    where that is known: a number, or the initialiser as written. ``spelling`` is there for instances and
    specialisations. ``head`` is what `template <…>` says, as an :class:`Introduction` has it.
    """

    name: str
    kind: DeclarationKind
    location: Location
    signature: str
    parameters: tuple[Parameter, ...] = ()
    result: TypeUse | None = None
    access: Access = Access.PUBLIC
    record: str | None = None
    traits: frozenset[Trait] = frozenset()
    inline_namespaces: tuple[str, ...] = ()
    template: str = ""
    deprecation: str = ""
    value: str = ""
    spelling: Spelling | None = None
    head: str = ""
