"""A missing function and what the library has under its name: the difference in words.

The nearest lookalike that is not itself promised is taken for the same function in another shape.
"""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from trtheaders.checks.symbols.signatures import Signature, explain_parameters, name_slots, read_signature
from trtheaders.counting import count_of
from trtheaders.demangling import demangle
from trtheaders.model.headers.declarations import Declaration, DeclarationKind
from trtheaders.model.library.exports import LibraryAnswers, Lookalike
from trtheaders.model.names import SymbolName
from trtheaders.spelling import read_cxx, short_name


class Drift(Struct, frozen=True, kw_only=True):
    """How a declaration differs from what the library has: a whole message, and lines of evidence."""

    message: str
    lines: tuple[str, ...] = ()


def nearest_lookalike(
    symbols: Collection[SymbolName], answers: LibraryAnswers, promised: Collection[SymbolName]
) -> Lookalike | None:
    """The first lookalike of ``symbols`` that the headers do not promise themselves: an overload is no drift."""
    for symbol in symbols:
        for lookalike in answers.lookalikes.get(symbol, ()):
            if lookalike.export.symbol not in promised:
                return lookalike
    return None


def explain_drift(
    declaration: Declaration,
    symbol: SymbolName,
    found: Lookalike,
    since: str = "",
    other: Declaration | None = None,
) -> Drift:
    """How the function that ``declaration`` promises as ``symbol`` differs from ``found``.

    ``since`` is the headers' release, empty if they are none; ``other`` the declaration of ``found`` in the headers of
    the release that the library is, where those are known.
    """
    wanted = demangle(symbol)
    if wanted == found.demangled:
        return _same_spelling(declaration, found)
    here, there = read_signature(wanted), read_signature(found.demangled)
    label = short_name(declaration.name, declaration.record)
    if _is_mangled(symbol) != _is_mangled(found.export.symbol):
        return _other_language(wanted, found)
    if here.name != there.name or ("(" in wanted) != ("(" in found.demangled):
        return Drift(message=f"`{read_cxx(wanted)}` is declared here, the library has `{read_cxx(found.demangled)}`")
    theirs = other.parameters if other else ()
    lines = explain_parameters(
        name_slots(here.parameters, declaration.parameters), name_slots(there.parameters, theirs), since
    )
    return Drift(message=_headline(label, here, there, lines), lines=() if _is_told(here, there, lines) else lines)


def _headline(label: str, here: Signature, there: Signature, lines: tuple[str, ...]) -> str:
    if len(here.parameters) != len(there.parameters):
        return f"`{label}(…)` takes {_count(here)} here, the library has it with {len(there.parameters)}"
    if lines:
        return f"`{label}(…)`: {lines[0]}" if len(lines) == 1 else f"`{label}(…)` takes other parameters in the library"
    if here.is_const != there.is_const:
        ours, theirs = ("const", "not const") if here.is_const else ("not const", "const")
        return f"`{label}(…)` is {ours} here, it is {theirs} in the library"
    if here.qualifiers != there.qualifiers:
        ours, theirs = here.qualifiers or "unqualified", there.qualifiers or "unqualified"
        return f"`{label}(…)` is `{ours}` here, `{theirs}` in the library"
    return f"`{label}(…)` has another ABI tag in the library"


def _is_told(here: Signature, there: Signature, lines: tuple[str, ...]) -> bool:
    """Whether the headline says it all."""
    return len(lines) == 1 and len(here.parameters) == len(there.parameters)


def _count(signature: Signature) -> str:
    return count_of(len(signature.parameters), "parameter")


def _same_spelling(declaration: Declaration, found: Lookalike) -> Drift:
    label = read_cxx(found.demangled)
    if declaration.kind is DeclarationKind.THUNK:
        message = f"`{label}` is owed at another offset than the library has it"
        return Drift(message=message, lines=("a base class lies elsewhere in the library's layout of the class",))
    return Drift(message=f"`{label}` is spelt `{found.export.symbol}` in the library")


def _is_mangled(symbol: str) -> bool:
    """Whether it is a C++ name; demangled text does not tell, since not every name can be demangled."""
    return symbol.startswith("_Z")


def _other_language(wanted: str, found: Lookalike) -> Drift:
    """One side is mangled, the other a plain name: `extern "C"` on one side only."""
    if not _is_mangled(found.export.symbol):
        return Drift(
            message=f'`{read_cxx(wanted)}` is C++ here, the library has the `extern "C"` name `{found.demangled}`'
        )
    return Drift(
        message=f'`{wanted}` is `extern "C"` here, the library has the C++ function `{read_cxx(found.demangled)}`'
    )
