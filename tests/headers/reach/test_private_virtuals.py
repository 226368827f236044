"""Private virtual functions of classes that nobody outside can derive from; g++ is the judge."""

from __future__ import annotations

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

BASE = (
    "class A {{ A(); virtual void pv(); friend class B; public: virtual ~A(); }}; class B {final}: public A {{ {b} }};"
)
CALLED = "struct I { virtual void v() = 0; void call() { v(); } };\n"
REFERRING = {
    "a derived class without a key function": (BASE.format(final="", b="public: B() {}"), "B b;"),
    "a derived class that can be derived from": (
        BASE.format(final="", b="public: B(); virtual void bv();"),
        "struct C : B {}; static A* a; a = new C;",
    ),
    "a static local": (
        f"{CALLED} class S : I {{ S(); void v() override; public: static I& get() {{ static S s; return s; }} }};",
        "S::get().call();",
    ),
    "the heap": (
        f"{CALLED} class S : public I {{ ~S(); void v() override; public: S(); }};",
        "(new S)->call();",
    ),
}
SPARING = {
    "an override": (BASE.format(final="", b="public: B() {} void pv() override {}"), "B b;"),
    "a class with a key function": (BASE.format(final="final ", b="public: B(); virtual void bv();"), "B b;"),
    "objects that only the library makes": (
        f"{CALLED} class S : public I {{ S(); void v() override; public: static S& get(); }};",
        "S::get().call();",
    ),
}


def judged(tmp_path, text: str, use: str):
    snapshot = record_text(tmp_path, text)
    unit = compile_cxx(f'#include "api.h"\nvoid f() {{ {use} }}', flags=("-c", "-O2"), include=[tmp_path])
    assert unit.status == 0, unit.messages
    hidden = {"_ZN1A2pvEv", "_ZN1S1vEv"}
    return promised(snapshot) & hidden, undefined_symbols(unit.path) & hidden


@pytest.mark.parametrize(("text", "use"), REFERRING.values(), ids=REFERRING)
def test_a_vtable_or_a_known_object_refers_to_it(tmp_path, text, use):
    owed, undefined = judged(tmp_path, text, use)
    assert owed == undefined
    assert owed


@pytest.mark.parametrize(("text", "use"), SPARING.values(), ids=SPARING)
def test_nothing_else_refers_to_it(tmp_path, text, use):
    assert judged(tmp_path, text, use) == (set(), set())
