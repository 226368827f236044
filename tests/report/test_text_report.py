"""Verdicts as text: the whole output, word for word."""

from __future__ import annotations

import os
from pathlib import Path

from support.promised import facts

from trtheaders.model.answers.excerpts import Excerpt
from trtheaders.model.answers.findings import Counts, Evidence, EvidenceKind, Finding, Severity, Verification, Witness
from trtheaders.model.headers.promises import Unverifiable
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location
from trtheaders.report.verification.text import Screen, render_verification
from trtheaders.visible import let_ink_flow

HERE = Path("/project")
FINDING = Finding(
    rule="missing-symbols",
    severity=Severity.ERROR,
    message="`S::S(…)` takes 2 parameters here, the library has it with 1",
    name="n::S::S",
    location=Location(file="n/s.h", line=63),
    symbols=(SymbolName("_ZN1n1SC1Eii"),),
    evidence=(Evidence(EvidenceKind.DIFFERENCE, "parameter 2 `int b` is new in 1.2.0"),),
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
EXCERPT = Excerpt(line=63, text="    explicit S(int a, int b);", column=13, length=1)


def verification(*findings, release="1.2.0", **more):
    given = {
        "counts": Counts(promises=488, symbols=700, missing=1, exempt=31, unverifiable=0),
        "header_root": HERE / "h",
        "installed": "1.1.0",
        "place": HERE / ".venv",
        **more,
    }
    return Verification(release=release, libraries=(facts("libtensorrt_llm.so"),), findings=findings, **given)


def render(given, *, excerpt=None, refusal="", **screen):
    return render_verification(given, Screen(base=HERE, **screen), excerpt=excerpt, refusal=refusal)


def test_the_answer_comes_first_then_counts_then_findings_as_compilers_write():
    assert render(verification(FINDING)).splitlines() == [
        "mismatch: headers 1.2.0 do not belong to libtensorrt_llm.so 1.1.0 (.venv)",
        "488 promises checked against 1 library: 1 missing · 31 exempt · 0 unverifiable (1 error)",
        "",
        "h/n/s.h:63: error[missing-symbols]: `S::S(…)` takes 2 parameters here, the library has it with 1",
        "   parameter 2 `int b` is new in 1.2.0",
        "hint: run `trtheaders add v1.1.0`",
    ]


def test_findings_in_a_row_share_a_hint():
    lines = render(verification(FINDING, FINDING)).splitlines()
    assert [line[:5] for line in lines].count("hint:") == 1
    assert lines[-1] == "hint: run `trtheaders add v1.1.0`"


def test_a_good_pair_takes_two_lines():
    clean = verification(counts=Counts(promises=1, symbols=1), installed="1.2.0")
    assert render(clean).splitlines() == [
        "ok: headers 1.2.0 belong to libtensorrt_llm.so 1.2.0 (.venv)",
        "1 promise checked against 1 library: 0 missing · 0 exempt · 0 unverifiable",
    ]


def test_only_the_weightiest_remark_is_shown_unless_verbose():
    told = verification(remarks=("first", "second", "third"))
    assert render(told).splitlines()[2:] == ["remark: first (+2: -v)"]
    assert render(told, verbose=True).splitlines()[2:] == ["remark: first", "remark: second", "remark: third"]


def test_notes_are_counted_with_the_remarks_and_shown_when_verbose():
    told = verification(NOTE, NOTE, remarks=("first",))
    assert render(told).splitlines()[2:] == ["remark: first (+2: -v)"]
    assert render(verification(NOTE)).splitlines()[2:] == ["remark: twice"]
    assert render(told, verbose=True).splitlines()[2:] == ["remark: first", "", *["note[duplicate-symbols]: twice"] * 2]


def test_what_could_not_be_checked_qualifies_the_answer_and_is_named_by_cause_when_verbose():
    counts = Counts(promises=1, unverifiable=2)
    open_ends = verification(counts=counts, unverifiable=(UNVERIFIABLE, UNVERIFIABLE))
    assert render(open_ends).splitlines()[0].endswith("libtensorrt_llm.so 1.1.0 (.venv), as far as checked")
    assert render(open_ends, verbose=True).splitlines()[3:] == [
        "h/n/g.h:1: unverifiable: `x.h` was not found",
        "   `n::g`, `n::g`",
        "hint: give `--include-dir`",
    ]


def test_a_refused_verdict_is_no_answer():
    assert render(verification(), refusal="1 declaration could not be verified").splitlines()[0] == (
        "no answer: 1 declaration could not be verified"
    )


def test_the_answer_says_whose_fault_it_is():
    def answer(rule):
        return render(verification(Finding(rule=rule, severity=Severity.ERROR, message="m"))).splitlines()[0]

    assert answer("changed-files") == "mismatch: headers 1.2.0 are not what the lock says"
    assert answer("foreign-architectures") == "mismatch: libtensorrt_llm.so 1.1.0 (.venv) cannot be linked as it is"


def test_a_stub_is_called_a_stub():
    stub = Verification(
        release="1.2.0",
        header_root=HERE / "h",
        libraries=(facts("libtensorrt_llm.so", stub_of="1.2.0"),),
        findings=(),
        counts=Counts(promises=1),
        place=HERE / "build",
    )
    assert render(stub).splitlines()[0] == ("ok: headers 1.2.0 belong to libtensorrt_llm.so (build), a stub of 1.2.0")


def test_the_line_of_the_first_finding_is_quoted_with_a_caret():
    lines = render(verification(FINDING), excerpt=EXCERPT).splitlines()
    assert lines[4:6] == ["   63 |     explicit S(int a, int b);", "      |              ^"]
    assert lines[5].index("^") == lines[4].index("S(")


def test_a_long_line_is_cut_so_that_the_caret_stays_under_what_is_meant():
    text = "x" * 90 + " Name(int a)" + "y" * 90
    long = Excerpt(line=7, text=text, column=91, length=4)
    shown, marks = render(verification(FINDING), excerpt=long, width=40).splitlines()[4:6]
    assert len(shown) <= 40
    assert shown[marks.index("^") : marks.index("^") + 4] == "Name"
    assert marks.endswith("^~~~")


def test_places_in_the_evidence_can_be_opened():
    place = Location(file="n/t.h", line=7)
    folded = Finding(
        rule="r", severity=Severity.ERROR, message="m", evidence=(Evidence(EvidenceKind.SYMPTOM, "gone", place),)
    )
    assert render(verification(folded)).splitlines()[-1] == "   h/n/t.h:7: gone"


def test_paths_are_as_the_reader_writes_them():
    told = verification(remarks=(f"took `{HERE}/.venv/lib/x y.so` and {HERE}/b.so, not `/usr/lib/z.so`",))
    assert render(told).splitlines()[-1] == "remark: took `.venv/lib/x y.so` and b.so, not `/usr/lib/z.so`"
    beside = render_verification(told, Screen(base=HERE / "src"))
    assert beside.splitlines()[0].endswith("(../.venv)")


def test_quiet_leaves_the_findings_and_the_counts():
    text = render(verification(FINDING, NOTE, remarks=("r",), unverifiable=(UNVERIFIABLE,)), quiet=True)
    assert "twice" not in text
    assert "remark" not in text
    assert "parameter 2" not in text
    assert len(text.splitlines()) == 5


def test_long_evidence_is_cut_unless_verbose():
    long = Finding(
        rule="r",
        severity=Severity.ERROR,
        message="m",
        evidence=tuple(Evidence(EvidenceKind.FACT, f"line {n}") for n in range(20)),
    )
    assert "… and 8 more lines (`-v` shows them)" in render(verification(long))
    assert "line 19" in render(verification(long), verbose=True)


def test_colour_only_when_asked_for():
    assert "\x1b" not in render(verification(FINDING))
    assert "\x1b[1;31merror[missing-symbols]\x1b[0m" in let_ink_flow(render(verification(FINDING), coloured=True))
    assert let_ink_flow(render(verification(), coloured=True)).startswith("\x1b[32;1mok\x1b[0m: ")


def test_the_linkers_word_is_shown():
    said = Finding(rule="r", severity=Severity.NOTE, message="m", witness=Witness.WITHDRAWN)
    assert "   withdrawn: a program that uses it links" in render(verification(said))


def test_without_a_library_nothing_was_asked():
    alone = Verification(
        release="1.2.0", header_root=None, libraries=(), findings=(), counts=Counts(promises=3, exempt=1)
    )
    assert render(alone).splitlines() == [
        "read: headers 1.2.0, no library was asked",
        "3 promises read: 0 missing · 1 exempt · 0 unverifiable",
    ]


def test_without_a_base_the_working_folder_is_meant():
    here = verification(place=Path.cwd() / "env")
    assert f"({os.path.relpath(Path.cwd() / 'env')})" in render_verification(here).splitlines()[0]
