"""Private constructors and ends of ranges that inline bodies refer to without naming them; g++ is the judge."""

from __future__ import annotations

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

HOLDERS = {
    "a member": "B() {} A a;",
    "an array": "B() {} A a[2];",
    "beside another": "int n; A a; B() : n(1) {}",
    "not the given one": "A a; A other; B() : other(1) {}",
    "out of the class": "B(); A a; }; inline B::B() {} struct C {",
    "given arguments": "B() : a(1) {} A a;",
    "given in the class": "B() {} A a{1};",
    "a pointer": "B() {} A* a;",
    "a reference": "B(A& o) : a(o) {} A& a;",
    "in the library": "B(); A a;",
}
RANGES = {
    "itself": "int* begin(); int* end(); public: int sum() { int s = 0; for (int x : *this) s += x; return s; }",
    "constant": "int* begin() const; int* end() const; public: void f() { for (int x : *this) (void)x; }",
    "both": "int* begin(); int* end(); int* begin() const; int* end() const;"
    " public: void f() const { for (int x : *this) (void)x; }",
    "a reference": "int* begin(); int* end(); int* begin() const; int* end() const;"
    " public: static void f(R& r) { for (int& x : r) x = 1; }",
    "something else": "int* begin(); int* end(); public: void f() { int a[2] = {}; for (int x : a) (void)x; }",
}


def agree(folder, text: str, prefixes: tuple[str, ...]) -> None:
    """Promised and undefined are the same among the names with ``prefixes``; C2 goes with C1."""
    snapshot = record_text(folder, text)
    flags = ("-c", "-O0", "-fkeep-inline-functions")
    unit = compile_cxx('#include "api.h"\n', flags=flags, include=[folder])
    assert unit.status == 0, unit.messages
    undefined = {name for name in undefined_symbols(unit.path) if name.startswith(prefixes)}
    assert {name for name in promised(snapshot) if name.startswith(prefixes) and "C2" not in name} == undefined


@pytest.mark.parametrize("members", HOLDERS.values(), ids=HOLDERS)
def test_a_constructor_owes_what_makes_the_members_that_it_leaves_out(tmp_path, members):
    agree(tmp_path, f"class A {{ A(); A(int); friend struct B; }}; struct B {{ {members} }};", ("_ZN1AC",))


@pytest.mark.parametrize("members", RANGES.values(), ids=RANGES)
def test_a_loop_owes_the_ends_of_its_range(tmp_path, members):
    agree(tmp_path, f"class R {{ {members} }};", ("_ZN1R", "_ZNK1R"))


@pytest.mark.parametrize("second", ["B(int) : B() {} };", "B(int); }; inline B::B(int) : B() {}"])
def test_a_delegating_constructor_makes_nothing(tmp_path, second):
    agree(tmp_path, f"class A {{ A(); friend struct B; }}; struct B {{ A a; B(); {second}", ("_ZN1AC",))


def test_a_base_is_made_as_well(tmp_path):
    snapshot = record_text(tmp_path, "class A { A(); friend struct B; }; struct B : A { B() {} };")
    unit = compile_cxx('#include "api.h"\nB b;', flags=("-c", "-O0"), include=[tmp_path])
    assert undefined_symbols(unit.path) == {"_ZN1AC2Ev"}
    assert "_ZN1AC2Ev" in promised(snapshot)
