"""What the special members refer to that the compiler writes; g++ is the judge."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

OWN = "_ZN1A"


def undefined(folder: Path, consumer: str) -> set[str]:
    """What g++ leaves undefined of the class `A` and what is in it, without and with optimisation."""
    found: set[str] = set()
    for flags in (("-c", "-O0"), ("-c", "-O0", "-fkeep-inline-functions"), ("-c", "-O2")):
        unit = compile_cxx(f'#include "api.h"\n{consumer}', flags=flags, include=[folder])
        assert unit.status == 0, unit.messages
        found |= {name for name in undefined_symbols(unit.path) if OWN in name}
    return found


B = "struct B { B(); ~B(); B(B const&); B& operator=(B const&); };"
USE = "void run() { A a; A c = a; }"
REACHED = {
    "a member": (f"class A {{ {B} B b; public: void m(); }};", USE),
    "an array": (f"class A {{ {B} B b[2]; public: void m(); }};", USE),
    "assignment": (f"class A {{ {B} B b; public: void m(); }};", "void run(A& a, A& c) { a = c; }"),
    "defaulted further down": (
        f"class A {{ {B} B b; public: A(A const&); void m(); }}; inline A::A(A const&) = default;",
        "void run(A& a) { A c = a; }",
    ),
    "a member of a member": ("class A { struct C { C(); ~C(); }; struct B { C c; }; B b; };", "void run() { A a; }"),
    "a base of a member": ("class A { struct C { C(); ~C(); }; struct B : C {}; B b; };", "void run() { A a; }"),
    "the private base of a public class": (
        "class A { struct Base { Base(); ~Base(); }; public: struct D : private Base {}; };",
        "void run() { A::D d; }",
    ),
    "an inline body": ("class A { struct N { N() { init(); } void init(); }; N n; };", "void run() { A a; }"),
    "a copy in a move's place": (
        f"class A {{ {B} B b; public: A(); A(A&&) = default; }};",
        "A&& get(); void run() { A a = get(); }",
    ),
    "a destructor where a later member throws": (
        "class A { struct B { B(); ~B(); }; struct C { C(); }; B b; C c; public: ~A(); };",
        "void run() { A a; }",
    ),
    "a destructor where a member throws behind a base": (
        "class A { struct B { B(); ~B(); }; public: struct C { C(); }; struct D : private B { C c; ~D(); }; };",
        "void run() { A::D d; }",
    ),
    "a destructor where a later element throws": (
        "class A { struct B { B(); ~B(); }; B b[2]; public: ~A(); };",
        "void run() { A a; }",
    ),
    "elements of a vector": (
        f"#include <vector>\nclass A {{ {B} std::vector<B> b; public: void m(); }};",
        "void run(A& a) { A c = a; a = c; }",
    ),
    "elements of vectors": (
        f"#include <vector>\nclass A {{ {B} std::vector<std::vector<B>> b; public: void m(); }};",
        "void run(A& a) { A c = a; a = c; }",
    ),
    "elements of a map": (
        f"#include <map>\nclass A {{ {B} std::map<int, B> b; public: void m(); }};",
        "void run(A& a) { A c = a; a = c; }",
    ),
    "what a unique_ptr owns": (
        f"#include <memory>\nclass A {{ {B} std::unique_ptr<B> b; public: void m(); }};",
        "void run() { A a; }",
    ),
    "a member's initialiser": (
        "class A { struct N { int k = f(); static int f(); }; N n; };",
        "void run() { A a; }",
    ),
    "a member's initialiser behind a constructor": (
        "class A { struct N { int k = f(); static int f(); N() {} }; N n; };",
        "void run() { A a; }",
    ),
    "a local variable's members": (
        f"class A {{ {B} struct N {{ int k = f(); static int f(); B b; }}; public: void go() {{ N n; }} }};",
        "void run() { A a; a.go(); }",
    ),
    "a member's inline destructor": (
        "class A { struct N { ~N() { end(); } void end(); }; struct M { N n; }; public: void go() { M m; } };",
        "void run() { A a; a.go(); }",
    ),
    "an initialiser's copy": (f"class A {{ {B} B b = B(); }};", "void run() { A a; }"),
}


@pytest.mark.parametrize(("text", "consumer"), REACHED.values(), ids=REACHED)
def test_private_classes_are_reached_through_what_the_compiler_writes(tmp_path, text, consumer):
    snapshot = record_text(tmp_path, text)
    needed = undefined(tmp_path, consumer)
    assert needed
    assert needed <= promised(snapshot)


DEFAULT, COPY = "class A { A(); friend class B; public: explicit A(int); };", "class A { A(A const&); friend class B;"
DESTROYED = "class A { A(A&&); A& operator=(A&&); friend class B; public: A(); A(A const&); A& operator=(A const&); };"
COPIED = f"#include <memory>\n#include <mutex>\n#include <vector>\n#include <fstream>\n{COPY} public: A(); A(A&&); }};"
ASSIGNED = "class A { A& operator=(A const&); friend class B; public: A(); A(A const&); };"
SPARED = {
    "a default member initialiser": (f"{DEFAULT} class B {{ A a{{1}}; public: void m(); }};", "_ZN1AC1Ev"),
    "a constructor": (f"{DEFAULT} class B {{ A a; public: B(int); }};", "_ZN1AC1Ev"),
    "a constructor template": (
        f"{DEFAULT} class B {{ A a; public: template <class T> explicit B(T t) : a(t) {{}} }};",
        "_ZN1AC1Ev",
    ),
    "a reference": (f"{DEFAULT} class B {{ A a; int& r; }};", "_ZN1AC1Ev"),
    "a unique_ptr": (f"{COPIED} struct B {{ A a; std::unique_ptr<int> p; }};", "_ZN1AC1ERKS_"),
    "a mutex": (f"{COPIED} struct B {{ A a; std::mutex p; }};", "_ZN1AC1ERKS_"),
    "a stream": (f"{COPIED} struct B {{ A a; std::ofstream p; }};", "_ZN1AC1ERKS_"),
    "a class that holds one": (f"{COPIED} struct U {{ std::mutex m; }}; struct B {{ A a; U u; }};", "_ZN1AC1ERKS_"),
    "a vector of unique_ptr": (
        f"{COPIED} struct B {{ A a; std::vector<std::unique_ptr<int>> p; }};",
        "_ZN1AC1ERKS_",
    ),
    "a declared move": (f"{COPY} public: A(); }}; struct B {{ B(B&&); A a; }};", "_ZN1AC1ERKS_"),
    "a part with a private copy": (
        f"{COPY} public: A(); }}; class P {{ P(P const&); public: P(); }}; struct B {{ A a; P p; }};",
        "_ZN1AC1ERKS_",
    ),
    "a destructor": (f"{DESTROYED} struct B {{ ~B(); A a; }};", "_ZN1AC1EOS_"),
    "a destructor, assigned": (f"{DESTROYED} struct B {{ ~B(); A a; }};", "_ZN1AaSEOS_"),
    "a constant": (f"{ASSIGNED} struct B {{ A a; int const c = 1; }};", "_ZN1AaSERKS_"),
    "a reference, assigned": (f"{ASSIGNED} struct B {{ A a; int& r; }};", "_ZN1AaSERKS_"),
}
OWED = {
    "a default": (f"{DEFAULT} class B {{ A a; public: void m(); }};", "void run() { B b; }"),
    "a copy": (
        f"{COPIED} struct B {{ A a; std::vector<int> v; std::shared_ptr<int> p; }};",
        "void run(B& b) { B c = b; }",
    ),
    "a copy of arrays": (f"{COPIED} struct B {{ A a[2]; int const i = 1; }};", "void run(B& b) { B c = b; }"),
    "a move": (DESTROYED + "struct B { A a; };", "B&& get(); void run() { B b = get(); b = get(); }"),
    "a move of a unique_ptr": (
        f"#include <memory>\n{DESTROYED} struct B {{ A a; std::unique_ptr<int> p; }};",
        "B&& get(); void run() { B b = get(); b = get(); }",
    ),
    "a copy in a move's place": (
        f"#include <memory>\n{COPY} public: A(); }}; struct B {{ A a; std::unique_ptr<int> p; }};",
        "B&& get(); void run() { B b = get(); }",
    ),
    "an assignment": (f"{ASSIGNED} struct B {{ A a; int c; }};", "void run(B& a, B& b) { a = b; }"),
    "a friend's nested class": (f"{DEFAULT} struct B {{ struct C {{ A a; }}; }};", "void run() { B::C c; }"),
}


@pytest.mark.parametrize(("text", "member"), SPARED.values(), ids=SPARED)
def test_members_that_are_never_written_reach_nothing(tmp_path, text, member):
    snapshot = record_text(tmp_path, text)
    assert compile_cxx('#include "api.h"\n', include=[tmp_path]).status == 0
    assert member not in promised(snapshot)


EXACT = {
    "a map's values are not assigned": (
        f"#include <map>\nclass A {{ {B} std::map<int, B> b; public: A(); }};",
        "void run(A& a) { A c = a; a = c; }",
    ),
    "what a unique_ptr owns is not copied": (
        f"#include <memory>\nclass A {{ {B} std::unique_ptr<B> b; public: A(); }};",
        "void run(A&& a) { A c = static_cast<A&&>(a); a = static_cast<A&&>(c); }",
    ),
    "a vector that the library destroys and copies": (
        f"#include <vector>\nclass A {{ {B} std::vector<B> b; public: A(); ~A(); A(A const&); A& operator=(A&&); }};",
        "void run(A& a) { A c = a; a = static_cast<A&&>(c); }",
    ),
    "what a shared_ptr owns": (
        f"#include <memory>\nclass A {{ {B} std::shared_ptr<B> b; public: A(); }};",
        "void run(A& a) { A c = a; a = c; }",
    ),
}


@pytest.mark.parametrize(("text", "consumer"), EXACT.values(), ids=EXACT)
def test_containers_call_no_more_of_their_elements_than_they_need(tmp_path, text, consumer):
    snapshot = record_text(tmp_path, text)
    owed = {name for name in promised(snapshot) if "1A1B" in name and "C2" not in name and "D2" not in name}
    assert owed == {name for name in undefined(tmp_path, consumer) if "1A1B" in name}


@pytest.mark.parametrize("fields", ["C c; B b;", "N n; B b;", "B b; N n;", "B b; int i;"])
def test_a_destructor_is_not_owed_where_nothing_throws_after_what_it_destroys(tmp_path, fields):
    classes = "struct B { B(); ~B(); }; struct C { C(); }; struct N { N() noexcept; };"
    snapshot = record_text(tmp_path, f"class A {{ {classes} {fields} public: ~A(); }};")
    assert "_ZN1A1BD1Ev" not in undefined(tmp_path, "void run() { A a; }")
    assert "_ZN1A1BD1Ev" not in promised(snapshot)


@pytest.mark.parametrize(("text", "consumer"), OWED.values(), ids=OWED)
def test_members_that_are_written_reach_their_parts(tmp_path, text, consumer):
    snapshot = record_text(tmp_path, text)
    needed = undefined(tmp_path, consumer)
    assert needed
    assert needed <= promised(snapshot)
