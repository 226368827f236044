"""Which library keeps what: promises kept twice, and promises kept only beside the library that is linked."""

from __future__ import annotations

from collections.abc import Iterable

from trtheaders.checks.symbols.faults import best_answer, find_faults
from trtheaders.model.answers.findings import Finding
from trtheaders.model.headers.promises import Exempt, Exemption, Promise
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.library.exports import Answer, ExportKind, LibraryAnswers, Machine, Standing
from trtheaders.model.names import SymbolName, is_vector_variant
from trtheaders.rules.row import Rule
from trtheaders.rules.symbols import (
    DUPLICATE_SYMBOLS,
    EXPORTED_HIDDEN_DECLARATIONS,
    MISSING_CONSTANTS,
    MISSING_VECTOR_VARIANTS,
    SYMBOLS_IN_UNLINKED_LIBRARIES,
)


def check_providers(snapshot: AbiSnapshot, answers: LibraryAnswers) -> tuple[Finding, ...]:
    """Notes on promises that several libraries keep, or that an unlinked library keeps; a warning where the library
    exports what the header hides.
    """
    kept = [promise for promise in snapshot.promises if not find_faults(promise, answers)]
    found = (*_duplicates(kept, answers), *_unlinked(kept, answers), *_unhidden(snapshot, answers))
    return (*found, *_undefined_constants(snapshot, answers), *_missing_variants(snapshot, answers))


def providers_by_header(snapshot: AbiSnapshot, answers: LibraryAnswers) -> dict[str, dict[str, int]]:
    """For each header, how many of its kept promises each library keeps."""
    table: dict[str, dict[str, int]] = {}
    for promise in snapshot.promises:
        if not find_faults(promise, answers):
            libraries = table.setdefault(promise.declaration.location.file, {})
            for library in sorted({answer.library for answer in _answers(promise, answers)}):
                libraries[library] = libraries.get(library, 0) + 1
    return table


def _answers(promise: Promise, answers: LibraryAnswers) -> tuple[Answer, ...]:
    return tuple(best_answer(obligation, answers) for obligation in promise.obligations)


def _duplicates(kept: Iterable[Promise], answers: LibraryAnswers) -> Iterable[Finding]:
    groups: dict[tuple[str, ...], list[Promise]] = {}
    for promise in kept:
        for answer in _answers(promise, answers):
            # A weak copy in every library is how inline functions and templates are meant to be.
            if answer.also and answer.export is not None and not answer.export.weak:
                groups.setdefault((answer.library, *answer.also), []).append(promise)
                break
    for libraries, promises in sorted(groups.items()):
        names = " and ".join(f"`{name}`" for name in libraries)
        yield _fold(
            DUPLICATE_SYMBOLS,
            f"{_count(promises)} exported by {names} alike; the first on the link line is taken",
            promises,
            "make sure that both are of one build",
        )


def _unlinked(kept: Iterable[Promise], answers: LibraryAnswers) -> Iterable[Finding]:
    beside = {facts.name for facts in answers.libraries if not facts.linked}
    groups: dict[str, list[Promise]] = {}
    for promise in kept:
        for library in sorted({answer.library for answer in _answers(promise, answers)} & beside)[:1]:
            groups.setdefault(library, []).append(promise)
    for library, promises in sorted(groups.items()):
        files = sorted({promise.declaration.location.file for promise in promises})
        yield _fold(
            SYMBOLS_IN_UNLINKED_LIBRARIES,
            f"{_count(promises)} kept by `{library}`, which lies beside the linked library",
            promises,
            f"whoever uses them links `{library}` too",
            (f"declared in {', '.join(f'`{file}`' for file in files)}",),
        )


def _fold(rule: Rule, message: str, promises: list[Promise], hint: str, lines: tuple[str, ...] = ()) -> Finding:
    first = promises[0].declaration
    return rule.found(
        message,
        name=first.name if len(promises) == 1 else "",
        location=first.location,
        symbols=tuple(symbol for promise in promises for symbol in promise.symbols),
        lines=lines,
        hint=hint,
        explains=len(promises),
    )


def _count(promises: list[Promise]) -> str:
    return f"`{promises[0].declaration.name}` is" if len(promises) == 1 else f"{len(promises)} promises are"


def _unhidden(snapshot: AbiSnapshot, answers: LibraryAnswers) -> Iterable[Finding]:
    for exempt in snapshot.exempt:
        symbols = _exported(exempt, answers) if exempt.reason is Exemption.HIDDEN else ()
        if symbols:
            declaration = exempt.declaration
            library = answers.answers[symbols[0]].library
            yield EXPORTED_HIDDEN_DECLARATIONS.found(
                message=EXPORTED_HIDDEN_DECLARATIONS.tell(what=f"`{declaration.name}`", library=library),
                name=declaration.name,
                location=declaration.location,
                symbols=symbols,
            )


def _undefined_constants(snapshot: AbiSnapshot, answers: LibraryAnswers) -> Iterable[Finding]:
    """One warning for all constants that nobody defines: few consumers need a definition."""
    constants = (item for item in snapshot.exempt if item.reason is Exemption.INITIALISED_IN_CLASS and item.symbols)
    absent = [item for item in constants if all(_is_absent(symbol, answers) for symbol in item.symbols)]
    if absent:
        first = absent[0].declaration
        what = f"`{first.name}` is" if len(absent) == 1 else f"`{first.name}` and {len(absent) - 1} more constants are"
        yield MISSING_CONSTANTS.found(
            message=f"{what} initialised in the class, and no library defines {'it' if len(absent) == 1 else 'them'}",
            name=first.name,
            location=first.location,
            symbols=tuple(symbol for item in absent for symbol in item.symbols),
            explains=len(absent),
            hint=MISSING_CONSTANTS.hint,
        )


def _missing_variants(snapshot: AbiSnapshot, answers: LibraryAnswers) -> Iterable[Finding]:
    """A warning for each function of which no library has the variants for vectors that its attribute promises."""
    if any(facts.machine is not Machine.X86_64 for facts in answers.libraries):
        return
    for promise in snapshot.promises:
        absent = tuple(item for item in promise.optional if is_vector_variant(item) and _is_absent(item, answers))
        if absent:
            name = promise.declaration.name
            yield MISSING_VECTOR_VARIANTS.found(
                message=MISSING_VECTOR_VARIANTS.tell(what=f"`{name}`"),
                name=name,
                location=promise.declaration.location,
                symbols=absent,
                hint=MISSING_VECTOR_VARIANTS.hint,
            )


def _is_absent(symbol: SymbolName, answers: LibraryAnswers) -> bool:
    answer = answers.answers.get(symbol)
    return answer is not None and answer.standing is Standing.ABSENT


def _exported(exempt: Exempt, answers: LibraryAnswers) -> tuple[SymbolName, ...]:
    found = (answers.answers.get(symbol) for symbol in exempt.symbols)
    return tuple(
        answer.symbol
        for answer in found
        if answer
        and answer.standing is Standing.EXPORTED
        and answer.export
        and answer.export.kind is not ExportKind.UNTYPED
    )
