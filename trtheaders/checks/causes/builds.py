"""Causes that lie in how the whole library was built: string ABI, visibility, typeinfo, another library altogether."""

from __future__ import annotations

from trtheaders.checks.causes.open_findings import Case, CommonCause, UnkeptPromise, count, name_libraries
from trtheaders.checks.symbols.faults import best_answer
from trtheaders.model.library.exports import Standing
from trtheaders.rules.symbols import (
    HIDDEN_LIBRARIES,
    HIDDEN_SYMBOLS,
    MISSING_TYPEINFO,
    STRING_ABI_MISMATCHES,
    WRONG_LIBRARIES,
)

_FEW = 0.1
"""At most this share of the promises is kept where a library as a whole is at fault."""


def find_string_abi(case: Case) -> CommonCause | None:
    """Symbols that are exported under the name that they have with the other `std::string` ABI."""
    symptoms = tuple(symptom for symptom in case.symptoms if _kept_under_other_abi(symptom, case))
    if not symptoms:
        return None
    ours, theirs = (1, 0) if case.snapshot.key.new_string_abi else (0, 1)
    library = name_libraries(case.answers)
    return CommonCause(
        rule=STRING_ABI_MISMATCHES,
        message=(
            f"{library} was built with `_GLIBCXX_USE_CXX11_ABI={theirs}`, the headers are read with {ours}: "
            f"{count(symptoms)} with `std::string` in the signature {'is' if len(symptoms) == 1 else 'are'} not found"
        ),
        symptoms=symptoms,
        lines=(_other_name(symptoms[0]),),
        hint=(
            f"compile with `-D_GLIBCXX_USE_CXX11_ABI={theirs}`, or install a build with the ABI of your compiler "
            "(wheels have the new one from 0.20.0 on)"
        ),
    )


def _kept_under_other_abi(symptom: UnkeptPromise, case: Case) -> bool:
    broken = [item for item in symptom.promise.obligations if item.symbol in symptom.finding.symbols]
    names = [item.old_string_abi for item in broken]
    found = (case.answers.answers.get(name) if name else None for name in names)
    return all(answer is not None and answer.standing is Standing.EXPORTED for answer in found)


def _other_name(symptom: UnkeptPromise) -> str:
    owed = next(item for item in symptom.promise.obligations if item.symbol in symptom.finding.symbols)
    return f"wanted `{owed.symbol}`, exported is `{owed.old_string_abi}`"


def find_hidden_library(case: Case) -> CommonCause | None:
    """Nearly everything is compiled in and nearly nothing exported."""
    hidden = tuple(item for item in case.symptoms if item.finding.rule == HIDDEN_SYMBOLS.id)
    if len(hidden) < 2 or case.kept > _FEW * len(case.snapshot.promises) or len(hidden) < len(case.broken) / 2:
        return None
    return CommonCause(
        rule=HIDDEN_LIBRARIES,
        message=f"{name_libraries(case.answers)} defines {count(hidden)} and exports none of them",
        symptoms=hidden,
        lines=(f"{case.kept} of {count(case.snapshot.promises)} kept",),
    )


def find_missing_typeinfo(case: Case) -> CommonCause | None:
    """No typeinfo at all, although vtables are there."""
    tables = tuple(
        item
        for item in case.symptoms
        if any(symbol.startswith("_ZTI") for symbol in item.finding.symbols)
        and all(symbol.startswith("_ZTI") for symbol in item.finding.symbols)
    )
    without = [facts.name for facts in case.answers.libraries if facts.has_typeinfo is False]
    if not tables or any(facts.has_typeinfo for facts in case.answers.libraries) or not without:
        return None
    lacking = "1 class lacks it" if len(tables) == 1 else f"{len(tables)} classes lack it"
    return CommonCause(
        rule=MISSING_TYPEINFO,
        message=f"`{without[0]}` exports vtables and no typeinfo at all: {lacking}",
        symptoms=tables,
    )


def find_wrong_library(case: Case) -> CommonCause | None:
    """Next to nothing is kept, and nothing is spelt like what is missing."""
    total = len(case.snapshot.promises)
    strangers = tuple(item for item in case.symptoms if _is_strange(item, case))
    if total < 3 or case.kept > _FEW * total or len(strangers) < (1 - _FEW) * len(case.broken):
        return None
    return CommonCause(
        rule=WRONG_LIBRARIES,
        message=(
            f"{name_libraries(case.answers)} does not go with these headers at all: "
            f"{case.kept} of {total} promises are kept"
        ),
        symptoms=strangers,
        lines=tuple(f"asked: `{facts.path}`" for facts in case.answers.libraries),
    )


def _is_strange(symptom: UnkeptPromise, case: Case) -> bool:
    absent = (best_answer(item, case.answers).standing is Standing.ABSENT for item in symptom.promise.obligations)
    return all(absent) and not case.lookalikes(symptom)
