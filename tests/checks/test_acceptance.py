"""Findings on record: patterns, ranges, dates, and records that have had their day."""

from __future__ import annotations

import pytest

from trtheaders.checks.acceptance import Acceptance, accept_findings, check_record
from trtheaders.errors import ConfigurationError
from trtheaders.model.answers.findings import Finding, Severity
from trtheaders.model.names import SymbolName
from trtheaders.report.evidence import spell_evidence

FINDING = Finding(
    rule="missing-symbols",
    severity=Severity.ERROR,
    message="m",
    name="n::A::f",
    symbols=(SymbolName("_ZN1n1A1fEv"),),
    hint="h",
)


def accepts(entry: Acceptance, release: str | None = "1.2.0rc3", today: str = "2026-01-31") -> bool:
    (found,), used = accept_findings([FINDING], [entry], release, today)
    assert (found.severity is Severity.NOTE) == (entry in used)
    return entry in used


def entry(**more):
    return Acceptance(**{"rule": "missing-symbols", "reason": "known", **more})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (entry(), True),
        (entry(rule="missing-*"), True),
        (entry(rule="hidden-symbols"), False),
        (entry(name="n::A::*"), True),
        (entry(name="n::B::*"), False),
        (entry(symbol="_ZN1n1A1fEv"), True),
        (entry(symbol="_ZN1n*"), True),
        (entry(symbol="_ZN1m*"), False),
        (entry(name="n::A::f", symbol="_ZN1m*"), False),
        (entry(expires="2026-01-31"), True),
        (entry(expires="2026-01-30"), False),
        (entry(releases=">=1.1,<1.3"), True),
        (entry(releases=">=1.3"), False),
    ],
)
def test_what_an_entry_accepts(given, expected):
    assert accepts(given) is expected


def test_a_range_needs_a_release():
    assert not accepts(entry(releases=">=1.1"), release=None)


def test_an_accepted_finding_is_a_note_with_the_reason():
    (found,), _ = accept_findings([FINDING], [entry()], None, "2026-01-01")
    assert (found.severity, spell_evidence(found.evidence), found.hint) == (Severity.NOTE, ["accepted: known"], "")
    assert found.symbols == FINDING.symbols


def test_unused_and_expired_entries_are_told():
    stale, expired, elsewhere = entry(name="gone"), entry(expires="2025-12-31"), entry(releases=">=9")
    told = check_record([stale, expired, elsewhere], frozenset(), "1.2.0", "2026-01-01")
    assert [(item.rule, item.severity) for item in told] == [
        ("stale-acceptances", Severity.WARNING),
        ("expired-acceptances", Severity.WARNING),
    ]
    assert told[0].message == 'nothing is found any more that `rule = "missing-symbols", name = "gone"` accepts'
    assert check_record([stale], frozenset({stale}), "1.2.0", "2026-01-01") == ()


def test_a_range_that_is_none():
    with pytest.raises(ConfigurationError, match="nonsense"):
        accepts(entry(releases="nonsense"))
