"""Default arguments of private functions and initialisers of private inline variables; g++ is the judge."""

from __future__ import annotations

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

D = "_ZN1A1dEv"
REFERRING = {
    "a default argument of a private function": "void p(int = d()); public: void go() { p(); }",
    "one of two": "void p(int, int = d()); public: void go() { p(1); }",
    "a private constructor's": "A(char, int = d()); public: A(long) : A('c') {}",
    "a call in a template": "void p(int, int = d()); public: template <class T> void go(T t) { p(t); }",
    "an operator's": "void operator()(int, int = d()); public: void go() { (*this)(1); }",
    "a private inline variable": "static inline const bool registered = d(); public: void m();",
    "a variable made inline outside": "static int x; public: void m(); }; inline int A::x = A::d(); struct B {",
    "a private variable's destructor": "struct I { ~I() { d(); } }; static inline I i; public: void m();",
}
SPARING = {
    "an argument that is given": "void p(int = d()); public: void go() { p(1); }",
    "an operator's argument": "void operator()(int, int = d()); public: void go() { (*this)(1, 2); }",
    "a function that nobody calls": "void p(int = d()); public: void go();",
    "an address": "static inline int (*p)() = &A::d; public: void m();",
    "a template's variable": "public: template <class T> struct N { private: static inline int i = d(); };",
    "an operand of sizeof": "static inline int i = sizeof(d()); public: void m();",
}


def compiled(tmp_path, members: str):
    snapshot = record_text(tmp_path, f"class A {{ static int d(); {members} }};\n")
    unit = compile_cxx(
        '#include "api.h"\nvoid use(A& a) { (void)a; }\n',
        flags=("-c", "-O0", "-fkeep-inline-functions"),
        include=[tmp_path],
    )
    assert unit.status == 0, unit.messages
    return snapshot, undefined_symbols(unit.path)


@pytest.mark.parametrize("members", REFERRING.values(), ids=REFERRING)
def test_what_runs_in_every_consumer_is_owed(tmp_path, members):
    calling = members.replace("T t) { p(t); }", "T t) { p(t); } void run() { go(1); }")
    snapshot, undefined = compiled(tmp_path, calling)
    assert D in undefined
    assert D in promised(snapshot)


@pytest.mark.parametrize("members", SPARING.values(), ids=SPARING)
def test_what_no_consumer_runs_is_not_owed(tmp_path, members):
    snapshot, undefined = compiled(tmp_path, members)
    assert D not in undefined
    assert D not in promised(snapshot)


def test_a_private_inline_variable_is_made_and_destroyed_by_everybody(tmp_path):
    snapshot, undefined = compiled(tmp_path, "struct I { I(); ~I(); }; static inline I i; public: void m();")
    owed = {"_ZN1A1IC1Ev", "_ZN1A1ID1Ev"}
    assert owed <= undefined & promised(snapshot)
