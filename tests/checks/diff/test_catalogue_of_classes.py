"""Namespaces, bases, vtables, members, results and templates' members that change; judged like the first catalogue by
the compiler, the linker and the program.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from support.fates import Entry, claimed, happens

# A few hundred programs are compiled, linked and run.
pytestmark = pytest.mark.slow

CATALOGUE = {
    "namespace renamed 3 classes": Entry(
        old=(
            "namespace a { struct X { X(); int x; int f(); }; struct Y { Y(); int g(); }; struct Z { Z(); int h(); }; }"
        ),
        new=(
            "namespace b { struct X { X(); int x; int f(); }; struct Y { Y(); int g(); }; struct Z { Z(); int h(); }; }"
        ),
        main="a::X x; return x.f();",
        before=(
            "a::X::X() {} a::Y::Y() {} a::Z::Z() {} int a::X::f() { return 0; } "
            "int a::Y::g() { return 0; } int a::Z::h() { return 0; }"
        ),
        after=(
            "b::X::X() {} b::Y::Y() {} b::Z::Z() {} int b::X::f() { return 0; } "
            "int b::Y::g() { return 0; } int b::Z::h() { return 0; }"
        ),
    ),
    "namespace renamed with alias": Entry(
        old=(
            "namespace a { struct X { X(); int x; int f(); }; struct Y { Y(); int g(); }; struct Z { Z(); int h(); }; }"
        ),
        new=(
            "namespace b { struct X { X(); int x; int f(); }; struct Y { Y(); int g(); }; "
            "struct Z { Z(); int h(); }; } namespace a = b;"
        ),
        main="a::X x; return x.f();",
        before=(
            "a::X::X() {} a::Y::Y() {} a::Z::Z() {} int a::X::f() { return 0; } "
            "int a::Y::g() { return 0; } int a::Z::h() { return 0; }"
        ),
        after=(
            "b::X::X() {} b::Y::Y() {} b::Z::Z() {} int b::X::f() { return 0; } "
            "int b::Y::g() { return 0; } int b::Z::h() { return 0; }"
        ),
    ),
    "namespace renamed functions": Entry(
        old="namespace a { int f(); int g(); enum E { k }; }",
        new="namespace b { int f(); int g(); enum E { k }; }",
        main="return a::f();",
        before="int a::f() { return 0; } int a::g() { return 0; }",
        after="int b::f() { return 0; } int b::g() { return 0; }",
    ),
    "inline namespace new version": Entry(
        old="namespace n { inline namespace v1 { int f(); } }",
        new="namespace n { inline namespace v2 { int f(); } }",
        main="return n::f();",
        before="int n::v1::f() { return 0; }",
        after="int n::v2::f() { return 0; }",
    ),
    "inline namespace no more inline": Entry(
        old="namespace n { inline namespace v1 { int f(); } }",
        new="namespace n { namespace v1 { int f(); } inline namespace v2 { int f(); } }",
        main="return n::f();",
        before="int n::v1::f() { return 0; }",
        after="int n::v1::f() { return 1; } int n::v2::f() { return 1; }",
    ),
    "pure virtual added at end": Entry(
        old="struct A { A(); virtual int f() { return 0; } virtual ~A(); };",
        new="struct A { A(); virtual int f() { return 0; } virtual ~A(); virtual int g() = 0; };",
        main="D d; return d.f();",
        body="A::A() {} A::~A() {}",
        outside="struct D : A {};",
    ),
    "virtual added to final class": Entry(
        old="struct A final { A(); virtual int f(); int x; };",
        new="struct A final { A(); virtual int f(); virtual int g(); int x; };",
        main="A a; return a.f();",
        before="A::A() {} int A::f() { return 0; }",
        after="A::A() {} int A::f() { return 0; } int A::g() { return 0; }",
    ),
    "first virtual": Entry(
        old="struct A { A(); int f(); int x; };",
        new="struct A { A(); virtual int f(); int x; };",
        main="A a[2]; a[0].x = 7; return a[0].x - 7 + a[0].f();",
        before="A::A() {} int A::f() { return 0; }",
        after="A::A() {} int A::f() { return x == 7 ? 0 : 1; }",
    ),
    "virtual lost": Entry(
        old="struct A { A(); virtual int f(); int x; };",
        new="struct A { A(); int f(); int x; };",
        main="A a; a.x = 7; A* p = &a; return p->f();",
        before="A::A() {} int A::f() { return x != 7; }",
        after="A::A() {} int A::f() { return x != 7; }",
    ),
    "base becomes virtual": Entry(
        old="struct B { B(); int b; }; struct A : B { A(); int x; int f(); };",
        new="struct B { B(); int b; }; struct A : virtual B { A(); int x; int f(); };",
        main="A a; a.x = 7; return a.f();",
        before="B::B() {} A::A() {} int A::f() { return x != 7; }",
        after="B::B() {} A::A() {} int A::f() { return x != 7; }",
    ),
    "base of base grows": Entry(
        old="struct B { int b; }; struct M : B { int m; }; struct A : M { A(); int x; int f(); };",
        new="struct B { int b; int c; }; struct M : B { int m; }; struct A : M { A(); int x; int f(); };",
        main="A a[2]; a[0].x = 7; return a[0].f();",
        body="A::A() {} int A::f() { return x != 7; }",
    ),
    "intermediate base": Entry(
        old="struct B { int b; }; struct A : B { A(); int x; int f(); };",
        new="struct B { int b; }; struct M : B { }; struct A : M { A(); int x; int f(); };",
        main="A a; a.x = 7; B& r = a; r.b = 1; return a.f();",
        body="A::A() {} int A::f() { return x != 7; }",
    ),
    "method moved to base": Entry(
        old="struct B { int b; }; struct A : B { A(); int x; int f(); };",
        new="struct B { int b; int f(); }; struct A : B { A(); int x; };",
        main="A a; return a.f();",
        before="A::A() {} int A::f() { return 0; }",
        after="A::A() {} int B::f() { return 0; }",
    ),
    "param by value to class": Entry(
        old="struct P { int a; }; int f(P p);",
        new="struct P { int a; long b; long c; }; int f(P p);",
        main="return f(P{0});",
        before="int f(P p) { return p.a; }",
        after="int f(P p) { return p.a || p.c != 12345; }",
    ),
    "return struct by value larger": Entry(
        old="struct P { int a; }; P f();",
        new="struct P { int a; long b[4]; }; P f();",
        main="return f().a;",
        before="P f() { return {0}; }",
        after="P f() { return {0, {}}; }",
    ),
    "return const": Entry(
        old="int f();",
        new="const int f();",
        main="return f();",
        body="int f2; ",
        before="int f() { return 0; }",
        after="const int f() { return 0; }",
    ),
    "return ref to value": Entry(
        old="int& f();",
        new="int f();",
        main="f() = 3; return f() - 3;",
        before="int v; int& f() { return v; }",
        after="int f() { return 3; }",
    ),
    "return value to ref": Entry(
        old="int f();",
        new="int& f();",
        main="return f();",
        before="int f() { return 0; }",
        after="int v; int& f() { return v; }",
    ),
    "pointer to reference param": Entry(
        old="int f(int* p);",
        new="int f(int& p);",
        main="int n = 0; return f(&n);",
        before="int f(int* p) { return *p; }",
        after="int f(int& p) { return p; }",
    ),
    "parameter added default": Entry(
        old="int f(int a);",
        new="int f(int a, int b = 0);",
        main="return f(0);",
        before="int f(int a) { return a; }",
        after="int f(int a, int b) { return a; }",
    ),
    "parameter removed": Entry(
        old="int f(int a, int b);",
        new="int f(int a);",
        main="return f(0, 1);",
        before="int f(int a, int b) { return a; }",
        after="int f(int a) { return a; }",
    ),
    "extern C parameter removed": Entry(
        old='extern "C" int f(int a, int b);',
        new='extern "C" int f(int a);',
        main="return f(0, 1);",
        before='extern "C" int f(int a, int b) { return a; }',
        after='extern "C" int f(int a) { return a; }',
    ),
    "extern C parameter added": Entry(
        old='extern "C" int f(int a);',
        new='extern "C" int f(int a, int b);',
        main="return f(0);",
        before='extern "C" int f(int a) { return a; }',
        after='extern "C" int f(int a, int b) { return a || b != 99; }',
    ),
    "char8_t": Entry(
        old="int f(char const* p);",
        new="int f(char8_t const* p);",
        main='return f("");',
        before="int f(char const* p) { return *p; }",
        after="int f(char8_t const* p) { return *p; }",
        flags=("-std=c++20",),
    ),
    "signed char": Entry(
        old="int f(char c);",
        new="int f(signed char c);",
        main="return f(0);",
        before="int f(char p) { return p; }",
        after="int f(signed char p) { return p; }",
    ),
    "long to long long": Entry(
        old="int f(long c);",
        new="int f(long long c);",
        main="return f(0);",
        before="int f(long p) { return p; }",
        after="int f(long long p) { return p; }",
    ),
    "enum param scoped same name": Entry(
        old="enum E { k }; int f(int);",
        new="enum class E { k }; int f(int);",
        main="return f(k);",
        body="int f(int n) { return n; }",
    ),
    "function pointer typedef": Entry(
        old="typedef int (*cb)(int); int f(cb c);",
        new="typedef int (*cb)(int, int); int f(cb c);",
        main="return f([](int a) { return a; });",
        before="int f(cb c) { return c(0); }",
        after="int f(cb c) { return c(0, 0); }",
    ),
    "callback struct member": Entry(
        old="struct C { int (*cb)(int); }; int f(C const& c);",
        new="struct C { int (*cb)(int, void*); }; int f(C const& c);",
        main="C c{[](int a) { return a; }}; return f(c);",
        before="int f(C const& c) { return c.cb(0); }",
        after="int f(C const& c) { return c.cb(0, nullptr); }",
    ),
    "bitfield moved": Entry(
        old="struct S { unsigned a : 4; unsigned b : 4; }; int f(S const&);",
        new="struct S { unsigned b : 4; unsigned a : 4; }; int f(S const&);",
        main="S s{}; s.a = 7; return f(s);",
        body="int f(S const& s) { return s.a != 7; }",
    ),
    "flexible array": Entry(
        old="struct S { int n; char d[1]; }; int f(S const*);",
        new="struct S { int n; char d[]; }; int f(S const*);",
        main="return sizeof(S) - 8;",
        body="int f(S const*) { return 0; }",
    ),
    "no unique address": Entry(
        old="struct E {}; struct S { E e; int x; }; int f(S const&);",
        new="struct E {}; struct S { [[no_unique_address]] E e; int x; }; int f(S const&);",
        main="S s[2] = {}; s[0].x = 7; return f(s[0]);",
        body="int f(S const& s) { return s.x != 7; }",
        flags=("-std=c++20",),
    ),
    "member type same size": Entry(
        old="struct S { int x; }; int f(S const&);",
        new="struct S { float x; }; int f(S const&);",
        main="S s{7}; return f(s);",
        body="int f(S const& s) { return s.x != 7; }",
    ),
    "member sign": Entry(
        old="struct S { int x; }; int f(S const&);",
        new="struct S { unsigned x; }; int f(S const&);",
        main="S s{-1}; return s.x < 0 ? f(s) : 1;",
        body="int f(S const& s) { return 0; }",
    ),
    "pointer member to unique": Entry(
        old="#include <memory>\nstruct S { S(); ~S(); int* p; };",
        new="#include <memory>\nstruct S { S(); ~S(); std::unique_ptr<int> p; };",
        main="S s; delete s.p; s.p = nullptr; return 0;",
        before="S::S() : p(nullptr) {} S::~S() {}",
        after="S::S() {} S::~S() {}",
    ),
    "opaque now": Entry(
        old="struct S { int x; }; int f(S*);",
        new="struct S; int f(S*);",
        main="S s{0}; return f(&s);",
        before="int f(S* s) { return s->x; }",
        after="int f(S*) { return 0; }",
    ),
    "struct defined now": Entry(
        old="struct S; S* make(); int f(S*);",
        new="struct S { int x; }; S* make(); int f(S*);",
        main="return f(make());",
        before="struct S { int x; }; S* make() { return new S{0}; } int f(S* s) { return s->x; }",
        after="S* make() { return new S{0}; } int f(S* s) { return s->x; }",
    ),
    "enumerator removed alias": Entry(
        old="enum E { a, b, c = b }; int f(E);",
        new="enum E { a, b }; int f(E);",
        main="return f(c) - 1;",
        body="int f(E e) { return e; }",
    ),
    "enumerator negative": Entry(
        old="enum E { a = 0 }; int f(E);",
        new="enum E { z = -1, a = 0 }; int f(E);",
        main="return f(a);",
        body="int f(E e) { return e; }",
    ),
    "enumerator 64 bit": Entry(
        old="enum E { a = 0 }; int f(E);",
        new="enum E { a = 0, big = 0x100000000 }; int f(E);",
        main="E e[2] = {a, a}; return sizeof(e) - 8;",
        body="int f(E e) { return e; }",
    ),
    "typedef removed": Entry(
        old="typedef int T; int f(T);",
        new="int f(int);",
        main="T t = 0; return f(t);",
        body="int f(int t) { return t; }",
    ),
    "typedef to class of same name": Entry(
        old="typedef struct S_ { int x; } S; int f(S*);",
        new="struct S { int x; }; int f(S*);",
        main="S s{0}; return f(&s);",
        before="int f(S* s) { return s->x; }",
        after="int f(S* s) { return s->x; }",
    ),
    "nested class moved out": Entry(
        old="struct A { struct B { int x; }; }; int f(A::B const&);",
        new="struct B { int x; }; struct A { using B = ::B; }; int f(B const&);",
        main="A::B b{0}; return f(b);",
        before="int f(A::B const& b) { return b.x; }",
        after="int f(B const& b) { return b.x; }",
    ),
    "static now": Entry(
        old="struct A { int f(int); }; ",
        new="struct A { static int f(int); };",
        main="A a; return a.f(0);",
        body="int A::f(int n) { return n; }",
    ),
    "static member function to free friend": Entry(
        old="struct A { static int f(); };",
        new="struct A { friend int f(); }; int f();",
        main="return A::f();",
        before="int A::f() { return 0; }",
        after="int f() { return 0; }",
    ),
    "const static member": Entry(
        old="struct A { static int k; };",
        new="struct A { static const int k; };",
        main="A::k = 3; return A::k - 3;",
        before="int A::k = 1;",
        after="const int A::k = 1;",
    ),
    "ref qualifier rvalue": Entry(
        old="struct A { int f(); };",
        new="struct A { int f() &&; };",
        main="A a; return a.f();",
        before="int A::f() { return 0; }",
        after="int A::f() && { return 0; }",
    ),
    "explicit operator bool": Entry(
        old="struct A { A(); operator bool() const; };",
        new="struct A { A(); explicit operator bool() const; };",
        main="A a; return a;",
        body="A::A() {} A::operator bool() const { return false; }",
    ),
    "operator gone": Entry(
        old="struct A { int x; }; bool operator==(A const&, A const&);",
        new="struct A { int x; };",
        main="A a{0}; return !(a == a);",
        before="bool operator==(A const&, A const&) { return true; }",
        after="int z;",
    ),
    "operator member to free": Entry(
        old="struct A { int x; bool operator==(A const&) const; };",
        new="struct A { int x; }; bool operator==(A const&, A const&);",
        main="A a{0}; return !(a == a);",
        before="bool A::operator==(A const&) const { return true; }",
        after="bool operator==(A const&, A const&) { return true; }",
    ),
    "final method": Entry(
        old="struct A { A(); virtual int f(); };",
        new="struct A { A(); virtual int f() final; };",
        main="D d; return d.f();",
        body="A::A() {} int A::f() { return 1; }",
        outside="struct D : A { int f() override { return 0; } };",
    ),
    "dtor protected": Entry(
        old="struct A { A(); ~A(); };",
        new="struct A { A(); protected: ~A(); };",
        main="A a; return 0;",
        body="A::A() {} A::~A() {}",
    ),
    "virtual dtor lost": Entry(
        old="struct A { A(); virtual ~A(); int x; };",
        new="struct A { A(); ~A(); int x; };",
        main="A a[2]; a[0].x = 7; return a[0].x != 7 || sizeof(A) != 16;",
        body="A::A() {} A::~A() {}",
    ),
    "dtor inline to out": Entry(
        old="struct A { int* p; A(); ~A() { delete p; } };",
        new="struct A { int* p; A(); ~A(); };",
        main="A a; return 0;",
        body="A::A() : p(nullptr) {}",
        after="A::~A() { delete p; }",
    ),
    "copy ctor user provided": Entry(
        old="struct A { int x; }; int f(A a);",
        new="struct A { int x; A(); A(A const&); }; int f(A a);",
        main="A a; a.x = 0; return f(a);",
        body="int f(A a) { return a.x; }",
        after=" A::A() {} A::A(A const& o) : x(o.x) {}",
    ),
    "default member init": Entry(
        old="struct A { int x; }; int f(A const&);",
        new="struct A { int x = 5; }; int f(A const&);",
        main="A a{}; return f(a);",
        body="int f(A const& a) { return a.x; }",
    ),
    "alignas var": Entry(
        old="extern int v;",
        new="alignas(64) extern int v;",
        main="return v;",
        before="int v = 0;",
        after="alignas(64) int v = 0;",
    ),
    "tls dropped": Entry(
        old="extern thread_local int v;",
        new="extern int v;",
        main="return v;",
        before="thread_local int v = 0;",
        after="int v = 0;",
    ),
    "variable to function": Entry(
        old="extern int v;",
        new="int v();",
        main="return v;",
        before="int v = 0;",
        after="int v() { return 0; }",
    ),
    "array to pointer": Entry(
        old="extern char v[4];",
        new="extern char* v;",
        main="return v[0] || v[1] || v[2] || v[3];",
        before="char v[4] = {};",
        after="char b[4]; char* v = b;",
    ),
    "2d array": Entry(
        old="extern int v[2][3];",
        new="extern int v[3][2];",
        main="return v[1][2] - 5;",
        before="int v[2][3] = {{0,1,2},{3,4,5}};",
        after="int v[3][2] = {{0,1},{2,3},{4,5}};",
    ),
    "noreturn gained": Entry(
        old="int f(); void g();",
        new="int f(); [[noreturn]] void g();",
        main="if (f()) g(); return 0;",
        body="int f() { return 0; } void g() { for (;;) {} }",
    ),
    "variadic gone": Entry(
        old="int f(int n, ...);",
        new="int f(int n);",
        main="return f(0, 1);",
        before="int f(int n, ...) { return n; }",
        after="int f(int n) { return n; }",
    ),
    "template member fn added": Entry(
        old="struct A { A(); int x; };",
        new="struct A { A(); template <class T> int g(T) { return 0; } int x; };",
        main="A a; return 0;",
        body="A::A() {}",
    ),
    "class template member moved": Entry(
        old="template <class T> struct V { T a; int b; int get() const { return b; } }; int f(V<int> const&);",
        new="template <class T> struct V { int b; T a; int get() const { return b; } }; int f(V<int> const&);",
        main="V<int> v{}; v.b = 7; v.a = 1; return f(v);",
        body="int f(V<int> const& v) { return v.b != 7; }",
    ),
    "class template pattern member gone": Entry(
        old="template <class T> struct V { T a; int b; }; int f();",
        new="template <class T> struct V { T a; }; int f();",
        main="V<int> v{}; return v.b;",
        body="int f() { return 0; }",
    ),
    "class template method gone": Entry(
        old="template <class T> struct V { T a; int g() { return 0; } }; int f();",
        new="template <class T> struct V { T a; }; int f();",
        main="V<int> v{}; return v.g();",
        body="int f() { return 0; }",
    ),
    "class template pattern member added": Entry(
        old="template <class T> struct V { T a; }; int f(void*);",
        new="template <class T> struct V { int z; T a; }; int f(void*);",
        main="V<int> v{}; v.a = 7; return f(&v);",
        body="int f(void* p) { return static_cast<V<int>*>(p)->a != 7; }",
    ),
    "class template gone": Entry(
        old="template <class T> struct V { T a; }; int f();",
        new="int f();",
        main="V<int> v{}; return v.a;",
        body="int f() { return 0; }",
    ),
    "class template member type": Entry(
        old="template <class T> struct V { T a; int n; }; int f();",
        new="template <class T> struct V { T a; long n; }; int f();",
        main="V<int> v{}; return sizeof(v.n) - 4;",
        body="int f() { return 0; }",
    ),
    "class template base gone": Entry(
        old="struct Bs { int b; }; template <class T> struct V : Bs { T a; }; int f();",
        new="struct Bs { int b; }; template <class T> struct V { T a; }; int f();",
        main="V<int> v{}; return v.b;",
        body="int f() { return 0; }",
    ),
    "nested alias in template": Entry(
        old="template <class T> struct V { using type = T; }; int f();",
        new="template <class T> struct V { using type = T*; }; int f();",
        main="V<int>::type x = 0; return sizeof(x) - 4;",
        body="int f() { return 0; }",
    ),
    "nested alias in template gone": Entry(
        old="template <class T> struct V { using type = T; }; int f();",
        new="template <class T> struct V { }; int f();",
        main="V<int>::type x = 0; return x;",
        body="int f() { return 0; }",
    ),
}


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=CATALOGUE)
def test_what_happens_is_claimed_and_nothing_else(entry: Entry, tmp_path: Path) -> None:
    told, fate = claimed(entry, tmp_path), happens(entry)
    assert fate <= told
    assert bool(told) == bool(fate)
