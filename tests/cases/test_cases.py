"""Every case of the corpus: the header promises what g++ needs, and the library lacks what ld complains of."""

from __future__ import annotations

import subprocess
from collections import Counter

import pytest
from support.cases import (
    CASES,
    LEVELS,
    Broken,
    Case,
    all_cases,
    build_libraries,
    link_consumer,
    referenced_symbols,
    undefined_references,
)

from trtheaders.checks.symbols.providers import check_providers
from trtheaders.checks.symbols.unkept_promises import check_symbols
from trtheaders.headers.entrance import HeaderQuestion, record_snapshot
from trtheaders.model.answers.findings import Finding, Severity
from trtheaders.model.headers.promises import Weight
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.rules import rule
from trtheaders.steps.verdict.symbol_queries import ask_about

ALL = all_cases()
NOT_UNDEFINED = frozenset(
    {"wrong-kind-symbols", "wrong-size-objects", "protected-data-symbols", "exported-hidden-declarations"}
)


def _cases() -> list:
    return [pytest.param(case, id=case.name) for case in ALL]


def _broken() -> list:
    return [pytest.param(case, broken, id=f"{case.name}: {broken.name}") for case in ALL for broken in case.broken]


def _record(case: Case) -> AbiSnapshot:
    return record_snapshot(
        HeaderQuestion(root=case.folder, entries=case.entries, standard=case.standard, defines=case.defines)
    )


def _check(case: Case, libraries: list) -> tuple[Finding, ...]:
    snapshot = _record(case)
    answers = ask_about(snapshot, libraries)
    return (*check_symbols(snapshot, answers), *check_providers(snapshot, answers))


def _by_rule(findings: tuple[Finding, ...]) -> dict[str, set[str]]:
    told: dict[str, set[str]] = {}
    for finding in findings:
        told.setdefault(finding.rule, set()).update(finding.symbols)
    return told


def test_each_number_of_the_list_has_a_fixture():
    assert {int(folder.name[:2]) for folder in CASES.iterdir()} == set(range(1, 98))


def test_each_header_says_first_what_it_is_about():
    assert [case.name for case in ALL if not (case.folder / "header.h").read_text().startswith("// ")] == []


@pytest.mark.parametrize("case", _cases())
def test_the_fixture_states_what_the_compiler_refers_to(case: Case):
    assert referenced_symbols(case) == (case.promised - case.unused.keys()) | case.referenced.keys()


@pytest.mark.parametrize("case", _cases())
def test_the_header_promises_what_the_compiler_refers_to(case: Case):
    snapshot = _record(case)
    promises = snapshot.promises
    # Which thread-local objects have initialisation functions the compiler tells alone.
    proposed = {symbol for symbol in case.promised if not symbol.startswith("_ZTH")}
    assert {symbol for promise in promises for symbol in promise.symbols} == proposed
    unoptimised = {item for promise in promises if promise.weight is Weight.UNOPTIMISED for item in promise.symbols}
    assert unoptimised == case.unoptimised


@pytest.mark.parametrize("case", _cases())
def test_the_rest_is_exempt_or_unverifiable_with_its_reason(case: Case):
    snapshot = _record(case)
    reasons = {(item.declaration.name, item.reason.value) for item in snapshot.exempt}
    assert set(case.exempt.items()) - reasons == set()
    assert sorted(item.name for item in snapshot.unverifiable) == sorted(case.unverifiable)
    assert [item.name for item in snapshot.unverifiable if not item.reason] == []
    assert not case.blame or any(case.blame in item.reason for item in snapshot.unverifiable)


@pytest.mark.parametrize("case", _cases())
def test_the_honest_library_links_and_yields_nothing(case: Case):
    libraries = build_libraries(case, case.libraries, case.library_flags, ())
    for level in LEVELS:
        linked = link_consumer(case, level, libraries)
        assert linked.status == 0, linked.messages
    assert _by_rule(_check(case, libraries)) == {name: set(symbols) for name, symbols in case.honest.items()}


@pytest.mark.parametrize(("case", "broken"), _broken())
def test_the_broken_library_yields_what_the_linker_says(case: Case, broken: Broken):
    libraries = build_libraries(case, broken.libraries, broken.flags, broken.needed)
    findings = _check(case, libraries)
    assert _by_rule(findings) == {name: set(symbols) for name, symbols in broken.findings.items()}
    counted = Counter(finding.rule for finding in findings)
    assert {name: counted[name] for name in broken.counts} == broken.counts
    _ask_the_linker(case, broken, libraries)


def _ask_the_linker(case: Case, broken: Broken, libraries: list) -> None:
    links = [link_consumer(case, level, libraries) for level in LEVELS]
    named = {symbol for link in links for symbol in undefined_references(link.messages)}
    assert named == _expected(case, broken)
    assert all(link.status == 0 for link in links) == broken.links
    assert all(broken.mismatch in link.messages for link in links)
    if broken.dies:
        assert {subprocess.run([link.path], capture_output=True).returncode < 0 for link in links} == {True}


def _expected(case: Case, broken: Broken) -> set[str]:
    """What ld will call undefined: what is found missing, as far as a consumer can refer to it."""
    if broken.undefined is not None:
        return set(broken.undefined)
    fatal = (name for name in broken.findings if name not in NOT_UNDEFINED and rule(name).severity is not Severity.NOTE)
    return {symbol for name in fatal for symbol in broken.findings[name]} - case.unused.keys()
