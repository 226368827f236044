"""What a declaration owes: a group of symbols (a promise), nothing (exempt), or nobody can say (unverifiable).

Every declaration of a header tree is exactly one of the three.
"""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from trtheaders.model.headers.declarations import Declaration
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location


class SymbolKind(Enum):
    """What lies behind a symbol: the linker or the program fails where the two sides disagree."""

    FUNCTION = "function"
    DATA = "object"
    TLS = "thread-local object"


class Use(Enum):
    """How a consumer comes to refer to a promise's symbols."""

    CALL = "call"
    DERIVE = "derive"
    CONSTRUCT = "construct"
    THROW = "throw or catch"
    READ = "read or write"
    INLINE_BODY = "inline body"
    DEFAULT_ARGUMENT = "default argument"
    MEMBER_INITIALISER = "default member initialiser"
    IMPLICIT_MEMBER = "implicit or defaulted member"
    EXTERN_TEMPLATE = "extern template"

    def __lt__(self, other: Use) -> bool:
        """Sets of them are recorded in this order."""
        return self.value < other.value


class Obligation(Struct, frozen=True, kw_only=True, array_like=True):
    """One symbol that must be exported.

    ``symbol`` is the spelling of g++ 12; any of ``alternatives`` satisfies as well (compilers mangle some templates
    differently). ``old_string_abi`` is the spelling under `_GLIBCXX_USE_CXX11_ABI=0` where that differs. ``size`` is
    the size in bytes of a data object of complete type, else None.
    """

    symbol: SymbolName
    alternatives: tuple[SymbolName, ...] = ()
    old_string_abi: SymbolName | None = None
    kind: SymbolKind = SymbolKind.FUNCTION
    size: int | None = None


class Weight(Enum):
    """How much an absent symbol costs a consumer."""

    REQUIRED = "required"
    """Whoever uses the declaration cannot link."""
    UNOPTIMISED = "required without optimisation"
    """Only a consumer compiled at -O0 refers to it: members of an `extern template` defined in the class."""


class Promise(Struct, frozen=True, kw_only=True, array_like=True):
    """One declaration's debt: all of ``obligations`` together.

    ``optional`` names symbols that a library may export on account of this declaration without owing them (`_ZTS1A`,
    the complete constructor of an abstract class). ``reached`` tells how an otherwise unreachable (private, or only
    locally declared) function comes to be needed: declarations from the outermost to the one that refers to it.
    ``unconfirmed`` says why no compiler confirmed the symbols, in a snapshot that one was asked about; '' if it did.
    ``dependent``: the compiler's names are not the parser's, so that another version may have others again.
    """

    declaration: Declaration
    obligations: tuple[Obligation, ...]
    optional: tuple[SymbolName, ...] = ()
    uses: frozenset[Use] = frozenset({Use.CALL})
    reached: tuple[str, ...] = ()
    weight: Weight = Weight.REQUIRED
    unconfirmed: str = ""
    dependent: bool = False

    @property
    def symbols(self) -> tuple[SymbolName, ...]:
        """The required symbols, in the order in which the ABI lists them."""
        return tuple(obligation.symbol for obligation in self.obligations)


class Exemption(Enum):
    """Why a declaration owes no symbol."""

    INLINE = "defined inline"
    CONSTEXPR = "constexpr or consteval"
    INTERNAL = "internal linkage"
    DELETED = "deleted"
    DEFAULTED = "defaulted or implicit"
    PURE = "pure virtual"
    TEMPLATE = "template"
    PRIVATE = "private, and nothing outside the library refers to it"
    HIDDEN = "hidden visibility"
    WEAK = "weak: may be undefined"
    INITIALISED_IN_CLASS = "static const with an initialiser: needed only where its address is taken"
    INLINE_VARIABLE = "inline variable"
    DEFINED_IN_HEADER = "defined in the header"
    STATIC_ASSERT = "extern array used as a static assertion"
    BUILTIN = "provided by the implementation"
    DEVICE = "device code"
    REFUSED = "declared with the attribute error or unavailable: the compiler refuses whoever uses it"
    GNU_INLINE = "gnu_inline"
    COMPILER_SPECIFIC = "named differently by each compiler"
    NO_RTTI = "of the class only its typeinfo could be referred to, and -fno-rtti leaves that to whoever throws"
    UNNAMEABLE = "declared only as a friend of a class that none of its parameters has, so that no lookup finds it"


class Exempt(Struct, frozen=True, kw_only=True, array_like=True):
    """A declaration that owes nothing, and why; ``symbols`` are the names it may leave in a library all the same."""

    declaration: Declaration
    reason: Exemption
    symbols: tuple[SymbolName, ...] = ()


class Unverifiable(Struct, frozen=True, kw_only=True, array_like=True):
    """Something that could not be judged.

    ``reason`` is one sentence; ``blame`` is the line that is at fault (the `#include` that found nothing), ``remedy``
    what would make it verifiable (`--include-dir` of TensorRT). ``declaration`` is None where not even a declaration
    was recognised: a header that could not be read at all.
    """

    name: str
    location: Location
    reason: str
    blame: Location | None = None
    remedy: str = ""
    declaration: Declaration | None = None
