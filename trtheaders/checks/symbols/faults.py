"""One promise against the answers: which of its symbols are not as promised, and by which rule."""

from __future__ import annotations

from msgspec import Struct

from trtheaders.model.headers.promises import Obligation, Promise, SymbolKind, Weight
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.library.exports import Answer, Export, ExportKind, LibraryAnswers, Standing
from trtheaders.model.names import SymbolName
from trtheaders.rules.row import Rule
from trtheaders.rules.symbols import (
    HIDDEN_SYMBOLS,
    MISSING_SYMBOLS,
    MISSING_UNOPTIMISED_SYMBOLS,
    OLD_VERSION_SYMBOLS,
    PROTECTED_DATA_SYMBOLS,
    SYMBOLS_IN_NEEDED_LIBRARIES,
    WRONG_KIND_SYMBOLS,
    WRONG_SIZE_OBJECTS,
)

_STANDINGS = {
    Standing.ABSENT: MISSING_SYMBOLS,
    Standing.HIDDEN: HIDDEN_SYMBOLS,
    Standing.OLD_VERSION: OLD_VERSION_SYMBOLS,
    Standing.IN_NEEDED: SYMBOLS_IN_NEEDED_LIBRARIES,
}
_ACCEPTED_KINDS = {
    SymbolKind.FUNCTION: frozenset({ExportKind.FUNCTION, ExportKind.IFUNC, ExportKind.UNTYPED}),
    SymbolKind.DATA: frozenset({ExportKind.DATA, ExportKind.UNTYPED}),
    SymbolKind.TLS: frozenset({ExportKind.TLS}),
}
_CLASS_TABLES = ("_ZTV", "_ZTT", "_ZTI", "_ZTS", "_ZTC")


class Fault(Struct, frozen=True, kw_only=True):
    """A symbol that is not as promised; ``rule`` says how, ``answer`` what the libraries have under that name."""

    obligation: Obligation
    rule: Rule
    answer: Answer


def find_faults(promise: Promise, answers: LibraryAnswers) -> tuple[Fault, ...]:
    """The faults of ``promise``, in the order of its obligations; empty if it is kept.

    Raises KeyError for an obligation that the libraries were not asked about.
    """
    faults = []
    for obligation in promise.obligations:
        answer = best_answer(obligation, answers)
        rule = _rule_of(obligation, answer)
        if rule and promise.weight is Weight.UNOPTIMISED and rule.link:
            rule = MISSING_UNOPTIMISED_SYMBOLS
        if rule:
            faults.append(Fault(obligation=obligation, rule=rule, answer=answer))
    return tuple(faults)


def best_answer(obligation: Obligation, answers: LibraryAnswers) -> Answer:
    """The answer for the symbol itself, or for an alternative spelling that is exported where it is not."""
    own = answers.answers[obligation.symbol]
    if own.standing is Standing.EXPORTED:
        return own
    others = (answers.answers.get(symbol) for symbol in obligation.alternatives)
    return next((other for other in others if other and other.standing is Standing.EXPORTED), own)


def _rule_of(obligation: Obligation, answer: Answer) -> Rule | None:
    """The rule that the answer breaks, None for none."""
    if answer.standing is not Standing.EXPORTED:
        return _STANDINGS[answer.standing]
    export = answer.export
    return _export_rule(obligation, export) if export is not None else None


def _export_rule(obligation: Obligation, export: Export) -> Rule | None:
    # A vtable or typeinfo is what its name says; its size is evidence about the class, judged with its layout.
    if obligation.symbol.startswith(_CLASS_TABLES):
        return None
    if export.kind not in _ACCEPTED_KINDS[obligation.kind]:
        return WRONG_KIND_SYMBOLS
    if obligation.kind is SymbolKind.FUNCTION:
        return None
    if obligation.size is not None and export.size not in (0, obligation.size):
        return WRONG_SIZE_OBJECTS
    return PROTECTED_DATA_SYMBOLS if export.protected else None


def owed_symbols(promise: Promise) -> frozenset[SymbolName]:
    """Every spelling under which the promise's required symbols count."""
    return frozenset(spelling for item in promise.obligations for spelling in (item.symbol, *item.alternatives))


def count_missing(snapshot: AbiSnapshot, answers: LibraryAnswers) -> int:
    """How many promises of ``snapshot`` a consumer cannot rely on, whatever optimisation it is compiled with."""
    faults = (find_faults(promise, answers) for promise in snapshot.promises)
    return sum(any(fault.rule is not MISSING_UNOPTIMISED_SYMBOLS for fault in found) for found in faults)
