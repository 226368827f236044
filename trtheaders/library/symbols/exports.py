"""What one library exports, as the linker that makes a new program sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path

from trtheaders.library.elf.image import ElfImage, ElfType, open_image
from trtheaders.library.symbols.hashes import make_finder
from trtheaders.library.symbols.tables import Binding, Symbol, SymbolTable, Visibility, dynamic_table, static_table
from trtheaders.library.symbols.versions import SymbolVersions
from trtheaders.model.library.exports import Export
from trtheaders.model.names import SymbolName


class OpenLibrary:
    """A shared library ready for look-ups. ``path`` names it; raises :class:`LibraryError` for what is no library."""

    def __init__(self, image: ElfImage) -> None:
        if image.type is ElfType.OBJECT:
            raise image.failure("is a relocatable object, not a shared library", "name the shared library (`.so`)")
        if not image.dynamic:
            raise image.failure("has no dynamic table, so that nothing can be linked to it")
        self.image = image
        self.name = image.path.name
        self.table: SymbolTable = dynamic_table(image)
        self.versions = SymbolVersions(image, self.table)
        self.find = make_finder(image, self.table)

    def look_up(self, symbol: SymbolName) -> Export | None:
        """The export that a new link would bind ``symbol`` to."""
        return next((self._export(row) for row in self._rows(symbol) if self.versions[row.index].default), None)

    def look_up_old(self, symbol: SymbolName) -> Export | None:
        """An export of that name in any version, such as `foo@V1`, which only old programs bind to."""
        return next(self.look_up_all(symbol), None)

    def look_up_all(self, symbol: SymbolName) -> Iterator[Export]:
        """The exports of that name in all versions."""
        return (self._export(row) for row in self._rows(symbol))

    def _rows(self, symbol: SymbolName) -> Iterator[Symbol]:
        return (row for row in self.find(symbol) if row.exported and not self.versions[row.index].local)

    def exports(self) -> Iterator[Export]:
        """Every export, in the order of the symbol table; several versions of one symbol are several exports."""
        for index, _ in self.table.exported_names():
            if not self.versions[index].local:
                yield self._export(self.table[index])

    def _export(self, row: Symbol) -> Export:
        return Export(
            symbol=SymbolName(row.name),
            library=self.name,
            kind=row.kind,
            size=row.size,
            weak=row.binding == Binding.WEAK,
            protected=row.visibility == Visibility.PROTECTED,
            version=self.versions[row.index].name,
            address=row.address,
        )

    def names_with(self, pattern: re.Pattern[bytes]) -> Iterator[bytes]:
        """The strings of the dynamic string table that ``pattern`` matches somewhere, undefined symbols' too."""
        names, position = self.table.strings, 0
        while match := pattern.search(names, position):
            position = names.find(b"\0", match.end())
            if position < 0:
                return
            yield names[names.rfind(b"\0", 0, match.start()) + 1 : position]

    def names_from(self, pattern: re.Pattern[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """As :meth:`names_with`, where ``pattern`` begins with the NUL before a name: what it matches, and the name."""
        names = self.table.strings
        for match in pattern.finditer(names):
            stop = names.find(b"\0", match.end())
            if stop >= 0:
                yield match[0][1:], names[match.start() + 1 : stop]

    def hidden_among(self, symbols: AbstractSet[SymbolName]) -> frozenset[SymbolName]:
        """Those of ``symbols`` that `.symtab` defines; nothing of a stripped library is known."""
        table = static_table(self.image)
        wanted = {symbol.encode(): symbol for symbol in symbols}
        if table is None or not wanted:
            return frozenset()
        return frozenset(wanted[name] for name in table.defined_names() if name in wanted)


@contextmanager
def open_library(path: Path) -> Iterator[OpenLibrary]:
    """The shared library at ``path`` while the context lasts. Raises :class:`LibraryError`."""
    with open_image(path) as image:
        yield OpenLibrary(image)


def read_exports(path: Path) -> tuple[Export, ...]:
    """Everything that the library at ``path`` exports, versions other than the default too."""
    with open_library(path) as library:
        return tuple(library.exports())
