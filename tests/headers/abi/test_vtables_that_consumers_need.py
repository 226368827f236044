"""Vtables and thunks that a consumer refers to; g++ is the judge."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.cxx import build_library, compile_cxx, exported_symbols, undefined_symbols
from support.recording import promised, record_text

CLASS_DATA = ("_ZTV", "_ZTI", "_ZTT", "_ZTh", "_ZTv", "_ZTc")


def undefined(folder: Path, consumer: str) -> set[str]:
    """What g++ leaves undefined of vtables, typeinfo and thunks of the header's classes."""
    found: set[str] = set()
    for flags in (("-c", "-O0"), ("-c", "-O0", "-fkeep-inline-functions"), ("-c", "-O2")):
        unit = compile_cxx(f'#include "api.h"\n{consumer}', flags=flags, include=[folder])
        assert unit.status == 0, unit.messages
        found |= {name for name in undefined_symbols(unit.path) if name.startswith(CLASS_DATA)}
    return {name for name in found if "__cxxabiv1" not in name and "St" not in name[:8]}


TEMPLATE = "struct D { template <class T> explicit D(T); D(D const&) = delete; virtual ~D(); };"
ERROR = "#include <stdexcept>\nclass Err : public std::runtime_error {"
MADE = {
    "an inherited constructor": (
        f"{ERROR} public: using std::runtime_error::runtime_error; Err(Err&&) noexcept; ~Err() override; }};",
        'void run() { throw Err("x"); }',
        "_ZTV3Err",
    ),
    "a constructor template": (f"{TEMPLATE} template <class T> D::D(T) {{}}", "void run() { D d(1); }", "_ZTV1D"),
    "one written in the class": (
        "struct D { template <class T> explicit D(T) {} D(D const&) = delete; virtual ~D(); };",
        "void run() { D d(1); }",
        "_ZTV1D",
    ),
}


@pytest.mark.parametrize(("text", "consumer", "symbol"), MADE.values(), ids=MADE)
def test_a_vtable_is_owed_where_the_consumer_makes_a_constructor(tmp_path, text, consumer, symbol):
    snapshot = record_text(tmp_path, text)
    needed = undefined(tmp_path, consumer)
    assert symbol in needed
    assert needed <= promised(snapshot)


LEFT = {
    "a template without a body": (TEMPLATE, "void run() { D d(1); }"),
    "a using-declaration of a function": (
        "struct B { B(); void m(); }; struct D : B { using B::m; D(); D(D const&); virtual ~D(); };",
        "void run() { D d; d.m(); }",
    ),
    "nothing to inherit": (
        "struct B { B(); }; struct D : B { using B::B; D(); D(D const&); virtual ~D(); };",
        "void run() { D d; }",
    ),
}


@pytest.mark.parametrize(("text", "consumer"), LEFT.values(), ids=LEFT)
def test_a_vtable_is_not_owed_where_the_library_makes_every_constructor(tmp_path, text, consumer):
    snapshot = record_text(tmp_path, text)
    assert undefined(tmp_path, consumer) == set()
    assert "_ZTV1D" not in promised(snapshot)


def test_a_destructor_s_thunks_are_owed_without_a_key_function(tmp_path):
    text = """
    struct A { virtual void a(); virtual ~A(); };
    struct B { virtual void b(); virtual ~B(); };
    struct K : A, B { virtual void f(); ~K() override; };
    inline void K::f() {}
    """
    snapshot = record_text(tmp_path, text)
    needed = {name for name in undefined(tmp_path, "struct D : K {}; void run() { D d; }") if "1K" in name}
    assert needed == {"_ZThn8_N1KD0Ev", "_ZThn8_N1KD1Ev"}
    library = build_library('#include "api.h"\nK::~K() {}', include=[tmp_path])
    assert needed <= promised(snapshot) & exported_symbols(library)


GO = "void run() { A a; a.go(); }"
HIDDEN_CLASS = "struct B { B(); virtual void v(); virtual ~B(); };"
DERIVED = "struct C : B { void v() override; };"
REACHED = {
    "an inline constructor": (
        "class A { struct B { B() {} virtual void v(); }; public: void go() { B b; b.v(); } };",
        GO,
        "_ZTVN1A1BE",
    ),
    "an implicit one": (
        "class A { struct B { virtual void v(); }; public: void go() { B b; b.v(); } };",
        GO,
        "_ZTVN1A1BE",
    ),
    "a derived class": (
        f"class A {{ {HIDDEN_CLASS} struct C : B {{}}; public: void go() {{ C c; }} }};",
        GO,
        "_ZTIN1A1BE",
    ),
    "a derived class with a constructor": (
        f"class A {{ {HIDDEN_CLASS} struct C : B {{ C() {{}} }}; public: void go() {{ C c; }} }};",
        GO,
        "_ZTIN1A1BE",
    ),
    "a derived class with a key function": (
        f"class A {{ {HIDDEN_CLASS} {DERIVED} public: void go() {{ auto* c = new C; delete c; }} }};",
        GO,
        "_ZTVN1A1CE",
    ),
    "a member": (
        "class A { struct B { B() {} virtual void v(); }; B b; };",
        "void run() { A a; A c = a; }",
        "_ZTVN1A1BE",
    ),
    "a copied member": (
        f"class A {{ {HIDDEN_CLASS} B b; public: A(); }};",
        "void run(A& a) { A c = a; }",
        "_ZTVN1A1BE",
    ),
    "a private base": (
        f"class A {{ {HIDDEN_CLASS} public: struct D : private B {{}}; }};",
        "void run() { A::D d; }",
        "_ZTIN1A1BE",
    ),
}


def owed(folder: Path, consumer: str) -> set[str]:
    """What g++ leaves undefined of a header's class `A` and the classes in it."""
    found: set[str] = set()
    for flags in (("-c", "-O0"), ("-c", "-O0", "-fkeep-inline-functions"), ("-c", "-O2")):
        unit = compile_cxx(f'#include "api.h"\n{consumer}', flags=flags, include=[folder])
        assert unit.status == 0, unit.messages
        found |= {name for name in undefined_symbols(unit.path) if "1A" in name}
    return found


@pytest.mark.parametrize(("text", "consumer", "symbol"), REACHED.values(), ids=REACHED)
def test_a_private_class_s_vtable_is_owed_where_code_outside_makes_one(tmp_path, text, consumer, symbol):
    snapshot = record_text(tmp_path, text)
    needed = owed(tmp_path, consumer)
    assert symbol in needed
    assert needed <= promised(snapshot)


UNREACHED = {
    "a pointer": f"class A {{ {HIDDEN_CLASS} B* b; public: void go() {{ b->v(); }} }};",
    "a class made in the library": (
        f"class A {{ {HIDDEN_CLASS} struct C : B {{ void v() override; }}; C* c; public: void go() {{ c->v(); }} }};"
    ),
    "a member made in the library": (
        "class A { struct B { B(); B(B const&); virtual void v(); virtual ~B(); }; B b; public: void go() {} };"
    ),
}


@pytest.mark.parametrize("text", UNREACHED.values(), ids=UNREACHED)
def test_a_private_class_s_vtable_is_not_owed_elsewhere(tmp_path, text):
    snapshot = record_text(tmp_path, text)
    assert not {name for name in owed(tmp_path, GO) if name.startswith(CLASS_DATA)}
    assert not {name for name in promised(snapshot) if name.startswith(CLASS_DATA)}


@pytest.mark.parametrize("outside", [False, True])
def test_a_constructor_that_delegates_sets_no_vtable_pointer(tmp_path, outside):
    text = """struct Base { Base(int); virtual ~Base(); };
    struct Derived : Base {
        explicit Derived(int); Derived(char const*) BODY Derived(Derived const&); ~Derived() override;
    };
    """
    body = ": Derived(1) {}"
    text = text.replace("BODY", ";" if outside else body) + (f"inline Derived::Derived(char const*) {body}" * outside)
    snapshot = record_text(tmp_path, text)
    consumer = 'void run() { Derived one("x"); throw one; }'
    assert undefined(tmp_path, consumer) == {"_ZTI7Derived"}
    owed = {name for name in promised(snapshot) if name.startswith(CLASS_DATA) and "Derived" in name}
    assert owed == {"_ZTI7Derived"}
