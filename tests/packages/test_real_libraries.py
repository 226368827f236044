"""Large libraries from the registries, with their own headers and with another version's: the linker has the word.

Apache Arrow (virtual-heavy, many templates), Poco (virtual-heavy, before C++11), {fmt} (template-heavy, extern
templates in an inline namespace).
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from packages.fetch import PACKAGES, need
from support.oracle import linker_misses

from trtheaders.checks.symbols.unkept_promises import check_symbols
from trtheaders.headers.entrance import HeaderQuestion, record_snapshot
from trtheaders.steps.verdict.symbol_queries import ask_about

pytestmark = [pytest.mark.packages, pytest.mark.slow]
DEBIAN_LIBRARIES = "usr/lib/x86_64-linux-gnu"


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Headers of one package and a library, as places under `.cache/packages`; ``missing`` is what they disagree on."""

    root: str
    entry: str
    library: str
    missing: frozenset[str] = frozenset()


ARROW = "pyarrow-{}/pyarrow/include"
PAIRS = {
    "Arrow": Pair(root=ARROW.format("18.1.0"), entry="arrow/api.h", library="pyarrow-18.1.0/pyarrow/libarrow.so.1801"),
    "Arrow's headers of 19 and library of 18": Pair(
        root=ARROW.format("19.0.1"),
        entry="arrow/api.h",
        library="pyarrow-18.1.0/pyarrow/libarrow.so.1801",
        missing=frozenset(
            {
                "_ZN5arrow13ChunkResolverC1ENS_4util4spanIKPKNS_5ArrayEEE",
                "_ZN5arrow13ChunkResolverC2ENS_4util4spanIKPKNS_5ArrayEEE",
                "_ZN5arrow14BasicDecimal326NegateEv",
                "_ZN5arrow14BasicDecimal646NegateEv",
                "_ZN5arrow8internal19UninitializedResultEv",
                "_ZNK5arrow11RecordBatch19MakeStatisticsArrayEPNS_10MemoryPoolE",
            }
        ),
    ),
    "Poco": Pair(
        root="libpoco-dev/usr/include",
        entry="Poco/FileChannel.h",
        library=f"libpocofoundation80/{DEBIAN_LIBRARIES}/libPocoFoundation.so.80",
    ),
    "fmt": Pair(
        root="libfmt-dev/usr/include",
        entry="fmt/format.h",
        library=f"libfmt9/{DEBIAN_LIBRARIES}/libfmt.so.9",
        # Declared so that overload resolution finds something, and defined nowhere.
        missing=frozenset({"_ZN3fmt2v96detail14to_string_viewEz"}),
    ),
}


def _compare(pair: Pair) -> tuple[set[str], set[str]]:
    """The symbols that are found missing, and those that ld misses in a program that uses every declaration."""
    root, library = PACKAGES / pair.root, PACKAGES / pair.library
    need(root, library)
    snapshot = record_snapshot(HeaderQuestion(root=root, entries=(pair.entry,), defines=()))
    assert snapshot.promises
    findings = check_symbols(snapshot, ask_about(snapshot, [library]))
    found = {symbol for finding in findings for symbol in finding.symbols}
    return found, linker_misses(root, pair.entry, snapshot, [library])


@pytest.mark.parametrize("name", PAIRS)
def test_what_is_found_missing_is_what_the_linker_misses(name: str):
    found, missed = _compare(PAIRS[name])
    assert found == PAIRS[name].missing
    assert missed == found
