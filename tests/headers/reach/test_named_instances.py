"""Instances that inline code names, of templates that are only declared; g++ is the judge."""

from __future__ import annotations

from support.cxx import build_library, compile_cxx, exported_symbols, undefined_symbols
from support.recording import promised, record_text

from trtheaders.model.headers.promises import SymbolKind

API = """
namespace i { template <int, int> int check() noexcept; }
class A { public: A() { static int const ok = i::check<6, 4>(); (void)ok; } };
template <class T> struct S { S(); ~S(); void g(); static int n; void inner() { g(); } };
inline int f() { S<int> s; s.g(); return S<int>::n; }
template <class T> void h(T);
extern template void h<int>(int);
template <> void h<char>(char);
template <class T> void with_body(T) {}
template <class T> T named_only(T);
inline void g() { h(1); h('c'); h(1L); with_body(1); (void)sizeof(named_only(1)); }
"""
BODIES = """
#include "api.h"
template <int, int> int i::check() noexcept { return 1; }
template int i::check<6, 4>() noexcept;
template <class T> S<T>::S() {} template <class T> S<T>::~S() {} template <class T> void S<T>::g() {}
template <class T> int S<T>::n = 1;
template <class T> void h(T) {}
template <> void h<char>(char) {}
template struct S<int>; template void h<int>(int); template void h<long>(long);
"""


def test_what_inline_code_names_is_promised(tmp_path):
    snapshot = record_text(tmp_path, API)
    unit = compile_cxx('#include "api.h"\nvoid run() { A a; f(); g(); }', flags=("-c", "-O2"), include=[tmp_path])
    owed = [symbol for promise in snapshot.promises for symbol in promise.symbols]
    undefined = {name for name in undefined_symbols(unit.path) if name.startswith("_Z")}
    assert undefined <= set(owed)
    assert len(owed) == len(set(owed))
    assert set(owed) <= exported_symbols(build_library(BODIES, include=[tmp_path]))


def test_the_code_that_names_an_instance_is_told(tmp_path):
    snapshot = record_text(tmp_path, API)
    told = {promise.symbols[0]: promise for promise in snapshot.promises}
    assert told["_ZN1i5checkILi6ELi4EEEiv"].reached == ("A::A",)
    assert told["_ZN1i5checkILi6ELi4EEEiv"].declaration.location.line == 2
    assert told["_ZN1SIiE1nE"].obligations[0].kind is SymbolKind.DATA
    assert told["_ZN1SIiE1nE"].obligations[0].size == 4
    assert promised(snapshot) >= {"_ZN1SIiED1Ev", "_Z1hIlEvT_"}
