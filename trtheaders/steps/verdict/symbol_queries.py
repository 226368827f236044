"""Which symbols the libraries are asked about: what is owed first, what else could explain an absence only then."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from msgspec.structs import replace

from trtheaders.library.answers import ask_libraries
from trtheaders.model.headers.promises import Exemption
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.library.exports import LibraryAnswers, Standing
from trtheaders.model.names import SymbolName, is_vector_variant

_TELLING = frozenset({Exemption.HIDDEN, Exemption.INITIALISED_IN_CLASS})
"""What is exempt, and worth a word where the libraries have it, or have it not."""


def ask_about(
    snapshot: AbiSnapshot, libraries: Sequence[Path], linked: Collection[Path] | None = None
) -> LibraryAnswers:
    """What ``libraries`` say about all that ``snapshot`` promises, and other spellings of what is absent."""
    answers = _with_siblings(ask_libraries(libraries, _owed(snapshot), linked=linked), libraries)
    others = _other_spellings(snapshot, answers)
    if not others:
        return answers
    more = ask_libraries(libraries, others, linked=linked)
    return replace(answers, answers={**more.answers, **answers.answers})


def _with_siblings(answers: LibraryAnswers, libraries: Sequence[Path]) -> LibraryAnswers:
    """``answers`` with who lies beside and has what is absent; where nothing is, nobody is looked for."""
    absent = [symbol for symbol, answer in answers.answers.items() if answer.standing is Standing.ABSENT]
    if not absent:
        return answers
    from trtheaders.library.symbols.siblings import find_beside

    kept = [symbol for symbol, answer in answers.answers.items() if answer.standing is Standing.EXPORTED]
    return replace(answers, beside=find_beside(libraries, absent, kept))


def _owed(snapshot: AbiSnapshot) -> tuple[SymbolName, ...]:
    told = (item for item in snapshot.exempt if item.reason in _TELLING)
    symbols = [symbol for promise in snapshot.promises for symbol in promise.symbols]
    symbols += [name for promise in snapshot.promises for name in promise.optional if is_vector_variant(name)]
    return tuple(dict.fromkeys([*symbols, *(symbol for item in told for symbol in item.symbols)]))


def _other_spellings(snapshot: AbiSnapshot, answers: LibraryAnswers) -> tuple[SymbolName, ...]:
    """Alternative and old-ABI spellings of symbols that are not exported."""
    found: dict[SymbolName, None] = {}
    for promise in snapshot.promises:
        for owed in promise.obligations:
            if answers.answers[owed.symbol].standing is not Standing.EXPORTED:
                old = (owed.old_string_abi,) if owed.old_string_abi else ()
                found.update(dict.fromkeys((*owed.alternatives, *old)))
    return tuple(found)
