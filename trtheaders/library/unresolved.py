"""What libraries refer to that nothing loaded with them defines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trtheaders.library.symbols.exports import open_library
from trtheaders.model.names import SymbolName


def find_unresolved(libraries: Sequence[Path], loaded: Sequence[Path]) -> dict[str, tuple[SymbolName, ...]]:
    """For each of ``libraries``, by file name, the symbols that neither itself nor any of ``loaded`` defines.

    Weak references are no needs. A library that is content is not in the answer. Raises
    :class:`~trtheaders.errors.LibraryError`.
    """
    wanted = {path: _undefined(path) for path in libraries}
    for provider in dict.fromkeys((*libraries, *loaded)):
        if not any(wanted.values()):
            break
        with open_library(provider) as library:
            wanted = {
                path: {symbol for symbol in symbols if library.look_up_old(symbol) is None}
                for path, symbols in wanted.items()
            }
    return {path.name: tuple(sorted(symbols)) for path, symbols in wanted.items() if symbols}


def _undefined(path: Path) -> set[SymbolName]:
    with open_library(path) as library:
        return {SymbolName(name.decode(errors="backslashreplace")) for name in library.table.undefined_names()}
