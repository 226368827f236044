"""What only some uses need: definitions of constants, and variants for vectors; the linker says when."""

from __future__ import annotations

import re

import pytest
from support.cxx import build_library, compile_cxx, exported_symbols
from support.recording import record_text
from support.tools import tool

from trtheaders.checks.symbols.providers import check_providers
from trtheaders.checks.symbols.unkept_promises import check_symbols
from trtheaders.model.answers.findings import Severity
from trtheaders.steps.verdict.symbol_queries import ask_about

LIMITS = (
    "struct Limits { static const int a = 1; static const int b = 2; static constexpr int c = 3; int ask() const; };"
)
ASK = "int Limits::ask() const { return a; }"


def findings_of(tmp_path, text: str, library, **question):
    snapshot = record_text(tmp_path, text, **question)
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
    "C++11": ('[[gnu::simd("notinbranch"), gnu::const]] double f(double);', {"_ZGVbN2v__Z1fd"}),
    "macro": (
        '#define VECTOR(mask) __attribute__((simd(mask), const))\nVECTOR("notinbranch") double f(double);',
        {"_ZGVbN2v__Z1fd"},
    ),
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


OPENMP = """
struct P { double x; };
enum E { ONE };
#define VECTOR(...) _Pragma("omp declare simd notinbranch")
#pragma omp declare simd
double plain(double a)@
#pragma omp declare simd notinbranch uniform(k) linear(i:2)
float uniform(float k, int i, short s)@
#pragma omp declare simd simdlen(8) \\
    inbranch
int wide(long a, char b)@
#pragma omp declare simd linear(p) aligned(p:16)
void pointed(float* p, double d)@
#pragma omp declare simd linear(i)
#pragma omp declare simd notinbranch
/* two (of them) */
int twice(int& r, int i)@
#pragma omp declare simd
unsigned char small(bool b, unsigned char c)@
#pragma omp declare simd
P unsupported(P p)@
#pragma omp declare simd
void nothing()@
#pragma omp declare simd linear(a:k) uniform(k) notinbranch
double strided(double* a, int k)@
VECTOR() E macro(E a, float d)@
#pragma omp declare simd notinbranch linear(d:-1)
extern "C" __attribute__((const)) int back(int d)@
#pragma omp declare simd
template <class T> T generic(T a) { return a; }
#pragma omp declare simd
inline int inlined(int a) { return a; }
struct C {
    int m;
#pragma omp declare simd notinbranch uniform(this)
    int g(int);
#pragma omp declare simd notinbranch
    int h(int);
#pragma omp declare simd notinbranch
    static int s(int);
};
"""
MEMBERS = "int C::g(int i) { return m + i; } int C::h(int i) { return m + i; } int C::s(int i) { return i; }"
_SSE2 = re.compile(r"_ZGVb\w+")


def test_variants_that_openmp_asks_for_are_those_that_the_compiler_makes(tmp_path):
    bodies = OPENMP.replace(")@", ") { __builtin_unreachable(); }") + MEMBERS
    library = build_library(bodies, flags=("-fopenmp-simd", "-w"))
    header, compiler = OPENMP.replace(")@", ");"), f"{tool('g++')} -fopenmp-simd"
    snapshot = record_text(tmp_path, header, compiler=compiler)
    variants = {name for promise in snapshot.promises for name in promise.optional}
    assert variants == {name for name in exported_symbols(library) if _SSE2.match(name)}
    assert snapshot.unverifiable == ()
    assert findings_of(tmp_path, header, library, compiler=compiler) == ()
    plain = build_library(bodies)
    missing = findings_of(tmp_path, header, plain, compiler=compiler)
    assert {name for found in missing for name in found.symbols} == variants
    assert findings_of(tmp_path, header, plain) == ()
    assert findings_of(tmp_path, header, plain, compiler=f"{compiler} -fno-openmp-simd") == ()


def test_variants_that_cannot_be_named_are_unverifiable(tmp_path):
    text = "#pragma omp declare simd linear(ref(r)) notinbranch\nint f(int& r);\n"
    snapshot = record_text(tmp_path, text, compiler=f"{tool('g++')} -fopenmp-simd")
    assert [item.name for item in snapshot.unverifiable] == ["variants for vectors of f"]
    assert [item.symbols for item in snapshot.promises] == [("_Z1fRi",)]


def test_clang_calls_no_variants(tmp_path):
    text = "#pragma omp declare simd\nint f(int);\n__attribute__((simd)) int g(int);\n"
    snapshot = record_text(tmp_path, text, compiler=f"{tool('clang++')} -fopenmp-simd")
    assert [item.optional for item in snapshot.promises] == [(), ()]


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
