"""Virtual functions of classes that nobody can lay out, which libclang must not be asked about; g++ is the judge."""

from __future__ import annotations

import pytest
from support.cxx import compile_cxx
from support.recording import promised, record_text

SHAPES = {
    "a member": "struct T { virtual int f(); V e; };",
    "an array": "struct T { virtual int f(); V e[3]; };",
    "a base": "struct T : V { virtual int f(); };",
    "a conversion": "struct T { virtual operator int(); V e; };",
    "structors": "struct T { T(); virtual ~T(); virtual int f(); V e; };",
    "a class inside": "struct O { struct T { virtual int f(); V e; }; virtual int g(); };",
    "a class around": "struct O { struct T { virtual int f(); V e; } t; virtual int g(); };",
    "a derived class": "struct T { virtual int f(); V e; }; struct X { virtual int f(); };"
    " struct D : X, T { int f() override; };",
    "a virtual base": "struct T { virtual int f(); V e; }; struct D : virtual T { int f() override; };",
    "a specialisation": "template <class A> struct T; template <> struct T<int> { virtual int f(); V e; };",
    "an instance": "template <class A> struct P { A e; }; struct T { virtual int f(); P<V> p; };",
    "itself": "struct T { virtual int f(); T e; };",
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_class_without_a_layout_is_unverifiable(tmp_path, shape):
    snapshot = record_text(tmp_path, f"void kept();\nstruct V;\n{shape}\n")
    refused = compile_cxx('#include "api.h"\n', flags=("-c",), include=[tmp_path])
    assert refused.status != 0
    assert "incomplete type" in refused.messages
    lost = {item.name.rpartition("::")[2]: item.reason for item in snapshot.unverifiable}
    assert {"T", "T<int>"} & set(lost)
    assert all(lost.values())
    assert "_Z4keptv" in promised(snapshot)
    assert not {name for name in promised(snapshot) if name.startswith("_ZT") and "1X" not in name}
