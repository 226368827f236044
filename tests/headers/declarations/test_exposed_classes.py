"""A private nested class that a public declaration hands out: its members are used without being named."""

from __future__ import annotations

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

INNER = "struct B { B(); B(B const&); ~B(); void m(); struct C { void c(); }; C* deeper(); private: void hidden(); };"
EXPOSED = {
    "a result": ("B get();", "A().get()"),
    "a reference": ("B& get();", "A().get()"),
    "an array": ("B list[2];", "A().list[1]"),
    "a field": ("B field;", "A().field"),
    "an alias": ("using Alias = B;", "A::Alias()"),
    "a base": ("struct D : B {};", "A::D()"),
    "a template argument": ("static std::unique_ptr<B> get();", "(*A::get())"),
}


@pytest.mark.parametrize(("member", "use"), EXPOSED.values(), ids=EXPOSED)
def test_a_private_class_that_is_handed_out_owes_its_members(tmp_path, member, use):
    snapshot = record_text(tmp_path, f"#include <memory>\nclass A {{ {INNER} public: {member} }};\n")
    consumer = f'#include "api.h"\nvoid run() {{ {use}.m(); {use}.deeper()->c(); }}\n'
    unit = compile_cxx(consumer, flags=("-c", "-O0", "-w"), include=[tmp_path])
    assert unit.status == 0, unit.messages
    members = {name for name in undefined_symbols(unit.path) if name.startswith("_ZN1A1B")}
    assert members >= {"_ZN1A1B1mEv", "_ZN1A1B1C1cEv"}
    assert members <= promised(snapshot)
    assert "_ZN1A1B6hiddenEv" not in promised(snapshot)


def test_a_private_class_behind_a_private_member_owes_nothing(tmp_path):
    text = f"class A {{ {INNER} B* kept; using Alias = B; B get(); struct D : B {{}}; public: int plain(); }};"
    snapshot = record_text(tmp_path, text)
    assert promised(snapshot) == {"_ZN1A5plainEv"}
