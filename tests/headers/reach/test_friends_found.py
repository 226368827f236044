"""Friends that only argument-dependent lookup could find: owed where it does; g++ is the judge."""

from __future__ import annotations

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

FOUND = {
    "the class": ("struct A { friend void f(A&); };", "A a; f(a)"),
    "its address": ("struct A { friend void f(bool); };", "A a; f(&a)"),
    "a base": ("struct B {}; struct A : B { friend void f(B const&); };", "f(A())"),
    "a friend of a base": ("struct D; struct A { friend void f(D const&); }; struct D : A {};", "f(D())"),
    "a template argument": ("template <class T> struct X {}; struct A { friend void f(X<A*>); };", "f(X<A*>())"),
    "a class inside": ("struct A { struct I {}; friend void f(I); };", "f(A::I())"),
    "an enumeration inside": ("struct A { enum E { e }; friend void f(int); };", "f(A::e)"),
    "a member pointer": ("struct A { friend void f(int A::*); };", "int A::* p = nullptr; f(p)"),
    "a conversion": ("struct A { operator int() const; friend void f(int); };", "f(A())"),
    "a constructor": ("struct A; struct K { K(A const&); }; struct A { friend void f(K); };", "f(A())"),
    "its template": (
        "struct K { template <class T> K(T) {} }; struct A { friend void f(K); };",
        "f(A())",
    ),
    "another parameter": ("struct B {}; struct A { friend void f(int, B&, A const&); };", "B b; f(1, b, A())"),
}
LOST = {
    "another class": ("struct B {}; struct A { friend void f(int, B&); };", "B b; f(1, b)"),
    "a string": ("#include <string>\nstruct A { friend void f(std::string const&); };", "std::string s; f(s)"),
    "a class around": ("struct O { struct A { friend void f(O); }; };", "f(O())"),
    "no parameter": ("struct A { friend void f(); };", "f()"),
    "a scoped enumeration inside": ("struct A { enum class E { e }; friend void f(int); };", "f(A::E::e)"),
    "an explicit conversion": (
        "struct A { explicit operator int() const { return 0; } friend void f(int); };",
        "f(A())",
    ),
    "an explicit template of conversions": (
        "struct A { template <class T> explicit operator T() const { return T(); } friend void f(long); };",
        "f(A())",
    ),
    "a result": ("struct A { friend A f(int); };", "f(1)"),
}


@pytest.mark.parametrize(("text", "use"), FOUND.values(), ids=FOUND)
def test_a_friend_that_lookup_finds_is_owed(tmp_path, text, use):
    snapshot = record_text(tmp_path, text)
    unit = compile_cxx(f'#include "api.h"\nvoid run() {{ {use}; }}', flags=("-c", "-O0"), include=[tmp_path])
    assert unit.status == 0, unit.messages
    named = {name for name in undefined_symbols(unit.path) if name.startswith("_Z1f")}
    assert len(named) == 1
    assert named <= promised(snapshot)


@pytest.mark.parametrize(("text", "use"), LOST.values(), ids=LOST)
def test_a_friend_that_nobody_can_name_is_not_owed(tmp_path, text, use):
    snapshot = record_text(tmp_path, text)
    refused = compile_cxx(f'#include "api.h"\nvoid run() {{ {use}; }}', flags=("-c", "-O0"), include=[tmp_path])
    assert refused.status != 0
    assert promised(snapshot) == set()


def test_a_friend_that_is_declared_outside_as_well_is_owed(tmp_path):
    snapshot = record_text(tmp_path, "struct B {}; struct A { friend void f(int, B&); }; void f(int, B&);")
    assert promised(snapshot) == {"_Z1fiR1B"}
