"""One is counted as one, everywhere that something is counted."""

from __future__ import annotations

import re

import pytest
from support.promised import facts

from trtheaders.cli.main import run
from trtheaders.model.answers.findings import Counts, Evidence, EvidenceKind, Finding, Severity, Verification
from trtheaders.model.headers.promises import Unverifiable
from trtheaders.model.places import Location
from trtheaders.report.verification.formats import FORMATS, render_as
from trtheaders.report.verification.text import render_verification

ONE = Verification(
    release="1.2.0",
    header_root=None,
    libraries=(facts("libtensorrt_llm.so"),),
    findings=(
        Finding(
            rule="missing-symbols",
            severity=Severity.ERROR,
            message="gone",
            evidence=tuple(Evidence(EvidenceKind.FACT, letter) for letter in "abcdefghijklm"),
        ),
    ),
    counts=Counts(promises=1, symbols=1, missing=1, unverifiable=1),
    unverifiable=(Unverifiable(name="f", location=Location(file="a.h", line=1), reason="unknown"),),
)
WRONG = re.compile(r"\b1 (?:more )?(?:\w+ )?(?:promises|lines|causes|declarations|symbols|files|errors|changes)\b")


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "text"])
def test_a_verdict_counts_one_as_one(form):
    assert not WRONG.search(render_as(form, ONE))


def test_a_verdict_as_text_counts_one_as_one():
    text = render_verification(ONE)
    assert "… and 1 more line (" in text
    assert not WRONG.search(text)


def test_commands_count_one_as_one(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    (tmp_path / "old" / "a.h").write_text("int f();\n")
    (tmp_path / "new" / "a.h").write_text("int f(int);\n")
    assert run(["promises", "--headers", "old", "--entry", "a.h"]) == 0
    assert run(["stub", "--headers", "old", "--entry", "a.h", "-o", "libold.so"]) == 0
    run(["diff", "./old", "./new", "--entry", "a.h"])
    run(["diff", "./old", "./new", "--entry", "a.h", "--format", "markdown"])
    streams = capsys.readouterr()
    assert "1 promise · 0 exempt" in streams.out
    assert "1 promise (1 symbol) of" in streams.err
    assert not WRONG.search(streams.out + streams.err)
