"""Lookalikes among many names: the nearest are found, and a name costs what it costs, whatever is in it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from support.cxx import build_library, compile_cxx, exported_symbols

from trtheaders.library.lookalikes import find_lookalikes
from trtheaders.library.symbols.exports import open_library
from trtheaders.library.symbols.name_parts import take_apart
from trtheaders.library.symbols.name_patterns import resembling
from trtheaders.model.names import SymbolName

WANTED = "_ZN1a1b1C3getEid"
NAMED = {
    "overloads": lambda n: f"_ZN1a1b1C3getEiN1x{len(str(n)) + 1}T{n}E",
    "other classes": lambda n: f"_ZN1a1b{len(str(n)) + 1}D{n}3getEid",
    "scopes inside": lambda n: f"_ZN1a1b1C{len(str(n)) + 1}D{n}3getEid",
    "other names": lambda n: f"_ZN1a1b1C{len(str(n)) + 3}get{n}Eid",
    "arguments": lambda n: f"_ZN1a1b{len(str(n)) + 1}D{n}INS0_1C3getEE3putEv",
}


def library_of(names: Iterable[str]) -> Path:
    rows = [f'.globl "{name}"\n.type "{name}", %function\n.set "{name}", place' for name in names]
    text = "\n".join(['asm(R"(', ".text", "place: ret", *rows, ')");'])
    return compile_cxx(text, name="liba.so", flags=("-shared", "-fPIC")).path


@pytest.mark.parametrize("kind", NAMED)
def test_the_nearest_is_found_among_thousands(kind):
    near = ["_ZN1a1b1C3getEidc", "_ZN1a1b1C3getEd", "_ZN1a2v11b1C3getEid", "_ZN1a1C3getEid"]
    many = [NAMED[kind](n) for n in range(4000)]
    with open_library(library_of([*many[:2000], *near, *many[2000:]])) as library:
        found = find_lookalikes([library], [SymbolName(WANTED), SymbolName("_ZN1a1b1C4noneEv")])
    # Without a double there, and with one more than wanted: each change counts as one.
    first = [item.export.symbol for item in found[SymbolName(WANTED)]]
    assert first[:2] == ["_ZN1a1b1C3getEd", "_ZN1a1b1C3getEidc"]
    if kind not in ("overloads", "scopes inside"):
        assert first == ["_ZN1a1b1C3getEd", "_ZN1a1b1C3getEidc", "_ZN1a2v11b1C3getEid", "_ZN1a1C3getEid"]


def test_the_same_is_found_however_many_are_missing():
    near = ["_ZN1a1b1C3getEidc", "_ZN1a1b1C3getEd", "_ZN1a2v11b1C3getEid", "_ZN1a1C3getEid"]
    missing = [SymbolName(f"_ZN1a1b1C{len(str(n)) + 4}none{n}Ev") for n in range(1200)]
    with open_library(library_of(near)) as library:
        few, many = (find_lookalikes([library], [SymbolName(WANTED), *missing[:count]]) for count in (1, 1200))
    assert few == many != {}


def test_every_lookalike_passes_the_pattern():
    names = [
        *("_ZN1a1b1C3getEi", "_ZNK1a1b1C3getEv", "_ZN1a1b3getEid", "_ZN1a1C3getEid", "_ZN1b1C3getEid"),
        *("_ZN1x1a1b1C3getEid", "_ZN1a1b1x1C3getEid", "_ZN1a1b1C1x3getEid", "_ZN1a3_v11b1C3getEid"),
        *("_ZN1a1b1CIiE3getEid", "_ZN1a1b1CB5cxx113getEid", "_ZN1a1b1C3getB5cxx11Eid", "_ZN1a1b1C3getIiEEid"),
        *("_ZN1a1bINS_1xIiEEE1C3getEid", "_ZN1a34a_name_of_thirty_four_characters_11b1C3getEid"),
    ]
    pattern = resembling([take_apart(WANTED.encode())])
    assert [name for name in names if not pattern.match(b"\0" + name.encode())] == []
    others = ["_ZN1a1b1D3getEid", "_ZN1a1b1C3putEid", "_ZN1c1d1C3getEid", "_Z3getv", "get", "_ZN1a1b1C3get3putEv"]
    assert [name for name in others if pattern.match(b"\0" + name.encode())] == []


def _seconds(pattern: re.Pattern[bytes], data: bytes) -> float:
    def once() -> float:
        began = time.process_time()
        assert sum(1 for _ in pattern.finditer(data)) <= data.count(b"\0")
        return time.process_time() - began

    return min(once() for _ in range(3))


@pytest.mark.parametrize(
    "piece", [b"1a1b", b"1a1bIiE", b"1a1bI", b"2v1", b"1_1", b"1a2v1", b"B1a", b"NS_1a1b1CE", b"I1aE"], ids=repr
)
def test_a_name_costs_no_more_than_its_length(piece, tell):
    pattern = resembling([take_apart(name) for name in (WANTED.encode(), b"_ZN1a3getEv", b"_ZN1a1b1C1DC1Ev")])
    short, long = (b"\0_ZN1a1b" + piece * count + b"E\0" for count in (2_000, 16_000))
    ratio = _seconds(pattern, long * 20) / max(_seconds(pattern, short * 20), 1e-4)
    tell(f"a name eight times as long, {piece.decode()}: {ratio:.1f} times the cost")
    assert ratio < 40


def test_what_resembles_a_symbol_does_not_depend_on_what_else_is_missing() -> None:
    body = (
        "struct X { X(int); virtual ~X(); int f() const; struct Y { Y(); int f(); }; }; int X(int); template<class T>"
    )
    body += " struct T1 { T1(); int f(); }; "
    defined = "X::X(int) {} X::~X() {} int X::f() const { return 1; } X::Y::Y() {} int X::Y::f() { return 1; }"
    defined += (
        " int (X)(int) { return 1; } template<class T> T1<T>::T1() {} template<class T> int T1<T>::f() { return 1; }"
    )
    defined += " template struct T1<int>;"
    here = build_library(f"namespace a {{ {body} {defined} }} namespace b {{ {body} {defined} }}")
    there = build_library(f"namespace a {{ inline namespace v1 {{ {body} {defined} }} }}")
    wanted = sorted(SymbolName(name) for name in exported_symbols(there) if name.startswith("_Z"))
    with open_library(here) as library:
        together = find_lookalikes([library], wanted)
        alone = {name: found for name in wanted for found in find_lookalikes([library], [name]).values()}
    assert together == alone
    assert len(together) == len(wanted)
