"""The initialisation functions of thread-local variables; g++ and its choice of a weak or strong reference judge."""

from __future__ import annotations

import subprocess

import pytest
from support.cxx import compile_cxx
from support.recording import promised, record_text
from support.tools import tool

DECLARATIONS = (
    "struct T { ~T(); }; extern thread_local T& t;",
    "struct T { T(); constexpr T(int); }; extern thread_local T& t;",
    "struct T { int i; }; extern thread_local T const& t;",
    "struct T { T(); }; extern thread_local T&& t;",
    "struct T { T(); }; extern thread_local T*& t;",
    "struct T { T(); constexpr T(int); }; extern thread_local T t[2];",
    "struct M { M(); }; struct T { M m; }; extern thread_local T t[2];",
    "struct M { M(); constexpr M(int); }; struct T { T() = default; M m[2]; }; extern thread_local T t;",
    "struct T { T(int) = delete; T(); }; extern thread_local T t;",
    "struct T { T() = delete; T(int); T(long); }; extern thread_local T t;",
    "struct T { T(T const&) = delete; T(); }; extern thread_local T t;",
    "struct M { M(); }; struct T { T(); int i; }; inline T::T() = default; extern thread_local T t;",
    "int g(); struct T { T() = default; T(int); int i = g(); }; extern thread_local T t;",
    "struct B {}; struct T : virtual B { T() = default; T(int); }; extern thread_local T t;",
    "struct T  { T() = default; T(int); virtual void f(); }; extern thread_local T t;",
    "struct M { M(int); }; struct T { T() = default; T(int); M m; }; extern thread_local T t;",
    "struct M { M(); constexpr M(int); }; struct T { T() = default; T(int); M m; }; extern thread_local T t;",
    "int g(); struct M { M(); }; struct T { M m; int i = g(); }; extern thread_local T t;",
    "#define CI constinit\nstruct T { T(); constexpr T(int):i(0){} int i; }; extern CI thread_local T t;",
    "struct T { T(); int i; }; extern constinit thread_local T t;",
    "template <class U> struct T; template <> struct T<int> { T(); }; extern thread_local T<int> t;",
    "struct T { template <class U> T(U); }; extern thread_local T t;",
    "struct B { B(int); B(); }; struct T : B { using B::B; }; extern thread_local T t;",
    "struct B { B(int); B(); }; struct T : B { using B::B; T(long); }; extern thread_local T t;",
    "struct T { T(); }; extern thread_local T t;",
    "struct T { T(); constexpr T(int):i(0){} int i; }; extern thread_local T t;",
    "struct T { constexpr T():i(0){} int i; }; extern thread_local T t;",
    "struct T { T(); template <class U> constexpr T(U):i(0){} int i; }; extern thread_local T t;",
    "struct T { T(); constexpr T(T const&) = default; int i; }; extern thread_local T t;",
    "struct T { T(); constexpr T(T const& o) : i(o.i) {} int i; }; extern thread_local T t;",
    "struct T { T(); constexpr T(T && o) : i(o.i) {} int i; }; extern thread_local T t;",
    "struct T { T(); T(T const&) = default; int i; }; extern thread_local T t;",
    "struct T { T(); constexpr T(int):i(0){} ~T(); int i; }; extern thread_local T t;",
    "struct T { ~T(); }; extern thread_local T t;",
    "struct T { ~T() = default; int i; T(); }; extern thread_local T t;",
    "struct T { ~T(); int i; constexpr T(); }; inline T::~T() = default; extern thread_local T t;",
    "struct M { ~M(); }; struct T { M m; }; extern thread_local T t;",
    "struct M { M(); }; struct T { M m; }; extern thread_local T t;",
    "struct M { M(); constexpr M(int) {} }; struct T { M m; }; extern thread_local T t;",
    "struct M { M(); constexpr M(int) {} }; struct T { M m; constexpr T() : m(1) {} }; extern thread_local T t;",
    "struct M { M(); }; struct T : M { }; extern thread_local T t;",
    "struct T { int a; }; extern thread_local T t;",
    "extern thread_local int t;",
    "extern thread_local int& t;",
    "struct T { T(); }; extern thread_local T& t;",
    "struct T { T(); }; extern thread_local T t[2];",
    "struct T { T(); }; extern thread_local T t[];",
    "struct T { T(); constexpr T(int):i(0){} int i; }; extern thread_local constinit T t;",
    "struct T { T(); constexpr T(int):i(0){} int i; }; extern constinit thread_local T t;",
    "extern constinit thread_local int t;",
    "struct T { T(); constexpr T(int):i(0){} int i; }; extern __constinit thread_local T t;",
    "struct T { constexpr T(int):i(0){} ~T(); int i; }; extern thread_local constinit T t;",
    "#include <random>\nextern thread_local std::mt19937 t;",
    "#include <string>\nextern thread_local std::string t;",
    "#include <memory>\nextern thread_local std::unique_ptr<int> t;",
    "#include <optional>\nextern thread_local std::optional<int> t;",
    "#include <functional>\nextern thread_local std::function<void()> t;",
    "#include <atomic>\nextern thread_local std::atomic<int> t;",
    "#include <mutex>\nextern thread_local std::mutex t;",
    "#include <array>\n#include <string>\nextern thread_local std::array<std::string,3> t;",
    "template <class U> struct T { T(); U u; }; extern thread_local T<int> t;",
    "template <class U> struct T { ~T(); U u; }; extern thread_local T<int> t;",
    "template <class U> struct T { T(); constexpr T(U); U u; }; extern thread_local T<int> t;",
    "struct M { ~M(); }; template <class U> struct T { U u; T(); }; extern thread_local T<M> t;",
    "struct M { ~M(); }; template <class U> struct T : U { T(); }; extern thread_local T<M> t;",
    "struct T { virtual void v(); T(); }; extern thread_local T t;",
    "struct T { virtual void v(); }; extern thread_local T t;",
    "struct B {}; struct T : virtual B { }; extern thread_local T t;",
    "struct B {}; struct T : virtual B { T(); }; extern thread_local T t;",
    "int g(); struct T { int i = g(); }; extern thread_local T t;",
    "struct T { T() = delete; T(int); int i; }; extern thread_local T t;",
    "struct T { T(int); int i; }; extern thread_local T t;",
    "struct T { private: T(); friend struct Q; }; extern thread_local T t;",
    "struct B { constexpr B(int){} B(); }; struct T : B { using B::B; T(); }; extern thread_local T t;",
    "struct B { constexpr B(int){} B(); }; struct T : B { using B::B; }; extern thread_local T t;",
    "struct T; extern thread_local T t; struct T { T(); };",
    "union T { T(); int i; }; extern thread_local T t;",
    "struct T { T(); }; extern thread_local const T t;",
    "struct M { constexpr M() {} }; struct T { M m; }; extern thread_local T t;",
    "struct T { T(); int i; }; inline T::T() : i(1) {} extern thread_local T t;",
    "struct T { T(); consteval T(int):i(0){} int i; }; extern thread_local T t;",
    "struct T { T(); explicit constexpr T(int):i(0){} int i; }; extern thread_local T t;",
    "struct T { T(); constexpr ~T() {} }; extern thread_local T t;",
    "extern __thread int t;",
    "#include <random>\nextern thread_local std::normal_distribution<double> t;",
    "#include <tuple>\n#include <string>\nextern thread_local std::tuple<int,std::string> t;",
    "#include <optional>\n#include <string>\nextern thread_local std::optional<std::string> t;",
)


@pytest.mark.parametrize("text", DECLARATIONS)
def test_an_initialisation_function_is_owed_where_the_reference_is_strong(tmp_path, text):
    standard = "c++20" if "constinit" in text or "consteval" in text or "constexpr ~" in text else "c++17"
    snapshot = record_text(tmp_path, text, standard=standard, confirmed=True)
    use = '#include "api.h"\nauto f() { return &t; }'
    unit = compile_cxx(use, flags=("-c", "-O0", f"-std={standard}"), include=[tmp_path])
    assert unit.status == 0, unit.messages
    lines = subprocess.run(
        [tool("nm"), "-u", unit.path], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    strong = {name for kind, name in map(str.split, lines) if kind == "U" and name.startswith("_ZTH")}
    assert {name for name in promised(snapshot) if name.startswith("_ZTH")} == strong
