"""Names that change what they are or lead to: macros, templates, `using`, overloads, special members; judged like the
first catalogue by the compiler, the linker and the program.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from support.fates import Entry, claimed, happens
from support.recording import record_text

from trtheaders.checks.diff.comparison import compare_snapshots

# A few hundred programs are compiled, linked and run.
pytestmark = pytest.mark.slow

CATALOGUE = {
    "a macro with parameters comes to something else": Entry(
        old="#define SQ(x) ((x)*2)\nint f();",
        new="#define SQ(x) ((x)*3)\nint f();",
        main="return SQ(2)-4;",
        body="int f() { return 0; }",
    ),
    "a macro is written with other spaces": Entry(
        old="#define SQ(x) ((x)*2)\nint f();",
        new="#define SQ( x )  ((x) * 2) // twice\nint f();",
        main="return SQ(2)-4;",
        body="int f() { return 0; }",
    ),
    "a parameter of a macro has another name": Entry(
        old="#define SQ(x) ((x)*2)\nint f();",
        new="#define SQ(y) ((y)*2)\nint f();",
        main="return SQ(2)-4;",
        body="int f() { return 0; }",
    ),
    "a macro is another text": Entry(
        old='#define NAME "a"\nint f();',
        new='#define NAME "bc"\nint f();',
        main="return sizeof(NAME)-2;",
        body="int f() { return 0; }",
    ),
    "a macro is another character": Entry(
        old="#define SEP ':'\nint f();",
        new="#define SEP ';'\nint f();",
        main="return SEP-':';",
        body="int f() { return 0; }",
    ),
    "a macro calls another function": Entry(
        old="int f(); int g();\n#define CALL() f()\n",
        new="int f(); int g();\n#define CALL() g()\n",
        main="return CALL();",
        body="int f() {return 0;} int g() {return 1;}",
    ),
    "a macro takes one parameter more": Entry(
        old="#define SQ(x) ((x)*2)\nint f();",
        new="#define SQ(x,y) ((x)*(y))\nint f();",
        main="return SQ(2)-4;",
        body="int f() { return 0; }",
    ),
    "a macro has brackets": Entry(
        old="#define LIM 4\nint f();",
        new="#define LIM() 4\nint f();",
        main="return LIM-4;",
        body="int f() { return 0; }",
    ),
    "a macro has no brackets": Entry(
        old="#define LIM() 4\nint f();",
        new="#define LIM 4\nint f();",
        main="return LIM()-4;",
        body="int f() { return 0; }",
    ),
    "macro becomes constexpr": Entry(
        old="#define LIM 4\nint f();",
        new="constexpr int LIM = 4;\nint f();",
        main="return LIM-4;",
        body="int f() { return 0; }",
    ),
    "macro becomes enum": Entry(
        old="#define LIM 4\nint f();",
        new="enum { LIM = 4 };\nint f();",
        main="return LIM-4;",
        body="int f() { return 0; }",
    ),
    "macro becomes other constexpr": Entry(
        old="#define LIM 4\nint f();",
        new="constexpr int LIM = 5;\nint f();",
        main="return LIM-4;",
        body="int f() { return 0; }",
    ),
    "constexpr becomes macro": Entry(
        old="constexpr int LIM = 4;\nint f();",
        new="#define LIM 4\nint f();",
        main="return LIM-4;",
        body="int f() { return 0; }",
    ),
    "function becomes macro": Entry(
        old="int f(); inline int g() { return 0; }",
        new="int f();\n#define g() 0",
        main="return g();",
        body="int f() { return 0; }",
    ),
    "macro becomes function": Entry(
        old="int f();\n#define g() 0",
        new="int f(); inline int g() { return 0; }",
        main="return g();",
        body="int f() { return 0; }",
    ),
    "guard renamed": Entry(
        old="#ifndef A_H\n#define A_H\nint f();\n#endif",
        new="#ifndef B_H\n#define B_H\nint f();\n#endif",
        main="return f();",
        body="int f() { return 0; }",
    ),
    "guard to pragma": Entry(
        old="#ifndef A_H\n#define A_H\nint f();\n#endif",
        new="#pragma once\nint f();\n",
        main="return f();",
        body="int f() { return 0; }",
    ),
    "a macro that is only tested is gone": Entry(
        old="#define HAS_G\nint f();",
        new="int f();",
        main="\n#ifdef HAS_G\nreturn f();\n#else\nreturn 1;\n#endif\n",
        body="int f() { return 0; }",
    ),
    "a macro of attributes is empty": Entry(
        old='#define API __attribute__((visibility("default")))\nAPI int f();',
        new="#define API\nAPI int f();",
        main="return f();",
        body="int f() { return 0; }",
    ),
    "variable template value": Entry(
        old="template <class T> constexpr int kSize = 4; int f();",
        new="template <class T> constexpr int kSize = 8; int f();",
        main="return kSize<int> - 4;",
        body="int f() { return 0; }",
    ),
    "variable template specialisation": Entry(
        old="template <class T> constexpr int kSize = 4; template <> constexpr int kSize<char> = 4; int f();",
        new="template <class T> constexpr int kSize = 4; template <> constexpr int kSize<char> = 1; int f();",
        main="return kSize<char> - 4;",
        body="int f() { return 0; }",
    ),
    "variable template specialisation gone": Entry(
        old="template <class T> constexpr int kSize = 4; template <> constexpr int kSize<char> = 1; int f();",
        new="template <class T> constexpr int kSize = 4; int f();",
        main="return kSize<char> - 1;",
        body="int f() { return 0; }",
    ),
    "variable template partial": Entry(
        old=("template <class T> constexpr int kSize = 4; template <class T> constexpr int kSize<T*> = 1; int f();"),
        new=("template <class T> constexpr int kSize = 4; template <class T> constexpr int kSize<T*> = 2; int f();"),
        main="return kSize<char*> - 1;",
        body="int f() { return 0; }",
    ),
    "default template argument value": Entry(
        old="template <int N = 4> struct Buf { int a[N]; }; int f();",
        new="template <int N = 8> struct Buf { int a[N]; }; int f();",
        main="return sizeof(Buf<>) - 16;",
        body="int f() { return 0; }",
    ),
    "default template argument type": Entry(
        old="template <class T = int> struct Buf { T a; }; int f();",
        new="template <class T = long> struct Buf { T a; }; int f();",
        main="return sizeof(Buf<>) - 4;",
        body="int f() { return 0; }",
    ),
    "default template argument gone": Entry(
        old="template <class T = int> struct Buf { T a; }; int f();",
        new="template <class T> struct Buf { T a; }; int f();",
        main="return sizeof(Buf<>) - 4;",
        body="int f() { return 0; }",
    ),
    "default template argument new": Entry(
        old="template <class T> struct Buf { T a; }; int f();",
        new="template <class T = int> struct Buf { T a; }; int f();",
        main="return sizeof(Buf<int>) - 4;",
        body="int f() { return 0; }",
    ),
    "template parameter more": Entry(
        old="template <class T> struct Buf { T a; }; int f();",
        new="template <class T, class U> struct Buf { T a; }; int f();",
        main="return sizeof(Buf<int>) - 4;",
        body="int f() { return 0; }",
    ),
    "template parameter more with default": Entry(
        old="template <class T> struct Buf { T a; }; int f();",
        new="template <class T, class U = T> struct Buf { T a; }; int f();",
        main="return sizeof(Buf<int>) - 4;",
        body="int f() { return 0; }",
    ),
    "template parameter kind": Entry(
        old="template <class T> struct Buf { int a; }; int f();",
        new="template <int T> struct Buf { int a; }; int f();",
        main="return sizeof(Buf<int>) - 4;",
        body="int f() { return 0; }",
    ),
    "template parameter renamed": Entry(
        old="template <class T> struct Buf { T a; }; int f();",
        new="template <class U> struct Buf { U a; }; int f();",
        main="return sizeof(Buf<int>) - 4;",
        body="int f() { return 0; }",
    ),
    "function template default arg": Entry(
        old="template <class T = int> int w() { return sizeof(T); } int f();",
        new="template <class T = long> int w() { return sizeof(T); } int f();",
        main="return w() - 4;",
        body="int f() { return 0; }",
    ),
    "template specialisation member": Entry(
        old=(
            "template <class T> struct Tr { enum { v = 1 }; }; template <> struct Tr<int> { enum { v = 2 }; }; int f();"
        ),
        new=(
            "template <class T> struct Tr { enum { v = 1 }; }; template <> struct Tr<int> { enum { v = 3 }; }; int f();"
        ),
        main="return Tr<int>::v - 2;",
        body="int f() { return 0; }",
    ),
    "template specialisation gone": Entry(
        old=(
            "template <class T> struct Tr { static constexpr int v = 1; }; "
            "template <> struct Tr<int> { static constexpr int v = 2; }; int f();"
        ),
        new="template <class T> struct Tr { static constexpr int v = 1; }; int f();",
        main="return Tr<int>::v - 2;",
        body="int f() { return 0; }",
    ),
    "template specialisation new": Entry(
        old="template <class T> struct Tr { static constexpr int v = 1; }; int f();",
        new=(
            "template <class T> struct Tr { static constexpr int v = 1; }; "
            "template <> struct Tr<int> { static constexpr int v = 2; };int f();"
        ),
        main="return Tr<int>::v - 1;",
        body="int f() { return 0; }",
    ),
    "partial specialisation new": Entry(
        old="template <class T> struct Tr { static constexpr int v = 1; }; int f();",
        new=(
            "template <class T> struct Tr { static constexpr int v = 1; }; "
            "template <class T> struct Tr<T*> { static constexpr int v = 2; };int f();"
        ),
        main="return Tr<int*>::v - 1;",
        body="int f() { return 0; }",
    ),
    "template constant value": Entry(
        old="template <class T> struct Tr { static constexpr int v = 1; }; int f();",
        new="template <class T> struct Tr { static constexpr int v = 2; };int f();",
        main="return Tr<int>::v - 1;",
        body="int f() { return 0; }",
    ),
    "template gets final": Entry(
        old="template <class T> struct Tr { int v; }; int f();",
        new="template <class T> struct Tr final { int v; };int f();",
        main="return 0;",
        body="int f() { return 0; }",
        outside="struct D : Tr<int> {};",
    ),
    "alias template": Entry(
        old="template <class T> using V = T*; int f();",
        new="template <class T> using V = T**; int f();",
        main="int x = 0; V<int> p = &x; return *p;",
        body="int f() { return 0; }",
    ),
    "alias template gone": Entry(
        old="template <class T> using V = T*; int f();",
        new="int f();",
        main="int x = 0; V<int> p = &x; return *p;",
        body="int f() { return 0; }",
    ),
    "friend class lost": Entry(
        old="class A { friend struct Peer; int x = 0; public: A(); }; ",
        new="class A { int x = 0; public: A(); };",
        main="A a; return Peer::get(a);",
        body="A::A() {}",
        outside="struct Peer { static int get(A& a) { return a.x; } };",
    ),
    "friend function lost": Entry(
        old="class A; int get(A& a); class A { friend int get(A& a); int x = 0; public: A(); }; ",
        new="class A; int get(A& a); class A { int x = 0; public: A(); };",
        main="A a; return get(a);",
        body="A::A() {}",
        before="int get(A& a) { return a.x; }",
        after="int get(A& a) { return 0; }",
        outside="inline int get2() {return 0;}",
    ),
    "friend inline lost": Entry(
        old="struct A { int x = 0; friend int peek(A const& a) { return a.x; } }; int f();",
        new="struct A { int x = 0; };int f();",
        main="A a; return peek(a);",
        body="int f() { return 0; }",
    ),
    "using declaration lost": Entry(
        old="namespace m { int f(); } namespace n { using m::f; }",
        new="namespace m { int f(); } namespace n { int z(); }",
        main="return n::f();",
        body="int m::f() { return 0; }",
    ),
    "using type lost": Entry(
        old="namespace m { struct T { int x; }; int f(); } namespace n { using m::T; }",
        new="namespace m { struct T { int x; }; int f(); }",
        main="n::T t{0}; return t.x;",
        body="int m::f() { return 0; }",
    ),
    "using directive lost": Entry(
        old="namespace m { int f(); } namespace n { using namespace m; }",
        new="namespace m { int f(); } namespace n { int z(); }",
        main="return n::f();",
        body="int m::f() { return 0; }",
    ),
    "namespace alias lost": Entry(
        old="namespace m { int f(); } namespace n = m;",
        new="namespace m { int f(); }",
        main="return n::f();",
        body="int m::f() { return 0; }",
    ),
    "namespace alias other": Entry(
        old="namespace m { int f(); } namespace k { int f(); } namespace n = m;",
        new="namespace m { int f(); } namespace k { int f(); } namespace n = k;",
        main="return n::f();",
        body="int m::f() { return 0; } int k::f() { return 1; }",
    ),
    "member using lost": Entry(
        old="struct Bs { int g(int); }; struct D : Bs { using Bs::g; int g(char*); }; ",
        new="struct Bs { int g(int); }; struct D : Bs { int g(char*); };",
        main="D d; return d.g(1);",
        body="int Bs::g(int) { return 0; } int D::g(char*) { return 1; }",
    ),
    "member using lost silently": Entry(
        old="struct Bs { int g(int); }; struct D : Bs { using Bs::g; int g(double); }; ",
        new="struct Bs { int g(int); }; struct D : Bs { int g(double); };",
        main="D d; return d.g(1);",
        body="int Bs::g(int) { return 0; } int D::g(double) { return 1; }",
    ),
    "member using opens lost": Entry(
        old="struct Bs { int g(int); }; struct D : private Bs { using Bs::g; }; ",
        new="struct Bs { int g(int); }; struct D : private Bs { };",
        main="D d; return d.g(1);",
        body="int Bs::g(int) { return 0; }",
    ),
    "inherited constructors lost": Entry(
        old="struct Bs { Bs(int); int x; }; struct D : Bs { using Bs::Bs; }; ",
        new="struct Bs { Bs(int); int x; }; struct D : Bs { D(); };",
        main="D d(0); return d.x;",
        before="Bs::Bs(int a) : x(a) {}",
        after="Bs::Bs(int a) : x(a) {} D::D() : Bs(0) {}",
    ),
    "using moved": Entry(
        old="namespace m { int f(); } namespace n { using m::f; }",
        new="namespace m { int f(); }\nnamespace n {\nusing ::m::f; }",
        main="return n::f();",
        body="int m::f() { return 0; }",
    ),
    "using becomes definition": Entry(
        old="namespace m { struct T { int x; }; int f(T); } namespace n { using m::T; }",
        new="namespace m { struct T { int x; }; int f(T); } namespace n { typedef m::T T; }",
        main="n::T t{0}; return f(t);",
        body="int m::f(m::T) { return 0; }",
    ),
    "better overload arithmetic": Entry(
        old="int f(double a);",
        new="int f(double a); int f(int a);",
        main="return f(1);",
        before="int f(double) { return 0; }",
        after="int f(double) { return 0; } int f(int) { return 1; }",
    ),
    "ambiguous overload arithmetic": Entry(
        old="int f(double a);",
        new="int f(double a); int f(float a);",
        main="return f(1);",
        before="int f(double) { return 0; }",
        after="int f(double) { return 0; } int f(float) { return 1; }",
    ),
    "better overload string": Entry(
        old="#include <string>\nint f(std::string const& a);",
        new="#include <string>\nint f(std::string const& a); int f(char const* a);",
        main='return f("");',
        before="int f(std::string const&) { return 0; }",
        after="int f(std::string const&) { return 0; } int f(char const*) { return 1; }",
    ),
    "better overload derived": Entry(
        old="struct Bs {}; struct D : Bs {}; int f(Bs const& a);",
        new="struct Bs {}; struct D : Bs {}; int f(Bs const& a); int f(D const& a);",
        main="return f(D{});",
        before="int f(Bs const&) { return 0; }",
        after="int f(Bs const&) { return 0; } int f(D const&) { return 1; }",
    ),
    "unrelated overload": Entry(
        old="int f(int a);",
        new="struct Z {}; int f(int a); int f(Z const& a);",
        main="return f(1);",
        before="int f(int) { return 0; }",
        after="int f(int) { return 0; } int f(Z const&) { return 1; }",
    ),
    "overload of other count": Entry(
        old="int f(int a);",
        new="int f(int a); int f(int a, int b);",
        main="return f(1);",
        before="int f(int) { return 0; }",
        after="int f(int) { return 0; } int f(int, int) { return 1; }",
    ),
    "overload fewer arguments": Entry(
        old="int f(int a, int b = 0);",
        new="int f(int a, int b = 0); int f(int a);",
        main="return f(1);",
        before="int f(int, int) { return 0; }",
        after="int f(int,int) { return 0; } int f(int) { return 1; }",
    ),
    "overload exact with default": Entry(
        old="int f(int a);",
        new="int f(int a); int f(int a, int b = 1);",
        main="return f(1);",
        before="int f(int) { return 0; }",
        after="int f(int) { return 0; } int f(int, int) { return 1; }",
    ),
    "pointer overload": Entry(
        old="int f(int* a);",
        new="int f(int* a); int f(char* a);",
        main="return f(nullptr);",
        before="int f(int*) { return 0; }",
        after="int f(int*) { return 0; } int f(char*) { return 1; }",
    ),
    "void pointer overload": Entry(
        old="int f(void* a);",
        new="int f(void* a); int f(char* a);",
        main="char c; return f(&c);",
        before="int f(void*) { return 0; }",
        after="int f(void*) { return 0; } int f(char*) { return 1; }",
    ),
    "overload gone goes to other": Entry(
        old="int f(int a); int f(double a);",
        new="int f(double a);",
        main="return f(1);",
        before="int f(int) { return 0; } int f(double) { return 1; }",
        after="int f(double) { return 1; }",
    ),
    "overload gone compile": Entry(
        old="struct Z {}; int f(int a); int f(Z const& a);",
        new="struct Z {}; int f(Z const& a);",
        main="return f(1);",
        before="int f(int) { return 0; } int f(Z const&) { return 1; }",
        after="int f(Z const&) { return 1; }",
    ),
    "rvalue overload new": Entry(
        old="struct S { int x; }; int f(S const& s);",
        new="struct S { int x; }; int f(S const& s); int f(S&& s);",
        main="S s{0}; return f(s);",
        before="int f(S const&) { return 0; }",
        after="int f(S const&) { return 0; } int f(S&&) { return 1; }",
    ),
    "rvalue overload gone": Entry(
        old="struct S { int x; }; int f(S const& s); int f(S&& s);",
        new="struct S { int x; }; int f(S const& s);",
        main="return f(S{});",
        before="int f(S const&) { return 0; } int f(S&&) { return 0; }",
        after="int f(S const&) { return 0; }",
    ),
    "const overload new": Entry(
        old="struct S { S(); int f() const; int x; };",
        new="struct S { S(); int f() const; int f(); int x; };",
        main="S const s; return s.f();",
        before="S::S() {} int S::f() const { return 0; }",
        after="S::S() {} int S::f() const { return 0; } int S::f() { return 1; }",
    ),
    "hidden base function": Entry(
        old="struct Bs { int g(int); }; struct D : Bs { int x; };",
        new="struct Bs { int g(int); }; struct D : Bs { int g(double); int x; };",
        main="D d; return d.g(1);",
        before="int Bs::g(int) { return 0; }",
        after="int Bs::g(int) { return 0; } int D::g(double) { return 1; }",
    ),
    "hidden base function same": Entry(
        old="struct Bs { int g(int); }; struct D : Bs { int x; };",
        new="struct Bs { int g(int); }; struct D : Bs { int g(int); int x; };",
        main="D d; return d.g(1);",
        before="int Bs::g(int) { return 0; }",
        after="int Bs::g(int) { return 0; } int D::g(int) { return 1; }",
    ),
    "a function is weak": Entry(
        old="int f(); int g();",
        new="__attribute__((weak)) int f(); int g();",
        main="return f() + g();",
        body="int f() { return 0; } int g() { return 0; }",
    ),
    "a function is hidden": Entry(
        old="int f(); int g();",
        new='__attribute__((visibility("hidden"))) int f(); int g();',
        main="return f();",
        body="int f() { return 0; } int g() { return 0; }",
    ),
    "constant type only": Entry(
        old="constexpr int kMost = 4; int f(int n);",
        new="constexpr long kMost = 4; int f(int n);",
        main="return f(kMost);",
        body="int f(int n) { return n != 4; }",
    ),
    "static const type only": Entry(
        old="static const int kMost = 4; int f(int n);",
        new="static const unsigned char kMost = 4; int f(int n);",
        main="return f(kMost);",
        body="int f(int n) { return n != 4; }",
    ),
    "constant becomes enum": Entry(
        old="constexpr int kMost = 4; int f(int n);",
        new="enum { kMost = 4 }; int f(int n);",
        main="return f(kMost);",
        body="int f(int n) { return n != 4; }",
    ),
    "const becomes constexpr": Entry(
        old="const int kMost = 4; int f(int n);",
        new="constexpr int kMost = 4; int f(int n);",
        main="return f(kMost);",
        body="int f(int n) { return n != 4; }",
    ),
    "constant float type": Entry(
        old="constexpr float k = 0.5f; int f();",
        new="constexpr double k = 0.5; int f();",
        main="return k != 0.5f;",
        body="int f() { return 0; }",
    ),
    "a virtual function no longer says what it throws": Entry(
        old="struct A { A(); virtual int f() throw(int); };",
        new="struct A { A(); virtual int f(); };",
        main="A a; return a.f();",
        before="A::A() {} int A::f() throw(int) { return 0; }",
        after="A::A() {} int A::f() { return 0; }",
        flags=("-std=c++14",),
    ),
    "a virtual function says that it may throw": Entry(
        old="struct A { A(); virtual int f(); };",
        new="struct A { A(); virtual int f() noexcept(false); };",
        main="D d; return d.f();",
        before="A::A() {} int A::f() { return 0; }",
        after="A::A() {} int A::f() noexcept(false) { return 0; }",
        outside="struct D : A { int f() override { return 0; } };",
    ),
    "a virtual function says that it does not throw": Entry(
        old="struct A { A(); virtual int f(); };",
        new="struct A { A(); virtual int f() noexcept(true); };",
        main="D d; return d.f();",
        before="A::A() {} int A::f() { return 0; }",
        after="A::A() {} int A::f() noexcept(true) { return 0; }",
        outside="struct D : A { int f() override { return 0; } };",
    ),
    "reserved member used": Entry(
        old="struct S { int a; int reserved1; int reserved2; }; int f(S const& s);",
        new="struct S { int a; int mode; int reserved2; }; int f(S const& s);",
        main="S s{}; return f(s);",
        body="int f(S const& s) { return s.a; }",
    ),
    "reserved split": Entry(
        old="struct S { int a; char reserved[8]; }; int f(S const& s);",
        new="struct S { int a; int mode; char reserved[4]; }; int f(S const& s);",
        main="S s{}; return f(s);",
        body="int f(S const& s) { return s.a; }",
    ),
    "anonymous union new": Entry(
        old="struct S { int a; int b; }; int f(S const& s);",
        new="struct S { union { int a; unsigned u; }; int b; }; int f(S const& s);",
        main="S s{}; s.a = 0; return f(s);",
        body="int f(S const& s) { return s.a; }",
    ),
    "anonymous struct member moved": Entry(
        old="struct S { struct { int a; int b; }; }; int f(S const& s);",
        new="struct S { struct { int b; int a; }; }; int f(S const& s);",
        main="S s{}; s.a = 7; return f(s);",
        body="int f(S const& s) { return s.a - 7; }",
    ),
    "explicit conversion": Entry(
        old="struct S { S(); operator int() const; };",
        new="struct S { S(); explicit operator int() const; };",
        main="S s; int x = s; return x;",
        body="S::S() {} S::operator int() const { return 0; }",
    ),
    "enum last value": Entry(
        old="enum E { kA, kCount }; int f(int);",
        new="enum E { kA, kB, kCount }; int f(int);",
        main="return f(kCount);",
        before="int f(int n) { return n != 1; }",
        after="int f(int n) { return n != 2; }",
    ),
    "enum unscoped to underlying": Entry(
        old="enum E { kA }; int f(E);",
        new="enum E : unsigned char { kA }; int f(E);",
        main="E e[2] = {kA, kA}; return sizeof(e) != 8 || f(e[0]);",
        body="int f(E e) { return e; }",
    ),
    "enum same value other name order": Entry(
        old="enum E { kA = 0, kB = 1 }; int f(E);",
        new="enum E { kB = 1, kA = 0 }; int f(E);",
        main="return f(kA);",
        body="int f(E e) { return e; }",
    ),
    "attribute nodiscard class": Entry(
        old="struct S { int x; }; int f(S);",
        new="struct [[nodiscard]] S { int x; }; int f(S);",
        main="return f(S{0});",
        body="int f(S s) { return s.x; }",
    ),
    "struct to class": Entry(
        old="struct S { int x; }; int f(S);",
        new="class S { public: int x; }; int f(S);",
        main="return f(S{0});",
        body="int f(S s) { return s.x; }",
    ),
    "union to struct": Entry(
        old="union S { int x; }; int f(S&);",
        new="struct S { int x; }; int f(S&);",
        main="S s{0}; return f(s);",
        body="int f(S& s) { return s.x; }",
    ),
    "static member const value": Entry(
        old="struct S { static const int k = 3; }; int f(int);",
        new="struct S { static const int k; }; int f(int);",
        main="int a[S::k]; return f(S::k);",
        before="int f(int n) { return n != 3; }",
        after="const int S::k = 3; int f(int n) { return n != 3; }",
    ),
    "inline variable to extern": Entry(
        old="inline int level = 3; int f();",
        new="extern int level; int f();",
        main="return level - 3;",
        before="int f() { return 0; }",
        after="int level = 3; int f() { return 0; }",
    ),
    "extern to inline variable": Entry(
        old="extern int level; int f();",
        new="inline int level = 3; int f();",
        main="return level - 3;",
        before="int level = 3; int f() { return 0; }",
        after="int f() { return 0; }",
    ),
    "deduction guide gone": Entry(
        old="template <class T> struct W { T v; }; template <class T> W(T) -> W<T>; int f();",
        new="template <class T> struct W { T v; }; int f();",
        main="W w{0}; return w.v;",
        body="int f() { return 0; }",
    ),
    "literal operator gone": Entry(
        old='constexpr int operator""_k(unsigned long long v) { return int(v); } int f();',
        new="int f();",
        main="return 0_k;",
        body="int f() { return 0; }",
    ),
    "typedef struct": Entry(
        old="typedef struct { int x; } T; int f(int);",
        new="typedef struct Tag { int x; } T; int f(int);",
        main="T t{0}; return f(t.x);",
        body="int f(int n) { return n; }",
    ),
    "volatile member function": Entry(
        old="struct S { S(); int f() volatile; };",
        new="struct S { S(); int f(); };",
        main="S volatile s; return s.f();",
        before="S::S() {} int S::f() volatile { return 0; }",
        after="S::S() {} int S::f() { return 0; }",
    ),
    "extern template gone": Entry(
        old=(
            "template <class T> struct X { int g(); }; template <class T> int X<T>::g() { return 0; } "
            "extern template struct X<int>; int f();"
        ),
        new="template <class T> struct X { int g(); }; template <class T> int X<T>::g() { return 0; } int f();",
        main="return X<int>().g();",
        before="int f() { return 0; } template struct X<int>;",
        after="int f() { return 0; }",
    ),
    "pure to defined": Entry(
        old="struct A { A(); virtual int g() = 0; };",
        new="struct A { A(); virtual int g(); };",
        main="D d; return d.g();",
        before="A::A() {}",
        after="A::A() {} int A::g() { return 0; }",
        outside="struct D : A { int g() override { return 0; } };",
    ),
    "dtor private": Entry(
        old="struct A { A(); ~A(); };",
        new="struct A { A(); private: ~A(); };",
        main="A a; return 0;",
        body="A::A() {} A::~A() {}",
    ),
    "dtor deleted": Entry(
        old="struct A { A(); ~A(); };",
        new="struct A { A(); ~A() = delete; };",
        main="A a; return 0;",
        before="A::A() {} A::~A() {}",
        after="int z;",
    ),
    "protected now": Entry(
        old="struct A { A(); int g(); };",
        new="struct A { A(); protected: int g(); };",
        main="A a; return a.g();",
        body="A::A() {} int A::g() { return 0; }",
    ),
    "default ctor lost": Entry(
        old="struct A { A(); A(int); int x; };",
        new="struct A { A(int); int x; };",
        main="A a; return a.x;",
        before="A::A() : x(0) {} A::A(int n) : x(n) {}",
        after="A::A(int n) : x(n) {}",
    ),
    "implicit default ctor lost": Entry(
        old="struct A { int x = 0; };int f();",
        new="struct A { A(int); int x = 0; };int f();",
        main="A a; return a.x;",
        before="int f() { return 0; }",
        after="int f() { return 0; } A::A(int) {}",
    ),
    "move only now": Entry(
        old="#include <memory>\nstruct A { A(); int x = 0; };",
        new="#include <memory>\nstruct A { A(); A(A&&); int x = 0; };",
        main="A a; A b(a); return b.x;",
        before="A::A() {}",
        after="A::A() {} A::A(A&&) {}",
    ),
    "unique_ptr member makes move only": Entry(
        old="#include <memory>\nstruct A { A(); std::shared_ptr<int> p; int x = 0; };",
        new="#include <memory>\nstruct A { A(); std::unique_ptr<int> p; int x = 0; };",
        main="A a; A b(a); return b.x;",
        body="A::A() {}",
    ),
    "const member stops assignment": Entry(
        old="struct A { int x = 0; };int f();",
        new="struct A { int const x = 0; };int f();",
        main="A a, b; a = b; return a.x;",
        body="int f() { return 0; }",
    ),
    "reference member": Entry(
        old="struct A { int* x; }; int f(A const&);",
        new="struct A { int& x; }; int f(A const&);",
        main="int n = 0; A a{&n}; return f(a);",
        before="int f(A const& a) { return *a.x; }",
        after="int f(A const& a) { return a.x; }",
    ),
    "operator new private": Entry(
        old="struct A { A(); int x; };",
        new="struct A { A(); int x; private: void* operator new(decltype(sizeof 0)); };",
        main="A* a = new A; return 0;",
        body="A::A() {}",
    ),
    "concept tightened": Entry(
        old=(
            "template <class T> concept Add = requires(T a) { a + a; }; "
            "template <Add T> T sum(T a) { return a; } int f();"
        ),
        new=(
            "template <class T> concept Add = requires(T a) { a + a; a / a; T(); }; "
            "template <Add T> T sum(T a) { return a; } int f();"
        ),
        main="struct S { int operator+(S) { return 0; } } s; sum(s); return 0;",
        body="int f() { return 0; }",
        flags=("-std=c++20",),
    ),
    "constraint new": Entry(
        old="template <class T> T sum(T a) { return a; } int f();",
        new="template <class T> requires (sizeof(T) > 4) T sum(T a) { return a; } int f();",
        main="return sum(0);",
        body="int f() { return 0; }",
        flags=("-std=c++20",),
    ),
    "constexpr lost": Entry(
        old="constexpr int g() { return 4; } int f();",
        new="inline int g() { return 4; } int f();",
        main="int a[g()]; static_assert(g() == 4); return 0;",
        body="int f() { return 0; }",
    ),
    "asm label": Entry(
        old="int f();",
        new='int f() __asm__("f2");',
        main="return f();",
        body="int f() { return 0; }",
    ),
    "abi tag": Entry(
        old="int f();",
        new='__attribute__((abi_tag("x"))) int f();',
        main="return f();",
        body="int f() { return 0; }",
    ),
    "alias attribute": Entry(
        old="struct S { int a; } __attribute__((aligned(4))); int f(S&);",
        new="struct S { int a; } __attribute__((aligned(16))); int f(S&);",
        main="S s[2]; return sizeof(s) - 8;",
        body="int f(S&) { return 0; }",
    ),
    "variable array": Entry(
        old="extern int tab[2];",
        new="extern int tab[4];",
        main="return sizeof(tab)-8;",
        before="int tab[2];",
        after="int tab[4];",
    ),
    "variable array smaller": Entry(
        old="extern int tab[4];",
        new="extern int tab[];",
        main="return sizeof(tab)-16;",
        before="int tab[4];",
        after="int tab[4];",
    ),
    "enumerator becomes constant": Entry(
        old="enum E { kA = 1 }; int f(int);",
        new="enum E { kZ = 9 }; constexpr int kA = 1; int f(int);",
        main="return f(kA);",
        body="int f(int n) { return n - 1; }",
    ),
    "class becomes template": Entry(
        old="struct A { int x; }; int f();",
        new="template <class T = int> struct A { T x; }; int f();",
        main="A a{0}; return a.x;",
        body="int f() { return 0; }",
    ),
    "function becomes template": Entry(
        old="inline int g(int a) { return a; } int f();",
        new="template <class T> T g(T a) { return a; } int f();",
        main="return g(0);",
        body="int f() { return 0; }",
    ),
    "function becomes object": Entry(
        old="inline int g(int a) { return a; } int f();",
        new="constexpr auto g = [](int a) { return a; }; int f();",
        main="return g(0);",
        body="int f() { return 0; }",
    ),
    "function in lib becomes template": Entry(
        old="int f(int a);",
        new="template <class T> T f(T a) { return a; } int z();",
        main="return f(0);",
        before="int f(int a) { return a; }",
        after="int z() { return 0; }",
    ),
    "class to nested alias": Entry(
        old="struct A { int x; }; int f();",
        new="namespace v { struct A { int x; }; } using v::A; int f();",
        main="A a{0}; return a.x;",
        body="int f() { return 0; }",
    ),
    "function moved with using": Entry(
        old="int f(int);",
        new="namespace v { int f(int); } using v::f;",
        main="return f(0);",
        before="int f(int n) { return n; }",
        after="int v::f(int n) { return n; }",
    ),
    "enum moved with using": Entry(
        old="enum class E { kA }; int f();",
        new="namespace v { enum class E { kA }; } using v::E; int f();",
        main="E e = E::kA; return int(e);",
        body="int f() { return 0; }",
    ),
}


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=CATALOGUE)
def test_what_happens_is_claimed_and_nothing_else(entry: Entry, tmp_path: Path) -> None:
    told, fate = claimed(entry, tmp_path), happens(entry)
    assert fate <= told
    assert bool(told) == bool(fate)


def test_a_snapshot_from_before_there_were_introductions_says_nothing_of_them(tmp_path: Path) -> None:
    text = "template <class T> struct A { T a; }; namespace n {} namespace m = n; int f();"
    recorded = record_text(tmp_path, text)
    assert recorded.introductions
    older = replace(recorded, introductions=None)
    assert compare_snapshots(recorded, older) == compare_snapshots(older, recorded) == ()
