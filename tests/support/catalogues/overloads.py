"""Overloads, templates and conversions that are new beside others: what they take, and what is ambiguous then."""

from __future__ import annotations

from support.fates import Entry

CATALOGUE = {
    "a function object beside a function pointer": Entry(
        old="int f(void (*c)(int));",
        new="#include <functional>\nint f(void (*c)(int)); int f(std::function<void(int)> c);",
        main="return f([](int) {});",
        before="int f(void (*)(int)) { return 0; }",
        after="int f(void (*)(int)) { return 0; } int f(std::function<void(int)>) { return 1; }",
    ),
    "a function pointer beside a function object": Entry(
        old="#include <functional>\nint f(std::function<void(int)> const& c);",
        new="#include <functional>\nint f(std::function<void(int)> const& c); int f(void (*c)(int));",
        main="return f([](int) {});",
        before="int f(std::function<void(int)> const&) { return 0; }",
        after="int f(std::function<void(int)> const&) { return 0; } int f(void (*)(int)) { return 1; }",
    ),
    "two function objects of one kind of lambda": Entry(
        old="#include <functional>\nint f(std::function<void()> c);",
        new="#include <functional>\nint f(std::function<void()> c); int f(std::function<int()> c);",
        main="return f([] { return 1; });",
        before="int f(std::function<void()>) { return 0; }",
        after="int f(std::function<void()>) { return 0; } int f(std::function<int()>) { return 1; }",
    ),
    "two function objects of other lambdas": Entry(
        old="#include <functional>\nint f(std::function<void(int)> c);",
        new="#include <functional>\nint f(std::function<void(int)> c); int f(std::function<void(int, int)> c);",
        main="return f([](int) {});",
        before="int f(std::function<void(int)>) { return 0; }",
        after="int f(std::function<void(int)>) { return 0; } int f(std::function<void(int, int)>) { return 1; }",
    ),
    "a method takes a function object too": Entry(
        old="struct A { A(); int on(void (*c)()); };",
        new="#include <functional>\nstruct A { A(); int on(void (*c)()); int on(std::function<void()> c); };",
        main="A a; return a.on([] {});",
        before="A::A() {} int A::on(void (*)()) { return 0; }",
        after="A::A() {} int A::on(void (*)()) { return 0; } int A::on(std::function<void()>) { return 1; }",
    ),
    "a view beside a string": Entry(
        old="#include <string>\n#include <string_view>\nint f(std::string const& s);",
        new="#include <string>\n#include <string_view>\nint f(std::string const& s); int f(std::string_view s);",
        main='return f("");',
        before="int f(std::string const&) { return 0; }",
        after="int f(std::string const&) { return 0; } int f(std::string_view) { return 1; }",
    ),
    "a flag beside a string": Entry(
        old="#include <string>\n#include <string_view>\nint f(std::string const& s);",
        new="#include <string>\n#include <string_view>\nint f(std::string const& s); int f(bool s);",
        main='return f("");',
        before="int f(std::string const&) { return 0; }",
        after="int f(std::string const&) { return 0; } int f(bool) { return 1; }",
    ),
    "a path beside a string": Entry(
        old="#include <string>\n#include <string_view>\n#include <filesystem>\nint f(std::string const& s);",
        new=(
            "#include <string>\n#include <string_view>\n#include <filesystem>\nint f(std::string const& "
            "s); int f(std::filesystem::path const& s);"
        ),
        main='return f("");',
        before="int f(std::string const&) { return 0; }",
        after="int f(std::string const&) { return 0; } int f(std::filesystem::path const&) { return 1; }",
    ),
    "a constructor of a view beside one of a string": Entry(
        old="#include <string>\n#include <string_view>\nstruct A { A(std::string const& s); int x; };",
        new=(
            "#include <string>\n#include <string_view>\nstruct A { A(std::string const& s); "
            "A(std::string_view s); int x; };"
        ),
        main='A a(""); return a.x;',
        before="A::A(std::string const&) : x(0) {}",
        after="A::A(std::string const&) : x(0) {} A::A(std::string_view) : x(1) {}",
    ),
    "two optionals": Entry(
        old="#include <optional>\nint f(std::optional<int> a);",
        new="#include <optional>\nint f(std::optional<int> a); int f(std::optional<double> a);",
        main="return f(1);",
        before="int f(std::optional<int>) { return 0; }",
        after="int f(std::optional<int>) { return 0; } int f(std::optional<double>) { return 1; }",
    ),
    "nullopt and two optionals": Entry(
        old="#include <optional>\n#include <string>\nint f(std::optional<int> a);",
        new=(
            "#include <optional>\n#include <string>\nint f(std::optional<int> a); int f(std::optional<std::string> a);"
        ),
        main="return f(std::nullopt);",
        before="int f(std::optional<int>) { return 0; }",
        after="int f(std::optional<int>) { return 0; } int f(std::optional<std::string>) { return 1; }",
    ),
    "a value beside an optional": Entry(
        old="#include <optional>\nint f(std::optional<int> a);",
        new="#include <optional>\nint f(std::optional<int> a); int f(int a);",
        main="return f(1);",
        before="int f(std::optional<int>) { return 0; }",
        after="int f(std::optional<int>) { return 0; } int f(int) { return 1; }",
    ),
    "an optional beside a value": Entry(
        old="#include <optional>\nint f(int a);",
        new="#include <optional>\nint f(int a); int f(std::optional<int> a);",
        main="return f(1);",
        before="int f(int) { return 0; }",
        after="int f(int) { return 0; } int f(std::optional<int>) { return 1; }",
    ),
    "two smart pointers": Entry(
        old="#include <memory>\nstruct X {}; int f(std::shared_ptr<X> a);",
        new="#include <memory>\nstruct X {}; int f(std::shared_ptr<X> a); int f(std::unique_ptr<X> a);",
        main="return f(nullptr);",
        before="int f(std::shared_ptr<X>) { return 0; }",
        after="int f(std::shared_ptr<X>) { return 0; } int f(std::unique_ptr<X>) { return 1; }",
    ),
    "a moved pointer beside a shared one": Entry(
        old="#include <memory>\nstruct X {}; int f(std::shared_ptr<X> a);",
        new="#include <memory>\nstruct X {}; int f(std::shared_ptr<X> a); int f(std::unique_ptr<X> a);",
        main="return f(std::make_unique<X>());",
        before="int f(std::shared_ptr<X>) { return 0; }",
        after="int f(std::shared_ptr<X>) { return 0; } int f(std::unique_ptr<X>) { return 1; }",
    ),
    "nullptr_t beside a pointer": Entry(
        old="#include <cstddef>\nint f(int* a);",
        new="#include <cstddef>\nint f(int* a); int f(std::nullptr_t a);",
        main="return f(nullptr);",
        before="int f(int*) { return 0; }",
        after="int f(int*) { return 0; } int f(std::nullptr_t) { return 1; }",
    ),
    "a number beside a class made of a number": Entry(
        old="struct A { A(int x) : x(x) {} int x; }; int f(A a);",
        new="struct A { A(int x) : x(x) {} int x; }; int f(A a); int f(long a);",
        main="return f(1);",
        before="int f(A) { return 0; }",
        after="int f(A) { return 0; } int f(long) { return 1; }",
    ),
    "two classes made of a number": Entry(
        old="struct A { A(int x) : x(x) {} int x; }; struct B { B(int x) : x(x) {} int x; }; int f(A a);",
        new=("struct A { A(int x) : x(x) {} int x; }; struct B { B(int x) : x(x) {} int x; }; int f(A a); int f(B a);"),
        main="return f(1);",
        before="int f(A) { return 0; }",
        after="int f(A) { return 0; } int f(B) { return 1; }",
    ),
    "a class that is made explicitly": Entry(
        old=("struct A { A(int x) : x(x) {} int x; }; struct B { explicit B(int x) : x(x) {} int x; }; int f(A a);"),
        new=(
            "struct A { A(int x) : x(x) {} int x; }; struct B { explicit B(int x) : x(x) {} int x; }; "
            "int f(A a); int f(B a);"
        ),
        main="return f(1);",
        before="int f(A) { return 0; }",
        after="int f(A) { return 0; } int f(B) { return 1; }",
    ),
    "braces and two containers": Entry(
        old="#include <vector>\n#include <set>\nint f(std::vector<int> a);",
        new="#include <vector>\n#include <set>\nint f(std::vector<int> a); int f(std::set<int> a);",
        main="return f({1, 2});",
        before="int f(std::vector<int>) { return 0; }",
        after="int f(std::vector<int>) { return 0; } int f(std::set<int>) { return 1; }",
    ),
    "a list beside a container": Entry(
        old="#include <vector>\n#include <initializer_list>\nint f(std::vector<int> a);",
        new=(
            "#include <vector>\n#include <initializer_list>\nint f(std::vector<int> a); int "
            "f(std::initializer_list<int> a);"
        ),
        main="return f({1, 2});",
        before="int f(std::vector<int>) { return 0; }",
        after="int f(std::vector<int>) { return 0; } int f(std::initializer_list<int>) { return 1; }",
    ),
    "containers of other elements": Entry(
        old="#include <vector>\n#include <string>\nint f(std::vector<int> a);",
        new=("#include <vector>\n#include <string>\nint f(std::vector<int> a); int f(std::vector<std::string> a);"),
        main="return f({1, 2});",
        before="int f(std::vector<int>) { return 0; }",
        after="int f(std::vector<int>) { return 0; } int f(std::vector<std::string>) { return 1; }",
    ),
    "two strings and two views": Entry(
        old="#include <string>\n#include <string_view>\nint f(std::string a, std::string b);",
        new=(
            "#include <string>\n#include <string_view>\nint f(std::string a, std::string b); int "
            "f(std::string_view a, std::string_view b);"
        ),
        main='return f("", "");',
        before="int f(std::string, std::string) { return 0; }",
        after=("int f(std::string, std::string) { return 0; } int f(std::string_view, std::string_view) { return 1; }"),
    ),
    "a template beside a number": Entry(
        old="int f(long a);",
        new="int f(long a); template <class T> int f(T const& a) { return 1; }",
        main="return f(1);",
        before="int f(long) { return 0; }",
        after="int f(long) { return 0; }",
    ),
    "a template beside a string": Entry(
        old="#include <string>\n#include <string_view>\nint f(std::string const& a);",
        new=(
            "#include <string>\n#include <string_view>\nint f(std::string const& a); template <class T> "
            "int f(T&& a) { return 1; }"
        ),
        main='return f("");',
        before="int f(std::string const&) { return 0; }",
        after="int f(std::string const&) { return 0; }",
    ),
    "a template of pointers beside a string": Entry(
        old="#include <string>\n#include <string_view>\nint f(std::string const& a);",
        new=(
            "#include <string>\n#include <string_view>\nint f(std::string const& a); template <class T> "
            "int f(T* a, int b) { return 1; }"
        ),
        main='return f("");',
        before="int f(std::string const&) { return 0; }",
        after="int f(std::string const&) { return 0; }",
    ),
    "a constrained template": Entry(
        old="#include <string>\n#include <string_view>\nint f(std::string const& a);",
        new=(
            "#include <string>\n#include <string_view>\n#include <type_traits>\nint f(std::string "
            "const& a); template <class T, class = std::enable_if_t<std::is_integral_v<T>>> int f(T a) "
            "{ return 1; }"
        ),
        main='return f("");',
        before="int f(std::string const&) { return 0; }",
        after="int f(std::string const&) { return 0; }",
    ),
    "a second conversion": Entry(
        old="struct A { A(); operator int() const; };",
        new="struct A { A(); operator int() const; operator double() const; };",
        main="A a; long n = a; return n;",
        before="A::A() {} A::operator int() const { return 0; }",
        after="A::A() {} A::operator int() const { return 0; } A::operator double() const { return 1; }",
    ),
    "a conversion to a class": Entry(
        old="struct A { A(); operator int() const; };",
        new=(
            "#include <string>\n#include <string_view>\nstruct A { A(); operator int() const; operator "
            "std::string() const; };"
        ),
        main="A a; long n = a; return n;",
        before="A::A() {} A::operator int() const { return 0; }",
        after="A::A() {} A::operator int() const { return 0; } A::operator std::string() const { return {}; }",
    ),
    "an operator for another class": Entry(
        old=(
            "#include <ostream>\n#include <string>\n#include <string_view>\nstruct A { A(char const*); "
            "}; std::ostream& operator<<(std::ostream& o, A const& a); int g();"
        ),
        new=(
            "#include <ostream>\n#include <string>\n#include <string_view>\nstruct A { A(char const*); "
            "}; struct B { B(char const*); }; std::ostream& operator<<(std::ostream& o, A const& a); "
            "std::ostream& operator<<(std::ostream& o, B const& a); int g();"
        ),
        main="return g();",
        before="int g() { return 0; }",
        after="int g() { return 0; }",
    ),
    "an inherited overload is named": Entry(
        old="struct B { B(); int g(int); }; struct D : B { D(); int g(double); };",
        new="struct B { B(); int g(int); }; struct D : B { D(); using B::g; int g(double); };",
        main="D d; return d.g(1);",
        before="B::B() {} D::D() {} int B::g(int) { return 1; } int D::g(double) { return 0; }",
        after="B::B() {} D::D() {} int B::g(int) { return 1; } int D::g(double) { return 0; }",
    ),
    "an inherited name is as it was": Entry(
        old="struct B { B(); int g(int); }; struct D : B { D(); };",
        new="struct B { B(); int g(int); }; struct D : B { D(); using B::g; };",
        main="D d; return d.g(1);",
        before="B::B() {} D::D() {} int B::g(int) { return 0; }",
        after="B::B() {} D::D() {} int B::g(int) { return 0; }",
    ),
}
