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
    "an inline function moves into the library": Case(
        kind="function-changed",
        before="inline int f() { return 1; }",
        after="int f();",
        impact=Impact.LINK,
        use="int x = f();",
        old="int unrelated;",
        new="int f() { return 1; }",
    ),
    "a destructor is declared that was implicit": Case(
        kind="destructor-added",
        before="struct A { A(); int x; };",
        after="struct A { A(); ~A(); int x; };",
        impact=Impact.LINK,
        use="A a;",
        old="A::A() {}",
        new="A::A() {} A::~A() {}",
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
    "a macro's replacement": Case("macro-changed", "#define X 1\nint f();", "#define X 2\nint f();", Impact.NONE),
}


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
    assert links(new, case.use, libraries[1])
    crossed = [links(old, case.use, libraries[1]), links(new, case.use, libraries[0])]
    assert not all(crossed)


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
