"""Headers that say the same in other words, of which nobody notices anything; and what is easily taken for that."""

from __future__ import annotations

from support.fates import Entry

CATALOGUE = {
    "a private class is gone": Entry(
        old="class A { struct I { int x; }; public: A(); int x; };",
        new="class A { public: A(); int x; };",
        main="A a; return a.x;",
        body="A::A() : x(0) {}",
    ),
    "a private enumeration is gone": Entry(
        old="class A { enum I { kA }; public: A(); int x; };",
        new="class A { public: A(); int x; };",
        main="A a; return a.x;",
        body="A::A() : x(0) {}",
    ),
    "a private alias is gone": Entry(
        old="class A { using I = int; public: A(); int x; };",
        new="class A { public: A(); int x; };",
        main="A a; return a.x;",
        body="A::A() : x(0) {}",
    ),
    "comments everywhere": Entry(
        old=(
            "int f(int n = 1 /* one */); enum E { kA = 1 /* a */ }; constexpr int kN = /* n */ 4; "
            "struct S { int a = 1; /* a */ };"
        ),
        new=(
            "// new\nint f(int n = /* the */ 1); enum E { kA = /* the a */ 1, }; constexpr int kN = 4; "
            "// four\nstruct S { int a = /* 1 */ 1; };"
        ),
        main="return f() - 1;",
        body="int f(int n) { return n; }",
    ),
    "comments in a macro": Entry(
        old="#define TWICE(x) ((x) * 2) /* doubled */\n#define N 4 // four\nint f();",
        new="#define TWICE(x) ((x) * /* by */ 2)\n#define N /* four */ 4\nint f();",
        main="return f();",
        body="int f() { return 0; }",
    ),
    "white space everywhere": Entry(
        old=("int f(int a,int b=1+2); template<class T>struct B{T v[2];}; using V=int*; typedef unsigned   int W;"),
        new=(
            "int f( int a, int b = 1 + 2 );\ntemplate < class T >\nstruct B\n{\n    T v[ 2 "
            "];\n};\nusing V = int *;\ntypedef unsigned int W;"
        ),
        main="return f(0);",
        body="int f(int a, int b) { return a; }",
    ),
    "functions are reordered": Entry(
        old="int f(); int g(); struct A { void a(); void b(); static int s; int x; };",
        new="struct A { static int s; void b(); void a(); int x; }; int g(); int f();",
        main="return f();",
        body="int f() { return 0; } int g() { return 1; } void A::a() {} void A::b() {} int A::s = 0;",
    ),
    "parameters have other names": Entry(
        old="int f(int width, char const* text = nullptr);",
        new="int f(int w, char const* t = nullptr);",
        main="return f(0);",
        body="int f(int n, char const*) { return n; }",
    ),
    "parameters have no names": Entry(
        old="int f(int width, long height);",
        new="int f(int, long);",
        main="return f(0, 0);",
        body="int f(int n, long) { return n; }",
    ),
    "a method is new": Entry(
        old="struct A { A(); int x; };",
        new="struct A { A(); int get() const; int x; };",
        main="A a; return a.x;",
        body="A::A() : x(0) {}",
        after="int A::get() const { return x; }",
    ),
    "a static function is new": Entry(
        old="int f();",
        new="int f(); static inline int helper() { return 1; }",
        main="return f();",
        body="int f() { return 0; }",
    ),
    "a static method is new": Entry(
        old="struct A { A(); int x; };",
        new="struct A { A(); static int make(); int x; };",
        main="A a; return a.x;",
        body="A::A() : x(0) {}",
        after="int A::make() { return 1; }",
    ),
    "a default constructor is defaulted": Entry(
        old="struct A { int x; }; int f();",
        new="struct A { A() = default; int x; }; int f();",
        main="A a; a.x = 0; return f();",
        body="int f() { return 0; }",
    ),
    "copies are defaulted": Entry(
        old="struct A { A(); int x; };",
        new="struct A { A(); A(A const&) = default; A& operator=(A const&) = default; ~A() = default; int x; };",
        main="A a; A b = a; b = a; return b.x;",
        body="A::A() : x(0) {}",
    ),
    "an include is new": Entry(
        old="int f();",
        new="#include <vector>\n#include <string>\nint f();",
        main="return f();",
        body="int f() { return 0; }",
    ),
    "a macro is new": Entry(
        old="int f();",
        new="#define NEWER 1\nint f();",
        main="return f();",
        body="int f() { return 0; }",
    ),
    "a macro is another spelling of one value": Entry(
        old="#define N 16\nint f();",
        new="#define N 0x10u\nint f();",
        main="return f();",
        body="int f() { return 0; }",
    ),
    "a macro is in brackets": Entry(
        old="#define N 16\nint f();",
        new="#define N (16)\nint f();",
        main="return f();",
        body="int f() { return 0; }",
    ),
    "a number has separators": Entry(
        old="constexpr int kN = 1000000; enum E { kA = 16 }; int f();",
        new="constexpr int kN = 1'000'000; enum E { kA = 0x10 }; int f();",
        main="return f();",
        body="int f() { return 0; }",
    ),
    "an alias is spelt otherwise": Entry(
        old="typedef unsigned long W; typedef int (*Cb)(int); int f(W);",
        new="using W = unsigned long int; using Cb = int (*)(int value); int f(W);",
        main="return f(0);",
        body="int f(unsigned long) { return 0; }",
    ),
    "types are spelt otherwise": Entry(
        old="int f(unsigned a, const int& b, long int c);",
        new="int f(unsigned int a, int const& b, long c);",
        main="return f(0, 0, 0);",
        body="int f(unsigned, int const&, long) { return 0; }",
    ),
    "a result is behind": Entry(
        old="int f(); struct A { int get() const { return 0; } };",
        new="auto f() -> int; struct A { auto get() const -> int { return 0; } };",
        main="return f();",
        body="int f() { return 0; }",
    ),
    "an alias stands for the type": Entry(
        old="int f(unsigned long a);",
        new="using Size = unsigned long; int f(Size a);",
        main="return f(0);",
        body="int f(unsigned long) { return 0; }",
    ),
    "a declaration is repeated": Entry(
        old="int f(); struct A;",
        new="struct A; struct A; int f(); int f();",
        main="return f();",
        body="int f() { return 0; }",
    ),
    "an enumerator is named for another": Entry(
        old="enum E { kA = 0, kB = 1 }; int f();",
        new="enum E { kA = 0, kFirst = kA, kB = 1 }; int f();",
        main="return f();",
        body="int f() { return 0; }",
    ),
    "enumerators are written out": Entry(
        old="enum E { kA, kB }; int f();",
        new="enum E { kA = 0, kB = 1 }; int f();",
        main="return f();",
        body="int f() { return 0; }",
    ),
    "a type inside is new": Entry(
        old="struct A { int x; }; int f();",
        new=(
            "struct A { using V = int; enum K { kA }; struct I { int y; }; static constexpr int kN = 4; "
            "int x; }; int f();"
        ),
        main="return f();",
        body="int f() { return 0; }",
    ),
    "a friend is new": Entry(
        old="struct A { int x; }; int f();",
        new="struct A { friend struct B; friend int g(A const& a) { return a.x; } int x; }; int f();",
        main="return f();",
        body="int f() { return 0; }",
    ),
    "attributes that say nothing": Entry(
        old="int f(int a); struct A { int x; };",
        new="[[nodiscard]] int f([[maybe_unused]] int a); struct [[nodiscard]] A { [[maybe_unused]] int x; };",
        main="return f(0);",
        body="int f(int) { return 0; }",
    ),
    "a function is pure": Entry(
        old="int f(int a);",
        new="__attribute__((const)) int f(int a);",
        main="return f(0);",
        body="int f(int) { return 0; }",
    ),
    "a result may not be null": Entry(
        old="char* f();",
        new="__attribute__((returns_nonnull, malloc)) char* f();",
        main="return *f();",
        body="char c = 0; char* f() { return &c; }",
    ),
    "it does not throw": Entry(
        old="int f(); struct A { A(); ~A(); };",
        new="int f() noexcept; struct A { A() noexcept; ~A(); };",
        main="return f();",
        before="int f() { return 0; } A::A() {} A::~A() {}",
        after="int f() noexcept { return 0; } A::A() noexcept {} A::~A() {}",
    ),
    "override is written": Entry(
        old="struct A { virtual int g(); }; struct B : A { int g(); }; int f();",
        new="struct A { virtual int g(); }; struct B : A { int g() override; }; int f();",
        main="return f();",
        body="int f() { return 0; } int A::g() { return 0; } int B::g() { return 0; }",
    ),
    "parameters of templates have other names": Entry(
        old=(
            "template <class T, int N> struct B { T v[N]; T get(T const& a, int (&b)[N]) { return v[0]; "
            "} }; template <class T, int N> int g(T (&a)[N]) { return N; } template <class A> struct "
            "B<A, 0> { A* v; }; template <class T> using V = B<T, 4>; template <class T> constexpr int "
            "kN = sizeof(T); int f();"
        ),
        new=(
            "template <class U, int M> struct B { U v[M]; U get(U const& a, int (&b)[M]) { return v[0]; "
            "} }; template <typename Elem, int Count> int g(Elem (&a)[Count]) { return Count; } "
            "template <class Z> struct B<Z, 0> { Z* v; }; template <class Q> using V = B<Q, 4>; "
            "template <class R> constexpr int kN = sizeof(R); int f();"
        ),
        main="return f();",
        body="int f() { return 0; }",
    ),
    "a member template has other names": Entry(
        old=(
            "template <class T> struct B { template <class U, int N> U get(T a, U (&b)[N]) const { "
            "return b[0]; } template <class U> B(U u) {} }; int f();"
        ),
        new=(
            "template <class E> struct B { template <class V, int K> V get(E a, V (&b)[K]) const { "
            "return b[0]; } template <class W> B(W u) {} }; int f();"
        ),
        main="return f();",
        body="int f() { return 0; }",
    ),
    "members of a template are inline elsewhere": Entry(
        old="template <class T> struct B { T get() { return T(); } }; int f();",
        new=("template <class T> struct B { T get(); }; template <class T> T B<T>::get() { return T(); } int f();"),
        main="return f();",
        body="int f() { return 0; }",
    ),
    "a method of a template is new": Entry(
        old="template <class T> struct B { T v; }; int f();",
        new=(
            "template <class T> struct B { T get() const { return v; } static T make() { return T(); } "
            "enum { kA }; struct I { int x; }; T v; }; int f();"
        ),
        main="return f();",
        body="int f() { return 0; }",
    ),
    "a concept is renamed parameterwise": Entry(
        old=("template <class T> concept Small = sizeof(T) < 5; template <Small T> int g(T) { return 0; } int f();"),
        new=("template <class U> concept Small = sizeof(U) < 5; template <Small V> int g(V) { return 0; } int f();"),
        main="return f();",
        body="int f() { return 0; }",
        flags=("-std=c++20",),
    ),
    "a deduction guide is spelt otherwise": Entry(
        old="template <class T> struct B { B(T); }; B(int) -> B<int>; int f();",
        new="template <class T> struct B { B(T); };\nB( int a )\n  -> B< int >;\nint f();",
        main="return f();",
        body="int f() { return 0; }",
    ),
    "a default is a constant of the same value": Entry(
        old="constexpr int kMost = 4; int f(int n = 4);",
        new="constexpr int kMost = 4; int f(int n = kMost);",
        main="return f() - 4;",
        body="int f(int n) { return n; }",
    ),
    "a default is computed": Entry(
        old="int f(unsigned n = 1024);",
        new="int f(unsigned n = 1u << 10);",
        main="return f() - 1024;",
        body="int f(unsigned n) { return n; }",
    ),
    "a default is spelt otherwise": Entry(
        old=(
            '#include <string>\n#include <optional>\nint f(std::string const& s = "", '
            "std::optional<int> n = std::nullopt, float x = 1.0f);"
        ),
        new=(
            "#include <string>\n#include <optional>\nint f(std::string const& s = {}, "
            "std::optional<int> n = {}, float x = 1.f);"
        ),
        main="return f();",
        body="int f(std::string const&, std::optional<int>, float) { return 0; }",
    ),
    "a member starts as it did": Entry(
        old="struct A { int a = 0; void* p = nullptr; bool b = false; float c = 1.0; }; int f();",
        new="struct A { int a{0}; void* p{}; bool b{}; float c{1.0f}; }; int f();",
        main="return f();",
        body="int f() { return 0; }",
    ),
    "an initial value is a constant": Entry(
        old="constexpr int kMost = 4; struct A { int a = 4; }; int f();",
        new="constexpr int kMost = 4; struct A { int a = kMost; }; int f();",
        main="return f();",
        body="int f() { return 0; }",
    ),
    "a namespace is reopened": Entry(
        old="namespace n { int f(); int g(); }",
        new="namespace n { int f(); } namespace n { int g(); }",
        main="return n::f();",
        body="int n::f() { return 0; } int n::g() { return 0; }",
    ),
    "nested namespaces in one": Entry(
        old="namespace a { namespace b { int f(); } }",
        new="namespace a::b { int f(); }",
        main="return a::b::f();",
        body="int a::b::f() { return 0; }",
    ),
    "a constant is of a constant": Entry(
        old="constexpr int kA = 4; constexpr int kB = 4; int f();",
        new="constexpr int kA = 4; constexpr int kB = kA; int f();",
        main="return f();",
        body="int f() { return 0; }",
    ),
    "an inline function is written otherwise": Entry(
        old="inline int g(int n) { return n + n; } int f();",
        new="inline int g(int n)\n{\n    return 2 * n;\n}\nint f();",
        main="return f();",
        body="int f() { return 0; }",
    ),
    "a class is declared struct": Entry(
        old="class A; int f(A* a);",
        new="struct A; int f(A* a);",
        main="return f(nullptr);",
        body="int f(A*) { return 0; }",
    ),
    "access is written": Entry(
        old="struct A { int x; A(); };",
        new="struct A { public: int x; public: A(); private: };",
        main="A a; return a.x;",
        body="A::A() : x(0) {}",
    ),
    "of two unnamed enumerations the first changes": Entry(
        old="struct A { enum { kA = 1 }; enum { kB = 2 }; }; int f();",
        new="struct A { enum { kA = 3 }; enum { kB = 2 }; }; int f();",
        main="return A::kA - 1;",
        body="int f() { return 0; }",
    ),
    "an unnamed enumeration at the top": Entry(
        old="enum { kA = 1 }; enum { kB = 2 }; int f();",
        new="enum { kA = 4 }; enum { kB = 2 }; int f();",
        main="return kA - 1;",
        body="int f() { return 0; }",
    ),
    "an unnamed union has one member more": Entry(
        old="struct A { union { int a; }; int b; }; int f(A&);",
        new="struct A { union { int a; double c; }; int b; }; int f(A&);",
        main="A a; a.b = 0; return f(a);",
        body="int f(A& a) { return a.b; }",
    ),
    "a class in a class grows": Entry(
        old="struct A { struct I { int x; }; I i; int y; }; int f(A&);",
        new="struct A { struct I { int x, z; }; I i; int y; }; int f(A&);",
        main="A a; a.y = 0; return f(a);",
        body="int f(A& a) { return a.y; }",
    ),
    "a private class grows": Entry(
        old="class A { struct I { int x; }; I i; public: A(); int y; };",
        new="class A { struct I { int x, z; }; I i; public: A(); int y; };",
        main="A a; return a.y;",
        before="A::A() : y(0) { i.x = 1; }",
        after="A::A() : y(0) { i.x = 1; i.z = 1; }",
    ),
    "a virtual function has a default": Entry(
        old="struct A { A(); virtual int g(int n = 0); };",
        new="struct A { A(); virtual int g(int n = 1); };",
        main="A a; return a.g();",
        body="A::A() {} int A::g(int n) { return n; }",
    ),
    "a static constant is a function": Entry(
        old="struct A { static constexpr int kN = 0; }; int f();",
        new="struct A { static constexpr int kN() { return 0; } }; int f();",
        main="return A::kN;",
        body="int f() { return 0; }",
    ),
    "a parameter pack is gone": Entry(
        old="template <class... T> int g(T... t) { return 0; } int f();",
        new="template <class T> int g(T t) { return 0; } int f();",
        main="return g(1, 2);",
        body="int f() { return 0; }",
    ),
    "a default of a template's method is gone": Entry(
        old="template <class T> struct B { int g(int n = 0) { return n; } }; int f();",
        new="template <class T> struct B { int g(int n) { return n; } }; int f();",
        main="return B<int>().g();",
        body="int f() { return 0; }",
    ),
    "a template's static method is gone": Entry(
        old="template <class T> struct B { static int g() { return 0; } }; int f();",
        new="template <class T> struct B { }; int f();",
        main="return B<int>::g();",
        body="int f() { return 0; }",
    ),
    "a template's alias is private": Entry(
        old="template <class T> struct B { using type = T; }; int f();",
        new="template <class T> struct B { private: using type = T; }; int f();",
        main="B<int>::type n = 0; return n;",
        body="int f() { return 0; }",
    ),
    "an alias is private": Entry(
        old="struct B { using type = int; int x; }; int f();",
        new="struct B { int x; private: using type = int; }; int f();",
        main="B::type n = 0; return n;",
        body="int f() { return 0; }",
    ),
    "an enumeration is private": Entry(
        old="struct B { enum E { kA }; int x; }; int f();",
        new="struct B { int x; private: enum E { kA }; }; int f();",
        main="return B::kA;",
        body="int f() { return 0; }",
    ),
    "a nested class is private": Entry(
        old="struct B { struct I { int y; }; int x; }; int f();",
        new="struct B { int x; private: struct I { int y; }; }; int f();",
        main="B::I i{0}; return i.y;",
        body="int f() { return 0; }",
    ),
    "a thread of its own": Entry(
        old="extern int n;",
        new="extern thread_local int n;",
        main="return n;",
        before="int n = 0;",
        after="thread_local int n = 0;",
    ),
    "a function takes an array of other length": Entry(
        old="int f(int (&a)[2]);",
        new="int f(int (&a)[3]);",
        main="int a[2] = {}; return f(a);",
        before="int f(int (&a)[2]) { return a[0]; }",
        after="int f(int (&a)[3]) { return a[0]; }",
    ),
    "a class becomes a union's member only": Entry(
        old="struct A { int a; float b; }; int f(A&);",
        new="struct A { union { int a; float b; }; }; int f(A&);",
        main="A a; a.a = 1; a.b = 0; return f(a);",
        before="int f(A& a) { return a.a - 1; }",
        after="int f(A& a) { return a.a; }",
    ),
    "an inline namespace holds a class": Entry(
        old="namespace n { struct A { int x; }; int f(A&); }",
        new="namespace n { inline namespace v2 { struct A { int x; }; } int f(A&); }",
        main="n::A a{0}; return n::f(a);",
        before="int n::f(n::A& a) { return a.x; }",
        after="int n::f(n::A& a) { return a.x; }",
    ),
}
