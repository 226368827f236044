"""What a library exports of TensorRT-LLM, whichever release it is: its namespaces, the Executor, and CUDA's version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from trtheaders.library.symbols.exports import OpenLibrary, open_library
from trtheaders.model.library.upstream_symbols import UpstreamSymbols
from trtheaders.model.names import SymbolName

_OURS = re.compile(rb"12tensorrt_llm")
_COUNT = re.compile(r"\d+")
_VERSION = re.compile(r"_+v\d+_*\Z")
_CUDA = re.compile(r"lib(?:cublas(?:Lt)?|cudart|nvrtc)\.so\.(\d+)")


def read_upstream_symbols(paths: Sequence[Path]) -> UpstreamSymbols:
    """What the libraries at ``paths`` export of `tensorrt_llm`. Raises :class:`~trtheaders.errors.LibraryError`."""
    with ExitStack() as stack:
        libraries = [stack.enter_context(open_library(path)) for path in paths]
        symbols = frozenset(name for library in libraries for name in _exported(library))
        needed = [item for library in libraries for item in library.image.needed]
    scopes = {tuple(_components(name)) for name in symbols}
    bare = {tuple(item for item in scope if not _VERSION.match(item)) for scope in scopes}
    return UpstreamSymbols(
        symbols=symbols,
        namespaces=tuple(sorted({scope[0] for scope in bare if len(scope) > 1 and scope[0].islower()})),
        inline_namespaces=tuple(sorted({item for scope in scopes for item in scope if _VERSION.match(item)})),
        has_executor=any(scope[:2] == ("executor", "Executor") for scope in bare),
        cuda=next((found[1] for name in needed if (found := _CUDA.match(name)) is not None), ""),
    )


def _exported(library: OpenLibrary) -> Iterable[SymbolName]:
    names = (SymbolName(name.decode(errors="backslashreplace")) for name in library.names_with(_OURS))
    return (name for name in names if library.look_up(name) is not None)


def _components(symbol: str) -> Iterator[str]:
    """The identifiers that follow `tensorrt_llm` in a nested name, until something else comes."""
    place = symbol.index("12tensorrt_llm") + len("12tensorrt_llm")
    while (count := _COUNT.match(symbol, place)) is not None:
        end = count.end() + int(count.group())
        yield symbol[count.end() : end]
        place = end
