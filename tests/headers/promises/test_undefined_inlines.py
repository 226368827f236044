"""Inline functions without a body: g++ leaves them to the linker, unless a header beside defines them."""

from __future__ import annotations

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

DECLARED = {
    "a function": ("inline int helper(int);", "helper(1);"),
    "a constexpr function": ("constexpr int helper(int);", "helper(1);"),
    "a constexpr member": ("struct A { constexpr int get() const; constexpr A() = default; };", "A().get();"),
    "a member": ("struct A { inline int get(); };", "A().get();"),
    "a member of an instance": (
        "template <class T> struct A { inline T get(); }; extern template struct A<int>;",
        "A<int>().get();",
    ),
    "an overload": (
        """inline int helper(char const*
  text) { return *text; }
template <class T> int helper(T*, T) { return 0; }
struct B { int helper() { return 1; } };
inline int helper(int);""",
        "helper(1);",
    ),
    "an operator": ("struct A {}; inline bool operator==(A, A);", "(void)(A() == A());"),
}


@pytest.mark.parametrize(("text", "use"), DECLARED.values(), ids=DECLARED)
def test_what_nobody_defines_is_owed(tmp_path, text, use):
    unit = compile_cxx(f"{text}\nvoid f() {{ {use} }}", flags=("-c", "-O0", "-w"))
    assert promised(record_text(tmp_path, text)) == undefined_symbols(unit.path) != set()


def test_what_the_header_defines_further_down_is_not(tmp_path):
    text = "inline int helper(int); struct A { inline int get(); };\ninline int A::get() { return helper(1); }\n"
    assert promised(record_text(tmp_path, f"{text}int helper(int a) {{ return a; }}")) == set()


def test_what_a_file_beside_defines_is_not(tmp_path):
    (tmp_path / "api-inl.h").write_text("inline int helper(int a) noexcept { return a; }")
    assert promised(record_text(tmp_path, "inline int helper(int) noexcept;\nint kept();")) == {"_Z4keptv"}


def test_what_a_condition_keeps_from_the_parser_is_not(tmp_path):
    text = "inline int helper(int);\n#ifdef API_BODIES\ninline int helper(int a) { return a; }\n#endif\n"
    assert promised(record_text(tmp_path, f"{text}inline int helper(long a) {{ return a; }}")) == set()


def test_what_only_the_compiler_calls_is_not(tmp_path):
    assert promised(record_text(tmp_path, "consteval int helper(int);\nint kept();", standard="c++20")) == {"_Z4keptv"}


def test_a_private_one_that_nobody_calls_is_not(tmp_path):
    assert promised(record_text(tmp_path, "class A { inline int get(); public: int kept(); };")) == {"_ZN1A4keptEv"}


def test_a_destructor_s_body_is_none_of_the_constructor(tmp_path):
    text = "struct A { inline A(); inline ~A(); };\ninline A::~A() {}"
    assert promised(record_text(tmp_path, text)) == {"_ZN1AC1Ev", "_ZN1AC2Ev"}
