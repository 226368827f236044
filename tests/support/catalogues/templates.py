"""Class templates and what is inside them, concepts, guides, constants, attributes."""

from __future__ import annotations

from support.fates import Entry

CATALOGUE = {
    "an enumerator of a template has another value": Entry(
        old="template <class T> struct B { enum K { kA = 1 }; }; int f();",
        new="template <class T> struct B { enum K { kA = 2 }; }; int f();",
        main="return B<int>::kA - 1;",
        body="int f() { return 0; }",
    ),
    "an enumerator of a template is gone": Entry(
        old="template <class T> struct B { enum K { kA = 1, kB }; }; int f();",
        new="template <class T> struct B { enum K { kA = 1 }; }; int f();",
        main="return B<int>::kB - 2;",
        body="int f() { return 0; }",
    ),
    "an enumerator of a template is appended": Entry(
        old="template <class T> struct B { enum K { kA = 1 }; }; int f();",
        new="template <class T> struct B { enum K { kA = 1, kB }; }; int f();",
        main="return B<int>::kA - 1;",
        body="int f() { return 0; }",
    ),
    "a scoped enumeration of a template is exchanged": Entry(
        old="template <class T> struct B { enum class K { kA, kB }; }; int f();",
        new="template <class T> struct B { enum class K { kB, kA }; }; int f();",
        main="return int(B<int>::K::kA);",
        body="int f() { return 0; }",
    ),
    "a method of a template takes another type": Entry(
        old="template <class T> struct B { void set(T) {} }; int f();",
        new="template <class T> struct B { void set(T*) {} }; int f();",
        main="B<int> b; b.set(1); return 0;",
        body="int f() { return 0; }",
    ),
    "a method of a template is private": Entry(
        old="template <class T> struct B { int get() { return 0; } }; int f();",
        new="template <class T> struct B { private: int get() { return 0; } }; int f();",
        main="B<int> b; return b.get();",
        body="int f() { return 0; }",
    ),
    "a default argument in a template": Entry(
        old="template <class T> struct B { int get(int n = 0) { return n; } }; int f();",
        new="template <class T> struct B { int get(int n = 1) { return n; } }; int f();",
        main="B<int> b; return b.get();",
        body="int f() { return 0; }",
    ),
    "a result in a template": Entry(
        old="template <class T> struct B { T get() { return 0; } }; int f();",
        new="template <class T> struct B { T* get() { return nullptr; } }; int f();",
        main="B<int> b; int n = b.get(); return n;",
        body="int f() { return 0; }",
    ),
    "a result in a template is wider": Entry(
        old="template <class T> struct B { int get() { return 0; } }; int f();",
        new="template <class T> struct B { long get() { return 0; } }; int f();",
        main="B<int> b; return sizeof(b.get()) - 4;",
        body="int f() { return 0; }",
    ),
    "a result of a function template": Entry(
        old="template <class T> T g(T a) { return a; } int f();",
        new="template <class T> void g(T a) { } int f();",
        main="return g(0);",
        body="int f() { return 0; }",
    ),
    "a method of a template needs an object": Entry(
        old="template <class T> struct B { static int get() { return 0; } }; int f();",
        new="template <class T> struct B { int get() { return 0; } }; int f();",
        main="return B<int>::get();",
        body="int f() { return 0; }",
    ),
    "a method of a template is const no more": Entry(
        old="template <class T> struct B { int get() const { return 0; } }; int f();",
        new="template <class T> struct B { int get() { return 0; } }; int f();",
        main="B<int> const b{}; return b.get();",
        body="int f() { return 0; }",
    ),
    "a constructor of a template is explicit": Entry(
        old="template <class T> struct B { B(T) {} }; int f();",
        new="template <class T> struct B { explicit B(T) {} }; int f();",
        main="B<int> b = 1; return 0;",
        body="int f() { return 0; }",
    ),
    "a virtual function of a template is inserted": Entry(
        old="template <class T> struct B { virtual int a() { return 0; } }; int f(B<int>& b);",
        new=(
            "template <class T> struct B { virtual int z() { return 1; } virtual int a() { return 0; } "
            "}; int f(B<int>& b);"
        ),
        main="B<int> b; return f(b);",
        body="int f(B<int>& b) { return b.a(); }",
    ),
    "a template is aligned further": Entry(
        old="template <class T> struct B { T v; }; int f();",
        new="template <class T> struct alignas(16) B { T v; }; int f();",
        main="return sizeof(B<int>) - 4;",
        body="int f() { return 0; }",
    ),
    "a template is packed": Entry(
        old="template <class T> struct B { char c; T v; }; int f();",
        new="template <class T> struct __attribute__((packed)) B { char c; T v; }; int f();",
        main="return sizeof(B<int>) - 8;",
        body="int f() { return 0; }",
    ),
    "a base of a template is private": Entry(
        old="struct A { int x; }; template <class T> struct B : A {}; int f();",
        new="struct A { int x; }; template <class T> struct B : private A {}; int f();",
        main="B<int> b; b.x = 0; return b.x;",
        body="int f() { return 0; }",
    ),
    "a base of a template is virtual": Entry(
        old="struct A { int x; }; template <class T> struct B : A { T v; }; int f();",
        new="struct A { int x; }; template <class T> struct B : virtual A { T v; }; int f();",
        main="return sizeof(B<int>) - 8;",
        body="int f() { return 0; }",
    ),
    "a bit-field of a template is wider": Entry(
        old="template <class T> struct B { T a : 3; T b : 3; }; int f();",
        new="template <class T> struct B { T a : 7; T b : 30; }; int f();",
        main="return sizeof(B<int>) - 4;",
        body="int f() { return 0; }",
    ),
    "a member of a template starts otherwise": Entry(
        old="template <class T> struct B { T v = 0; }; int f();",
        new="template <class T> struct B { T v = 1; }; int f();",
        main="B<int> b; return b.v;",
        body="int f() { return 0; }",
    ),
    "a member of a template is private": Entry(
        old="template <class T> struct B { T v; }; int f();",
        new="template <class T> struct B { T u() { return v; } private: T v; }; int f();",
        main="B<int> b; b.v = 0; return b.v;",
        body="int f() { return 0; }",
    ),
    "a member of a template is const": Entry(
        old="template <class T> struct B { T v{}; }; int f();",
        new="template <class T> struct B { T const v{}; }; int f();",
        main="B<int> b; b.v = 0; return b.v;",
        body="int f() { return 0; }",
    ),
    "a member of a template has another name": Entry(
        old="template <class T> struct B { T v; }; int f();",
        new="template <class T> struct B { T w; }; int f();",
        main="B<int> b; b.v = 0; return b.v;",
        body="int f() { return 0; }",
    ),
    "a template is a union": Entry(
        old="template <class T> struct B { T a; char b; }; int f();",
        new="template <class T> union B { T a; char b; }; int f();",
        main="return sizeof(B<int>) - 8;",
        body="int f() { return 0; }",
    ),
    "copies of a template are deleted": Entry(
        old="template <class T> struct B { T v; }; int f();",
        new="template <class T> struct B { T v; B() = default; B(B const&) = delete; }; int f();",
        main="B<int> a; B<int> b = a; return 0;",
        body="int f() { return 0; }",
    ),
    "a class in a template has one member more": Entry(
        old="template <class T> struct B { struct I { T v; }; }; int f();",
        new="template <class T> struct B { struct I { T v, w; }; }; int f();",
        main="return sizeof(B<int>::I) - 4;",
        body="int f() { return 0; }",
    ),
    "a class in a template is gone": Entry(
        old="template <class T> struct B { struct I { T v; }; }; int f();",
        new="template <class T> struct B { }; int f();",
        main="B<int>::I i{0}; return i.v;",
        body="int f() { return 0; }",
    ),
    "a partial specialisation is gone": Entry(
        old=(
            "template <class T> struct B { static constexpr int v = 1; }; template <class T> struct "
            "B<T*> { static constexpr int v = 0; }; int f();"
        ),
        new="template <class T> struct B { static constexpr int v = 1; }; int f();",
        main="return B<int*>::v;",
        body="int f() { return 0; }",
    ),
    "a member of a partial specialisation": Entry(
        old="template <class T> struct B { T v; }; template <class T> struct B<T*> { T* v; }; int f();",
        new="template <class T> struct B { T v; }; template <class T> struct B<T*> { T* v; int n; }; int f();",
        main="return sizeof(B<int*>) - 8;",
        body="int f() { return 0; }",
    ),
    "a constant of a partial specialisation": Entry(
        old=(
            "template <class T> struct B { static constexpr int v = 1; }; template <class T> struct "
            "B<T*> { static constexpr int v = 0; }; int f();"
        ),
        new=(
            "template <class T> struct B { static constexpr int v = 1; }; template <class T> struct "
            "B<T*> { static constexpr int v = 2; }; int f();"
        ),
        main="return B<int*>::v;",
        body="int f() { return 0; }",
    ),
    "a member of an explicit specialisation": Entry(
        old="template <class T> struct B { T v; }; template <> struct B<int> { int v; }; int f(B<int>*);",
        new="template <class T> struct B { T v; }; template <> struct B<int> { int v, w; }; int f(B<int>*);",
        main="return sizeof(B<int>) - 4;",
        body="int f(B<int>*) { return 0; }",
    ),
    "a function template is specialised": Entry(
        old="template <class T> int g(T) { return 0; } int f();",
        new=("template <class T> int g(T) { return 0; } template <> inline int g<int>(int) { return 1; } int f();"),
        main="return g(1);",
        body="int f() { return 0; }",
    ),
    "a function template is no longer specialised": Entry(
        old=("template <class T> int g(T) { return 1; } template <> inline int g<int>(int) { return 0; } int f();"),
        new="template <class T> int g(T) { return 1; } int f();",
        main="return g(1);",
        body="int f() { return 0; }",
    ),
    "a method of a template is specialised": Entry(
        old="template <class T> struct B { int get() { return 0; } }; int f();",
        new=(
            "template <class T> struct B { int get() { return 0; } }; template <> inline int "
            "B<int>::get() { return 1; } int f();"
        ),
        main="return B<int>().get();",
        body="int f() { return 0; }",
    ),
    "a static member of a template has another value": Entry(
        old="template <class T> struct B { static inline int v = 0; }; int f();",
        new="template <class T> struct B { static inline int v = 1; }; int f();",
        main="return B<int>::v;",
        body="int f() { return 0; }",
    ),
    "a template is asked for a template": Entry(
        old="template <template <class> class C> struct B { int v; }; template <class T> struct V {}; int f();",
        new=(
            "template <template <class, class> class C> struct B { int v; }; template <class T> struct V {}; int f();"
        ),
        main="return sizeof(B<V>) - 4;",
        body="int f() { return 0; }",
    ),
    "a pack is one parameter": Entry(
        old="template <class... T> struct B { int v; }; int f();",
        new="template <class T> struct B { int v; }; int f();",
        main="return sizeof(B<int, int>) - 4;",
        body="int f() { return 0; }",
    ),
    "an alias template has another default": Entry(
        old="template <class T, int N = 4> using V = T[N]; int f();",
        new="template <class T, int N = 8> using V = T[N]; int f();",
        main="return sizeof(V<char>) - 4;",
        body="int f() { return 0; }",
    ),
    "a deduction guide leads elsewhere": Entry(
        old="template <class T> struct B { template <class U> B(U) {} T v; }; B(int) -> B<int>; int f();",
        new="template <class T> struct B { template <class U> B(U) {} T v; }; B(int) -> B<long>; int f();",
        main="B b(1); return sizeof(b) - 4;",
        body="int f() { return 0; }",
    ),
    "a deduction guide is new": Entry(
        old="template <class T> struct B { B(T) {} T v; }; int f();",
        new="template <class T> struct B { B(T) {} T v; }; B(int) -> B<long>; int f();",
        main="B b(1); return sizeof(b) - 4;",
        body="int f() { return 0; }",
    ),
    "a concept is gone": Entry(
        old="template <class T> concept Small = sizeof(T) < 5; int f();",
        new="int f();",
        main="return Small<int> ? 0 : 1;",
        body="int f() { return 0; }",
        flags=("-std=c++20",),
    ),
    "a concept has another parameter": Entry(
        old="template <class T> concept Small = sizeof(T) < 5; int f();",
        new="template <class T, class U> concept Small = sizeof(T) < sizeof(U); int f();",
        main="return Small<int> ? 0 : 1;",
        body="int f() { return 0; }",
        flags=("-std=c++20",),
    ),
    "a method asks for something": Entry(
        old="template <class T> struct B { int get() { return 0; } }; int f();",
        new="template <class T> struct B { int get() requires (sizeof(T) > 4) { return 0; } }; int f();",
        main="return B<int>().get();",
        body="int f() { return 0; }",
        flags=("-std=c++20",),
    ),
    "an abbreviated template asks for something": Entry(
        old="template <class T> concept Big = sizeof(T) > 4; int g(auto a) { return 0; } int f();",
        new="template <class T> concept Big = sizeof(T) > 4; int g(Big auto a) { return 0; } int f();",
        main="return g(1);",
        body="int f() { return 0; }",
        flags=("-std=c++20",),
    ),
    "a comparison is defaulted no more": Entry(
        old="#include <compare>\nstruct A { int x; auto operator<=>(A const&) const = default; }; int f();",
        new="struct A { int x; }; int f();",
        main="return A{1} == A{1} ? 0 : 1;",
        body="int f() { return 0; }",
        flags=("-std=c++20",),
    ),
    "a constructor is deleted": Entry(
        old="struct A { A(); A(int); int x; };",
        new="struct A { A() = delete; A(int); int x; };",
        main="A a; return a.x;",
        before="A::A() : x(0) {} A::A(int) : x(0) {}",
        after="A::A(int) : x(0) {}",
    ),
    "a defaulted copy is written": Entry(
        old="struct A { A(); A(A const&) = default; int x; }; int f(A a);",
        new="struct A { A(); A(A const&); int x; }; int f(A a);",
        main="A a; return f(a);",
        before="A::A() : x(0) {} int f(A a) { return a.x; }",
        after="A::A() : x(0) {} A::A(A const&) : x(0) {} int f(A a) { return a.x; }",
    ),
    "a constructor of two is explicit": Entry(
        old="struct A { A(int, int); int x; };",
        new="struct A { explicit A(int, int); int x; };",
        main="A a = {1, 2}; return a.x;",
        body="A::A(int, int) : x(0) {}",
    ),
    "a constant array is another": Entry(
        old="constexpr int kTab[] = {0, 1}; int f();",
        new="constexpr int kTab[] = {1, 1}; int f();",
        main="return kTab[0];",
        body="int f() { return 0; }",
    ),
    "a constant array is longer": Entry(
        old="constexpr int kTab[] = {0, 1}; int f();",
        new="constexpr int kTab[] = {0, 1, 2}; int f();",
        main="return sizeof(kTab) - 8;",
        body="int f() { return 0; }",
    ),
    "a constant object is another": Entry(
        old="struct V { int a, b; }; constexpr V kV{0, 1}; int f();",
        new="struct V { int a, b; }; constexpr V kV{2, 1}; int f();",
        main="return kV.a;",
        body="int f() { return 0; }",
    ),
    "a constant object is made of others": Entry(
        old="struct V { int a; constexpr V(int x, int y) : a(x + y) {} }; constexpr V kV(0, 0); int f();",
        new="struct V { int a; constexpr V(int x, int y) : a(x + y) {} }; constexpr V kV(0, 1); int f();",
        main="return kV.a;",
        body="int f() { return 0; }",
    ),
    "a constant text is another": Entry(
        old='#include <string_view>\nconstexpr std::string_view kName = ""; int f();',
        new='#include <string_view>\nconstexpr std::string_view kName = "x"; int f();',
        main="return kName.size();",
        body="int f() { return 0; }",
    ),
    "a constant is computed otherwise": Entry(
        old="constexpr int twice(int n) { return 2 * n; } constexpr int kN = twice(2); int f();",
        new="constexpr int twice(int n) { return 2 * n; } constexpr int kN = twice(3); int f();",
        main="return kN - 4;",
        body="int f() { return 0; }",
    ),
    "a constant follows a constexpr function": Entry(
        old="constexpr int most() { return 4; } constexpr int kN = most(); int f();",
        new="constexpr int most() { return 5; } constexpr int kN = most(); int f();",
        main="return kN - 4;",
        body="int f() { return 0; }",
    ),
    "a class has an abi tag": Entry(
        old="struct S { int a; }; int f(S&);",
        new='struct __attribute__((abi_tag("x"))) S { int a; }; int f(S&);',
        main="S s; return f(s);",
        body="int f(S&) { return 0; }",
    ),
    "a vector is wider": Entry(
        old="typedef int V __attribute__((vector_size(8))); int f(V const&);",
        new="typedef int V __attribute__((vector_size(16))); int f(V const&);",
        main="return sizeof(V) - 8;",
        body="int f(V const&) { return 0; }",
    ),
    "a member is aligned further": Entry(
        old="struct S { char a; int b; }; int f(S&);",
        new="struct S { char a; int b __attribute__((aligned(16))); }; int f(S&);",
        main="S s; s.b = 0; return f(s);",
        body="int f(S& s) { return s.b; }",
    ),
    "a member is packed": Entry(
        old="struct S { char a; int b; }; int f(S&);",
        new="struct S { char a; int b __attribute__((packed)); }; int f(S&);",
        main="S s; s.b = 0; return sizeof(S) - 8;",
        body="int f(S& s) { return 0; }",
    ),
    "a pragma packs": Entry(
        old="struct S { char a; int b; }; int f(S&);",
        new="#pragma pack(push, 1)\nstruct S { char a; int b; };\n#pragma pack(pop)\nint f(S&);",
        main="return sizeof(S) - 8;",
        body="int f(S&) { return 0; }",
    ),
    "a variable is aligned further": Entry(
        old="extern int v;",
        new="extern int v __attribute__((aligned(64)));",
        main="return v;",
        body="int v = 0;",
    ),
    "a visibility of a class": Entry(
        old="struct S { S(); int g(); };",
        new='struct __attribute__((visibility("hidden"))) S { S(); int g(); };',
        main="S s; return s.g();",
        body="S::S() {} int S::g() { return 0; }",
    ),
    "a virtual function is private": Entry(
        old="struct S { S(); virtual int g(); };",
        new="struct S { S(); private: virtual int g(); };",
        main="S s; return s.g();",
        body="S::S() {} int S::g() { return 0; }",
    ),
    "a friend operator is gone": Entry(
        old=("struct S { int x; friend bool operator==(S const& a, S const& b) { return a.x == b.x; } }; int f();"),
        new="struct S { int x; }; int f();",
        main="return S{1} == S{1} ? 0 : 1;",
        body="int f() { return 0; }",
    ),
    "a nested namespace is renamed": Entry(
        old="namespace a::b { int f(); int g(); }",
        new="namespace a::c { int f(); int g(); }",
        main="return a::b::f();",
        before="int a::b::f() { return 0; } int a::b::g() { return 0; }",
        after="int a::c::f() { return 0; } int a::c::g() { return 0; }",
    ),
    "a function moves into a namespace that is inline": Entry(
        old="namespace a { int f(); }",
        new="namespace a { inline namespace b { int f(); } }",
        main="return a::f();",
        before="int a::f() { return 0; }",
        after="int a::f() { return 0; }",
    ),
    "a member of a member is wider": Entry(
        old="struct I { int a; }; struct S { I i; int b; }; int f(S&);",
        new="struct I { long a; }; struct S { I i; int b; }; int f(S&);",
        main="S s; s.b = 0; s.i.a = 7; return f(s);",
        body="int f(S& s) { return s.b; }",
    ),
    "a count is the last enumerator": Entry(
        old="enum E { kA, kCount }; int f(E*);",
        new="enum E { kA, kB, kCount }; int f(E*);",
        main="E e[kCount]; return sizeof(e) - 4;",
        body="int f(E*) { return 0; }",
    ),
    "a pointer to a function has another signature": Entry(
        old="typedef int (*Cb)(int); int f(Cb c);",
        new="typedef int (*Cb)(int, int); int f(Cb c);",
        main="return f([](int) { return 0; });",
        before="int f(Cb c) { return c(1); }",
        after="int f(Cb c) { return c(1, 2); }",
    ),
    "a reference is to something wider": Entry(
        old="int f(int& a);",
        new="int f(long& a);",
        main="int a = 0; return f(a);",
        before="int f(int& a) { return a; }",
        after="int f(long& a) { return a; }",
    ),
}
