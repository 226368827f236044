"""Compilers' diagnostics in JSON are explained as the same ones in plain text are."""

from __future__ import annotations

import json

import pytest
from support.consumers import PLACE, compile_log, known_releases
from support.tools import not_run, tool

from trtheaders.consumer.json_diagnostics import MOST_CHARACTERS, unfold
from trtheaders.verbs.explain import explain

SOURCE = """#include "tensorrt_llm/executor/executor.h"
namespace tle = tensorrt_llm::executor;
void f(tle::SamplingConfig& c) { c.setTopQ(1); tle::SamplingConfig one(1, "two", 3); }
"""
SARIF = {
    "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
    "version": "2.1.0",
    "runs": [
        {
            "tool": {"driver": {"name": "GNU C++17"}},
            "results": [
                {
                    "ruleId": "error",
                    "level": "error",
                    "message": {"text": "no member named 'setTopQ'\n in 'tensorrt_llm::executor::SamplingConfig'"},
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"uri": "file:///work%20space/use.cpp", "uriBaseId": "PWD"},
                                "region": {"startLine": 3, "startColumn": 36, "endColumn": 43},
                            }
                        }
                    ],
                    "relatedLocations": [{"message": {"text": "declared here"}}],
                }
            ],
        }
    ],
}
TOLD = "/work space/use.cpp:3:36: error: no member named 'setTopQ' in 'tensorrt_llm::executor::SamplingConfig'"


def explained(log: str) -> list[tuple[object, ...]]:
    account = explain(log.splitlines(), releases=known_releases(PLACE, ("1.1.0", "1.2.0rc3")), start=PLACE)
    return [
        (item.cause, [(one.kind, one.subject, str(one.location).rpartition("/")[2]) for one in item.symptoms])
        for item in account.explanations
    ]


@pytest.mark.parametrize(
    ("compiler", "form"), [("g++", "json"), ("clang++-19", "sarif")], ids=["g++'s list", "clang's SARIF"]
)
def test_what_a_compiler_says_in_json_is_explained_as_what_it_says_in_words(compiler: str, form: str) -> None:
    tool(compiler)
    written = compile_log(PLACE, "1.1.0", SOURCE, compiler, (f"-fdiagnostics-format={form}",))
    if "unrecognized argument" in written:
        not_run(compiler, "has no diagnostics in JSON")
    plain = explained(compile_log(PLACE, "1.1.0", SOURCE, compiler))
    assert len(plain) > 0
    assert explained(written) == plain


@pytest.mark.parametrize("flag", ["-fdiagnostics-format=sarif-file", "-fdiagnostics-set-output=sarif:file=out.sarif"])
def test_diagnostics_that_went_into_files_are_said_to_be_there(flag: str) -> None:
    log = [f"g++ {flag} -c use.cpp", "make: *** [use.o] Error 1"]
    (remark,) = explain(log, releases=known_releases(PLACE, ("1.1.0",)), start=PLACE).remarks[:1]
    assert remark.startswith(f"`{flag}` has the compiler write")


@pytest.mark.parametrize("indent", [None, 2])
def test_a_document_in_sarif_is_read_on_one_line_and_indented(indent: int | None) -> None:
    before, behind = "g++ -c use.cpp", "make: *** [use.o] Error 1"
    lines = [before, *json.dumps(SARIF, indent=indent).splitlines(), behind]
    assert list(unfold(lines)) == [(1, before), (2, TOLD), (2, "note: declared here"), (len(lines), behind)]


@pytest.mark.parametrize("before", ["", "[3/9] ", "2026-11-28T18:50:22.1234567Z ", "#12 3.45 "])
def test_what_ci_systems_put_before_a_document(before: str) -> None:
    item = {"kind": "error", "message": "m", "locations": [{"caret": {"file": "a.cpp", "line": 3, "column": 4}}]}
    note = {"kind": "note", "message": "n", "locations": [], "children": []}
    line = before + json.dumps([item | {"children": [note], "column-origin": 1}])
    assert [text for _, text in unfold([line])] == ["a.cpp:3:4: error: m", "note: n"]


@pytest.mark.parametrize(
    "lines",
    [
        ["{", "  int a;", "}"],
        ["{", "int a;"],
        ["{"],
        ['[{"kind": 3, "message": "m"}]'],
        ['[{"kind": "error"'],
        ['{"runs": [{"results": 1}]}'],
        [f'[{{"kind": "error", "message": "{"m" * MOST_CHARACTERS}"}}]'],
        ["[{" + '"children": [{' * 5000],
    ],
)
def test_what_is_no_such_document_is_left_as_it_stands(lines: list[str]) -> None:
    assert list(unfold(lines)) == list(enumerate(lines, start=1))
