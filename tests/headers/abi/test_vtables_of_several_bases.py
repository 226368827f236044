"""Vtables of classes with several bases: where each starts, and which destructors stand in them; g++ is the judge."""

from __future__ import annotations

import re

import pytest
from support.cxx import build_library, compile_cxx, exported_symbols
from support.recording import promised, record_text

REFERENCES = {
    "an lvalue": "L& l;",
    "an rvalue": "L&& l;",
    "a pointer": "L* l;",
    "between others": "char a; L& l; int b;",
    "a name for it": "using R = L const&; R l;",
}


@pytest.mark.parametrize("fields", REFERENCES.values(), ids=REFERENCES)
def test_a_reference_takes_the_room_of_a_pointer(tmp_path, fields):
    text = f"""
    struct L {{ char c[88]; }};
    struct E {{ E(L&); virtual ~E(); {fields} }};
    struct P {{ virtual ~P(); virtual void r(); }};
    struct X : E, P {{ X(L&); ~X(); void r() override; }};
    """
    source = '#include "api.h"\nX::~X() {} void X::r() {}'
    snapshot = record_text(tmp_path, text)
    exported = exported_symbols(build_library(source, include=[tmp_path]))
    thunks = {name for name in exported if name.startswith("_ZTh")}
    assert len(thunks) == 3
    assert {name for name in promised(snapshot) if name.startswith("_ZTh")} == thunks


SEVERAL = {
    "the second base": "struct C : A, B { int f() override; };",
    "the third base": "struct N { virtual void n(); }; struct C : A, N, B { int f() override; };",
    "a base of the second": "struct M : B { virtual void m(); }; struct C : A, M { int f() override; };",
    "the first base": "struct C : B, A { int f() override; };",
    "none": "struct N { virtual void n(); }; struct C : A, N { int f() override; };",
    "written": "struct C : A, B { int f() override; ~C(); };",
}


@pytest.mark.parametrize("rest", SEVERAL.values(), ids=SEVERAL)
def test_an_implicit_destructor_is_virtual_where_that_of_any_base_is(tmp_path, rest):
    text = f"struct A {{ virtual int f(); }}; struct B {{ virtual ~B(); }}; {rest}"
    snapshot = record_text(tmp_path, text)
    words = next(record.vtable_words for record in snapshot.records if record.name == "C")
    unit = compile_cxx('#include "api.h"\nint C::f() { return 0; }', flags=("-S",), include=[tmp_path])
    (bytes_,) = re.findall(r"\.size\s+_ZTV1C, (\d+)", unit.path.read_text())
    assert words == int(bytes_) // 8


def test_bases_that_are_repeated_beyond_measure_are_unverifiable(tmp_path):
    """Twelve diamonds without a virtual base hold 16,381 objects; g++ takes ten seconds for them."""
    classes = [
        f"struct A{n} : L{n - 1} {{ virtual int a{n}(); }}; struct B{n} : L{n - 1} {{ virtual int b{n}(); }};\n"
        f"struct L{n} : A{n}, B{n} {{ L{n}(); int own{n}(); virtual int v{n}(); }};\n"
        for n in range(1, 13)
    ]
    text = f"struct L0 {{ virtual ~L0(); int x; }};\n{''.join(classes)}int use(L12&);\n"
    snapshot = record_text(tmp_path, text)
    assert {item.name for item in snapshot.unverifiable} == {
        "L8",
        *(f"{name}{number}" for name in "ABL" for number in range(9, 13)),
    }
    reasons = {item.name: item.reason for item in snapshot.unverifiable}
    assert reasons["L12"] == "its 16381 base class subobjects are too many to work out vtable and thunks"
    assert {"_ZN3L125own12Ev", "_ZN3L12C1Ev", "_Z3useR3L12", "_ZN3L123v12Ev", "_ZTI2L7"} <= promised(snapshot)
