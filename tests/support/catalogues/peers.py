"""Further changes that other comparers' rules and tests are named after."""

from __future__ import annotations

from support.fates import Entry

CATALOGUE = {
    "a virtual function overrides a base's now": Entry(
        old="struct A { A(); virtual int g(); virtual int h(); }; struct B : A { B(); }; int f(A&);",
        new=(
            "struct A { A(); virtual int g(); virtual int h(); }; struct B : A { B(); int h() override; }; int f(A&);"
        ),
        main="B b; return f(b);",
        before=("A::A() {} int A::g() { return 0; } int A::h() { return 0; } B::B() {} int f(A& a) { return a.h(); }"),
        after=(
            "A::A() {} int A::g() { return 0; } int A::h() { return 0; } B::B() {} int B::h() { return "
            "0; } int f(A& a) { return a.h(); }"
        ),
    ),
    "the last virtual function is gone": Entry(
        old="struct A { A(); virtual int g(); virtual int h(); };",
        new="struct A { A(); virtual int g(); };",
        main="A a; A* p = &a; return p->h();",
        before="A::A() {} int A::g() { return 0; } int A::h() { return 0; }",
        after="A::A() {} int A::g() { return 0; }",
    ),
    "a destructor at the front": Entry(
        old="struct A { A(); virtual int g(); };",
        new="struct A { A(); virtual ~A(); virtual int g(); };",
        main="A* a = new A; return a->g();",
        before="A::A() {} int A::g() { return 0; }",
        after="A::A() {} A::~A() {} int A::g() { return 0; }",
    ),
    "two bases change places": Entry(
        old="struct X { int x; }; struct Y { int y; }; struct A : X, Y {}; int f(A&);",
        new="struct X { int x; }; struct Y { int y; }; struct A : Y, X {}; int f(A&);",
        main="A a; a.x = 0; a.y = 1; return f(a);",
        body="int f(A& a) { return a.x; }",
    ),
    "a base of a base is virtual": Entry(
        old="struct V { int v; }; struct X : V { int x; }; struct A : X { int a; }; int f(A&);",
        new="struct V { int v; }; struct X : virtual V { int x; }; struct A : X { int a; }; int f(A&);",
        main="return sizeof(A) - 12;",
        body="int f(A&) { return 0; }",
    ),
    "a result goes through memory": Entry(
        old="struct R { long a, b; }; R f();",
        new="struct R { long a, b, c; }; R f();",
        main="return sizeof(f()) - 16;",
        before="R f() { return {}; }",
        after="R f() { return {}; }",
    ),
    "a global is const no more": Entry(
        old="extern const int n;",
        new="extern int n;",
        main="return n;",
        before="extern const int n; const int n = 0;",
        after="int n = 0;",
    ),
    "a global of a class grows": Entry(
        old="struct S { int a; }; extern S s;",
        new="struct S { int a, b; }; extern S s;",
        main="return sizeof(s) - 4;",
        before="S s{};",
        after="S s{};",
    ),
    "a typedef of an unnamed struct": Entry(
        old="typedef struct { int a; } S; int f(S*);",
        new="typedef struct { int z; int a; } S; int f(S*);",
        main="S s[2] = {}; s[0].a = 1; return f(s) - 1;",
        body="int f(S* s) { return s->a; }",
    ),
    "a field is a pointer deeper": Entry(
        old="struct S { int* p; }; int f(S&);",
        new="struct S { int** p; }; int f(S&);",
        main="int n = 0; S s; s.p = &n; return f(s);",
        before="int f(S& s) { return *s.p; }",
        after="int f(S& s) { return 0; }",
    ),
    "an opaque type is another": Entry(
        old="struct I; struct S { I* p; }; int f(S&);",
        new="struct J; struct S { J* p; }; int f(S&);",
        main="I* p = nullptr; S s{p}; return f(s);",
        body="int f(S& s) { return s.p != nullptr; }",
    ),
    "arguments may no longer vary": Entry(
        old="int f(int n, ...);",
        new="int f(int n, int m);",
        main="return f(0, 1);",
        before="int f(int n, ...) { return n; }",
        after="int f(int n, int m) { return n; }",
    ),
    "a list of arguments": Entry(
        old="#include <cstdarg>\nint f(int n, va_list a);",
        new="#include <cstdarg>\nint f(int n, ...);",
        main="va_list a; return f(0, a);",
        before="int f(int n, va_list) { return n; }",
        after="int f(int n, ...) { return n; }",
    ),
    "an unsigned bit-field": Entry(
        old="struct S { int a : 4; }; int f(S&);",
        new="struct S { unsigned a : 4; }; int f(S&);",
        main="S s; s.a = -1; return s.a + 1;",
        body="int f(S&) { return 0; }",
    ),
    "a constructor is inherited no more": Entry(
        old="struct A { A(int n) : n(n) {} int n; }; struct B : A { using A::A; }; int f(B&);",
        new="struct A { A(int n) : n(n) {} int n; }; struct B : A { B() : A(0) {} }; int f(B&);",
        main="B b(0); return f(b);",
        body="int f(B& b) { return b.n; }",
    ),
    "a conversion is explicit": Entry(
        old="struct A { A(); operator int() const; };",
        new="struct A { A(); explicit operator int() const; };",
        main="A a; int n = a; return n;",
        body="A::A() {} A::operator int() const { return 0; }",
    ),
    "a conversion is to another type": Entry(
        old="struct A { A(); operator int() const; };",
        new="struct A { A(); operator char*() const; };",
        main="A a; int n = a; return n;",
        before="A::A() {} A::operator int() const { return 0; }",
        after="A::A() {} A::operator char*() const { return 0; }",
    ),
    "an assignment returns nothing": Entry(
        old="struct A { A& operator=(int); int a; };",
        new="struct A { void operator=(int); int a; };",
        main="A a; (a = 0).a = 0; return a.a;",
        before="A& A::operator=(int n) { a = n; return *this; }",
        after="void A::operator=(int n) { a = n; }",
    ),
    "an iterator is a pointer no more": Entry(
        old="struct V { int* begin(); int* end(); int a[2]; };",
        new=(
            "struct I { int* p; int& operator*() const { return *p; } I& operator++() { ++p; return "
            "*this; } bool operator!=(I o) const { return p != o.p; } }; struct V { I begin(); I end(); "
            "int a[2]; };"
        ),
        main="V v{}; int* p = v.begin(); return *p;",
        before="int* V::begin() { return a; } int* V::end() { return a + 2; }",
        after="I V::begin() { return {a}; } I V::end() { return {a + 2}; }",
    ),
    "an exception has another base": Entry(
        old="struct E { int a; }; struct X : E {}; [[noreturn]] void t(); int f();",
        new="struct E { int a; }; struct X {}; [[noreturn]] void t(); int f();",
        main="try { t(); } catch (E&) { return 0; } catch (...) { return 1; }",
        body="void t() { throw X{}; } int f() { return 0; }",
    ),
    "a local static is elsewhere": Entry(
        old="inline int& g() { static int n = 0; return n; } int f();",
        new="int& g(); int f();",
        main="g() = 0; return g();",
        before="int f() { return 0; }",
        after="int& g() { static int n = 0; return n; } int f() { return 0; }",
    ),
    "a flag enumeration lost an operator": Entry(
        old=("enum class M { a = 1, b = 2 }; inline M operator|(M x, M y) { return M(int(x) | int(y)); } int f();"),
        new="enum class M { a = 1, b = 2 }; int f();",
        main="return int(M::a | M::b) - 3;",
        body="int f() { return 0; }",
    ),
    "an enumerator is named otherwise": Entry(
        old="enum class M { kFast, kSlow }; int f();",
        new="enum class M { kQuick, kSlow }; int f();",
        main="return int(M::kFast);",
        body="int f() { return 0; }",
    ),
    "an enumeration of flags is wider": Entry(
        old="enum M : unsigned char { a = 1 }; struct S { M m; char c; }; int f(S&);",
        new="enum M : unsigned { a = 1 }; struct S { M m; char c; }; int f(S&);",
        main="S s[4] = {}; s[0].c = 1; return f(s[0]) - 1;",
        body="int f(S& s) { return s.c; }",
    ),
    "a pimpl is shared": Entry(
        old="#include <memory>\nstruct I; struct A { A(); ~A(); std::unique_ptr<I> p; };",
        new="#include <memory>\nstruct I; struct A { A(); ~A(); std::shared_ptr<I> p; };",
        main="return sizeof(A) - 8;",
        before="struct I {}; A::A() {} A::~A() {}",
        after="struct I {}; A::A() {} A::~A() {}",
    ),
    "a union's first member is another": Entry(
        old="union U { int a; float b; }; int f();",
        new="union U { float b; int a; }; int f();",
        main="U u{1}; return u.a - 1;",
        body="int f() { return 0; }",
    ),
    "a nested template grows": Entry(
        old="template <class T> struct O { template <class U> struct I { T t; U u; }; }; int f();",
        new="template <class T> struct O { template <class U> struct I { T t; U u; int n; }; }; int f();",
        main="return sizeof(O<int>::I<int>) - 8;",
        body="int f() { return 0; }",
    ),
}
