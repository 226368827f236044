"""Libraries that lie beside those that were asked, and have what those lack: `libnet.so` beside `libcore.so`.

Nothing is concluded from them; a hint names them. Another build of the same library is none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from trtheaders.errors import LibraryError
from trtheaders.library.symbols.exports import OpenLibrary, open_library
from trtheaders.model.names import SymbolName

_MOST = 64
"""So many files are looked at; a folder of the system's, with hundreds, tells nothing."""


def find_beside(
    libraries: Sequence[Path], absent: Collection[SymbolName], kept: Collection[SymbolName]
) -> Mapping[SymbolName, str]:
    """For each of ``absent`` the name of a library in a folder of ``libraries`` that exports it.

    One that exports any of ``kept`` as well is another build of what was asked.
    """
    asked = {path.resolve() for path in libraries}
    files = {path.resolve(): path for folder in {path.parent for path in asked} for path in _libraries_in(folder)}
    found: dict[SymbolName, str] = {}
    if len(files) > _MOST:
        return found
    for path in sorted(files.keys() - asked):
        for symbol in _ask(path, absent, kept):
            found.setdefault(symbol, path.name)
    return found


def _libraries_in(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if ".so" in path.suffixes and path.is_file()]
    except OSError:
        return []


def _ask(path: Path, absent: Collection[SymbolName], kept: Collection[SymbolName]) -> list[SymbolName]:
    """Those of ``absent`` that the library at ``path`` exports; none where it is no library."""
    try:
        with open_library(path) as library:
            return _exported(library, absent, kept)
    except (LibraryError, OSError):
        return []


def _exported(library: OpenLibrary, absent: Collection[SymbolName], kept: Collection[SymbolName]) -> list[SymbolName]:
    if any(library.look_up(symbol) is not None for symbol in kept):
        return []
    return [symbol for symbol in absent if library.look_up(symbol) is not None]
