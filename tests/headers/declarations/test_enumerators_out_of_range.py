"""Numbers that no enumerator has as template arguments: g++ takes them, and clang from 16 on calls them an error."""

from __future__ import annotations

from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

API = """
enum mode { a, b, c };
template <class E, E n> struct W { typedef W<E, static_cast<E>(n - 1)> prior; };
int owed(W<mode, a>::prior*);
template <class T> int made(W<mode, a>::prior*, T);
extern template int made(W<mode, a>::prior*, int);
"""


def test_what_gcc_takes_for_a_constant_is_judged(tmp_path):
    snapshot = record_text(tmp_path, API)
    unit = compile_cxx('#include "api.h"\nint f() { return owed(0) + made(0, 1); }', flags=("-c",), include=[tmp_path])
    assert unit.status == 0, unit.messages
    assert snapshot.unverifiable == ()
    assert promised(snapshot) == undefined_symbols(unit.path)
