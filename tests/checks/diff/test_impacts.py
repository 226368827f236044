"""Every impact that is claimed, against what claims it in the world: g++, its linker, a running program."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.cxx import build_library, compile_cxx
from support.recording import record_text

from trtheaders.checks.diff.comparison import compare_snapshots
from trtheaders.model.answers.changes import Change, Impact


@dataclass(frozen=True)
class Case:
    """Two headers; ``use`` is source for the old one; ``old`` and ``new`` are what the libraries define.

    ``probe`` is an expression whose value the header decides.
    """

    kind: str
    before: str
    after: str
    impact: Impact
    use: str = ""
    old: str = ""
    new: str = ""
    probe: str = ""


def compare(folder: Path, before: str, after: str) -> tuple[Change, ...]:
    return compare_snapshots(record_text(folder / "old", before), record_text(folder / "new", after))


def header(text: str) -> str:
    """A header that declares something whatever ``text`` is."""
    return f"#pragma once\n#include <cstdint>\ninline void anchor() {{}}\n{text}\n"


LINK = {
    "a constructor gains a parameter with a default": Case(
        kind="constructor-changed",
        before="struct A { A(int a); };",
        after="struct A { A(int a, int b = 1); };",
        impact=Impact.LINK,
        use="A a(1);",
        old="A::A(int) {}",
        new="A::A(int, int) {}",
    ),
    "a function is retyped": Case(
        kind="function-changed",
        before="int f(int a);",
        after="int f(long a);",
        impact=Impact.LINK,
        use="int x = f(1);",
        old="int f(int) { return 1; }",
        new="int f(long) { return 1; }",
    ),
    "a method is const no longer and was not before": Case(
        kind="method-changed",
        before="struct A { int f(); };",
        after="struct A { int f() const; };",
        impact=Impact.LINK,
        use="int g(A& a) { return a.f(); }",
        old="int A::f() { return 1; }",
        new="int A::f() const { return 1; }",
    ),
    "a function moves into the header": Case(
        kind="function-changed",
        before="int f();",
        after="inline int f() { return 1; }",
        impact=Impact.LINK,
        use="int x = f();",
        old="int f() { return 1; }",
        new="int unrelated;",
    ),
    "a variable has C linkage": Case(
        kind="variable-changed",
        before="namespace n { extern int count; }",
        after='namespace n { extern "C" { extern int count; } }',
        impact=Impact.LINK,
        use="int x = n::count;",
        old="int n::count = 1;",
        new="int n::count = 1;",
    ),
    "a class is gone with its functions": Case(
        kind="class-removed",
        before="int f(); struct A { A(); ~A(); void g(); struct B { void h(); }; };",
        after="int f();",
        impact=Impact.LINK,
        use="void k(A& a) { a.g(); }",
        old="A::A() {} A::~A() {} void A::g() {} void A::B::h() {}",
        new="int f() { return 1; }",
    ),
    "a class has another name": Case(
        kind="class-renamed",
        before="struct A { void f(); void g(); int x; long y; };",
        after="struct B { void f(); void g(); int x; long y; };",
        impact=Impact.LINK,
        use="void k(A& a) { a.f(); }",
        old="void A::f() {} void A::g() {}",
        new="void B::f() {} void B::g() {}",
    ),
    "an inline namespace": Case(
        kind="inline-namespace-added",
        before="namespace n { int f(); }",
        after="namespace n { inline namespace _v1 { int f(); } }",
        impact=Impact.LINK,
        use="int x = n::f();",
        old="int n::f() { return 1; }",
        new="int n::f() { return 1; }",
    ),
}

SILENT = {
    "a member is inserted": Case(
        kind="class-changed",
        before="struct A { int getB() const; private: int mA; int mB; };",
        after="struct A { int getB() const; private: int mA; int mNew; int mB; };",
        impact=Impact.SILENT,
        probe="sizeof(A)",
    ),
    "members change places": Case(
        kind="class-changed",
        before="struct A { int a; int b; };",
        after="struct A { int b; int a; };",
        impact=Impact.SILENT,
        probe="__builtin_offsetof(A, b)",
    ),
    "a member in what was padding": Case(
        kind="class-changed",
        before="struct A { long a; char b; };",
        after="struct A { long a; char b; char c = 7; };",
        impact=Impact.SILENT,
        probe="[] { static A a{}; return reinterpret_cast<char const*>(&a)[9]; }()",
    ),
    "a base comes first": Case(
        kind="class-changed",
        before="struct B { int z; }; struct A { int a; };",
        after="struct B { int z; }; struct A : B { int a; };",
        impact=Impact.SILENT,
        probe="sizeof(A)",
    ),
    "an enumerator in the middle": Case(
        kind="enumeration-changed",
        before="enum class E { kA, kC };",
        after="enum class E { kA, kB, kC };",
        impact=Impact.SILENT,
        probe="static_cast<int>(E::kC)",
    ),
    "an enumeration gets wider": Case(
        kind="enumeration-changed",
        before="enum class E : std::int8_t { kA };",
        after="enum class E : std::int32_t { kA };",
        impact=Impact.SILENT,
        probe="sizeof(E)",
    ),
    "a result becomes wider": Case(
        kind="function-changed",
        before="int f();",
        after="long f();",
        impact=Impact.SILENT,
        probe="sizeof(decltype(f()))",
    ),
    "a default argument": Case(
        kind="function-changed",
        before="int f(int a = 1);",
        after="int f(int a = 2);",
        impact=Impact.SILENT,
        old="int f(int a) { return a; }",
        probe="f()",
    ),
    "parameters of one type change names": Case(
        kind="function-changed",
        before="int f(int width, int height);",
        after="int f(int height, int width);",
        impact=Impact.SILENT,
    ),
    "a default member initialiser": Case(
        kind="class-changed",
        before="struct A { int a = 1; };",
        after="struct A { int a = 2; };",
        impact=Impact.SILENT,
        probe="A{}.a",
    ),
    "an alias of another size": Case(
        kind="alias-changed",
        before="using Id = std::uint32_t;",
        after="using Id = std::uint64_t;",
        impact=Impact.SILENT,
        probe="sizeof(Id)",
    ),
    "a constant": Case(
        kind="variable-changed",
        before="constexpr int kLimit = 256; namespace n { inline constexpr float kShare = 0.5f; }",
        after="constexpr int kLimit = 512; namespace n { inline constexpr float kShare = 0.5f; }",
        impact=Impact.SILENT,
        probe="kLimit",
    ),
    "a constant of a class": Case(
        kind="variable-changed",
        before="struct A { static const unsigned kLimit = 1u << 4; };",
        after="struct A { static const unsigned kLimit = 1u << 5; };",
        impact=Impact.SILENT,
        probe="A::kLimit",
    ),
    "a constant that another one gives its value": Case(
        kind="variable-changed",
        before="#define TWO 2\ninline constexpr long kLimit = TWO + 1;\n#undef TWO",
        after="#define TWO (3)\ninline constexpr long kLimit = TWO + 1;\n#undef TWO",
        impact=Impact.SILENT,
        probe="kLimit",
    ),
    "a text": Case(
        kind="variable-changed",
        before='constexpr char const* kName = "old";',
        after='constexpr char const* kName = "newer";',
        impact=Impact.SILENT,
        probe="__builtin_strlen(kName)",
    ),
    "a macro that is a number": Case(
        kind="macro-changed",
        before="#define LIMIT 3\nint f();",
        after="#define LIMIT (4u) // more\nint f();",
        impact=Impact.SILENT,
        probe="LIMIT",
    ),
    "a macro that a condition tests": Case(
        kind="macro-changed",
        before="#define WITH_B\n#define PLACE int b;\n#ifdef PLACE\nstruct A { PLACE };\n#endif",
        after="#define WITH_B\n#define PLACE long b;\n#ifdef PLACE\nstruct A { PLACE };\n#endif",
        impact=Impact.SILENT,
        probe="sizeof(A)",
    ),
    "a destructor makes a class travel through memory": Case(
        kind="class-changed",
        before="struct A { int a; };",
        after="struct A { int a; ~A() {} };",
        impact=Impact.SILENT,
        probe="__is_trivially_copyable(A)",
    ),
}

COMPILE = {
    "a class is gone": Case("class-removed", "struct A {}; int f();", "int f();", Impact.COMPILE, "A a;"),
    "an enumerator is gone": Case(
        "enumeration-changed", "enum E { kA, kB };", "enum E { kA };", Impact.COMPILE, "E e = kB;"
    ),
    "an enumerator is renamed": Case(
        "enumeration-changed", "enum E { kA };", "enum E { kFirst };", Impact.COMPILE, "E e = kA;"
    ),
    "an alias is gone": Case("alias-removed", "using Id = int; int f();", "int f();", Impact.COMPILE, "Id x;"),
    "a macro is gone": Case("macro-removed", "#define LIMIT 3\nint f();", "int f();", Impact.COMPILE, "int x = LIMIT;"),
    "a constructor is explicit now": Case(
        "constructor-changed",
        "struct A { A(int a); };",
        "struct A { explicit A(int a); };",
        Impact.COMPILE,
        "A f() { return 1; }",
    ),
    "a method is private now": Case(
        "method-changed",
        "struct A { int f(); };",
        "struct A { private: int f(); };",
        Impact.COMPILE,
        "int g(A& a) { return a.f(); }",
    ),
    "a default argument is gone": Case(
        "function-changed", "int f(int a = 1);", "int f(int a);", Impact.COMPILE, "int x = f();"
    ),
    "a class is final now": Case(
        "class-changed", "struct A {};", "struct A final {};", Impact.COMPILE, "struct B : A {};"
    ),
    "a class is abstract now": Case(
        "class-changed",
        "struct A { virtual int f() { return 1; } };",
        "struct A { virtual int f() = 0; };",
        Impact.COMPILE,
        "A a;",
    ),
    "an inline function loses a parameter": Case(
        "function-changed",
        "inline int f(int a, int b) { return a + b; }",
        "inline int f(int a) { return a; }",
        Impact.COMPILE,
        "int x = f(1, 2);",
    ),
    "a template takes another parameter": Case(
        "template-changed",
        "template <class T> T f(T a) { return a; }",
        "template <class T, class U> T f(T a, U b) { return a; }",
        Impact.COMPILE,
        "int x = f(1);",
    ),
    "an enumeration is scoped now": Case(
        "enumeration-changed", "enum E { kA };", "enum class E { kA };", Impact.COMPILE, "int x = kA;"
    ),
    "a public member is renamed": Case(
        "class-changed", "struct A { int a; };", "struct A { int b; };", Impact.COMPILE, "int f(A& x) { return x.a; }"
    ),
}

NONE = {
    "a condition is gone": Case("function-changed", "#ifndef NO_F\nint f();\n#endif", "int f();", Impact.NONE),
    "a function is new": Case("function-added", "int f();", "int f(); int g();", Impact.NONE),
    "a parameter has another name": Case("function-changed", "int f(int a);", "int f(int b);", Impact.NONE),
    "a default argument is new": Case("function-changed", "int f(int a);", "int f(int a = 1);", Impact.NONE),
    "an enumerator at the end": Case("enumeration-changed", "enum E { kA };", "enum E { kA, kB };", Impact.NONE),
    "deprecated": Case("function-deprecated", "int f();", '[[deprecated("use g")]] int f();', Impact.NONE),
    "nodiscard": Case("function-changed", "int f();", "[[nodiscard]] int f();", Impact.NONE),
    "a private member has another name": Case(
        "class-changed", "class A { int mA; };", "class A { int mB; };", Impact.NONE
    ),
    "a macro's replacement": Case("macro-changed", "#define X a\nint f();", "#define X b\nint f();", Impact.NONE),
    "a destructor is declared that was implicit": Case(
        "destructor-added", "struct A { A(); int x; };", "struct A { A(); ~A(); int x; };", Impact.NONE
    ),
    "an inline function moves into the library": Case(
        "function-changed", "inline int f() { return 1; }", "int f();", Impact.NONE
    ),
}


UNCHANGED = {
    "a parameter is const for the function": (
        "int f(int a); int g(char* p);",
        "int f(int const a); int g(char* const p);",
    ),
    "a parameter is a function, or a pointer to one": (
        "int f(int g(long)); void h(void each(int (*)(char)));",
        "int f(int (*g)(long)); void h(void (*each)(int (*)(char)));",
    ),
    "a value is written otherwise": ("constexpr int kA = 16;", "constexpr int kA = 0x10;"),
}


@pytest.mark.parametrize(("before", "after"), UNCHANGED.values(), ids=UNCHANGED)
def test_what_means_the_same_is_no_change(before: str, after: str, tmp_path: Path) -> None:
    assert compare(tmp_path, header(before), header(after)) == ()


def find(case: Case, folder: Path) -> Change:
    changes = compare(folder, header(case.before), header(case.after))
    found = [change for change in changes if change.kind == case.kind]
    assert len(found) == 1, [change.kind for change in changes]
    return found[0]


def links(text: str, use: str, library: Path) -> bool:
    program = compile_cxx(f"{text}\n{use}\nint main() {{}}\n", name="program", flags=("-std=c++17",), inputs=(library,))
    return program.status == 0


@pytest.mark.parametrize("case", LINK.values(), ids=LINK)
def test_the_linker_refuses_what_is_said_to_break_linking(case: Case, tmp_path: Path) -> None:
    assert find(case, tmp_path).impact is Impact.LINK
    old, new = header(case.before), header(case.after)
    definitions = case.new.replace("int n::f", "int n::_v1::f") if "_v1" in case.after else case.new
    libraries = [
        build_library(f"{old}\n{case.old}\n", name="libold.so"),
        build_library(f"{new}\n{definitions}\n", name="libnew.so"),
    ]
    assert links(old, case.use, libraries[0])
    assert not links(old, case.use, libraries[1])


@pytest.mark.parametrize(
    "case", [case for case in SILENT.values() if case.probe], ids=[n for n, c in SILENT.items() if c.probe]
)
def test_a_program_sees_what_is_said_to_break_silently(case: Case, tmp_path: Path) -> None:
    assert find(case, tmp_path).impact is Impact.SILENT
    told = [run_probe(header(side), case) for side in (case.before, case.after)]
    assert told[0] != told[1]


def run_probe(text: str, case: Case) -> str:
    source = f'{text}\n#include <cstdio>\n{case.old}\nint main() {{ std::printf("%ld", (long) ({case.probe})); }}\n'
    built = compile_cxx(source, name="probe", flags=("-std=c++20",))
    assert built.status == 0, built.messages
    return subprocess.run([built.path], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    "case", [case for case in SILENT.values() if not case.probe], ids=[n for n, c in SILENT.items() if not c.probe]
)
def test_what_changes_meaning_under_one_signature_breaks_silently(case: Case, tmp_path: Path) -> None:
    change = find(case, tmp_path)
    assert change.impact is Impact.SILENT
    assert (change.removed_symbols, change.added_symbols) == ((), ())


@pytest.mark.parametrize("case", COMPILE.values(), ids=COMPILE)
def test_the_compiler_refuses_what_is_said_to_break_compiling(case: Case, tmp_path: Path) -> None:
    assert Impact.COMPILE in find(case, tmp_path).impacts
    statuses = [
        compile_cxx(f"{header(side)}\n{case.use}\n", flags=("-c", "-std=c++17")).status == 0
        for side in (case.before, case.after)
    ]
    assert statuses == [True, False]


@pytest.mark.parametrize("case", NONE.values(), ids=NONE)
def test_what_nobody_notices_is_harmless(case: Case, tmp_path: Path) -> None:
    assert find(case, tmp_path).impact is Impact.NONE


def test_a_virtual_function_in_the_middle_moves_the_slots_behind_it(tmp_path: Path) -> None:
    before = "struct A { virtual int f(); virtual int g(); };"
    after = "struct A { virtual int f(); virtual int added(); virtual int g(); };"
    changes = compare(tmp_path, before, after)
    moved = next(change for change in changes if change.kind == "vtable-changed")
    assert moved.impact is Impact.SILENT
    assert "slot 1 was `A::g`, is `A::added`" in moved.details[0].text
    bodies = "int A::f() { return 1; } int A::added() { return 2; } int A::g() { return 3; }"
    library = f"{after} {bodies} A* make() {{ return new A; }}"
    shared = build_library(library, name="libslots.so")
    caller = f"{before} A* make(); int main() {{ return make()->g(); }}"
    program = compile_cxx(caller, name="caller", flags=(f"-Wl,-rpath,{shared.parent}",), inputs=(shared,))
    assert program.status == 0, program.messages
    assert subprocess.run([program.path], check=False).returncode == 2


def test_overloads_that_change_places_in_a_vtable_break_silently(tmp_path: Path) -> None:
    before = "struct A { virtual int f(int); virtual int f(long); virtual ~A(); };"
    after = "struct A { virtual int f(long); virtual int f(int); virtual ~A(); };"
    (change,) = compare(tmp_path, before, after)
    assert (change.kind, change.impact) == ("vtable-changed", Impact.SILENT)
    assert "slot 0 was `A::f(int)`, is `A::f(long)`" in change.details[0].text


def test_an_override_in_a_slot_that_is_there_breaks_nothing(tmp_path: Path) -> None:
    before = "struct B { virtual int f(); virtual ~B(); }; struct D : B { D(); int x; };"
    after = "struct B { virtual int f(); virtual ~B(); }; struct D : B { D(); int f() override; int x; };"
    changes = compare(tmp_path, before, after)
    assert {change.impact for change in changes} == {Impact.NONE}
    bodies = "int B::f() { return 0; } B::~B() {} D::D() {} int D::f() { return 1; }"
    library = build_library(f"{after}\n{bodies}\n", name="libnew.so")
    assert links(before, "struct Mine : D { int g() { return f(); } }; Mine m;", library)


def test_an_extern_template_that_is_gone_leaves_its_users_compiling(tmp_path: Path) -> None:
    template = "template <class T> T pixel(int i); template <class T> struct Buffer { T first(); T x; }; int plain();"
    line = "extern template float pixel<float>(int); extern template struct Buffer<int>;"
    changes = compare(tmp_path, header(template + line), header(template))
    assert changes
    assert not any(Impact.COMPILE in change.impacts for change in changes)
    use = "float f() { return pixel<float>(0); } int g(Buffer<int>& b) { return b.first(); }"
    assert compile_cxx(f"{header(template)}\n{use}\n", flags=("-c", "-std=c++17")).status == 0


def test_a_private_function_is_still_in_the_library(tmp_path: Path) -> None:
    before, after = "struct A { int f(); };", "struct A { private: int f(); };"
    (change,) = compare(tmp_path, before, after)
    assert change.impacts == {Impact.COMPILE}
    library = build_library(f"{after}\nint A::f() {{ return 1; }}\n", name="libnew.so")
    assert links(before, "int g(A& a) { return a.f(); }", library)


def test_members_of_a_class_that_is_gone_are_told_with_it(tmp_path: Path) -> None:
    before = "int f(); struct A { A(); ~A(); enum E { kA }; using T = int; virtual void g(); struct B { void h(); }; };"
    (change,) = compare(tmp_path, before, "int f();")
    assert (change.kind, change.name) == ("class-removed", "A")
    assert "_ZTI1A" in change.removed_symbols
    assert "_ZN1A1B1hEv" in change.removed_symbols


def test_a_calling_convention_is_part_of_no_symbol(tmp_path: Path) -> None:
    (change,) = compare(tmp_path, "int f(int a);", "__attribute__((ms_abi)) int f(int a);")
    assert (change.kind, change.impact) == ("function-changed", Impact.SILENT)
    library = build_library("__attribute__((ms_abi)) int f(int a) { return a; }", name="libnew.so")
    flags = (f"-Wl,-rpath,{library.parent}",)
    program = compile_cxx("int f(int); int main() { return f(7) != 7; }", name="p", flags=flags, inputs=(library,))
    assert program.status == 0
    assert subprocess.run([program.path], check=False).returncode != 0


def test_an_alias_that_means_another_type_is_told_by_what_it_means(tmp_path: Path) -> None:
    changes = compare(tmp_path, "typedef int handle_t; int f(handle_t h);", "typedef long handle_t; int f(handle_t h);")
    (change,) = [item for item in changes if item.name == "f"]
    assert change.details[0].text == "parameter 1 `h` retyped from `int` to `long` (`handle_t`)"


def test_headers_without_a_symbol_are_compared_all_the_same(tmp_path: Path) -> None:
    before, after = "#pragma once\nenum E { kA, kB };", "#pragma once\nenum E { kB, kA };"
    (change,) = compare(tmp_path, before, after)
    assert change.impact is Impact.SILENT


def test_both_places_of_a_change_are_known(tmp_path: Path) -> None:
    changes = compare(tmp_path, "int f(int a);\nint g();\n", "\n\nint f(long a);\nint h();\n")
    places = {change.name: (change.old_location, change.new_location) for change in changes}
    lines = {name: tuple(place.line if place else None for place in pair) for name, pair in places.items()}
    assert lines == {"f": (1, 3), "g": (2, None), "h": (None, 4)}


def test_a_namespace_that_came_is_placed_at_its_first_declaration(tmp_path: Path) -> None:
    before = "namespace n {\nint z();\nint a();\n}"
    after = "namespace n {\ninline namespace v1 {\nint z();\nint a();\n}\n}"
    change = next(item for item in compare(tmp_path, before, after) if item.kind == "inline-namespace-added")
    assert change.location is not None
    assert change.location.line == 3


def test_a_virtual_function_that_takes_something_else_is_called_with_the_old_arguments(tmp_path: Path) -> None:
    changes = compare(tmp_path, "struct A { virtual int f(int a); };", "struct A { virtual int f(double a); };")
    assert Impact.SILENT in next(change for change in changes if change.name == "A::f").impacts


def test_the_same_header_has_no_changes(tmp_path: Path) -> None:
    text = header(
        "".join(
            case.before.replace("A", f"A{n}") for n, case in enumerate(SILENT.values()) if "struct A" in case.before
        )
    )
    assert compare(tmp_path, text, text) == ()


def test_a_condition_takes_a_declaration_from_those_who_do_not_meet_it(tmp_path: Path) -> None:
    before, after = header("int f();"), header("#ifndef SMALL\nint f();\n#endif")
    changed = next(change for change in compare(tmp_path, before, after) if change.name == "f")
    assert (changed.kind, changed.impact) == ("function-changed", Impact.COMPILE)
    assert changed.details[0].text == "stands under `#ifndef SMALL` now"
    flags = ("-c", "-DSMALL")
    assert [compile_cxx(f"{text}\nint x = f();", flags=flags).status for text in (before, after)] == [0, 1]


def test_an_unnamed_class_is_the_same_wherever_its_file_lies(tmp_path: Path) -> None:
    text = header("struct A { struct { int x; } a; };")
    assert compare(tmp_path, text, text) == ()


def test_renamed_things_are_recognised(tmp_path: Path) -> None:
    before = "struct Old { int a; long b; int getA() const; }; struct C { void setTimeoutMs(int t); };"
    after = "struct New { int a; long b; int getA() const; }; struct C { void setTimeOutMs(int t); };"
    kinds = {change.kind: change for change in compare(tmp_path, before, after)}
    assert kinds["class-renamed"].name == "Old"
    assert kinds["method-renamed"].name == "C::setTimeoutMs"
    assert kinds["method-renamed"].impacts == {Impact.LINK, Impact.COMPILE}


def test_what_moved_to_another_file_is_no_removal(tmp_path: Path) -> None:
    for side, text in (("old", ""), ("new", '#include "inner.h"\n')):
        (tmp_path / side).mkdir()
        (tmp_path / side / "inner.h").write_text("int f();\n")
        (tmp_path / side / "api.h").write_text(text)
    old = record_text(tmp_path / "old", "int f();\nint g();\n")
    new = record_text(tmp_path / "new", '#include "inner.h"\nint g();\n')
    changes = compare_snapshots(old, new)
    assert [change.kind for change in changes if change.name == "f"] == ["function-moved"]
    assert all(change.impact is Impact.NONE for change in changes)


SPACE = (
    "struct X {{ X(); int f(); }}; struct Y {{ int g(); }}; struct Z {{ Z(); virtual ~Z(); }}; enum E {{ k }}; int h();"
)


@pytest.mark.parametrize("after", ["namespace b {{ {} }}", "namespace a {{ namespace v2 {{ {} }} }}"])
def test_a_namespace_with_another_name_is_one_change(after: str, tmp_path: Path) -> None:
    inside = SPACE.format()
    (change,) = compare(tmp_path, f"namespace a {{ {inside} }}", after.format(inside))
    assert (change.kind, change.name) == ("namespace-renamed", "a")
    assert change.impacts == {Impact.LINK, Impact.COMPILE}
    assert {"_ZN1a1XC1Ev", "_ZN1a1Y1gEv", "_ZTVN1a1ZE", "_ZN1a1hEv"} <= set(change.removed_symbols)


def test_a_namespace_that_keeps_its_old_name_as_an_alias_breaks_linking_alone(tmp_path: Path) -> None:
    inside = SPACE.format()
    changes = compare(tmp_path, f"namespace a {{ {inside} }}", f"namespace b {{ {inside} }} namespace a = b;")
    assert {change.kind: change.impact for change in changes} == {
        "namespace-renamed": Impact.LINK,
        "namespace-alias-added": Impact.NONE,
    }


def test_what_was_made_from_a_template_that_is_gone_is_told_with_it(tmp_path: Path) -> None:
    template = "template <class T> struct V { V(); int g(); enum E { k }; }; template <> struct V<int> { int z(); };"
    (change,) = compare(tmp_path, f"int f(); {template} extern template struct V<char>;", "int f();")
    assert (change.kind, change.name) == ("template-removed", "V")
    assert {"_ZN1VIiE1zEv", "_ZN1VIcE1gEv"} <= set(change.removed_symbols)
    assert change.impacts == {Impact.LINK, Impact.COMPILE}


def test_files_of_one_name_in_two_folders_are_told_apart(tmp_path: Path) -> None:
    for side, one, other in (("old", "f", "g"), ("new", "g", "f")):
        for folder, name in (("x", one), ("y", other)):
            (tmp_path / side / folder).mkdir(parents=True)
            (tmp_path / side / folder / "same.h").write_text(f"int {name}();\n")
    text = '#include "x/same.h"\n#include "y/same.h"\n'
    changes = compare(tmp_path, text, text)
    places = {change.name: (change.old_location, change.new_location) for change in changes}
    files = {name: tuple(place.file if place else None for place in pair) for name, pair in places.items()}
    assert files == {"f": ("x/same.h", "y/same.h"), "g": ("y/same.h", "x/same.h")}
