"""Explicit specialisations of private member templates, which templates call; g++ is the judge."""

from __future__ import annotations

from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

TEXT = """
class A {
    template <class T> void p(T);
    template <class T> void idle(T);
public:
    template <class T> void go(T t) { p(t); }
};
template <> void A::p<int>(int);
template <> void A::idle<int>(int);
"""


def test_a_template_may_call_a_private_specialisation(tmp_path):
    snapshot = record_text(tmp_path, TEXT)
    unit = compile_cxx('#include "api.h"\nvoid f() { A().go(1); }', flags=("-c", "-O0"), include=[tmp_path])
    assert unit.status == 0, unit.messages
    assert promised(snapshot) == undefined_symbols(unit.path) == {"_ZN1A1pIiEEvT_"}
