"""Promises against the answers of the installed libraries: one finding for each promise that is not kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from trtheaders.checks.symbols.drift import explain_drift, nearest_lookalike
from trtheaders.checks.symbols.faults import Fault, find_faults, owed_symbols
from trtheaders.checks.symbols.wording import provider_of, tell_fault
from trtheaders.demangling import demangle
from trtheaders.model.answers.findings import Evidence, EvidenceKind, Finding
from trtheaders.model.headers.declarations import Declaration, DeclarationKind
from trtheaders.model.headers.promises import Promise
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.library.exports import LibraryAnswers, Lookalike
from trtheaders.model.names import SymbolName
from trtheaders.spelling import read_cxx


def check_symbols(
    snapshot: AbiSnapshot, answers: LibraryAnswers, other: AbiSnapshot | None = None
) -> tuple[Finding, ...]:
    """The findings for every promise of ``snapshot`` that the libraries do not keep, in the snapshot's order.

    ``other`` is the snapshot of the release that the libraries are, where that is known: it names their parameters.
    Raises KeyError if the libraries were not asked about a symbol that is owed.
    """
    promised = {symbol for promise in snapshot.promises for symbol in owed_symbols(promise)}
    theirs = {symbol: item.declaration for item in (other.promises if other else ()) for symbol in item.symbols}
    context = _Context(answers=answers, promised=promised, theirs=theirs, release=snapshot.release or "")
    findings = []
    for promise in snapshot.promises:
        faults = find_faults(promise, answers)
        for rule in dict.fromkeys(fault.rule for fault in faults):
            of_rule = [fault for fault in faults if fault.rule == rule]
            findings.append(_tell(promise, of_rule, context))
    return tuple(findings)


class _Context(Struct, frozen=True, kw_only=True):
    """What is the same for all promises; ``theirs`` are the declarations of the release that the libraries are."""

    answers: LibraryAnswers
    promised: set[SymbolName]
    theirs: Mapping[SymbolName, Declaration]
    release: str


def _tell(promise: Promise, faults: Sequence[Fault], context: _Context) -> Finding:
    rule = faults[0].rule
    symbols = tuple(fault.obligation.symbol for fault in faults)
    message = tell_fault(promise, faults, context.answers.libraries)
    lines: tuple[str, ...] = ()
    found = nearest_lookalike(symbols, context.answers, context.promised) if rule.explainable else None
    if found and promise.declaration.kind is not DeclarationKind.CLASS:
        drift = explain_drift(
            promise.declaration, symbols[0], found, context.release, context.theirs.get(found.export.symbol)
        )
        message, lines = drift.message, drift.lines
    return rule.found(
        message,
        name=promise.declaration.name,
        location=promise.declaration.location,
        symbols=symbols,
        evidence=(*_differences(lines), *_reached(promise), *_both_sides(symbols, found)),
        hint=rule.hint.format(library=provider_of(faults[0])),
    )


def _differences(lines: Iterable[str]) -> tuple[Evidence, ...]:
    return tuple(Evidence(EvidenceKind.DIFFERENCE, line) for line in lines)


def _reached(promise: Promise) -> tuple[Evidence, ...]:
    """How something private comes to be owed."""
    if not promise.reached:
        return ()
    return (Evidence(EvidenceKind.REACHED, " → ".join(f"`{step}`" for step in promise.reached)),)


def _both_sides(symbols: Sequence[SymbolName], found: Lookalike | None) -> tuple[Evidence, ...]:
    """The symbols demangled and mangled, and the library's nearest likewise."""
    lines = [Evidence(EvidenceKind.WANTED, _spell(text, names)) for text, names in _by_spelling(symbols).items()]
    if found:
        lines.append(Evidence(EvidenceKind.PRESENT, _spell(read_cxx(found.demangled), [found.export.symbol])))
    return tuple(lines)


def _by_spelling(symbols: Iterable[SymbolName]) -> dict[str, list[SymbolName]]:
    """Symbols that read alike (the constructors, the destructors of a class) together."""
    groups: dict[str, list[SymbolName]] = {}
    for symbol in symbols:
        groups.setdefault(read_cxx(demangle(symbol)), []).append(symbol)
    return groups


def _spell(text: str, symbols: Sequence[SymbolName]) -> str:
    if [text] == list(symbols):
        return f"`{text}`"
    return f"`{text}` ({', '.join(f'`{symbol}`' for symbol in symbols)})"
