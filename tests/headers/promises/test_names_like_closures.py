"""Identifiers that look like the mangling of a closure or an unnamed class; g++ is the judge."""

from __future__ import annotations

from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

from trtheaders.headers.abi.mangled_names import names_unnamed

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


def test_closures_and_unnamed_classes_are_still_seen():
    for name in ("_Z2tlUlvE_", "_ZN1SUt_1mEv", "_ZN1SUt0_1mEv", "_Z1fDv4_fUlvE_", "_Z1fI1CILf40490fdbEEEvUlvE_"):
        assert names_unnamed(name)
    for name in ("Ut_", "_Z5Ut_xxv", "_ZN11StringUtils9TO_LINE_xEv"):
        assert not names_unnamed(name)
