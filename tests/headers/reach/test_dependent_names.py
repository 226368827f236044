"""Private members that a template names before anybody knows whose they are; g++ is the judge."""

from __future__ import annotations

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

CRTP = "template <class D> struct Base { void go() { static_cast<D*>(this)->impl(); } };\n"
ACCESS = "struct Access { template <class T> static void inc(T& t) { t.impl(); t.template more<int>(); } };\n"
FUNCTION = "class X; template <class T> void call(T& t) { T::impl(); }\n"
REFERRING = {
    "the base befriended": (f"{CRTP} class X : public Base<X> {{ friend struct Base<X>; void impl(); }};", "X().go();"),
    "every base": (
        f"{CRTP} class X : public Base<X> {{ template <class> friend struct Base; void impl(); }};",
        "X().go();",
    ),
    "by an alias": (f"{CRTP} class X : public Base<X> {{ using B = Base<X>; friend B; void impl(); }};", "X().go();"),
    "a generic lambda": (
        "class X { void impl(); public: void go() { [](auto& e) { e.impl(); }(*this); } };",
        "X().go();",
    ),
    "a private template": (
        (
            "class X { template <class T> static void call(T& t) { t.impl(); } void impl(); public: void go() "
            "{ call(*this); } };"
        ),
        "X().go();",
    ),
    "an access class": (
        f"{ACCESS} class X {{ friend struct Access; template <class T> void more() {{}} void impl(); }};",
        "X x; Access::inc(x);",
    ),
    "a template on the way": (
        f"{ACCESS} class X {{ friend Access; template <class T> void more() {{ impl(); }} void impl(); }};",
        "X x; Access::inc(x);",
    ),
    "a function template": (
        f"{FUNCTION} class X {{ template <class T> friend void call(T&); static void impl(); }};",
        "X x; call(x);",
    ),
    "a private template that names it": (
        "class X { template <class T> void call(T) { impl(); } void impl(); public: void go() { call(1); } };",
        "X().go();",
    ),
}
WRITING = """class X { void impl();
    struct Line { X* x; template <class T> Line& operator<<(T) { x->impl(); return *this; } };
public: template <class T> void put(T t) { Line{this} << t; } };
"""
CALLING = """class X { void impl();
    template <class T> struct Each { X* x; void operator()(T) const { x->impl(); } };
public: template <class T> void put(T t) { Each<T>{this}(t); } };
"""
CONVERTING = """class X { void impl();
    struct Value { X* x; template <class T> operator T() const { x->impl(); return T(); } };
public: template <class T> T get() { T found = Value{this}; return found; } };
"""
REFERRING |= {
    "an operator of a private class": (WRITING, "X().put(1);"),
    "a call of a private class's object": (CALLING, "X().put(1);"),
    "a conversion of a private class": (CONVERTING, "X().get<int>();"),
}
SPARING = {
    "no operator of a private class that is not mentioned": WRITING.replace("Line{this} << t", "t << 1"),
    "no refused assignment": (
        "class X { X& operator=(X const&); struct In { In& operator=(In const&); }; public: template <class T> "
        "static int size(T) { return sizeof(In) + sizeof(X); } };"
    ),
    "no friend": f"{CRTP} class X : public Base<X> {{ void impl(); }};",
    "another friend": f"{CRTP} {ACCESS} class X : public Base<X> {{ friend Access; void own(); void impl2(); }};",
    "an operand": "class X { public: template <class T> static decltype(T().impl()) go(T&); private: void impl(); };",
    "a private template that nobody calls": (
        "class X { template <class T> static void call(T& t) { t.impl(); } void impl(); };"
    ),
}


@pytest.mark.parametrize(("text", "use"), REFERRING.values(), ids=REFERRING)
def test_whoever_has_access_may_mean_a_private_member(tmp_path, text, use):
    snapshot = record_text(tmp_path, text)
    unit = compile_cxx(f'#include "api.h"\nvoid f() {{ {use} }}', flags=("-c", "-O0"), include=[tmp_path])
    assert unit.status == 0, unit.messages
    assert promised(snapshot) == undefined_symbols(unit.path)
    assert len(promised(snapshot)) == 1


@pytest.mark.parametrize("text", SPARING.values(), ids=SPARING)
def test_nobody_else_means_it(tmp_path, text):
    assert not promised(record_text(tmp_path, text))
