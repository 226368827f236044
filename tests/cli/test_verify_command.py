"""`trtheaders verify` on libraries that g++ builds: what it prints, and how it ends."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pytest
from support.cxx import build_library

from trtheaders.cli.main import run

HEADER = """
#pragma once
#include <string>
namespace n
{
struct A
{
    A(int a, double b);
    virtual ~A();
    std::string name() const;
    static int count;
};
int f(long value);
} // namespace n
"""
BODY = """
namespace n
{
A::A(int a, double b) {}
A::~A() {}
std::string A::name() const { return ""; }
int A::count = 0;
int f(long value) { return 1; }
} // namespace n
"""
OTHER = (HEADER + BODY).replace("int a, double b", "int a").replace("long value", "int value")


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A folder to run in, with the header tree `inc`."""
    (tmp_path / "inc").mkdir()
    (tmp_path / "inc" / "a.h").write_text(HEADER)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def verify(capsys, library, *more):
    code = run(["verify", "--headers", "inc", "--entry", "a.h", "--library", str(library), *more])
    return code, capsys.readouterr()


def as_json(capsys, library, *more):
    code, streams = verify(capsys, library, "--format", "json", *more)
    document = json.loads(streams.out)
    jsonschema.validate(document, json.loads((files("trtheaders.schemas") / "verify.schema.json").read_text("utf-8")))
    return code, document


def test_a_matching_library_is_verified(tree, capsys):
    code, document = as_json(capsys, build_library(HEADER + BODY))
    assert (code, document["verdict"], document["findings"]) == (0, "verified", [])
    layouts = document["counts"].pop("layouts")
    assert document["counts"] == {"promises": 6, "symbols": 10, "missing": 0, "exempt": 0, "unverifiable": 0}
    assert (layouts["classes"], layouts["judged"], layouts["confirmed"]) == (1, 1, 1)
    assert document["release"] is None


def test_a_changed_library_is_a_mismatch(tree, capsys):
    code, streams = verify(capsys, build_library(OTHER))
    assert code == 1
    assert "a.h:8: error[missing-symbols]: `A::A(…)` takes 2 parameters here, the library has it with 1" in streams.out
    assert "parameter 2 `double b` is not in the library" in streams.out
    assert "6 promises checked against 1 library: 2 missing" in streams.out


def test_json_lists_every_symbol(tree, capsys):
    code, document = as_json(capsys, build_library(OTHER))
    assert (code, document["verdict"]) == (1, "mismatch")
    assert {symbol for item in document["findings"] for symbol in item["symbols"]} == {
        "_ZN1n1AC1Eid",
        "_ZN1n1AC2Eid",
        "_ZN1n1fEl",
    }


def test_the_old_string_abi_is_one_finding(tree, capsys):
    code, document = as_json(capsys, build_library("#define _GLIBCXX_USE_CXX11_ABI 0\n" + HEADER + BODY))
    assert code == 1
    assert [item["rule"] for item in document["findings"]] == ["string-abi-mismatches"]
    assert document["findings"][0]["symbols"] == ["_ZNK1n1A4nameB5cxx11Ev"]


def test_what_cannot_be_judged_is_no_mismatch(tree, capsys):
    (tree / "inc" / "a.h").write_text(HEADER + '#include "nowhere.h"\nvoid g(Nowhere value);\n')
    library = build_library(HEADER + BODY)
    code, document = as_json(capsys, library)
    assert (code, document["verdict"]) == (0, "verified")
    assert "g" in [item["name"] for item in document["unverifiable"]]
    assert all(item["reason"] for item in document["unverifiable"])
    code, document = as_json(capsys, library, "--strict")
    assert (code, document["verdict"]) == (2, "unanswered")
    assert document["error"]


def test_nothing_to_verify_is_no_answer(tree, capsys):
    (tree / "inc" / "a.h").write_text("#pragma once\ninline int f() { return 1; }\n")
    code, document = as_json(capsys, build_library(HEADER + BODY))
    assert (code, document["verdict"]) == (2, "unanswered")


def broken_libraries(tmp_path):
    good = build_library(HEADER + BODY).read_bytes()
    contents = {
        "text.so": b"INPUT(libother.so)\n",
        "empty.so": b"",
        "truncated.so": good[:2000],
        "narrow.so": good[:4] + b"\x01" + good[5:],
        "riscv.so": good[:18] + b"\xf3\x00" + good[20:],
    }
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "folder.so").mkdir()
    return [*contents, "folder.so", "absent.so"]


def test_a_library_that_cannot_be_read_is_no_answer(tree, capsys):
    for name in broken_libraries(tree):
        code, streams = verify(capsys, name)
        assert code == 2, name
        assert streams.err.startswith("error: "), name
        assert name in streams.err.splitlines()[0]
        assert "Traceback" not in streams.err


@pytest.mark.parametrize("headers", ["nowhere", "empty", "inc/a.h"])
def test_headers_that_cannot_be_read_are_no_answer(tree, capsys, headers):
    (tree / "empty").mkdir()
    code = run(["verify", "--headers", headers, "--library", str(build_library(HEADER + BODY))])
    assert code == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_a_baseline_holds_until_something_else_breaks(tree, capsys):
    library = build_library(OTHER)
    assert verify(capsys, library, "--write-baseline")[0] == 1
    code, document = as_json(capsys, library)
    assert (code, document["verdict"]) == (0, "verified")
    assert {item["severity"] for item in document["findings"]} == {"note"}
    assert document["counts"]["missing"] == 2
    code, document = as_json(capsys, build_library(OTHER.replace("int A::count = 0;", "")))
    assert code == 1
    assert [item["name"] for item in document["findings"] if item["severity"] == "error"] == ["n::A::count"]


@pytest.mark.parametrize(
    ("library", "said"),
    [(OTHER.replace("int value", "long value"), "1 finding put"), (OTHER, "2 findings put")],
)
def test_what_was_put_on_record_is_counted(tree, capsys, library, said):
    assert verify(capsys, build_library(library), "--write-baseline")[1].err.startswith(said)


def test_a_repaired_finding_makes_its_record_stale(tree, capsys):
    (tree / "trtheaders.toml").write_text('[[accept]]\nrule = "missing-symbols"\nname = "n::f"\nreason = "r"\n')
    code, document = as_json(capsys, build_library(HEADER + BODY))
    assert code == 0
    assert [(item["rule"], item["severity"]) for item in document["findings"]] == [("stale-acceptances", "warning")]


@pytest.mark.parametrize("form", ["sarif", "github", "junit", "markdown"])
def test_every_format_is_there(tree, capsys, form):
    code, streams = verify(capsys, build_library(OTHER), "--format", form)
    assert code == 1
    assert "missing-symbols" in streams.out


def test_colours_are_forced_and_refused(tree, capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in verify(capsys, build_library(OTHER))[1].out
    monkeypatch.delenv("FORCE_COLOR")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in verify(capsys, build_library(OTHER))[1].out


def test_promises_are_listed(tree, capsys):
    assert run(["promises", "--headers", "inc", "--entry", "a.h", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, json.loads((files("trtheaders.schemas") / "promises.schema.json").read_text("utf-8")))
    assert ["_ZN1n1AC1Eid", "_ZN1n1AC2Eid"] in [sorted(item["symbols"]) for item in document["promises"]]
    assert run(["promises", "--headers", "inc", "--entry", "a.h"]) == 0
    assert "6 promises · 0 exempt · 0 unverifiable" in capsys.readouterr().out


def test_a_release_and_a_tree_cannot_both_be_meant(tree, capsys):
    code = run(["verify", "1.2.0", "--headers", "inc", "--library", str(build_library(HEADER + BODY))])
    assert code == 2


def test_the_linker_confirms_what_is_missing(tree, capsys):
    code, document = as_json(capsys, build_library(OTHER), "--link")
    assert code == 1
    assert {item["witness"] for item in document["findings"]} == {"confirmed"}


def test_undeclared_exports_are_summarised_when_asked_for(tree, capsys):
    library = build_library(HEADER + BODY + "namespace other { int g() { return 1; } }")
    assert "undeclared" not in verify(capsys, library)[1].out
    code, streams = verify(capsys, library, "-v")
    assert code == 0
    assert "remark: undeclared exports of" in streams.out
    assert "`other::g()`" in streams.out


def test_a_library_of_another_architecture_is_one_finding(tree, capsys):
    good = build_library(HEADER + BODY)
    data = build_library("int unrelated;", name="libother.so").read_bytes()
    (tree / "libother.so").write_bytes(data[:18] + b"\xb7\x00" + data[20:])
    code, document = as_json(capsys, good, "--library", "libother.so")
    assert code == 1
    assert [item["rule"] for item in document["findings"]] == ["foreign-architectures"]
    assert document["findings"][0]["message"] == "`libfixture.so` is built for x86-64, `libother.so` for aarch64"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "`inc` declares nothing in `a.h`"),
        ("int f(nope);", "the only declaration in `inc` could not be verified: "),
        ("int f(nope);\nint g(nope);", "none of the 2 declarations in `inc` could be verified: "),
    ],
)
def test_nothing_that_could_be_read_is_told_in_one_sentence(tree, capsys, text, said):
    (tree / "inc" / "a.h").write_text(text)
    code, streams = verify(capsys, build_library(HEADER + BODY))
    assert code == 2
    assert streams.err.startswith(f"error: {said}")
