"""The flags that a compiler's command carries hold for the parser too, and are part of a snapshot's key."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text
from support.tools import tool

from trtheaders.model.headers.promises import Exemption
from trtheaders.model.headers.snapshot import AbiSnapshot

TEXT = """
#ifndef NDEBUG
int debug_only(int);
#endif
#ifdef __cpp_char8_t
int take(char8_t const*);
#endif
#ifdef __AVX2__
int wide(int);
#endif
#ifdef _OPENMP
int parallel(int);
#endif
#ifdef __GXX_RTTI
int with_types(int);
#endif
#if LEVEL > 3
int level(int);
#endif
int plain(int);
"""
USUAL = {"_Z10debug_onlyi", "_Z10with_typesi", "_Z5plaini"}


@pytest.mark.parametrize(
    ("flags", "more", "fewer"),
    [
        ("-DNDEBUG", set(), {"_Z10debug_onlyi"}),
        ("-D NDEBUG -UNDEBUG", set(), set()),
        ("-fchar8_t", {"_Z4takePKDu"}, set()),
        ("-mavx2", {"_Z4widei"}, set()),
        ("-fopenmp", {"_Z8paralleli"}, set()),
        ("-fno-rtti", set(), {"_Z10with_typesi"}),
        ("-D'LEVEL=2 + 2'", {"_Z5leveli"}, set()),
        ("-O2 -g -Wall -fPIC -D_FORTIFY_SOURCE=2", set(), set()),
    ],
)
def test_flags_decide_what_is_declared(tmp_path: Path, flags: str, more: set[str], fewer: set[str]) -> None:
    snapshot = record_text(tmp_path, TEXT, compiler=f"g++ {flags}", confirmed=True)
    assert promised(snapshot) == (USUAL | more) - fewer
    assert not any(item.unconfirmed for item in snapshot.promises)


def test_flags_decide_which_string_there_is(tmp_path: Path) -> None:
    text = "#include <string>\nint take(std::string);"
    flags = "-D_GLIBCXX_USE_CXX11_ABI=0"
    snapshot = record_text(tmp_path, text, compiler=f"g++ {flags}", confirmed=True, both_string_abis=True)
    assert (promised(snapshot), snapshot.key.new_string_abi) == ({"_Z4takeSs"}, False)


def test_flags_decide_how_classes_lie(tmp_path: Path) -> None:
    text = "enum Kind { first, second };\nstruct Options { Kind kind; char tag; int value; };"
    sizes = {
        flags: record_text(tmp_path, text, compiler=f"g++ {flags}", confirmed=given).records[0].size
        for given in (False, True)
        for flags in ("-O2", "-fshort-enums")
    }
    assert sizes == {"-O2": 12, "-fshort-enums": 8}


def key_of(folder: Path, **question: object) -> AbiSnapshot:
    return record_text(folder, TEXT, **question).key


def test_the_key_holds_the_flags_that_count(tmp_path: Path) -> None:
    command = "g++ -O2 -D NDEBUG -fshort-enums -I/usr/include/nowhere -std=c++11"
    assert key_of(tmp_path, compiler=command).flags == ("-DNDEBUG", "-fshort-enums")


def test_flags_of_the_environment_count_unless_they_must_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "g++ -DLEVEL=4")
    monkeypatch.setenv("CXXFLAGS", "-O3 -DNDEBUG -fstack-protector-strong")
    assert key_of(tmp_path).flags == ("-DLEVEL=4", "-DNDEBUG")
    assert key_of(tmp_path, compiler="g++ -DONE").flags == ("-DONE", "-DNDEBUG")
    assert key_of(tmp_path, environment=False).flags == ()
    assert promised(record_text(tmp_path, TEXT, environment=False, confirmed=True)) == USUAL


def test_without_types_at_run_time_no_typeinfo_is_owed(tmp_path: Path) -> None:
    """Who throws a class writes its typeinfo himself then; g++ and the linker are the judges."""
    text = """struct A { A(); A(const A&); virtual ~A(); virtual int f(); };
struct B : A { B(); int f() override; };
struct Out { Out(); Out(const Out&); Out& operator=(const Out&); virtual ~Out(); };
template <class T> struct X { X(); virtual ~X(); virtual T g(); };
extern template struct X<int>;
"""
    use = """#include "api.h"
struct D : B { D() {} }; struct E : X<int> { E() {} }; struct F : Out { F() {} };
int use(int k) { try { if (k) throw A(); D d; E e; F o; return d.f() + e.g(); } catch (A& a) { return a.f(); } }
"""
    compiler = f"{tool('g++')} -fno-rtti"
    snapshot = record_text(tmp_path, text, compiler=compiler, confirmed=True)
    needed = undefined_symbols(compile_cxx(use, flags=("-c", "-O0", "-fno-rtti"), include=[tmp_path]).path)
    assert "_ZTV1B" in needed & promised(snapshot)
    assert not {name for name in needed | promised(snapshot) if name.startswith("_ZTI")}
    assert {item.declaration.name: item.reason for item in snapshot.exempt}["Out"] is Exemption.NO_RTTI
    assert not any(item.unconfirmed for item in snapshot.promises)
    usual = record_text(tmp_path, text, compiler=f"{compiler} -frtti")
    assert {"_ZTI1A", "_ZTI1B", "_ZTI3Out", "_ZTI1XIiE"} <= promised(usual)
