"""Undeclared exports are counted by origin, each exactly once."""

import pytest
from support.cxx import build_library, exported_symbols
from support.tools import CROSS

from trtheaders.library.origins import count_origins
from trtheaders.model.library.origins import Origin
from trtheaders.model.names import SymbolName

TEXT = """
#include <map>
#include <string>
#include <vector>
namespace fmt { namespace v11 { int vformat(int x) { return x; } } }
namespace tensorrt_llm {
int promised() { return 1; }
namespace detail { int internal() { return 2; } int& local() { static int once = internal(); return once; } }
template <class T> struct Box { T get() { return {}; } };
template struct Box<int>;
template <class T> T convert(T x) { return x; }
template long convert<long>(long);
}
namespace mystery { int known() { return 4; } }
template class std::vector<std::map<int, std::string>>;
extern "C" int plain() { return 5; }
thread_local std::string text("a");
"""


@pytest.fixture(name="library", params=["g++", CROSS])
def a_library_of_everything(request):
    return build_library(TEXT, compiler=request.param)


def test_every_undeclared_export_is_counted_once(library):
    declared = {SymbolName("_ZN12tensorrt_llm8promisedEv")}
    rows = count_origins([library], declared)
    assert sum(row.count for row in rows) == len(exported_symbols(library) - declared)
    assert [row.count for row in rows] == sorted((row.count for row in rows), reverse=True)


@pytest.mark.parametrize(
    ("origin", "detail", "symbols"),
    [
        (Origin.DEPENDENCY, "fmt", {"_ZN3fmt3v117vformatEi"}),
        (Origin.INTERNAL, "tensorrt_llm", {"_ZN12tensorrt_llm6detail8internalEv", "_ZN12tensorrt_llm6detail5localEv"}),
        (Origin.TEMPLATE_INSTANCE, "", {"_ZN12tensorrt_llm3BoxIiE3getEv", "_ZN12tensorrt_llm7convertIlEET_S1_"}),
        (Origin.UNKNOWN, "", {"_ZN7mystery5knownEv", "plain", "_Z4textB5cxx11"}),
    ],
)
def test_origins(library, origin, detail, symbols):
    declared = {SymbolName("_ZN12tensorrt_llm8promisedEv")}
    (row,) = (row for row in count_origins([library], declared) if (row.origin, row.detail) == (origin, detail))
    assert (row.count, row.symbol in symbols) == (len(symbols), True)


def test_local_statics_and_thread_wrappers_are_artefacts():
    library = build_library("inline int& f() { static int once = 1; return once; } int* g() { return &f(); }")
    (row,) = (row for row in count_origins([library], []) if row.origin is Origin.ARTEFACT)
    assert row.symbol == "_ZZ1fvE4once"


def test_the_standard_library_is_named():
    rows = count_origins([build_library(TEXT)], [])
    (row,) = (row for row in rows if row.origin is Origin.STANDARD_LIBRARY)
    assert row.count > 5
    assert "std::" in row.example


def test_names_of_versions_are_no_exports(tmp_path):
    script = tmp_path / "script"
    script.write_text("V1 { global: *; };")
    library = build_library('extern "C" int f() { return 1; }', flags=(f"-Wl,--version-script={script}",))
    assert [row.symbol for row in count_origins([library], [])] == ["f"]
