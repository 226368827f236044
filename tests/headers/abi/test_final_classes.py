"""Members of classes that nobody can derive from; g++ is the judge."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text


def undefined(folder: Path, consumer: str) -> set[str]:
    """What g++ leaves undefined without and with optimisation, inline functions included."""
    found: set[str] = set()
    for flags in (("-c", "-O0"), ("-c", "-O0", "-fkeep-inline-functions"), ("-c", "-O2")):
        unit = compile_cxx(f'#include "api.h"\n{consumer}', flags=flags, include=[folder])
        assert unit.status == 0, unit.messages
        found |= undefined_symbols(unit.path)
    return found


def test_protected_members_of_a_final_class_are_owed_where_inline_code_names_them(tmp_path):
    text = """
    struct F final {
        F();
        void open() { reached(); }
    protected:
        void idle(); static int counted(); static int count;
        void reached();
        void unused() { behind(); }
        void behind();
        friend struct Friend;
    };
    """
    snapshot = record_text(tmp_path, text)
    refused = compile_cxx('#include "api.h"\nstruct D : F {};', flags=("-c",), include=[tmp_path])
    assert refused.status != 0
    assert "final" in refused.messages
    consumer = "void run() { F f; f.open(); }"
    unit = compile_cxx(f'#include "api.h"\n{consumer}', flags=("-c", "-O0"), include=[tmp_path])
    assert undefined_symbols(unit.path) == {"_ZN1FC1Ev", "_ZN1F7reachedEv"}
    assert promised(snapshot) - {"_ZN1FC2Ev"} == undefined_symbols(unit.path)


def test_a_final_class_s_overrides_are_owed_for_their_base_s_callers(tmp_path):
    text = """
    struct B { B(); virtual void v(); virtual void w(); void call() { v(); w(); } };
    struct F final : B {
        F(); virtual void key();
    protected:
        void v() override; virtual void own();
    private:
        void w() override;
    };
    """
    snapshot = record_text(tmp_path, text)
    left = undefined(tmp_path, "void run() { F f; f.call(); }")
    assert {"_ZN1F1vEv", "_ZN1F1wEv"} <= left
    assert "_ZN1F3ownEv" not in left
    assert {"_ZN1F1vEv", "_ZN1F1wEv"} <= promised(snapshot)
    assert "_ZN1F3ownEv" not in promised(snapshot)


@pytest.mark.parametrize("hidden", ["~S();", "S();", "S(int); S(S const&);"])
def test_private_constructors_and_destructors_keep_nobody_from_deriving(tmp_path, hidden):
    snapshot = record_text(tmp_path, f"class S {{ {hidden} protected: void named(); }};")
    left = undefined(tmp_path, "struct D : S { D(); void run() { named(); } }; void run(D* d) { d->run(); }")
    assert "_ZN1S5namedEv" in left
    assert "_ZN1S5namedEv" in promised(snapshot)
