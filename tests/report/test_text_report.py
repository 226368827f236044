"""Verdicts as text: the whole output, word for word."""

from __future__ import annotations

from pathlib import Path

from support.promised import facts

from trtheaders.model.answers.findings import Counts, Finding, Severity, Verification, Witness
from trtheaders.model.headers.promises import Unverifiable
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location
from trtheaders.report.verification.text import render_verification

FINDING = Finding(
    rule="missing-symbols",
    severity=Severity.ERROR,
    message="`S::S(…)` takes 2 parameters here, the library has it with 1",
    name="n::S::S",
    location=Location(file="n/s.h", line=63),
    symbols=(SymbolName("_ZN1n1SC1Eii"),),
    evidence=("parameter 2 `int b` is new in 1.2.0",),
    hint="run `trtheaders add v1.1.0`",
)
NOTE = Finding(rule="duplicate-symbols", severity=Severity.NOTE, message="twice")
UNVERIFIABLE = Unverifiable(
    name="n::g",
    location=Location(file="n/g.h", line=4),
    reason="`x.h` was not found",
    blame=Location(file="n/g.h", line=1),
    remedy="give `--include-dir`",
)


def verification(*findings, release="1.2.0", **more):
    given = {"counts": Counts(promises=488, symbols=700, missing=1, exempt=31, unverifiable=0), **more}
    return Verification(
        release=release, header_root=Path("/h"), libraries=(facts("libtensorrt_llm.so"),), findings=findings, **given
    )


def test_a_finding_reads_as_compilers_write():
    assert render_verification(verification(FINDING)).splitlines() == [
        "n/s.h:63: error[missing-symbols]: `S::S(…)` takes 2 parameters here, the library has it with 1",
        "   parameter 2 `int b` is new in 1.2.0",
        "hint: run `trtheaders add v1.1.0`",
        "",
        "488 promises of 1.2.0 checked against libtensorrt_llm.so: 1 missing · 31 exempt · 0 unverifiable (1 error)",
    ]


def test_findings_in_a_row_share_a_hint():
    lines = render_verification(verification(FINDING, FINDING)).splitlines()
    assert [line[:5] for line in lines].count("hint:") == 1
    assert lines.index("hint: run `trtheaders add v1.1.0`") == 4


def test_a_clean_verdict_is_one_line():
    clean = verification(release=None, counts=Counts(promises=1, symbols=1))
    expected = "1 promise checked against libtensorrt_llm.so: 0 missing · 0 exempt · 0 unverifiable"
    assert render_verification(clean) == expected


def test_what_was_not_judged_is_named_by_cause():
    counts = Counts(promises=1, unverifiable=2)
    text = render_verification(verification(counts=counts, unverifiable=(UNVERIFIABLE, UNVERIFIABLE)))
    assert text.splitlines()[:3] == [
        "n/g.h:1: unverifiable: `x.h` was not found",
        "   `n::g`, `n::g`",
        "hint: give `--include-dir`",
    ]
    assert text.endswith("2 unverifiable")


def test_quiet_leaves_the_findings_and_the_counts():
    text = render_verification(verification(FINDING, NOTE, remarks=("r",), unverifiable=(UNVERIFIABLE,)), quiet=True)
    assert "twice" not in text
    assert "remark" not in text
    assert "parameter 2" not in text
    assert len(text.splitlines()) == 4


def test_long_evidence_is_cut_unless_verbose():
    long = Finding(rule="r", severity=Severity.ERROR, message="m", evidence=tuple(f"line {n}" for n in range(20)))
    assert "… and 8 more lines (`-v` shows them)" in render_verification(verification(long))
    assert "line 19" in render_verification(verification(long), verbose=True)


def test_colour_only_when_asked_for():
    assert "\x1b" not in render_verification(verification(FINDING))
    assert "\x1b[1;31merror[missing-symbols]\x1b[0m" in render_verification(verification(FINDING), coloured=True)


def test_the_linkers_word_is_shown():
    said = Finding(rule="r", severity=Severity.NOTE, message="m", witness=Witness.WITHDRAWN)
    assert "   withdrawn: g++ links a program that uses it" in render_verification(verification(said))


def test_without_a_library_nothing_was_asked():
    alone = Verification(
        release="1.2.0", header_root=None, libraries=(), findings=(), counts=Counts(promises=3, exempt=1)
    )
    assert render_verification(alone).startswith("3 promises of 1.2.0 read, no library asked: 0 missing")
