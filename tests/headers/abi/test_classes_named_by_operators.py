"""A class whose only virtual function is an operator has a vtable like any other, under the name that g++ gives it."""

from __future__ import annotations

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

UNARY = ("+", "-", "*", "&", "~", "!", "++", "--")
BINARY = "+ - * / % & | ^ << >> += -= *= /= %= &= |= ^= <<= >>= == != < > <= >= && || , ->*"
OPERATORS = (
    *(f"void operator{sign}()" for sign in UNARY),
    *(f"void operator{sign}(int)" for sign in BINARY.split()),
    "operator int()",
    "operator Pair<char, void>*() const",
    "void operator()(int) const",
    "void operator[](int)",
    "A* operator->()",
)


@pytest.mark.parametrize("around", ["", "namespace n { inline namespace v1 {"])
def test_every_operator_tells_its_class(tmp_path, around):
    text = "template <class, class> struct Pair;\n" + around
    text += "".join(
        f"struct K{index} {{ virtual {operator.replace('A*', f'K{index}*')}; }};\n"
        for index, operator in enumerate(OPERATORS)
    )
    snapshot = record_text(tmp_path, text + "}" * around.count("{"))
    scope = "using namespace n;" if around else ""
    uses = "".join(f"void u{index}(K{index}& k) {{ throw k; }}\n" for index in range(len(OPERATORS)))
    compiled = compile_cxx(f'#include "api.h"\n{scope}\n{uses}', flags=("-c", "-w"), include=[tmp_path])
    assert compiled.status == 0, compiled.messages
    tables = {name for name in undefined_symbols(compiled.path) if name.startswith(("_ZTV", "_ZTI")) and "K" in name}
    assert len(tables) == 2 * len(OPERATORS)
    assert tables == {name for name in promised(snapshot) if name.startswith(("_ZTV", "_ZTI"))}
    assert snapshot.unverifiable == ()
