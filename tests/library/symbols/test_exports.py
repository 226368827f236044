"""What is exported is what `nm -D` prints and what the linker binds to."""

import subprocess
from pathlib import Path

import pytest
from support.cxx import build_library, exported_symbols
from support.tools import CROSS, tool

from trtheaders.library.symbols.exports import open_library, read_exports
from trtheaders.model.library.exports import ExportKind, Machine
from trtheaders.model.names import SymbolName

EVERYTHING = """
#include <string>
namespace n {
struct A { A(); virtual ~A(); virtual int k(); };
A::A() {} A::~A() {} int A::k() { return 1; }
thread_local int local = 3;
int table[8];
std::string text(std::string const& s) { return s; }
inline int& unique() { static int once; return once; }
int use() { return unique(); }
__attribute__((visibility("protected"))) int guarded() { return 1; }
__attribute__((visibility("hidden"))) int concealed() { return 1; }
static int internal() { return concealed(); }
int outer() { return internal(); }
__attribute__((weak)) int weakly() { return 2; }
}
extern "C" {
int common __attribute__((common));
static int chosen() { return 4; }
static int (*choose())() { return chosen; }
int indirect() __attribute__((ifunc("choose")));
}
"""

BUILDS = {
    "g++": ("g++", ()),
    "O0": ("g++", ("-O0",)),
    "old hash": ("g++", ("-Wl,--hash-style=sysv",)),
    "gnu hash": ("g++", ("-Wl,--hash-style=gnu",)),
    "lld": ("g++", ("-fuse-ld=lld",)),
    "gold": ("g++", ("-fuse-ld=gold",)),
    "stripped": ("g++", ("-s",)),
    "aarch64": (CROSS, ()),
}


@pytest.fixture(params=BUILDS, name="library")
def library_of_each_build(request):
    compiler, flags = BUILDS[request.param]
    return build_library(EVERYTHING, compiler=compiler, flags=("-fcommon", *flags))


def test_exports_are_those_that_nm_lists(library):
    assert {export.symbol for export in read_exports(library)} == exported_symbols(library)


def test_every_export_is_found_by_looking_it_up(library):
    with open_library(library) as opened:
        for export in read_exports(library):
            assert opened.look_up(export.symbol) == export


@pytest.mark.parametrize("symbol", ["_ZN1n9concealedEv", "_ZN1nL8internalEv", "strlen", "", "_ZN1n1AC3Ev", "_Znwm"])
def test_what_is_not_exported_is_not_found(library, symbol):
    with open_library(library) as opened:
        assert opened.look_up(SymbolName(symbol)) is None


def test_kinds_sizes_and_visibility():
    exports = {export.symbol: export for export in read_exports(build_library(EVERYTHING, flags=("-fcommon",)))}
    assert exports["_ZN1n5localE"].kind is ExportKind.TLS
    assert (exports["_ZN1n5tableE"].kind, exports["_ZN1n5tableE"].size) == (ExportKind.DATA, 32)
    assert exports["indirect"].kind is ExportKind.IFUNC
    assert exports["common"].kind is ExportKind.DATA
    assert exports["_ZN1n7guardedEv"].protected
    assert not exports["_ZN1n5outerEv"].protected
    assert exports["_ZN1n6weaklyEv"].weak
    assert exports["_ZTVN1n1AE"].size == 40
    assert exports["_ZZN1n6uniqueEvE4once"].kind is ExportKind.DATA


def test_a_library_without_section_headers_is_read_by_its_segments(tmp_path):
    library = build_library(EVERYTHING, flags=("-fcommon", "-Wl,--hash-style=gnu"))
    bare = tmp_path / "libbare.so"
    data = bytearray(library.read_bytes())
    data[40:48] = bytes(8)
    data[60:64] = bytes(4)
    bare.write_bytes(data)
    assert {export.symbol for export in read_exports(bare)} == exported_symbols(library)


def test_the_machine_is_named():
    with open_library(build_library("int f() { return 1; }", compiler=CROSS)) as library:
        assert library.image.machine is Machine.AARCH64


VERSIONED = """
extern "C" {
int f_old() { return 1; }
int f_new() { return 2; }
int g_old() { return 3; }
int h() { return 4; }
}
__asm__(".symver f_old, f@V1");
__asm__(".symver f_new, f@@V2");
__asm__(".symver g_old, g@V1");
"""


def _versioned(tmp_path: Path) -> Path:
    script = tmp_path / "versions"
    script.write_text("V1 { global: f; g; local: *; }; V2 { global: h; } V1;\n")
    return build_library(VERSIONED, name="libversioned.so", flags=("-O1", f"-Wl,--version-script={script}"))


def test_new_links_bind_to_the_default_version_only(tmp_path):
    with open_library(_versioned(tmp_path)) as library:
        assert library.look_up(SymbolName("f")).version == "V2"
        assert library.look_up(SymbolName("g")) is None
        assert library.look_up_old(SymbolName("g")).version == "V1"
        assert library.look_up(SymbolName("h")).version == "V2"
        assert library.look_up(SymbolName("f_old")) is None


def test_versions_are_those_that_nm_prints(tmp_path):
    path = _versioned(tmp_path)
    lines = subprocess.run(
        [tool("nm"), "-D", "--defined-only", path], capture_output=True, text=True, check=True
    ).stdout
    printed = {tuple(line.split()[2].replace("@@", "@").split("@")) for line in lines.splitlines() if " A " not in line}
    ours = {(export.symbol, export.version) for export in read_exports(path) if not export.symbol.startswith("V")}
    assert ours == printed
