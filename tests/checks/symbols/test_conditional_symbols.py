"""What only some uses need: definitions of constants, and variants for vectors; the linker says when."""

from __future__ import annotations

import pytest
from support.cxx import build_library, compile_cxx
from support.recording import record_text

from trtheaders.checks.symbols.providers import check_providers
from trtheaders.checks.symbols.unkept_promises import check_symbols
from trtheaders.model.answers.findings import Severity
from trtheaders.steps.verdict.symbol_queries import ask_about

LIMITS = (
    "struct Limits { static const int a = 1; static const int b = 2; static constexpr int c = 3; int ask() const; };"
)
ASK = "int Limits::ask() const { return a; }"


def findings_of(tmp_path, text: str, library):
    snapshot = record_text(tmp_path, text)
    answers = ask_about(snapshot, [library])
    return (*check_symbols(snapshot, answers), *check_providers(snapshot, answers))


def links(text: str, use: str, library, level: str) -> bool:
    program = f"{text}\n{use}"
    return compile_cxx(program, name="program", flags=(level, "-std=c++17"), inputs=[library]).status == 0


def test_constants_that_nobody_defines_are_one_warning(tmp_path):
    library = build_library(f"{LIMITS} {ASK}")
    (found,) = findings_of(tmp_path, LIMITS, library)
    assert (found.rule, found.severity) == ("missing-constants", Severity.WARNING)
    assert (found.symbols, found.explains) == (("_ZN6Limits1aE", "_ZN6Limits1bE"), 2)
    bound = "int main() { const int& r = Limits::a; return *&r - Limits().ask(); }"
    assert not links(LIMITS, bound, library, "-O0")
    assert links(LIMITS, "int main() { return Limits::a - Limits().ask(); }", library, "-O0")


def test_constants_that_somebody_defines_are_not(tmp_path):
    library = build_library(f"{LIMITS} {ASK} const int Limits::a; const int Limits::b;")
    assert findings_of(tmp_path, LIMITS, library) == ()


SIMD = {
    "notinbranch": ('__attribute__((simd("notinbranch"), const)) double f(double);', {"_ZGVbN2v__Z1fd"}),
    "inbranch": ('__attribute__((simd("inbranch"), const)) float f(float, float);', {"_ZGVbM4vv__Z1fff"}),
    "both": ("__attribute__((simd, const)) int f(int);", {"_ZGVbM4v__Z1fi", "_ZGVbN4v__Z1fi"}),
    "behind": ('double f(double) __attribute__((__simd__("notinbranch"), const));', {"_ZGVbN2v__Z1fd"}),
}
BODIES = {"d": "double f(double a) { return a; }", "ff": "float f(float a, float b) { return a + b; }"}


@pytest.mark.parametrize(("text", "variants"), SIMD.values(), ids=SIMD)
def test_variants_for_vectors_that_no_library_has_are_a_warning(tmp_path, text, variants):
    body = next((BODIES[sign] for sign in BODIES if any(name.endswith(f"_Z1f{sign}") for name in variants)), None)
    plain = body or "int f(int a) { return a; }"
    (found,) = findings_of(tmp_path, text, build_library(plain))
    assert (found.rule, found.severity, set(found.symbols)) == ("missing-vector-variants", Severity.WARNING, variants)
    assert findings_of(tmp_path, text, build_library(f"{text}\n{plain}")) == ()


def test_a_word_in_a_comment_is_no_attribute(tmp_path):
    text = "// simd: later\nint f(int);"
    assert findings_of(tmp_path, text, build_library("int f(int a) { return a; }")) == ()


def test_constants_of_instances_count_and_private_ones_do_not(tmp_path):
    text = """template <class T> struct Box { static const int size = 4; T get(); private: static const int own = 1; };
extern template struct Box<int>;
class Closed { static const int own = 1; public: int get(); };
"""
    members = (
        "template <class T> T Box<T>::get() { return own; } template struct Box<int>; int Closed::get() { return own; }"
    )
    library = build_library(f"{text} {members}")
    (found,) = findings_of(tmp_path, text, library)
    assert (found.rule, found.symbols) == ("missing-constants", ("_ZN3BoxIiE4sizeE",))
    bound = "int main() { const int& r = Box<int>::size; return *&r - Box<int>().get() + Closed().get(); }"
    assert not links(text, bound, library, "-O0")
    whole = build_library(
        f"{text} {members} template <class T> const int Box<T>::size; template const int Box<int>::size;"
    )
    assert findings_of(tmp_path, text, whole) == ()
