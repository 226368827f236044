"""Exports that no header declares, counted by where they come from."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from trtheaders.demangling import demangle, split_parameters
from trtheaders.library.stub_mark import MARK
from trtheaders.library.symbols.exports import OpenLibrary, open_library
from trtheaders.library.symbols.tables import ABSOLUTE
from trtheaders.model.library.origins import Origin, OriginCount
from trtheaders.model.names import SymbolName

_STANDARD = re.compile(
    rb"_Z(?:GV)?(?:T[VTISH]|T[hv]n?\d+_(?:n?\d+_)?)?(?:N[rVK]*[RO]?)?(?:S[tabsiod]|9__gnu_cxx|10__cxxabiv1)"
)
_SCOPE = re.compile(rb"_Z(?:T[VTIS]|T[hv]n?\d+_(?:n?\d+_)?)?N[rVK]*[RO]?(\d+)")
_ARTEFACT = re.compile(
    rb"_ZZ|_ZGV|_ZTH|_ZTW|_init\Z|_fini\Z|_edata\Z|_end\Z|__bss_start|__data_start|_ITM_|__gmon_start__|__dso_handle"
    rb"|__cuda|__nv_|__fatbin|_?fatbin|__start_|__stop_|.*\.(?:ifunc|resolver|avx\w*|sse\w*|cold|part|constprop)"
)
"""Local statics and guards, the linker's marks, CUDA's registration, and function clones."""

_DEPENDENCIES = frozenset(
    b"fmt nlohmann cutlass cute spdlog google absl boost torch c10 at pybind11 nvinfer1 xgrammar zmq cereal thrust cub "
    b"cuda ucxx picojson tvm deep_gemm asio re2 grpc arrow snappy zstd moodycamel tokenizers sentencepiece".split()
)


def count_origins(
    libraries: Sequence[Path], declared: Collection[SymbolName], *, own: Collection[str] = ("tensorrt_llm",)
) -> tuple[OriginCount, ...]:
    """The exports of ``libraries`` outside ``declared`` (promised, exempt and optional symbols), most numerous first.

    ``own`` are the namespaces that the headers declare. Raises :class:`LibraryError`.
    """
    names = frozenset(symbol.encode() for symbol in declared)
    scopes = frozenset(name.encode() for name in own)
    found: dict[tuple[Origin, str], tuple[int, SymbolName]] = {}
    for path in libraries:
        with open_library(path) as library:
            for name, origin, detail in _classify_all(library, names, scopes):
                count, example = found.get((origin, detail), (0, name))
                found[origin, detail] = count + 1, min(example, name)
    rows = sorted(found.items(), key=lambda item: (-item[1][0], item[0][0].value, item[0][1]))
    return tuple(
        OriginCount(origin=origin, detail=detail, count=count, symbol=symbol, example=demangle(symbol))
        for (origin, detail), (count, symbol) in rows
    )


def _classify_all(
    library: OpenLibrary, declared: frozenset[bytes], own: frozenset[bytes]
) -> Iterator[tuple[SymbolName, Origin, str]]:
    for row, name in library.table.exported_names():
        if name not in declared and (name.startswith(b"_Z") or not _names_version(library, row)):
            origin, detail = _classify(name, own)
            yield SymbolName(name.decode(errors="backslashreplace")), origin, detail


def _names_version(library: OpenLibrary, row: int) -> bool:
    """The linker adds a symbol for each version, in no section and of no size."""
    symbol = library.table[row]
    return symbol.section == ABSOLUTE and library.versions[row].name == symbol.name


def _classify(name: bytes, own: frozenset[bytes]) -> tuple[Origin, str]:
    if _ARTEFACT.match(name) or name == MARK.encode():
        return Origin.ARTEFACT, ""
    if _STANDARD.match(name):
        return Origin.STANDARD_LIBRARY, ""
    scope = _first_scope(name)
    if scope in _DEPENDENCIES:
        return Origin.DEPENDENCY, scope.decode()
    if b"I" in name and _is_instance(name):
        return Origin.TEMPLATE_INSTANCE, ""
    return (Origin.INTERNAL, scope.decode()) if scope in own else (Origin.UNKNOWN, "")


def _first_scope(name: bytes) -> bytes:
    found = _SCOPE.match(name)
    return name[found.end() : found.end() + int(found[1][:6])] if found else b""


def _is_instance(name: bytes) -> bool:
    """Whether the entity, or a class that it is a member of, has template arguments."""
    return "<" in split_parameters(demangle(name.decode(errors="backslashreplace")))[0]
