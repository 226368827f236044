"""Causes that lie in how the whole library was built: string ABI, visibility, typeinfo, another library altogether."""

from __future__ import annotations

import re

from trtheaders.checks.causes.open_findings import Case, CommonCause, UnkeptPromise, count, name_libraries
from trtheaders.checks.symbols.faults import best_answer
from trtheaders.demangling import demangle
from trtheaders.model.library.exports import LibraryFacts, Standing
from trtheaders.model.names import SymbolName
from trtheaders.rules.symbols import (
    HIDDEN_LIBRARIES,
    HIDDEN_SYMBOLS,
    MISSING_TYPEINFO,
    STANDARD_LIBRARY_MISMATCHES,
    STRING_ABI_MISMATCHES,
    WRONG_LIBRARIES,
)
from trtheaders.spelling import with_old_string

_STRING_TAG = "B5cxx11"
_FEW = 0.1
"""At most this share of the promises is kept where a library as a whole is at fault."""


def find_string_abi(case: Case) -> CommonCause | None:
    """Symbols that are exported under the name that they have with the other `std::string` ABI.

    A name that differs in its tag alone may as well be that of a function with another result: `char const* get()` and
    the old `std::string get()` are called the same. Such ones count only where something else shows the other ABI, and
    nothing contradicts it.
    """
    symptoms = tuple(symptom for symptom in case.symptoms if _kept_under_other_abi(symptom, case))
    sure = tuple(symptom for symptom in symptoms if not _differs_by_tag(symptom, case))
    if _is_contradicted(case) or not (sure or _has_other_strings(case)):
        symptoms = sure
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
        layouts=tuple(item for item in case.layouts if item.name in _classes_with_strings(case)),
        lines=(_other_name(symptoms[0], case),),
        hint=(
            f"compile with `-D_GLIBCXX_USE_CXX11_ABI={theirs}`, or install a build with the ABI of your compiler"
            f"{' (wheels have the new one from 0.20.0 on)' if case.of_upstream else ''}"
        ),
    )


def _classes_with_strings(case: Case) -> frozenset[str]:
    """The classes that lie otherwise in memory with the other ABI: a string is 32 bytes or 8, a list 24 or 16."""
    found: set[str] = set()
    waiting = {
        record.name: {*(item.type.record or "" for item in record.fields), *(base.name for base in record.bases)}
        for record in case.snapshot.records
        if not any(_STRING_OR_LIST.search(item.type.canonical) for item in record.fields)
    }
    found.update(record.name for record in case.snapshot.records if record.name not in waiting)
    while more := {name for name, parts in waiting.items() if not parts.isdisjoint(found)} - found:
        found |= more
    return frozenset(found)


_STRING_OR_LIST = re.compile(r"\bstd::(?:__cxx11::)?(?:basic_string|list|basic_\w*stringstream|basic_stringbuf)\b")


def _kept_under_other_abi(symptom: UnkeptPromise, case: Case) -> bool:
    return all(_other_spelling(symbol, symptom, case) is not None for symbol in symptom.finding.symbols)


def _other_spelling(symbol: SymbolName, symptom: UnkeptPromise, case: Case) -> SymbolName | None:
    """The name under the other ABI, if that is exported: as recorded, or as a lookalike that reads the same."""
    recorded = next((item.old_string_abi for item in symptom.promise.obligations if item.symbol == symbol), None)
    answer = case.answers.answers.get(recorded) if recorded else None
    if recorded and answer is not None and answer.standing is Standing.EXPORTED:
        return recorded
    wanted = demangle(symbol)
    for item in case.answers.lookalikes.get(symbol, ()):
        if item.demangled != wanted and with_old_string(item.demangled) == with_old_string(wanted):
            return item.export.symbol
    return None


def _differs_by_tag(symptom: UnkeptPromise, case: Case) -> bool:
    pairs = ((symbol, _other_spelling(symbol, symptom, case)) for symbol in symptom.finding.symbols)
    return all(other is not None and _untagged(symbol) == _untagged(other) for symbol, other in pairs)


def _untagged(symbol: SymbolName) -> str:
    return symbol.replace(_STRING_TAG, "")


def _is_contradicted(case: Case) -> bool:
    """Whether a promise with a string in it is kept under its own name: then the library has the headers' ABI."""
    return any(
        item.old_string_abi is not None and answer is not None and answer.standing is Standing.EXPORTED
        for promise in case.snapshot.promises
        for item in promise.obligations
        for answer in (case.answers.answers.get(item.symbol),)
    )


def _has_other_strings(case: Case) -> bool:
    return any(facts.new_string_abi is (not case.snapshot.key.new_string_abi) for facts in case.answers.libraries)


def _other_name(symptom: UnkeptPromise, case: Case) -> str:
    symbol = symptom.finding.symbols[0]
    return f"wanted `{symbol}`, exported is `{_other_spelling(symbol, symptom, case)}`"


def find_standard_library(case: Case) -> CommonCause | None:
    """What mentions `std`, where the headers are read with libstdc++ and the library is of libc++, or vice versa."""
    toolchain = case.snapshot.key.toolchain
    ours = toolchain.standard_library.partition(" ")[0] if toolchain is not None else ""
    theirs = next((kind for facts in case.answers.libraries for kind in _standard_libraries(facts)), "")
    symptoms = tuple(item for item in case.symptoms if _mentions_std(item, case))
    if ours not in _FLAGS or not theirs or ours == theirs or not symptoms:
        return None
    return CommonCause(
        rule=STANDARD_LIBRARY_MISMATCHES,
        message=(
            f"{name_libraries(case.answers)} was built with {theirs}, the headers are read with {ours}: "
            f"{count(symptoms)} that {'mentions `std` is' if len(symptoms) == 1 else 'mention `std` are'} not found"
        ),
        symptoms=symptoms,
        # Their classes lie in memory otherwise, and so does whatever has one as a member or names it in a vtable.
        layouts=case.layouts,
        hint=f"compile with {_FLAGS[theirs]}, or install a build that uses {ours}",
    )


def _mentions_std(symptom: UnkeptPromise, case: Case) -> bool:
    """Whether a name says so, or the library's name for the same: with libstdc++ alone a result is part of it."""
    symbols = symptom.finding.symbols
    names = [*symbols, *(other for symbol in symbols if (other := _other_spelling(symbol, symptom, case)))]
    return any(_MENTIONS_STD.search(demangle(name)) for name in names)


_FLAGS = {"libstdc++": "g++, or `clang++ -stdlib=libstdc++`", "libc++": "`clang++ -stdlib=libc++`"}
_MENTIONS_STD = re.compile(r"\bstd::|\[abi:cxx11\]")


def _standard_libraries(facts: LibraryFacts) -> list[str]:
    """Which standard library a library needs; none where it needs both, or neither."""
    found = {name.partition(".so")[0].removeprefix("lib") for name in facts.needed} & {"c++", "stdc++"}
    return [f"lib{name}" for name in found] if len(found) == 1 else []


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
