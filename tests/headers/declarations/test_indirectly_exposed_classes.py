"""Private nested classes handed out through functions, and made by nothing but braces; g++ is the judge."""

from __future__ import annotations

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

CASES = {
    "a callback's parameter": ("void each(std::function<void(B&)>);", "A().each([](auto& b) { b.m(); });"),
    "a plain callback": ("void each(void (*)(B&));", "A().each([](auto& b) { b.m(); });"),
    "an alias of a function pointer": ("using F = B* (*)(); F get();", "A().get()()->m();"),
    "a function pointer": ("B* (*fp)(); void own();", "A().fp()->m(); A().own();"),
    "a template's result": ("template <class T> auto get(T) { return B(1); }", "A().get(1).m();"),
    "braces": ("void take(B const&);", "A().take({1});"),
    "braces by value": ("void take(B);", "A().take({1});"),
}


@pytest.mark.parametrize(("members", "use"), CASES.values(), ids=CASES)
def test_what_is_at_hand_without_a_name_is_owed(tmp_path, members, use):
    text = "class A { struct B { B(int); B(const B&); ~B(); void m(); }; public: %s };"
    snapshot = record_text(tmp_path, f"#include <functional>\n{text % members}\n")
    hidden = {"_ZN1A1BC1Ei", "_ZN1A1BD1Ev", "_ZN1A1B1mEv"}
    owed = promised(snapshot) & hidden
    flags = ("-c", "-O0", "-std=c++17")
    unit = compile_cxx(f'#include "api.h"\nvoid f() {{ {use} }}', flags=flags, include=[tmp_path])
    assert unit.status == 0, unit.messages
    assert undefined_symbols(unit.path) & hidden <= owed
    assert ("_ZN1A1B1mEv" in owed) == ("m()" in use)


def test_what_takes_neither_braces_nor_callbacks_hands_nothing_out(tmp_path):
    text = "class A { struct B { B(int); ~B(); void m(); }; public: void take(B&, B*, B* (*)()); };"
    assert promised(record_text(tmp_path, text)) == {"_ZN1A4takeERNS_1BEPS0_PFS2_vE"}
