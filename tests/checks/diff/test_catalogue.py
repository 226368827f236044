"""A catalogue of changes as comparers of headers and libraries know them, each with g++, ld and the program as judges.

A case is two headers, what each side's library defines, and a consumer that returns 0 as long as it is compiled and
linked with the old side. What then happens with the new one is the truth that `diff` must claim, and where nothing
happens nothing may be claimed.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from support.fates import Entry, claimed, happens

POINT = "struct Point { int x; int y; }; int sum(Point const& p);"
SUM = "int sum(Point const& p) { return p.x + p.y - 3; }"
SHAPE = "struct Shape { Shape(); virtual ~Shape(); virtual int area(); virtual int edge(); };"
SHAPES = "Shape::Shape() {} Shape::~Shape() {} int Shape::area() { return 0; } int Shape::edge() { return 1; }"

# A few hundred programs are compiled, linked and run.
pytestmark = pytest.mark.slow

CATALOGUE = {
    "a function is gone": Entry(
        old="int f(); int g();",
        new="int g();",
        main="return f();",
        before="int f() { return 0; }",
        after="int g() { return 0; }",
    ),
    "a function is new": Entry(
        old="int f();",
        new="int f(); int g();",
        main="return f();",
        before="int f() { return 0; }",
        after="int f() { return 0; } int g() { return 0; }",
    ),
    "a parameter has another type": Entry(
        old="int f(int n);",
        new="int f(long n);",
        main="return f(0);",
        before="int f(int n) { return n; }",
        after="int f(long n) { return n; }",
    ),
    "a parameter is a pointer to a pointer": Entry(
        old="int f(int* n);",
        new="int f(int** n);",
        main="int n = 0; return f(&n);",
        before="int f(int* n) { return *n; }",
        after="int f(int** n) { return 0; }",
    ),
    "a parameter is a pointer to const": Entry(
        old="int f(char* n);",
        new="int f(char const* n);",
        main="char n = 0; return f(&n);",
        before="int f(char* n) { return *n; }",
        after="int f(char const* n) { return *n; }",
    ),
    "a reference is a value": Entry(
        old="int f(int const& n);",
        new="int f(int n);",
        main="return f(0);",
        before="int f(int const& n) { return n; }",
        after="int f(int n) { return n; }",
    ),
    "a parameter has another name": Entry(
        old="int f(int n);",
        new="int f(int count);",
        main="return f(0);",
        body="int f(int n) { return n; }",
    ),
    "a parameter is const": Entry(
        old="int f(int n);",
        new="int f(int const n);",
        main="return f(0);",
        body="int f(int n) { return n; }",
    ),
    "a default argument is gone": Entry(
        old="int f(int n = 0);",
        new="int f(int n);",
        main="return f();",
        body="int f(int n) { return n; }",
    ),
    "a default argument is another": Entry(
        old="int f(int n = 0);",
        new="int f(int n = 1);",
        main="return f();",
        body="int f(int n) { return n; }",
    ),
    "more arguments may follow": Entry(
        old="int f(int n);",
        new="int f(int n, ...);",
        main="return f(0);",
        before="int f(int n) { return n; }",
        after="int f(int n, ...) { return n; }",
    ),
    "a callback may throw": Entry(
        old="int f(int (*c)() noexcept);",
        new="int f(int (*c)());",
        main="return f(nullptr);",
        before="int f(int (*c)() noexcept) { return 0; }",
        after="int f(int (*c)()) { return 0; }",
    ),
    "a function moves into the header": Entry(
        old="int f();",
        new="inline int f() { return 0; }",
        main="return f();",
        before="int f() { return 0; }",
        after="int unrelated;",
    ),
    "a function moves out of the header": Entry(
        old="inline int f() { return 0; }",
        new="int f();",
        main="return f();",
        before="int unrelated;",
        after="int f() { return 0; }",
    ),
    "a function is deleted": Entry(
        old="int f(int n);",
        new="int f(int n) = delete;",
        main="return f(0);",
        before="int f(int n) { return n; }",
        after="int unrelated;",
    ),
    "a function has C linkage": Entry(
        old="int f(int n);",
        new='extern "C" int f(int n);',
        main="return f(0);",
        body="int f(int n) { return n; }",
    ),
    "a function is called otherwise": Entry(
        old="int f(int n, int m);",
        new="__attribute__((ms_abi)) int f(int n, int m);",
        main="return f(4, 4);",
        before="int f(int n, int m) { return n - m; }",
        after="__attribute__((ms_abi)) int f(int n, int m) { return n + m * 0 - 4; }",
    ),
    "a function is deprecated": Entry(
        old="int f();",
        new="[[deprecated]] int f();",
        main="return f();",
        body="int f() { return 0; }",
    ),
    "a result must be used": Entry(
        old="int f();",
        new="[[nodiscard]] int f();",
        main="return f();",
        body="int f() { return 0; }",
    ),
    "a namespace is inline between": Entry(
        old="namespace n { int f(); }",
        new="namespace n { inline namespace v2 { int f(); } }",
        main="return n::f();",
        before="int n::f() { return 0; }",
        after="int n::v2::f() { return 0; }",
    ),
    "a variable is gone": Entry(
        old="extern int level; int f();",
        new="int f();",
        main="return level;",
        before="int level = 0;",
        after="int f() { return 0; }",
    ),
    "a variable is wider": Entry(
        old="extern short level[2];",
        new="extern long level[2];",
        main="return level[1];",
        before="short level[2] = {0, 0};",
        after="long level[2] = {1l << 16, 0};",
    ),
    "a variable is const": Entry(
        old="extern int level;",
        new="extern int const level;",
        main="level = 4; return level - 4;",
        before="int level = 1;",
        after="extern int const level = 1;",
        flags=("-fPIC",),
    ),
    "a variable is one for each thread": Entry(
        old="extern int level;",
        new="extern thread_local int level;",
        main="return level;",
        before="int level = 0;",
        after="thread_local int level = 0;",
    ),
    "a constant is another": Entry(
        old="constexpr int kMost = 4; int f(int n);",
        new="constexpr int kMost = 8; int f(int n);",
        main="return f(kMost);",
        body="int f(int n) { return n != kMost; }",
    ),
    "a macro is another number": Entry(
        old="#define MOST 4\nint f(int n);",
        new="#define MOST 8\nint f(int n);",
        main="return f(MOST);",
        body="int f(int n) { return n != MOST; }",
    ),
    "a macro is gone": Entry(
        old="#define MOST 4\nint f(int n);",
        new="int f(int n);",
        main="return f(MOST);",
        body="int f(int n) { return n != 4; }",
    ),
    "an enumerator is inserted": Entry(
        old="enum E { kA, kB }; int f(E e);",
        new="enum E { kA, kNew, kB }; int f(E e);",
        main="return f(kB);",
        body="int f(E e) { return e != kB; }",
    ),
    "an enumerator is appended": Entry(
        old="enum E { kA, kB }; int f(E e);",
        new="enum E { kA, kB, kC }; int f(E e);",
        main="return f(kB);",
        body="int f(E e) { return e != kB; }",
    ),
    "an enumerator is gone": Entry(
        old="enum E { kA, kB }; int f(E e);",
        new="enum E { kA }; int f(E e);",
        main="return f(kB);",
        before="int f(E e) { return e != kB; }",
        after="int f(E e) { return 0; }",
    ),
    "an enumeration is scoped": Entry(
        old="enum E { kA }; int f(E e);",
        new="enum class E { kA }; int f(E e);",
        main="return f(kA);",
        body="int f(E e) { return 0; }",
    ),
    "an enumeration is wider": Entry(
        old="enum E : char { kA = 1 }; struct S { E e; char more; }; int f(S const& s);",
        new="enum E : int { kA = 1 }; struct S { E e; char more; }; int f(S const& s);",
        main="S s[2] = {{kA, 7}, {kA, 7}}; return f(s[0]);",
        body="int f(S const& s) { return s.more != 7; }",
    ),
    "an alias is another type": Entry(
        old="typedef int id_type; struct S { id_type a; int b; }; int f(S const& s);",
        new="typedef long id_type; struct S { id_type a; int b; }; int f(S const& s);",
        main="S s[2] = {{0, 7}, {0, 7}}; return f(s[0]);",
        body="int f(S const& s) { return s.b != 7; }",
    ),
    "a member is inserted": Entry(
        old=POINT,
        new="struct Point { int x; int z; int y; }; int sum(Point const& p);",
        main="Point p[2] = {}; p[0].x = 1; p[0].y = 2; return sum(p[0]);",
        body=SUM,
    ),
    "members are exchanged": Entry(
        old="struct Point { int x; int y; }; int first(Point const& p);",
        new="struct Point { int y; int x; }; int first(Point const& p);",
        main="Point p; p.x = 0; p.y = 5; return first(p);",
        body="int first(Point const& p) { return p.x; }",
    ),
    "a member is gone": Entry(
        old="struct Point { int x; int y; int z; }; int last(Point const& p);",
        new="struct Point { int x; int z; }; int last(Point const& p);",
        main="Point p; p.y = 5; p.z = 0; return last(p);",
        body="int last(Point const& p) { return p.z; }",
    ),
    "a member has another name": Entry(
        old="struct S { int a; };  int f(S const& s);",
        new="struct S { int b; }; int f(S const& s);",
        main="S s; s.a = 0; return f(s);",
        before="int f(S const& s) { return s.a; }",
        after="int f(S const& s) { return s.b; }",
    ),
    "a member is const": Entry(
        old="struct S { int a = 0; }; int f(S const& s);",
        new="struct S { int const a = 0; }; int f(S const& s);",
        main="S s; s.a = 0; return f(s);",
        body="int f(S const& s) { return s.a; }",
    ),
    "a member is volatile": Entry(
        old="struct S { int a; }; int f(S const& s);",
        new="struct S { int volatile a; }; int f(S const& s);",
        main="S s; s.a = 0; return f(s);",
        body="int f(S const& s) { return s.a; }",
    ),
    "a member starts otherwise": Entry(
        old="struct S { int a = 0; }; int f(S const& s);",
        new="struct S { int a = 1; }; int f(S const& s);",
        main="S s; return f(s);",
        body="int f(S const& s) { return s.a; }",
    ),
    "a bit-field is wider": Entry(
        old="struct S { unsigned a : 3; unsigned b : 3; }; int f(S const& s);",
        new="struct S { unsigned a : 5; unsigned b : 3; }; int f(S const& s);",
        main="S s; s.a = 7; s.b = 2; return f(s);",
        body="int f(S const& s) { return s.b != 2; }",
    ),
    "an array is longer": Entry(
        old="struct S { int a[2]; int b; }; int f(S const& s);",
        new="struct S { int a[4]; int b; }; int f(S const& s);",
        main="S s[3] = {}; s[0].b = 7; return f(s[0]);",
        body="int f(S const& s) { return s.b != 7; }",
    ),
    "a class is packed": Entry(
        old="struct S { char a; int b; }; int f(S const& s);",
        new="struct __attribute__((packed)) S { char a; int b; }; int f(S const& s);",
        main="S s[2] = {{1, 7}, {1, 7}}; return f(s[0]);",
        body="int f(S const& s) { return s.b != 7; }",
    ),
    "a class is aligned further": Entry(
        old="struct S { int a; }; struct T { char c; S s; }; int f(T const& t);",
        new="struct alignas(32) S { int a; }; struct T { char c; S s; }; int f(T const& t);",
        main="T t[16] = {}; t[0].s.a = 7; return f(t[0]);",
        body="int f(T const& t) { return t.s.a != 7; }",
    ),
    "a union has one member more": Entry(
        old="union U { int a; float b; }; int f(U const& u);",
        new="union U { int a; float b; unsigned c; }; int f(U const& u);",
        main="U u; u.a = 0; return f(u);",
        body="int f(U const& u) { return u.a; }",
    ),
    "a union lost a member": Entry(
        old="union U { int a; float b; }; int f(U const& u);",
        new="union U { int a; }; int f(U const& u);",
        main="U u; u.b = 0; return f(u);",
        body="int f(U const& u) { return u.a; }",
    ),
    "a base is new": Entry(
        old="struct B { long z = 0; }; struct S { int a = 7; }; int f(S const& s);",
        new="struct B { long z = 0; }; struct S : B { int a = 7; }; int f(S const& s);",
        main="S s[3]; s[2].a = 1; return f(s[0]);",
        body="int f(S const& s) { return s.a != 7; }",
    ),
    "bases are exchanged": Entry(
        old="struct A { int a = 1; }; struct B { int b = 2; }; struct S : A, B {}; int f(S const& s);",
        new="struct A { int a = 1; }; struct B { int b = 2; }; struct S : B, A {}; int f(S const& s);",
        main="S s; return f(s);",
        body="int f(S const& s) { return s.a != 1; }",
    ),
    "a base is gone": Entry(
        old="struct B { long z = 0; }; struct S : B { int a = 7; }; int f(S const& s);",
        new="struct B { long z = 0; }; struct S { int a = 7; }; int f(S const& s);",
        main="S s; B* b = &s; return f(s) + (b == nullptr);",
        body="int f(S const& s) { return s.a != 7; }",
    ),
    "a base is private": Entry(
        old="struct B { int z = 0; }; struct S : B {}; int f(B const& s);",
        new="struct B { int z = 0; }; struct S : private B {}; int f(B const& s);",
        main="S s; return f(s);",
        body="int f(B const& s) { return s.z; }",
    ),
    "a class is final": Entry(
        old="struct S { int a; }; int f(S const& s);",
        new="struct S final { int a; }; int f(S const& s);",
        main="T t; t.a = 0; return f(t);",
        body="int f(S const& s) { return s.a; }",
        outside="struct T : S {};",
    ),
    "a class is a struct": Entry(
        old="class S { public: int a; }; int f(S const& s);",
        new="struct S { int a; }; int f(S const& s);",
        main="S s; s.a = 0; return f(s);",
        body="int f(S const& s) { return s.a; }",
    ),
    "a class is only declared": Entry(
        old="struct S { int a = 0; }; int f(S* s);",
        new="struct S; int f(S* s);",
        main="S s; return f(&s);",
        before="int f(S* s) { return s->a; }",
        after="struct S { int a = 0; }; int f(S* s) { return s->a; }",
    ),
    "a class travels through memory": Entry(
        old="struct S { int a; }; int f(S s);",
        new="struct S { int a; S() {} S(S const& o) : a(o.a) {} }; int f(S s);",
        main="S s; s.a = 0; return f(s);",
        body="int f(S s) { return s.a; }",
    ),
    "a destructor is virtual": Entry(
        old="struct S { S(); ~S(); int a; }; int f(S const& s);",
        new="struct S { S(); virtual ~S(); int a; }; int f(S const& s);",
        main="S s[2]; s[0].a = 7; return f(s[0]);",
        body="S::S() : a(7) {} S::~S() {} int f(S const& s) { return s.a != 7; }",
    ),
    "virtual functions are exchanged": Entry(
        old=SHAPE,
        new=SHAPE.replace("area", "X").replace("edge", "area").replace("X", "edge"),
        main="Shape* s = new Shape; return s->area();",
        body=SHAPES,
    ),
    "a virtual function is inserted": Entry(
        old=SHAPE,
        new=SHAPE.replace("virtual int area", "virtual int more(); virtual int area"),
        main="Shape* s = new Shape; return s->area();",
        before=SHAPES,
        after=SHAPES + "int Shape::more() { return 1; }",
    ),
    "a virtual function is gone": Entry(
        old=SHAPE,
        new=SHAPE.replace("virtual int area();", ""),
        main="Shape* s = new Shape; return s->area();",
        before=SHAPES,
        after=SHAPES.replace("int Shape::area() { return 0; }", ""),
    ),
    "a function is pure virtual": Entry(
        old=SHAPE,
        new=SHAPE.replace("int edge()", "int edge() = 0"),
        main="Shape s; return s.area();",
        before=SHAPES,
        after=SHAPES.replace(
            "int Shape::edge() { return 1; }", "struct Own : Shape { int edge() override { return 1; } };"
        ),
    ),
    "an overrider is new": Entry(
        old=SHAPE + "struct Box : Shape { Box(); };",
        new=SHAPE + "struct Box : Shape { Box(); int edge() override; };",
        main="Shape* s = new Box; return s->area();",
        before=SHAPES + "Box::Box() {}",
        after=SHAPES + "Box::Box() {} int Box::edge() { return 2; }",
    ),
    "overloads are exchanged": Entry(
        old="struct T { T(); virtual int put(int); virtual int put(long); };",
        new="struct T { T(); virtual int put(long); virtual int put(int); };",
        main="T* t = new T; return t->put(1);",
        body="T::T() {} int T::put(int) { return 0; } int T::put(long) { return 1; }",
    ),
    "a method is const": Entry(
        old="struct S { int f(); };",
        new="struct S { int f() const; };",
        main="S s; return s.f();",
        before="int S::f() { return 0; }",
        after="int S::f() const { return 0; }",
    ),
    "a method is for lvalues": Entry(
        old="struct S { int f(); };",
        new="struct S { int f() &; };",
        main="return S().f();",
        before="int S::f() { return 0; }",
        after="int S::f() & { return 0; }",
    ),
    "a method is static": Entry(
        old="struct S { int a; int f(long n); };",
        new="struct S { int a; static int f(long n); };",
        main="S s; return s.f(0);",
        before="int S::f(long n) { return n; }",
        after="int S::f(long n) { return n != 0; }",
    ),
    "a method is private": Entry(
        old="struct S { int f(); };",
        new="struct S { private: int f(); };",
        main="S s; return s.f();",
        body="int S::f() { return 0; }",
    ),
    "a constructor is explicit": Entry(
        old="struct S { S(int n); int a; };",
        new="struct S { explicit S(int n); int a; };",
        main="S s = 0; return s.a;",
        body="S::S(int n) : a(n) {}",
    ),
    "a conversion is gone": Entry(
        old="struct S { operator int() const; };",
        new="struct S { int other() const; };",
        main="return S();",
        before="S::operator int() const { return 0; }",
        after="int S::other() const { return 0; }",
    ),
    "a static member is gone": Entry(
        old="struct S { static int level; static int f(); };",
        new="struct S { static int f(); };",
        main="return S::level;",
        before="int S::level = 0; int S::f() { return 0; }",
        after="int S::f() { return 0; }",
    ),
    "a class is gone": Entry(
        old="struct S { S(); ~S(); int f(); }; int g();",
        new="int g();",
        main="S s; return s.f();",
        before="S::S() {} S::~S() {} int S::f() { return 0; }",
        after="int g() { return 0; }",
    ),
    "an instance is no longer promised": Entry(
        old="template <class T> T f(int n); extern template int f<int>(int); int g();",
        new="template <class T> T f(int n); int g();",
        main="return f<int>(0);",
        before="template <class T> T f(int n) { return n; } template int f<int>(int);",
        after="int g() { return 0; }",
    ),
    "a macro is computed of other numbers": Entry(
        old="#define MOST (4 * 1024)\nint f(int n);",
        new="#define MOST (8 * 1024)\nint f(int n);",
        main="return f(MOST);",
        body="int f(int n) { return n != MOST; }",
    ),
    "a macro is computed otherwise": Entry(
        old="#define MOST (4 * 1024)\nint f(int n);",
        new="#define MOST 0x1000  // as before\nint f(int n);",
        main="return f(MOST);",
        body="int f(int n) { return n != MOST; }",
    ),
    "a constant follows another one": Entry(
        old="constexpr int kA = 4; constexpr int kB = kA * 2; int f(int n);",
        new="constexpr int kA = 5; constexpr int kB = kA * 2; int f(int n);",
        main="return f(kB);",
        body="int f(int n) { return n != kB; }",
    ),
    "C linkage hides another parameter": Entry(
        old='extern "C" int f(int n);',
        new='extern "C" int f(double n);',
        main="return f(0);",
        before='extern "C" int f(int n) { return n; }',
        after='extern "C" int f(double n) { return n != 7; }',
    ),
    "C linkage hides a sign": Entry(
        old='extern "C" int f(int n, char* p);',
        new='extern "C" int f(unsigned n, char const* p);',
        main="return f(0, nullptr);",
        before='extern "C" int f(int n, char* p) { return n; }',
        after='extern "C" int f(unsigned n, char const* p) { return n; }',
    ),
    "copies are deleted": Entry(
        old="struct S { S(); int a; };",
        new="struct S { S(); S(S const&) = delete; int a; };",
        main="S s; S t(s); return t.a;",
        body="S::S() : a(0) {}",
    ),
    "copies that never were are deleted": Entry(
        old="#include <memory>\nstruct S { S(); int a; std::unique_ptr<int> p; };",
        new="#include <memory>\nstruct S { S(); S(S const&) = delete; int a; std::unique_ptr<int> p; };",
        main="S s; return s.a;",
        body="S::S() : a(0) {}",
    ),
    "an overload is deleted": Entry(
        old="int f(int n);",
        new="int f(int n); int f(double n) = delete;",
        main="return f(0.5);",
        body="int f(int n) { return n; }",
    ),
    "an aggregate has a constructor": Entry(
        old="struct S { int a; int b; }; int f(S const& s);",
        new="struct S { S(); int a; int b; }; int f(S const& s);",
        main="S s{0, 1}; return f(s);",
        before="int f(S const& s) { return s.a; }",
        after="S::S() {} int f(S const& s) { return s.a; }",
    ),
    "an aggregate has a constructor that takes as much": Entry(
        old="struct S { int a; int b; }; int f(S const& s);",
        new="struct S { S() = default; S(int x, int y); int a; int b; }; int f(S const& s);",
        main="S s{0, 1}; return f(s);",
        before="int f(S const& s) { return s.a; }",
        after="S::S(int x, int y) : a(x), b(y) {} int f(S const& s) { return s.a; }",
    ),
    "an override is gone": Entry(
        old="struct B { B(); virtual int q(); }; struct D : B { D(); int q() override; };",
        new="struct B { B(); virtual int q(); }; struct D : B { D(); };",
        main="D d; return d.q();",
        before="B::B() {} int B::q() { return 1; } D::D() {} int D::q() { return 0; }",
        after="B::B() {} int B::q() { return 1; } D::D() {}",
    ),
    "a result is covariant": Entry(
        old="struct B { B(); virtual B* me(); int x = 0; }; struct D : B { D(); B* me() override; };",
        new="struct B { B(); virtual B* me(); int x = 0; }; struct D : B { D(); D* me() override; };",
        main="D d; return d.me()->x;",
        before="B::B() {} B* B::me() { return this; } D::D() {} B* D::me() { return this; }",
        after="B::B() {} B* B::me() { return this; } D::D() {} D* D::me() { return this; }",
    ),
    "an empty base is new": Entry(
        old="struct S { S(); int a; int f(); };",
        new="struct Empty {}; struct S : Empty { S(); int a; int f(); };",
        main="S s; s.a = 7; return s.f();",
        body="S::S() {} int S::f() { return a != 7; }",
    ),
    "a parameter's array is longer": Entry(
        old="int f(int n[2], long m[2][3]);",
        new="int f(int n[4], long m[4][3]);",
        main="int n[4] = {}; long m[4][3] = {}; return f(n, m);",
        body="int f(int* n, long (*m)[3]) { return n[0]; }",
    ),
    "an enumeration has another sign": Entry(
        old="enum class E : int { kA }; int f(E e);",
        new="enum class E : unsigned { kA }; int f(E e);",
        main="return f(E::kA);",
        body="int f(E e) { return int(e); }",
    ),
    "a class is an alias": Entry(
        old="struct A { int x; }; int f(A const& a);",
        new="struct B { int x; }; using A = B; int f(A const& a);",
        main="A a{0}; return f(a);",
        body="int f(A const& a) { return a.x; }",
    ),
    "an instance lies otherwise": Entry(
        old="template <class T> struct P { T a; int b; }; extern template struct P<int>; int f(P<int> const& p);",
        new=(
            "template <class T> struct P { T a; long n; int b; }; extern template struct P<int>; int "
            "f(P<int> const& p);"
        ),
        main="P<int> p[3] = {}; p[0].b = 7; return f(p[0]);",
        body="template struct P<int>; int f(P<int> const& p) { return p.b != 7; }",
    ),
}


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=CATALOGUE)
def test_what_happens_is_claimed_and_nothing_else(entry: Entry, tmp_path: Path) -> None:
    told, fate = claimed(entry, tmp_path), happens(entry)
    assert fate <= told
    assert bool(told) == bool(fate)
