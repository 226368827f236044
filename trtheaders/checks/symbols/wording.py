"""The words for a fault: what the header declares, what the library has, what to do."""

from __future__ import annotations

from collections.abc import Sequence

from trtheaders.checks.symbols.faults import Fault
from trtheaders.checks.symbols.signatures import read_signature
from trtheaders.demangling import demangle
from trtheaders.model.headers.declarations import DeclarationKind, Trait
from trtheaders.model.headers.promises import Promise
from trtheaders.model.library.exports import LibraryFacts
from trtheaders.spelling import read_cxx, short_name

_TABLES = {"_ZTV": "vtable", "_ZTI": "typeinfo", "_ZTT": "VTT", "_ZTS": "typeinfo name", "_ZTC": "construction vtable"}


def describe(promise: Promise) -> str:
    """The declaration in a few words, in backticks: `Request::setStreaming(bool)`, `class Request`."""
    declaration = promise.declaration
    label = short_name(declaration.name, declaration.record)
    if declaration.kind is DeclarationKind.CLASS:
        return f"class `{label}`"
    if declaration.kind is DeclarationKind.THUNK and promise.obligations:
        return f"`{read_cxx(demangle(promise.obligations[0].symbol))}`"
    if declaration.kind in (DeclarationKind.VARIABLE, DeclarationKind.STATIC_MEMBER):
        return f"`{label}`"
    return f"`{label}({_parameters(promise)}){_qualifiers(promise)}`"


def _parameters(promise: Promise) -> str:
    if not promise.obligations:
        return ""
    # What stands behind a dot is the target of one version of a function.
    symbol = promise.obligations[0].symbol.partition(".")[0]
    demangled = demangle(symbol)
    # A C name tells nothing about parameters; the declaration does.
    types = (
        tuple(item.type.spelling for item in promise.declaration.parameters)
        if demangled == symbol
        else read_signature(demangled).parameters
    )
    return ", ".join(types) if len(types) <= 3 else "…"


def _qualifiers(promise: Promise) -> str:
    traits = promise.declaration.traits
    shown = (Trait.CONST, Trait.VOLATILE, Trait.LVALUE_REF, Trait.RVALUE_REF)
    return "".join(f" {trait.value}" for trait in shown if trait in traits)


def tell_fault(promise: Promise, faults: Sequence[Fault], libraries: Sequence[LibraryFacts]) -> str:
    """The message for the faults of one rule in one promise."""
    it = _pronoun(promise, faults)
    return faults[0].rule.tell(
        what=describe(promise),
        declared=_declared(promise, faults),
        it=it,
        library=provider_of(faults[0]),
        absence=_absence(libraries, it),
        **_tell_export(faults[0]),
    )


def provider_of(fault: Fault) -> str:
    """The library that has the symbol in some form; empty if none has."""
    export = fault.answer.export
    return fault.answer.library or (export.library if export else "")


_ARTICLED = {
    "function": "a function",
    "object": "a variable",
    "thread-local object": "a thread-local variable",
    "indirect function": "a function",
    "untyped": "of no known kind",
}


def _tell_export(fault: Fault) -> dict[str, object]:
    """Both sides of a symbol that is exported: its kind, its size, its version."""
    export = fault.answer.export
    if export is None:
        return {"version": None}
    return {
        "version": export.version,
        "kind_here": _ARTICLED[fault.obligation.kind.value],
        "kind_there": _ARTICLED[export.kind.value],
        "size_here": fault.obligation.size,
        "size_there": export.size,
    }


def _declared(promise: Promise, faults: Sequence[Fault]) -> str:
    """What the header says: a class by those of its tables that are concerned."""
    if promise.declaration.kind is not DeclarationKind.CLASS:
        return f"{describe(promise)} is declared here"
    return f"{describe(promise)} owes its {' and '.join(_tables(faults))}"


def _pronoun(promise: Promise, faults: Sequence[Fault]) -> str:
    return "them" if promise.declaration.kind is DeclarationKind.CLASS and len(_tables(faults)) > 1 else "it"


def _tables(faults: Sequence[Fault]) -> list[str]:
    symbols = (fault.obligation.symbol for fault in faults)
    return list(dict.fromkeys(_TABLES.get(symbol[:4], f"`{symbol}`") for symbol in symbols))


def _absence(libraries: Sequence[LibraryFacts], it: str) -> str:
    if len(libraries) == 1:
        return f"`{libraries[0].name}` does not export {it}"
    return f"none of the {len(libraries)} libraries exports {it}"
