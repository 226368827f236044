"""A version number that nothing names: ld refuses the file, and so do we."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

import pytest
from support.cxx import build_library, compile_cxx
from support.tools import tool

from trtheaders.errors import LibraryError
from trtheaders.library.symbols.exports import open_library
from trtheaders.model.names import SymbolName

TEXT = 'extern "C" int one(int a) { return a; } extern "C" int two(int a) { return a; }'


@pytest.fixture(name="versioned")
def versioned_library(tmp_path: Path) -> Path:
    (tmp_path / "map").write_text("V1 { global: one; two; };")
    return build_library(TEXT, flags=("-O1", f"-Wl,--version-script={tmp_path / 'map'}"))


def readelf(*arguments: str | Path) -> list[list[str]]:
    done = subprocess.run([tool("readelf"), *arguments], capture_output=True, text=True, check=True)
    return [line.split() for line in done.stdout.splitlines()]


def with_number(library: Path, name: str, number: int, target: Path) -> Path:
    data = bytearray(library.read_bytes())
    sections = readelf("-SW", library)
    start = next(int(line[line.index("VERSYM") + 1 :][1], 16) for line in sections if "VERSYM" in line)
    rows = (line for line in readelf("-W", "--dyn-syms", library) if len(line) > 7)
    row = next(int(line[0].rstrip(":")) for line in rows if line[7].partition("@")[0] == name)
    struct.pack_into("<H", data, start + 2 * row, number)
    target.write_bytes(data)
    return target


def test_a_number_without_a_version_is_damage(versioned: Path, tmp_path: Path):
    broken = with_number(versioned, "one", 9, tmp_path / "broken.so")
    program = 'extern "C" int one(int); int main() { return one(0); }'
    assert compile_cxx(program, name="program", flags=(), inputs=[broken]).status != 0
    with open_library(broken) as library, pytest.raises(LibraryError, match="version 9"):
        library.look_up(SymbolName("one"))


TAKEN = 'extern "C" int one(int a); extern "C" int taken(int); extern "C" int two(int a) { return taken(a); }'


@pytest.mark.parametrize(
    ("name", "number", "refused"),
    [
        ("two", 3, True),
        ("two", 0x8009, True),
        ("taken", 9, True),
        ("taken", 2, True),
        ("V1", 9, False),
        ("taken", 1, False),
    ],
    ids=["defined as needed", "hidden", "needed", "needed as defined", "a version itself", "needed in none"],
)
def test_what_the_linker_refuses_for_another_symbols_number_is_damage(
    versioned: Path, tmp_path: Path, name: str, number: int, refused: bool
):
    """`one` is asked for, and in order."""
    (tmp_path / "taken").write_text("W1 { global: taken; };")
    script = f"-Wl,--version-script={tmp_path / 'taken'}"
    other = build_library('extern "C" int taken(int a) { return a; }', name="libtaken.so", flags=("-O1", script))
    text = TAKEN + ' extern "C" int one(int a) { return a; }'
    library = build_library(text, flags=("-O1", f"-Wl,--version-script={tmp_path / 'map'}"), inputs=[other])
    changed = with_number(library, name, number, tmp_path / "changed.so")
    program = 'extern "C" int one(int); int main() { return one(0); }'
    linked = compile_cxx(program, name="program", flags=("-Wl,--allow-shlib-undefined",), inputs=[changed])
    assert (linked.status != 0) is refused
    with open_library(changed) as opened:
        if refused:
            with pytest.raises(LibraryError, match="which nothing names"):
                opened.look_up(SymbolName("one"))
        else:
            assert opened.look_up(SymbolName("one")) is not None


def test_numbers_that_are_named_are_none(versioned: Path):
    with open_library(versioned) as library:
        found = library.look_up(SymbolName("one"))
        assert found is not None
        assert found.version == "V1"
