"""`#pragma weak`, which libclang does not show: what g++ refers to weakly is no promise, as it says itself."""

from __future__ import annotations

import subprocess

from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text
from support.tools import tool

API = """
#pragma weak before
void before(); void after();
# pragma   weak after
#pragma weak c_before
extern "C" void c_before(); extern "C" void c_after();
#pragma weak c_after
extern int v;
#pragma weak v
namespace n { void q(); void r(); extern "C" void s(); extern "C" void t(); }
#pragma weak t
#pragma weak _ZN1n1qEv
_Pragma("weak c_operator")
extern "C" void c_operator();
#pragma weak _ZN1n2okEv
#pragma weak c_inside
namespace n { void ok(); extern "C" void c_inside(); }
#pragma weak _ZN1S1mEv
struct S { void m(); static int k; };
#pragma weak _ZN1S1kE
void overloaded(int); void overloaded(long);
#pragma weak overloaded
void first(int);
#pragma weak first
void first(long);
#pragma weak _Z4pickl
void pick(int); void pick(long);
// #pragma weak commented
void commented();
namespace o { void twice(); }
void twice();
#pragma weak twice
inline void calls() { before(); after(); }
"""
USE = """
#include "api.h"
void use() {
    before(); after(); c_before(); c_after(); ++v; n::q(); n::r(); n::s(); n::t(); c_operator(); n::ok(); n::c_inside();
    S().m(); ++S::k; overloaded(1); overloaded(1L); first(1); first(1L); pick(1); pick(1L); commented(); o::twice();
    twice(); calls();
}
"""


def test_what_a_pragma_makes_weak_is_no_promise(tmp_path):
    snapshot = record_text(tmp_path, API, confirmed=True)
    unit = compile_cxx(USE, flags=("-c", "-O0"), include=[tmp_path])
    assert unit.status == 0, unit.messages
    lines = subprocess.run(
        [tool("nm"), "-u", unit.path], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    strong = {name for kind, name in map(str.split, lines) if kind == "U" and "GLOBAL_OFFSET" not in name}
    assert len(strong) < len(undefined_symbols(unit.path)) - 8
    assert promised(snapshot) == strong


def test_a_pragma_in_another_header_counts(tmp_path):
    (tmp_path / "weak.h").write_text("#pragma weak c_one\n#pragma weak two\n")
    snapshot = record_text(
        tmp_path, 'extern "C" void c_one();\nvoid two(); void three();\n#include "weak.h"\n', confirmed=True
    )
    assert promised(snapshot) == {"_Z5threev"}


def test_a_consteval_member_of_an_instance_has_no_symbol(tmp_path):
    text = """
    template <class T> struct X { static consteval int m() { return 1; } X(); int n() { return m(); } };
    template <class T> X<T>::X() {}
    extern template struct X<int>;
    """
    snapshot = record_text(tmp_path, text, standard="c++20")
    consumer = '#include "api.h"\nint f() { X<int> x; return x.n() + x.m(); }'
    unit = compile_cxx(consumer, flags=("-c", "-O0", "-std=c++20"), include=[tmp_path])
    assert unit.status == 0, unit.messages
    assert undefined_symbols(unit.path) == {"_ZN1XIiEC1Ev", "_ZN1XIiE1nEv"}
    assert promised(snapshot) == {"_ZN1XIiEC1Ev", "_ZN1XIiEC2Ev", "_ZN1XIiE1nEv"}
