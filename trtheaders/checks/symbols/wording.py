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

HINTS = {
    "missing-symbols": "headers and library are different releases or builds; `trtheaders identify` says which it is",
    "missing-unoptimised-symbols": "compile with -O1 or higher, or use a library that holds the instance",
    "hidden-symbols": 'build the library with default visibility, or add `__attribute__((visibility("default")))`',
    "old-version-symbols": "the function was retired: newly linked programs need its successor",
    "wrong-kind-symbols": "headers and library are different releases: it crashes where it links",
    "wrong-size-objects": "headers and library are different releases: reading it runs past its end",
    "protected-data-symbols": "build the library with default visibility for variables",
}


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
    symbol = promise.obligations[0].symbol
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
    fault, declared, it = faults[0], _declared(promise, faults), _pronoun(promise, faults)
    there = fault.answer.library or (fault.answer.export.library if fault.answer.export else "")
    if fault.rule == "hidden-symbols":
        return f"{declared}, `{there}` defines {it} but does not export {it}"
    if fault.rule == "old-version-symbols":
        version = fault.answer.export.version if fault.answer.export else None
        return f"{declared}, `{there}` has {it} only in the old version `{version}` that new links ignore"
    if fault.rule == "symbols-in-needed-libraries":
        return f"{declared}, only `{there}` exports {it}, which the linked library needs"
    if fault.rule in _EXPORT_MESSAGES:
        return _tell_export(fault, describe(promise), there)
    return f"{declared}, {_absence(libraries, it)}"


_ARTICLED = {
    "function": "a function",
    "object": "a variable",
    "thread-local object": "a thread-local variable",
    "indirect function": "a function",
    "untyped": "of no known kind",
}
_EXPORT_MESSAGES = frozenset({"wrong-kind-symbols", "wrong-size-objects", "protected-data-symbols"})


def _tell_export(fault: Fault, what: str, there: str) -> str:
    export = fault.answer.export
    assert export is not None, "an exported symbol has an export"
    if fault.rule == "wrong-kind-symbols":
        here, other = _ARTICLED[fault.obligation.kind.value], _ARTICLED[export.kind.value]
        return f"{what} is {here} here, in `{there}` it is {other}"
    if fault.rule == "wrong-size-objects":
        return f"{what} takes {fault.obligation.size} bytes here, {export.size} in `{there}`"
    return f"{what} is exported by `{there}` with protected visibility, which no program can link to"


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
