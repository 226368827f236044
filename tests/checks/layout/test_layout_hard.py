"""Single pieces of evidence that prove a mismatch alone: sizes, allocations, return conventions."""

from __future__ import annotations

import pytest
from support.layout_builds import snapshot_of, stripped_library

from trtheaders.checks.layout.judgement import judge_layouts
from trtheaders.library.layout.evidence import read_evidence
from trtheaders.model.answers.findings import Severity
from trtheaders.report.evidence import spell_evidence

AARCH64 = "aarch64-linux-gnu-g++"
PREFACE = (
    "#pragma once\n#include <array>\n#include <memory>\n#include <optional>\n#include <string>\n#include "
    "<typeinfo>\n#include <vector>\nnamespace n {\n"
)


def _judge(header, source, level="-O2", compiler="g++", *flags):
    target = "aarch64-linux-gnu" if compiler == AARCH64 else "x86_64-linux-gnu"
    snapshot = snapshot_of(PREFACE + header + "}\n", target, compiler if compiler == AARCH64 else "")
    library = stripped_library(PREFACE + source + "}\n", level, *flags, compiler=compiler)
    return judge_layouts(snapshot, read_evidence([library], snapshot))


ANYWHERE = pytest.mark.parametrize(
    ("compiler", "level"), [("g++", "-O1"), ("g++", "-O2"), ("g++", "-O3"), ("clang++", "-O2"), (AARCH64, "-O2")]
)


@ANYWHERE
def test_a_constructor_that_writes_beyond_the_class_is_worth_a_warning(compiler, level):
    header = "struct A { A(); long a, b; };\n"
    grown = "struct A { A(); long a, b, c; }; A::A() : a(1), b(2), c(3) {}\n"
    (finding,) = _judge(header, grown, level, compiler).findings
    assert (finding.rule, finding.severity, finding.name) == ("grown-records", Severity.WARNING, "n::A")
    assert "16 bytes here" in finding.message
    assert "at least 24" in finding.message
    assert "_ZN1n1AC" in spell_evidence(finding.evidence)[0]
    assert _judge(header, header + "A::A() : a(1), b(2) {}\n", level, compiler).findings == ()


GROWN = "__attribute__((noipa)) A::A() : a(1), b(2), c(3) {}\n"
WITNESSES = {
    "a constructor that copies": (
        "struct A {{ A(); A(A const& o); {} }};\n",
        "A::A(A const& o) : a(o.a), b(o.b), c(o.c) {}",
    ),
    "a result": ("struct A {{ A(); ~A(); static A one(); {} }};\n", "A A::one() { A a; a.c = 8; return a; }"),
    "an allocation": (
        "struct A {{ A(); static A* make(); {} }};\n",
        "A* A::make() { return new A; }",
    ),
    "a static object": (
        "struct A {{ A(); ~A(); static A& one(); {} }};\n",
        "A& A::one() { static A it; return it; } A::~A() {}",
    ),
    "an object of each thread": (
        "struct A {{ A(); ~A(); static A& one(); {} }};\n",
        "A& A::one() { static thread_local A it; return it; } A::~A() {}",
    ),
    "a sized deletion": ("struct A {{ A(); virtual ~A(); {} }};\n", "A::~A() {}"),
}  # fmt: skip


@pytest.mark.parametrize(("shape", "body"), WITNESSES.values(), ids=WITNESSES)
def test_a_second_witness_makes_it_an_error(shape, body):
    judgement = _judge(shape.format("long a, b;"), shape.format("long a, b, c;") + GROWN + body)
    assert {(item.rule, item.severity) for item in judgement.findings} == {("grown-records", Severity.ERROR)}


BEHIND = {
    "a last array of one": ("struct A { A(char const* s); int length; char bytes[1]; };\n", "bytes"),
    "a factory that works out the size": (
        (
            "class A { public: static A* make(unsigned n); private: A(char const* s); int length; char last; };\n"
            "#ifdef LIBRARY\nA* A::make(unsigned n) { return new (::operator new(sizeof(A) + n)) A(0); }\n#endif\n"
        ),
        "(&last)",
    ),
    "constructors that are all private": (
        "struct Pool; class A { friend struct Pool; A(char const* s); int length; char last; };\n",
        "(&last)",
    ),
    "its own operator new": (
        (
            "struct A { static void* operator new(unsigned long size, unsigned more); A(char const* s);"
            " int length; char last; };\n"
        ),
        "(&last)",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("header", "place"), BEHIND.values(), ids=BEHIND)
def test_what_lies_behind_an_object_does_not_make_it_larger(header, place):
    body = f"A::A(char const* s) : length(1) {{ {place}[0] = s[0]; {place}[8] = 'x'; {place}[9] = 0; }}\n"
    assert _judge(header, "#define LIBRARY\n" + header + body).findings == ()


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_sizes_are_read_where_code_is_made_small(compiler):
    shape = "struct A {{ virtual ~A(); virtual A* clone() const; A(A const&); long a; {} }};\n"
    bodies = "A::~A() {{}} A* A::clone() const {{ return new A(*this); }} A::A(A const& o) : a(o.a){} {{}}\n"
    wide, narrow = shape.format("long b;"), shape.format("")
    (finding,) = _judge(wide, narrow + bodies.format(""), "-Oz", compiler).findings
    assert (finding.rule, finding.severity) == ("grown-records", Severity.ERROR)
    assert _judge(wide, wide + bodies.format(", b(o.b)"), "-Oz", compiler).findings == ()


def test_a_class_that_only_the_library_makes_grew_if_it_is_made_at_a_fixed_size():
    shape = "class A {{ public: static A* make(); private: A(); long a, b; {} }};\n"
    bodies = "A* A::make() {{ return new A; }} __attribute__((noipa)) A::A() : a(1), b(2){} {{}}\n"
    header = shape.format("")
    (finding,) = _judge(header, shape.format("long c;") + bodies.format(", c(3)")).findings
    assert (finding.rule, finding.severity) == ("grown-records", Severity.ERROR)
    assert "16 bytes here" in finding.message
    assert _judge(header, header + bodies.format("")).findings == ()


@pytest.mark.parametrize(("compiler", "level"), [("g++", "-O1"), ("g++", "-O3"), (AARCH64, "-O2")])
@pytest.mark.parametrize(("here", "there"), [("long a;", "long a, b;"), ("long a, b;", "long a;")])
def test_a_sized_deletion_proves_a_size_in_both_directions(compiler, level, here, there):
    # clang emits sized deletions from its version 19 on.
    shape = "struct A {{ virtual ~A(); virtual void f(); {} }};\n"
    bodies = "A::~A() {} void A::f() {}\n"
    (finding,) = _judge(shape.format(here), shape.format(there) + bodies, level, compiler).findings
    assert finding.rule == "grown-records"
    assert "D0Ev" in spell_evidence(finding.evidence)[0]
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
    assert "allocates 8 bytes" in spell_evidence(finding.evidence)[0]
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
    judgement = _judge(doubtful, doubtful + "int A::getLast() const { return mOther; }\n")
    assert judgement.findings == ()
    assert judgement.judged == set()


ORDERS = {
    "exchanged": "int mB, mA, mC, mD;",
    "exchanged at a distance": "int mC, mB, mA, mD;",
    "in a circle": "int mB, mC, mA, mD;",
    "shifted": "int mNew, mA, mB, mC, mD;",
    "shifted forward": "int mB, mC, mD;",
}


@pytest.mark.parametrize("there", ORDERS.values(), ids=ORDERS)
@pytest.mark.parametrize("kind", ["int", "std::string"])
def test_members_of_one_type_that_changed_places_are_an_error(there, kind):
    def shape(members):
        names = [name for name in ("mA", "mB", "mC", "mD") if name in members]
        getters = " ".join(f"{kind} get{name[1:]}() const;" for name in names)
        bodies = " ".join(f"{kind} A::get{name[1:]}() const {{ return {name}; }}" for name in names)
        return f"class A {{ public: {getters} {members.replace('int', kind)} }};\n", bodies

    header, own = shape("int mA, mB, mC, mD;")
    other, bodies = shape(there)
    (finding,) = _judge(header, other + bodies).findings
    assert (finding.rule, finding.severity) == ("moved-members", Severity.ERROR)
    assert _judge(header, header + own).findings == ()


def test_an_accessor_of_another_member_says_nothing():
    members = "int mSize = 1, mCount = 2; std::string mName, mUniqueName; bool mDeep; std::optional<int> mDepth;"
    header = (
        f"class A {{ public: int getSize() const; std::string const& getName() const; bool "
        f"isDeep() const; {members} }};\n"
    )
    bodies = (
        "int A::getSize() const { return mCount; } std::string const& A::getName() const { return mUniqueName; }\n"
        "bool A::isDeep() const { return mDepth.has_value(); }\n"
    )
    judgement = _judge(header, header + bodies)
    assert judgement.findings == ()
    assert (judgement.judged, judgement.accessors) == (set(), 0)


def test_accessors_of_a_member_s_members_say_nothing():
    header = (
        "struct In { int x; int width; std::string name; };\n"
        "class A { public: int getWidth() const; std::string const& getName() const; int getX() const;"
        " int mWidth; std::string mName; In mIn; int mX; };\n"
    )
    bodies = (
        "int A::getWidth() const { return mIn.width; } std::string const& A::getName() const { return mIn.name; }\n"
        "int A::getX() const { return mIn.x; }\n"
    )
    judgement = _judge(header, header + bodies)
    assert judgement.findings == ()
    assert judgement.judged == set()


def test_an_accessor_of_the_next_element_says_nothing():
    header = "class A { public: int getId() const; int getFlags() const; char const* mText; int mId; int mFlags; };\n"
    next_one = "int A::getFlags() const { return this[1].mFlags; }\n"
    own = "int A::getId() const { return mId; }\n"
    assert _judge(header, header + next_one + own).findings == ()
    assert [item.severity for item in _judge(header, header + next_one).findings] == [Severity.WARNING]
    doubled = header.replace("char const* mText;", "char const *mText, *mNew, *mMore;")
    bodies = own + "int A::getFlags() const { return mFlags; }\n"
    (finding,) = _judge(header, doubled + bodies).findings
    assert (finding.rule, finding.severity, finding.explains) == ("moved-members", Severity.ERROR, 2)


RETPOLINES = [
    ("g++", "-mfunction-return=thunk", "-mindirect-branch=thunk"),
    ("g++", "-mfunction-return=thunk-inline", "-mindirect-branch=thunk-inline"),
    ("clang++", "-mretpoline"),
]


@pytest.mark.parametrize(("compiler", "flags"), [(name, flags) for name, *flags in RETPOLINES])
@pytest.mark.parametrize("level", ["-O0", "-O2"])
def test_functions_are_followed_through_the_thunks_that_stop_speculation(compiler, flags, level):
    shape = (
        "struct A {{ int getA() const; std::string const& getS() const; void setA(int); virtual ~A();"
        " virtual int v() const; int call(A const& a) const; {} int mB; int mA; std::string mS; }};\n"
    )
    bodies = (
        "int A::getA() const { return mA; } std::string const& A::getS() const { return mS; }\n"
        "void A::setA(int a) { mA = a; } int A::v() const { return mB; } A::~A() {}\n"
        "int A::call(A const& a) const { return a.v(); }\n"
    )
    header = shape.format("")
    matching = _judge(header, header + bodies, level, compiler, *flags)
    assert (matching.findings, matching.agreeing, matching.accessors) == ((), 3, 3)
    findings = _judge(header, shape.format("long mNew;") + bodies, level, compiler, *flags).findings
    assert [item.explains for item in findings if item.rule == "moved-members"] == [2]


ELEMENTS = {
    "of an array": ("int mItems[8]; int mFirst; int mLast;", "mItems[0]", "mItems[7]"),
    "of a standard array": ("std::array<int, 8> mItems; int mFirst; int mLast;", "mItems[0]", "mItems[7]"),
    "of a pair": ("int mId; std::pair<int, int> mRange; int mFirst; int mLast;", "mRange.first", "mRange.second"),
    "of a row": ("int mGrid[2][3]; int mFirst; int mLast;", "mGrid[0][1]", "mGrid[1][2]"),
}


@pytest.mark.parametrize(("members", "first", "last"), ELEMENTS.values(), ids=ELEMENTS)
def test_accessors_of_elements_say_nothing(members, first, last):
    header = f"class A {{ public: int getFirst() const; int getLast() const; {members} }};\n"
    bodies = "int A::getFirst() const {{ return {}; }} int A::getLast() const {{ return {}; }}\n"
    assert _judge(header, header + bodies.format(first, last)).findings == ()
    grown = header.replace("int mFirst;", "std::string mNew; int mFirst;")
    findings = _judge(header, grown + bodies.format("mFirst", "mLast")).findings
    assert [(item.severity, item.explains) for item in findings] == [(Severity.ERROR, 2)]


def test_accessors_of_what_another_member_holds_or_points_to_say_nothing():
    header = (
        "class A { public: int getA() const; long getL() const; char const* getText() const; void* getData() const;"
        " int* mIn; std::optional<int> mA; int mB; char const* mText; std::string mName;"
        " std::optional<long> mL; long mM; void* mData; };\n"
    )
    bodies = (
        "int A::getA() const { return mB; } long A::getL() const { return mM; }\n"
        "char const* A::getText() const { return mName.c_str(); } void* A::getData() const { return mIn; }\n"
    )
    judgement = _judge(header, header + bodies)
    assert (judgement.findings, judgement.judged) == ((), set())


@pytest.mark.parametrize("kind", ["int", "std::string"])
@pytest.mark.parametrize("given", ["{}", "{} const&"])
@pytest.mark.parametrize("members", ["std::optional<{0}> mS; {0} mT;", "{0} mT; std::optional<{0}> mS;"])
def test_accessors_that_each_give_what_the_other_is_named_after_say_nothing(members, given, kind):
    """Members of two sizes cannot have changed places, or what follows would lie elsewhere."""
    header = "class A {{ public: {0} getS() const; {0} getT() const; {1} }};\n".format(
        given.format(kind), members.format(kind)
    )
    body = "{0} A::getS() const {{ return {1}; }} {0} A::getT() const {{ return {2}; }}\n"
    assert _judge(header, header + body.format(given.format(kind), "mT", "*mS")).findings == ()
    grown = header.replace("public:", "long mNew[5]; public:")
    (finding,) = _judge(header, grown + body.format(given.format(kind), "*mS", "mT")).findings
    assert (finding.severity, finding.explains) == (Severity.ERROR, 2)


@pytest.mark.parametrize("way", ["std::string*", "std::string const*", "std::shared_ptr<std::string>"])
def test_an_accessor_that_copies_what_another_member_points_to_says_nothing(way):
    header = f"class A {{ public: std::string getText() const; {way} mOther; std::string mText; }};\n"
    body = "std::string A::getText() const { return *mOther; }\n"
    judgement = _judge(header, header + body)
    assert (judgement.findings, judgement.judged) == ((), set())
    grown = header.replace("mOther;", "mOther; long mNew;") + "std::string A::getText() const { return mText; }\n"
    assert [item.rule for item in _judge(header, grown).findings] == ["moved-members"]


def test_accessors_that_differ_in_how_far_they_go_make_no_shift():
    header = (
        "class A { public: bool getB() const; bool getC() const; bool getD() const;"
        " long mFirst; bool mB, mC; std::optional<bool> mD; long mLast; };\n"
    )
    bodies = "".join(f"bool A::get{name}() const {{{{ return {{}}; }}}}" for name in "BCD")
    assert _judge(header, header + bodies.format("*mD", "mB", "mC")).findings == ()
    grown = header.replace("bool mB, mC;", "bool mNew, mB, mC;")
    (finding,) = _judge(header, grown + bodies.format("mB", "mC", "*mD")).findings
    assert (finding.severity, finding.explains) == (Severity.ERROR, 3)


def test_a_pointer_behind_two_members_makes_no_shift_of_them():
    header = (
        "class A { public: std::shared_ptr<int> getA() const; std::shared_ptr<int> getB() const;"
        " long mFirst; std::shared_ptr<int> mA, mB; std::shared_ptr<std::shared_ptr<int>> mC; };\n"
    )
    bodies = (
        "std::shared_ptr<int> A::getA() const {{ return {}; }} std::shared_ptr<int> A::getB() const {{ return {}; }}"
    )
    assert _judge(header, header + bodies.format("mB", "*mC")).findings == ()
    grown = header.replace("long mFirst;", "long mFirst, mNew[9];")
    (finding,) = _judge(header, grown + bodies.format("mA", "mB")).findings
    assert (finding.severity, finding.explains) == (Severity.ERROR, 2)


def test_pointers_that_shift_by_one_are_an_error():
    header = (
        "class A { public: int* getA() const; char* getB() const; void* getC() const; int* mA; char* mB; void* mC; };\n"
    )
    bodies = (
        "int* A::getA() const { return mA; } char* A::getB() const { return mB; } void* A::getC() const { return mC; }"
    )
    grown = header.replace("int* mA;", "long mNew; int* mA;")
    (finding,) = _judge(header, grown + bodies).findings
    assert (finding.severity, finding.explains) == (Severity.ERROR, 3)


def test_half_of_a_number_is_not_the_member_of_that_name():
    header = "class A { public: unsigned short getHigh() const; unsigned mFlags; int mId; unsigned short mHigh; };\n"
    assert _judge(header, header + "unsigned short A::getHigh() const { return mFlags >> 16; }\n", "-Os").findings == ()


@ANYWHERE
def test_halves_of_a_parameter_are_told_apart_by_their_registers(compiler, level):
    kinds = {
        "Mixed": "double a; long b;",
        "Other": "long a; double b;",
        "Longs": "long a, b;",
        "Doubles": "double a, b;",
    }
    types = " ".join(f"struct {name} {{{{ {members} }}}};" for name, members in kinds.items())
    setters = " ".join(f"void set{name}({name} v);" for name in kinds) + " void setWide(__int128 v);"
    bodies = "".join(f"void A::set{name}({name} v) {{ m{name} = v; }}\n" for name in kinds)
    bodies += "void A::setWide(__int128 v) { mWide = v; }\n"
    shape = types + f" class A {{{{ public: {setters} int mFirst; {{}} Mixed mMixed; Other mOther;"
    shape += " Longs mLongs; Doubles mDoubles; __int128 mWide; }};\n"
    matching = _judge(shape.format(""), shape.format("") + bodies, level, compiler)
    assert (matching.findings, matching.agreeing) == ((), matching.accessors)
    (finding,) = _judge(shape.format(""), shape.format("std::string mNew;") + bodies, level, compiler).findings
    assert finding.severity is Severity.ERROR


ALIKE = {
    "array": "std::array<double, 3>",
    "long array": "std::array<double, 5>",
    "class": "Four",
    "nested": "Nested",
    "doubles and a number": "Mixed",
    "pair": "std::pair<float, float>",
}


@pytest.mark.parametrize("result", ALIKE.values(), ids=ALIKE)
@pytest.mark.parametrize("compiler", ["g++", AARCH64])
@pytest.mark.parametrize("level", ["-O0", "-O2"])
def test_numbers_of_one_kind_may_come_back_in_registers(result, compiler, level):
    kinds = "struct Four {{ float a[4]; }}; struct Nested {{ Four in; }}; struct Mixed {{ double a, b; long c; }};\n"
    shape = f"{kinds}class A {{{{ public: {result} getIt() const; long mFirst; {{}} {result} mIt; }}}};\n"
    body = f"{result} A::getIt() const {{ return mIt; }}\n"
    matching = _judge(shape.format(""), shape.format("") + body, level, compiler)
    assert (matching.findings, matching.agreeing) == ((), matching.accessors)
    for finding in _judge(shape.format(""), shape.format("std::string mNew;") + body, level, compiler).findings:
        assert finding.rule == "moved-members"


def test_a_setter_may_store_its_parameter_twice():
    header = "class A { public: void setRows(int); void setCols(int); int mRows, mCols; long mId; int mOld, mPast; };\n"
    bodies = "void A::setRows(int v) { mRows = v; mOld = v; } void A::setCols(int v) { mCols = v; mPast = v; }\n"
    assert _judge(header, header + bodies).findings == ()


def test_what_is_left_in_the_second_register_is_no_result():
    header = "class A { public: int getMost() const; int mFew; int mMost; };\n"
    body = "int A::getMost() const { return mMost > mFew ? mMost : mFew; }\n"
    judgement = _judge(header, header + body)
    assert (judgement.findings, judgement.accessors) == ((), 0)


@ANYWHERE
def test_the_content_of_an_optional_and_members_that_are_references_tell_where_they_lie(compiler, level):
    shape = (
        "class A {{ public: A(int& i); std::vector<int> const& getItems() const; std::string getName() const;"
        " int& getOther() const; {} int mId; std::optional<std::vector<int>> mItems;"
        " std::optional<std::string> mName; int& mOther; }};\n"
    )
    bodies = (
        "std::vector<int> const& A::getItems() const { return mItems.value(); }\n"
        "std::string A::getName() const { return *mName; } int& A::getOther() const { return mOther; }\n"
    )
    header = shape.format("")
    matching = _judge(header, header + bodies, level, compiler)
    assert (matching.findings, matching.agreeing, matching.accessors) == ((), 3, 3)
    (finding,) = _judge(header, shape.format("std::string mNew;") + bodies, level, compiler).findings
    assert (finding.severity, finding.explains) == (Severity.ERROR, 3)


def test_the_pointer_to_the_vtable_is_no_member():
    header = "class A { public: A(); virtual ~A(); std::string getName() const; int mFlag; std::string mName; };\n"
    body = "std::string A::getName() const { return mName.empty() ? typeid(*this).name() : mName; }\nA::~A() {}\n"
    assert _judge(header, header + body).findings == ()


def test_what_is_stored_by_an_index_leaves_a_setter_without_a_word():
    header = (
        "struct M { double v[16]; M& operator=(M const& o) { for (int i = 0; i < 16; ++i) v[i] = "
        "o.v[i]; return *this; } };\n"
        "class A { public: void setMatrix(M const& m); int mFlags; M mMatrix; struct { double v[16]; } mPivot; };\n"
    )
    body = "void A::setMatrix(M const& m) { mMatrix = m; mPivot.v[0] = m.v[0] + 1; mPivot.v[5] = m.v[5] + 1; }\n"
    for loop in ("-fno-tree-loop-distribute-patterns", "-fno-ivopts"):
        assert _judge(header, header + body, "-O2", "g++", loop, "-fno-tree-vectorize").findings == ()


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


SETTERS = ["std::vector<int> const&", "std::vector<int>", "std::string const&", "long", "C const&", "double"]


@ANYWHERE
@pytest.mark.parametrize("taken", SETTERS)
def test_a_setter_may_take_what_its_optional_holds(compiler, level, taken):
    content = taken.removesuffix(" const&")
    shape = (
        "struct C {{ std::vector<int> v; long n; }}; class A {{ public: void setIt({taken} "
        "value); int mFirst; {extra} std::optional<{content}> mIt; }};\n"
    )
    header = shape.format(taken=taken, content=content, extra="")
    body = f"void A::setIt({taken} value) {{ mIt = value; }}\n"
    matching = _judge(header, header + body, level, compiler)
    assert (matching.findings, matching.agreeing, matching.accessors) == ((), 1, 1)
    grown = shape.format(taken=taken, content=content, extra="std::string mNew;")
    (finding,) = _judge(header, grown + body, level, compiler).findings
    assert "at offset 8, `libfixture.so` touches it at offset 40" in finding.message


def test_setters_that_store_what_a_check_gives_back_confirm_a_shift_and_say_nothing_alone():
    shape = (
        "class A {{ public: void setOne(std::optional<int> const& v); void setTwo(std::optional<float> const& v);"
        " int getLast() const; static std::optional<int> const& check(std::optional<int> const& v);"
        " {} std::optional<int> mOne; std::optional<float> mTwo; int mLast; }};\n"
    )
    checked = "std::optional<float> const& look(std::optional<float> const& v);\n"
    bodies = (
        "void A::setOne(std::optional<int> const& v) { mOne = check(v); }"
        " void A::setTwo(std::optional<float> const& v) { mTwo = look(v); }\n"
    )
    last = "int A::getLast() const { return mLast; }\n"
    header, grown = shape.format("int mFirst;"), shape.format("int mFirst; std::string mNew;")
    (finding,) = _judge(header, checked + grown + bodies + last).findings
    assert (finding.severity, finding.explains) == (Severity.ERROR, 3)
    matching = _judge(header, checked + header + bodies + last)
    assert (matching.findings, matching.agreeing) == ((), 3)
    elsewhere = bodies.replace("{ mOne = ", "{ mFirst = *").replace(
        "mTwo = look(v)", "reinterpret_cast<long&>(mFirst) = 1"
    )
    assert _judge(header, checked + header + elsewhere + last).findings == ()


@ANYWHERE
def test_an_optional_class_that_is_returned_by_value_is_seen_where_it_is(compiler, level):
    shape = (
        "struct C {{ std::vector<int> v; std::string s; }}; class A {{ public: std::optional<C> "
        "getIt() const; int mFirst; {} std::optional<C> mIt; }};\n"
    )
    body = "std::optional<C> A::getIt() const { return mIt; }\n"
    header = shape.format("")
    judgement = _judge(header, header + body, level, compiler)
    assert judgement.findings == ()
    assert judgement.agreeing == judgement.accessors
    for finding in _judge(header, shape.format("std::string mNew;") + body, level, compiler).findings:
        assert "at offset 8, `libfixture.so` touches it at offset 40" in finding.message
