"""What `extern template class X<int>;` promises, members of its member classes included; g++ is the judge."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.cxx import build_library, compile_cxx, exported_symbols, undefined_symbols
from support.recording import promised, record_text

from trtheaders.model.headers.promises import SymbolKind


def needed(folder: Path, consumer: str, standard: str = "c++17") -> set[str]:
    """What g++ leaves undefined without and with optimisation, inline functions included; not what is its own."""
    found: set[str] = set()
    for flags in (("-O0",), ("-O0", "-fkeep-inline-functions"), ("-O2",)):
        unit = compile_cxx(f'#include "api.h"\n{consumer}', flags=("-c", f"-std={standard}", *flags), include=[folder])
        assert unit.status == 0, unit.messages
        found |= undefined_symbols(unit.path)
    return {
        name for name in found if name.startswith("_Z") and not name.startswith(("_ZSt", "_Zd", "_Zn", "_ZTVN10__"))
    }


def exported(folder: Path, definitions: str) -> set[str]:
    return exported_symbols(build_library(f'#include "api.h"\n{definitions}', include=[folder]))


NESTED = """
template <class T> struct X {
    struct In {
        In(); void m(); void inl() { q(); } static int count;
        struct Deep { void d(); };
    protected: void p();
    private: void q(); void idle();
    };
    union U { void um(); T value; };
    class Polymorphic { public: virtual ~Polymorphic(); void h(); };
    class Later;
    enum E { a };
    template <class V> struct Template { void t(); };
    struct { int unnamed; } field;
    In get();
};
template <class T> class X<T>::Later { public: void late(); };
extern template struct X<int>;
"""
NESTED_BODIES = """
template <class T> X<T>::In::In() {} template <class T> void X<T>::In::m() {}
template <class T> int X<T>::In::count = 1;
template <class T> void X<T>::In::Deep::d() {} template <class T> void X<T>::In::p() {}
template <class T> void X<T>::In::q() {} template <class T> void X<T>::In::idle() {}
template <class T> void X<T>::U::um() {} template <class T> X<T>::Polymorphic::~Polymorphic() {}
template <class T> void X<T>::Polymorphic::h() {} template <class T> void X<T>::Later::late() {}
template <class T> typename X<T>::In X<T>::get() { return {}; }
template struct X<int>;
"""


def test_an_instance_owes_the_members_of_its_member_classes(tmp_path):
    snapshot = record_text(tmp_path, NESTED)
    consumer = """
    void f() {
        X<int> x; x.get().m(); x.get().inl(); X<int>::In::count = 2; X<int>::In::Deep{}.d();
        X<int>::U u; u.um(); X<int>::Polymorphic p; p.h(); X<int>::Later{}.late();
    }
    struct D : X<int>::In { D() { p(); } };
    """
    owed = promised(snapshot)
    assert needed(tmp_path, consumer) <= owed
    left = exported(tmp_path, NESTED_BODIES) - owed
    # Nobody outside refers to a private member by itself, nor to the name of a type.
    assert left == {"_ZN1XIiE2In4idleEv", "_ZTSN1XIiE11PolymorphicE"}
    assert owed <= exported(tmp_path, NESTED_BODIES)
    assert not snapshot.unverifiable


def test_an_instance_that_cannot_be_a_base_owes_its_members_all_the_same(tmp_path):
    text = """
    template <class T> struct X final {
        X(); X(X const&); ~X(); void m(); void over(int); void over(T*); static T count; operator T() const;
        void inl() { hidden(); }
    private: void hidden(); void idle();
    };
    extern template struct X<int>;
    """
    bodies = """
    template <class T> X<T>::X() {} template <class T> X<T>::X(X const&) {} template <class T> X<T>::~X() {}
    template <class T> void X<T>::m() {} template <class T> void X<T>::over(int) {}
    template <class T> void X<T>::over(T*) {} template <class T> T X<T>::count = 1;
    template <class T> X<T>::operator T() const { return 1; } template <class T> void X<T>::hidden() {}
    template <class T> void X<T>::idle() {} template struct X<int>;
    """
    snapshot = record_text(tmp_path, text)
    consumer = "int f() { X<int> x, y = x; x.m(); x.over(1); x.over(&x.count); x.inl(); return x; }"
    assert needed(tmp_path, consumer) <= promised(snapshot)
    assert exported(tmp_path, bodies) - promised(snapshot) == {"_ZN1XIiE4idleEv"}
    assert not snapshot.unverifiable


def test_a_constructor_that_the_parser_does_not_name_is_unverifiable(tmp_path):
    text = "template <class T> struct X final { X(T); void m(); };\nextern template struct X<int>;"
    snapshot = record_text(tmp_path, text)
    assert promised(snapshot) == {"_ZN1XIiE1mEv"}
    [open_] = snapshot.unverifiable
    assert open_.name == "X<int>::X"
    assert "cannot be a base" in open_.reason
    assert open_.location.line == 2


ARGUMENTS = """
namespace n {
struct Foo { int i; };
template <class T, int N = 3> struct X { X(); void m(); static T value; };
extern template struct X<Foo, 4>;
extern template struct X<X<Foo>>;
template <class A> struct Outer { template <class B> struct Inner { Inner(B); void go(A, B); ~Inner(); }; };
extern template struct Outer<int>::Inner<Foo>;
}
"""


def test_an_instance_with_classes_for_arguments_owes_its_members(tmp_path):
    snapshot = record_text(tmp_path, ARGUMENTS)
    bodies = """
    namespace n {
    template <class T, int N> X<T, N>::X() {} template <class T, int N> void X<T, N>::m() {}
    template <class T, int N> T X<T, N>::value;
    template <class A> template <class B> Outer<A>::Inner<B>::Inner(B) {}
    template <class A> template <class B> void Outer<A>::Inner<B>::go(A, B) {}
    template <class A> template <class B> Outer<A>::Inner<B>::~Inner() {}
    template struct X<Foo, 4>; template struct X<X<Foo>>; template struct Outer<int>::Inner<Foo>;
    }
    """
    owed = promised(snapshot)
    # The guard of a variable's initialisation is for the library alone.
    assert owed == {name for name in exported(tmp_path, bodies) if not name.startswith("_ZGV")}
    assert len(owed) == 4 + 4 + 5
    sizes = {item.obligations[0].size for item in snapshot.promises if item.obligations[0].kind is SymbolKind.DATA}
    assert sizes == {4, 1}


@pytest.mark.parametrize(
    "text",
    [
        "template <class T> struct X { void m(); };\ntemplate <class T> void X<T>::m() {}\ntemplate struct X<int>;",
        "template <class T> struct X { void m(); };\ntemplate <> struct X<int> {};",
        "struct Foo {};\ntemplate <class T> struct X { void m(); };\ntemplate <> struct X<Foo> {};",
        "template <class T> struct X { struct In; };\ntemplate <class T> struct X<T>::In { void m(); };",
    ],
)
def test_what_is_no_declaration_of_an_instance_promises_none(tmp_path, text):
    snapshot = record_text(tmp_path, text)
    assert promised(snapshot) == set()
    assert not snapshot.unverifiable


def test_thread_local_members_of_an_instance_are_promised_as_such(tmp_path):
    text = "template <class T> struct X { static thread_local T t; };\nextern template struct X<int>;"
    [promise] = record_text(tmp_path, text).promises
    assert promise.obligations[0].kind is SymbolKind.TLS


def test_thunks_of_an_instance_are_promised_to_who_derives_from_it(tmp_path):
    text = """
    struct A { virtual ~A(); virtual void a(); };
    struct B { virtual ~B(); virtual void b(); };
    template <class T> struct X : A, B { X(); void b() override; };
    extern template struct X<int>;
    """
    snapshot = record_text(tmp_path, text)
    thunks = {name for name in needed(tmp_path, "struct D : X<int> {}; void f() { D d; }") if name.startswith("_ZTh")}
    assert thunks == {"_ZThn8_N1XIiE1bEv"}
    assert thunks <= promised(snapshot)
