"""The formats for continuous integration: one verdict, told by each, and read back by what reads such documents."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from msgspec.structs import replace

from trtheaders.cli.main import run
from trtheaders.model.answers.findings import Counts, Evidence, EvidenceKind, Finding, Severity, Verification
from trtheaders.model.headers.promises import Unverifiable
from trtheaders.model.library.exports import LibraryFacts, Machine
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location
from trtheaders.report.verification import github, junit, markdown, sarif
from trtheaders.report.verification.formats import FORMATS, render_as
from trtheaders.rules import RULES

HEADER = "tensorrt_llm/executor/executor.h"
BASE = Path("/project")


def finding(line=63, message="`f(int)` is not there", **changes):
    values = {
        "rule": "missing-symbols",
        "severity": Severity.ERROR,
        "message": message,
        "name": "tensorrt_llm::executor::f",
        "location": Location(file=HEADER, line=line),
        "symbols": (SymbolName("_ZN12tensorrt_llm8executor1fEi"),),
        "evidence": (Evidence(EvidenceKind.PRESENT, "`f(long)`"),),
        "hint": "run `trtheaders add v1.1.0`",
    }
    return Finding(**{**values, **changes})


def verification(*findings, **changes):
    facts = LibraryFacts(path=Path("/lib/libx.so"), name="libx.so", soname="libx.so", machine=Machine.X86_64)
    values = {
        "release": "1.1.0",
        "header_root": BASE / "include/tensorrt-llm/1.1.0",
        "libraries": (facts,),
        "findings": findings,
        "counts": Counts(promises=10, symbols=12, missing=len(findings)),
    }
    return Verification(**{**values, **changes})


MIXED = verification(
    finding(),
    finding(line=0, rule="changed-files", severity=Severity.WARNING, message="50% of it\nis new", symbols=(), hint=""),
    finding(severity=Severity.NOTE, location=None, name="", evidence=()),
    unverifiable=(
        Unverifiable(name="g", location=Location(file=HEADER, line=9), reason="`x.h` was not found", remedy="-I x"),
    ),
)
CLEAN = verification()


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("case", [MIXED, CLEAN], ids=["mixed", "clean"])
def test_every_format_gives_the_same_bytes_twice(form, case):
    assert render_as(form, case) == render_as(form, case)


@pytest.mark.parametrize("case", [MIXED, CLEAN, replace(MIXED, release=None, header_root=None)])
def test_sarif_keeps_to_its_schema(case):
    schema = json.loads((Path(__file__).parent / "sarif-subset.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(sarif.render_verification(case, base=BASE)), schema)


def test_the_schema_of_sarif_refuses_what_is_not_sarif():
    schema = json.loads((Path(__file__).parent / "sarif-subset.schema.json").read_text())
    log = json.loads(sarif.render_verification(MIXED, base=BASE))
    for spoil in (
        lambda run: run["results"][0].update(level="fatal"),
        lambda run: run["results"][0].pop("message"),
        lambda run: run["results"][0]["locations"][0]["physicalLocation"]["region"].update(startLine=0),
        lambda run: run["results"][0]["locations"][0].update(line=3),
        lambda run: run.pop("tool"),
    ):
        spoiled = json.loads(json.dumps(log))
        spoil(spoiled["runs"][0])
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(spoiled, schema)


def test_sarif_names_rule_level_and_place():
    run = json.loads(sarif.render_verification(MIXED, base=BASE))["runs"][0]
    first, second, third = run["results"]
    assert [result["level"] for result in run["results"]] == ["error", "warning", "note"]
    assert all(run["tool"]["driver"]["rules"][r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])
    physical = first["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == f"include/tensorrt-llm/1.1.0/{HEADER}"
    assert physical["region"] == {"startLine": 63}
    assert "region" not in second["locations"][0]["physicalLocation"]
    assert "locations" not in third
    assert "g" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_sarif_writes_a_place_as_a_uri():
    odd = verification(finding(location=Location(file="tensorrt_llm/a b#c%.h", line=1)))
    run = json.loads(sarif.render_verification(odd, base=BASE))["runs"][0]
    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "include/tensorrt-llm/1.1.0/tensorrt_llm/a%20b%23c%25.h"


def fingerprints_of(case):
    results = json.loads(sarif.render_verification(case, base=BASE))["runs"][0]["results"]
    return [result["partialFingerprints"]["trtheadersFinding/v1"] for result in results]


def test_a_fingerprint_outlives_lines_words_and_folders():
    moved = verification(finding(line=99, message="other words", hint=""), header_root=Path("/elsewhere/1.1.0"))
    assert fingerprints_of(moved) == fingerprints_of(verification(finding()))


def test_fingerprints_tell_findings_apart():
    many = verification(finding(), finding(), finding(name="n::g"), finding(symbols=()), finding(rule="hidden-symbols"))
    assert len(set(fingerprints_of(many))) == 5


def read_commands(text):
    """As the runner reads workflow commands: `::name key=value,…::message`."""
    commands = []
    for line in text.splitlines():
        name, properties, message = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line).groups()
        pairs = dict(pair.split("=", 1) for pair in properties.split(","))
        commands.append((name, {key: unescape(value) for key, value in pairs.items()}, unescape(message)))
    return commands


def unescape(text):
    return re.sub(r"%([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), text)


def test_github_shows_each_finding_at_its_line():
    error, warning, note, summary = read_commands(github.render_verification(MIXED, base=BASE))
    assert error[:2] == (
        "error",
        {"file": f"include/tensorrt-llm/1.1.0/{HEADER}", "line": "63", "title": "missing-symbols"},
    )
    assert error[2].splitlines() == [
        "`f(int)` is not there",
        "the library has: `f(long)`",
        "hint: run `trtheaders add v1.1.0`",
    ]
    assert warning[2].splitlines()[0] == r"50% of it\nis new"
    assert "line" not in warning[1]
    assert note[0] == "notice"
    assert summary[0] == "notice"


def test_github_gets_properties_that_hold_commas_and_colons():
    odd = verification(finding(location=Location(file="a,b::c.h", line=2)))
    assert read_commands(github.render_verification(odd, base=BASE))[0][1]["file"].endswith("/a,b::c.h")


def test_github_never_gets_more_than_it_shows():
    many = verification(*(finding(line=line) for line in range(1, 41)))
    commands = [
        command for command in read_commands(github.render_verification(many, base=BASE)) if command[0] == "error"
    ]
    assert len(commands) == 10
    assert commands[-1][1]["title"] == "31 more errors"
    assert f"{HEADER}:40" in commands[-1][2]


def test_junit_has_a_case_for_each_rule_and_fails_those_with_errors():
    suite = ElementTree.fromstring(junit.render_verification(MIXED)).find("testsuite")
    cases = {case.get("name"): case for case in suite.iter("testcase")}
    assert set(cases) == {*RULES, "changed-files", "unverifiable"}
    assert [name for name, case in cases.items() if case.find("failure") is not None] == ["missing-symbols"]
    assert [name for name, case in cases.items() if case.find("skipped") is not None] == ["unverifiable"]
    assert {key: suite.get(key) for key in ("tests", "failures", "skipped", "errors")} == {
        "tests": str(len(cases)),
        "failures": "1",
        "skipped": "1",
        "errors": "0",
    }


def test_junit_is_xml_whatever_the_library_calls_things():
    odd = verification(finding(message="\x00\x1b[31m]]> <a> & \ud800 `é`"))
    failure = ElementTree.fromstring(junit.render_verification(odd).encode()).find(".//failure")
    assert "]]> <a> &" in failure.text
    assert "\x1b" not in failure.text


def test_markdown_keeps_a_table_whatever_a_message_holds():
    text = markdown.render_verification(verification(finding(message="`a|b` and <T> | *x*\nnext")), base=BASE)
    row = next(line for line in text.splitlines() if line.startswith("| error"))
    assert len(re.split(r"(?<!\\)\|", row)) == 6
    assert r"`a\|b` and \<T\> \| \*x\*\\nnext" in row


def test_markdown_says_whether_they_match():
    assert markdown.render_verification(CLEAN).startswith("### ok: headers 1.1.0 belong to libx.so (/lib)")
    assert markdown.render_verification(MIXED).startswith("### mismatch: headers 1.1.0 do not belong to libx.so (/lib)")
    assert "1 declaration was not judged" in markdown.render_verification(MIXED)


def test_markdown_cuts_a_table_that_nobody_reads():
    text = markdown.render_verification(verification(*(finding(line=line) for line in range(1, 301))), base=BASE)
    assert text.count("| error |") == markdown.ROWS
    assert "… and 100 more" in text


def test_no_answer_is_a_document_of_every_format(capsys):
    """What reads the format must be told; an empty file is refused by upload steps, or shown as green."""
    said = {}
    for form in ("json", "sarif", "junit", "github", "markdown"):
        assert run(["verify", "--library", "nowhere.so", "--format", form]) == 2
        said[form] = capsys.readouterr().out
        assert "nowhere.so" in said[form]
    (sarif_run,) = json.loads(said["sarif"])["runs"]
    assert sarif_run["invocations"][0]["executionSuccessful"] is False
    assert ElementTree.fromstring(said["junit"].encode()).findall(".//error")
    assert said["github"].startswith("::error title=")
    assert run(["verify", "--no-such-option", "--format=sarif"]) == 2
    assert json.loads(capsys.readouterr().out)["runs"]
