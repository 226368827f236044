"""Single pieces of evidence that prove a mismatch alone: sizes, allocations, return conventions."""

from __future__ import annotations

import pytest
from support.layout_builds import snapshot_of, stripped_library

from trtheaders.checks.layout.judgement import judge_layouts
from trtheaders.library.layout.evidence import read_evidence
from trtheaders.model.answers.findings import Severity

AARCH64 = "aarch64-linux-gnu-g++"
PREFACE = "#pragma once\n#include <memory>\n#include <optional>\n#include <string>\n#include <vector>\nnamespace n {\n"


def _judge(header, source, level="-O2", compiler="g++", *flags):
    target = "aarch64-linux-gnu" if compiler == AARCH64 else "x86_64-linux-gnu"
    snapshot = snapshot_of(PREFACE + header + "}\n", target, compiler if compiler == AARCH64 else "")
    library = stripped_library(PREFACE + source + "}\n", level, *flags, compiler=compiler)
    return judge_layouts(snapshot, read_evidence([library], snapshot))


ANYWHERE = pytest.mark.parametrize(
    ("compiler", "level"), [("g++", "-O1"), ("g++", "-O2"), ("g++", "-O3"), ("clang++", "-O2"), (AARCH64, "-O2")]
)


@ANYWHERE
def test_a_constructor_that_writes_beyond_the_class_proves_that_it_grew(compiler, level):
    header = "struct A { A(); long a, b; };\n"
    grown = "struct A { A(); long a, b, c; }; A::A() : a(1), b(2), c(3) {}\n"
    (finding,) = _judge(header, grown, level, compiler).findings
    assert (finding.rule, finding.severity, finding.name) == ("grown-records", Severity.ERROR, "n::A")
    assert "16 bytes here" in finding.message
    assert "at least 24" in finding.message
    assert "_ZN1n1AC" in finding.evidence[0]
    assert _judge(header, header + "A::A() : a(1), b(2) {}\n", level, compiler).findings == ()


@pytest.mark.parametrize(("compiler", "level"), [("g++", "-O1"), ("g++", "-O3"), (AARCH64, "-O2")])
@pytest.mark.parametrize(("here", "there"), [("long a;", "long a, b;"), ("long a, b;", "long a;")])
def test_a_sized_deletion_proves_a_size_in_both_directions(compiler, level, here, there):
    # clang emits sized deletions from its version 19 on.
    shape = "struct A {{ virtual ~A(); virtual void f(); {} }};\n"
    bodies = "A::~A() {} void A::f() {}\n"
    (finding,) = _judge(shape.format(here), shape.format(there) + bodies, level, compiler).findings
    assert finding.rule == "grown-records"
    assert "D0Ev" in finding.evidence[0]
    matching = _judge(shape.format(here), shape.format(here) + bodies, level, compiler)
    assert matching.findings == ()
    assert matching.judged == {"n::A"}


@ANYWHERE
def test_an_allocation_smaller_than_the_class_proves_that_it_shrank(compiler, level):
    header = "struct A { A(int); static A* make(); long a, b, c; };\n"
    smaller = "struct A { A(int); static A* make(); long a; }; A* A::make() { return new A(1); }\n"
    other = "struct A { A(int); static A* make(); long a, b, c; }; A* A::make() { return new A(1); }\n"
    apart = "__attribute__((noinline, noipa)) A::A(int) : a(1) {}\n" if compiler != "clang++" else ""
    if not apart:
        apart = "__attribute__((noinline)) A::A(int) : a(1) {}\n"
    (finding,) = _judge(header, smaller + apart, level, compiler).findings
    assert finding.rule == "grown-records"
    assert "allocates 8 bytes" in finding.evidence[0]
    assert _judge(header, other + apart, level, compiler).findings == ()


@ANYWHERE
def test_a_result_larger_than_the_room_for_it_proves_that_its_class_grew(compiler, level):
    shape = "struct C {{ C(); C(C const&); {} }}; class A {{ public: C getC() const; private: C mC; }};\n"
    plain = "struct C {{ {} std::vector<int> v; }}; class A {{ public: C getC() const; private: C mC; }};\n"
    body = "C A::getC() const { return mC; }\n"
    (finding,) = _judge(plain.format("long a;"), plain.format("long a, b;") + body, level, compiler).findings
    assert (finding.rule, finding.name) == ("grown-records", "n::C")
    assert _judge(shape.format("long a;"), shape.format("long a;") + body, level, compiler).findings == ()


RETURNS = [
    ("std::optional<std::string>", "std::string const&"),
    ("std::vector<int>", "std::vector<int> const&"),
]


@pytest.mark.parametrize(("compiler", "level"), [("g++", "-O1"), ("g++", "-O3"), ("clang++", "-O2"), (AARCH64, "-O2")])
@pytest.mark.parametrize(("value", "reference"), RETURNS)
@pytest.mark.parametrize("library_has_value", [True, False])
def test_a_return_type_that_changed_its_convention_is_found(compiler, level, value, reference, library_has_value):
    member = value
    shape = "class A {{ public: {} get() const; long mFirst; " + member + " mIt; long mLast; }};\n"
    body = "{} A::get() const {{ return {}; }}\n"
    expression = "*mIt" if "optional" in value else "mIt"
    bodies = {value: body.format(value, "mIt"), reference: body.format(reference, expression)}
    here, there = (reference, value) if library_has_value else (value, reference)
    (finding,) = _judge(shape.format(here), shape.format(there) + bodies[there], level, compiler).findings
    assert finding.rule == "changed-return-conventions"
    assert finding.symbols[0].startswith("_ZNK1n1A3get")
    for kind in (value, reference):
        assert _judge(shape.format(kind), shape.format(kind) + bodies[kind], level, compiler).findings == ()


def test_one_accessor_alone_is_an_error_only_where_nothing_else_can_be_meant():
    header = "class A { public: int getLast() const; int mFirst; int mLast; };\n"
    grown = "class A { public: int getLast() const; int mFirst; int mNew; int mLast; };\n"
    body = "int A::getLast() const { return mLast; }\n"
    (finding,) = _judge(header, grown + body).findings
    assert (finding.rule, finding.severity) == ("moved-members", Severity.ERROR)
    doubtful = "class A { public: int getLast() const; int mLast; int mOther; };\n"
    (finding,) = _judge(doubtful, doubtful + "int A::getLast() const { return mOther; }\n").findings
    assert (finding.rule, finding.severity) == ("moved-members", Severity.WARNING)


def test_a_member_that_moved_within_padding_is_found_though_all_later_ones_agree():
    header = "class A { public: char getC() const; long getL() const; char mC; long mL; };\n"
    grown = "class A { public: char getC() const; long getL() const; char mNew; char mC; long mL; };\n"
    bodies = "char A::getC() const { return mC; } long A::getL() const { return mL; }\n"
    (finding,) = _judge(header, grown + bodies).findings
    assert (finding.rule, finding.severity) == ("moved-members", Severity.ERROR)
    assert "at offset 0" in finding.message
    assert "at offset 1" in finding.message


def test_silence_is_not_agreement():
    header = "class A { public: int getA() const; int mA; }; class B { public: void f(); int mB; };\n"
    judgement = _judge(header, header + "int A::getA() const { return mA; } void B::f() {}\n")
    assert judgement.judged == {"n::A"}
    assert judgement.coverage.startswith("1 of 2 classes have evidence")
