"""Identifiers that look like the mangling of a closure or an unnamed class; g++ is the judge."""

from __future__ import annotations

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text
from support.tools import tool

from trtheaders.headers.abi.mangled_names import names_closure

UNNAMED = """
struct S {
    struct { int x; } in; union { int u; struct { int v; } deep; }; enum { Q } e; typedef struct { int t; } T;
    int m(decltype(in)&); int k(decltype(e)); int d(decltype(deep)); int t(T); static int s(decltype(in)*);
    int o(decltype(in)&); int o(int); virtual int v(decltype(in)&); S();
};
extern decltype(S::in) object;
struct { int z; } local; int never(decltype(local));
"""

API = """
struct StringUtils { static int TO_LINE_x(); };
namespace DateUtils { struct SIZE_T {}; int f(SIZE_T); struct CACHE_IMPL { CACHE_IMPL(); ~CACHE_IMPL(); }; }
namespace Utf8 { int DECODE_one(char); }
namespace Ul { extern int vE_; template <class T> struct Ut_ {}; int g(Ut_<int>); }
extern int UtE_1;
extern "C" int Ut_();
extern "C" int UlvE_();
"""
CONSUMER = """
int f() {
    DateUtils::CACHE_IMPL c;
    return StringUtils::TO_LINE_x() + DateUtils::f(DateUtils::SIZE_T()) + Utf8::DECODE_one('a')
        + Ul::vE_ + Ul::g(Ul::Ut_<int>()) + UtE_1 + Ut_() + UlvE_();
}
"""


def test_identifiers_are_taken_for_what_they_are(tmp_path):
    snapshot = record_text(tmp_path, API)
    unit = compile_cxx(f'#include "api.h"\n{CONSUMER}', flags=("-c", "-O0", "-fno-exceptions"), include=[tmp_path])
    assert unit.status == 0, unit.messages
    left = undefined_symbols(unit.path)
    assert len(left) == 10
    assert promised(snapshot) - {"_ZN9DateUtils10CACHE_IMPLC2Ev", "_ZN9DateUtils10CACHE_IMPLD2Ev"} == left


def test_closures_are_still_seen():
    for name in ("_Z2tlUlvE_", "_Z1fDv4_fUlvE_", "_Z1fI1CILf40490fdbEEEvUlvE_"):
        assert names_closure(name)
    for name in ("Ut_", "_Z5Ul_xxv", "_ZN1SUt_1mEv", "_ZN11StringUtils9TO_LINE_xEv"):
        assert not names_closure(name)


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_functions_of_unnamed_classes_are_owed(tmp_path, compiler):
    snapshot = record_text(tmp_path, UNNAMED, compiler=tool(compiler), confirmed=True)
    consumer = """#include "api.h"
int f() {
    S s; decltype(S::in)& in = s.in;
    return s.m(in) + s.k(S::Q) + s.d(s.deep) + s.t({}) + S::s(&in) + s.o(in) + s.o(1) + s.v(in) + object.x;
}
"""
    flags = ("-c", "-O0", "-fno-exceptions", "-w")
    unit = compile_cxx(consumer, flags=flags, include=[tmp_path], compiler=compiler)
    assert unit.status == 0, unit.messages
    left = undefined_symbols(unit.path)
    assert promised(snapshot) - {"_ZN1SC2Ev", "_ZN1S1vERNS_Ut_E", "_ZTI1S", "_ZTV1S"} == left - {"_ZN1S1vERNS_Ut_E"}
    assert "_ZN1S1vERNS_Ut_E" in promised(snapshot)
    assert len(left) > 8
