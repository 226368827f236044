"""What compiled code asks of others: the symbols that objects, archives and programs leave undefined."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from trtheaders.model.library.exports import Machine
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location


class Reference(Struct, frozen=True, kw_only=True):
    """A symbol that ``origin`` (`main.o`, `libx.a(main.o)`) refers to and that it does not define.

    ``weak``: it may stay undefined. ``function`` is the symbol of the function that refers to it, empty where that is
    not known (a vtable refers to it, or a linked program); ``location`` the line of source, where debug information
    tells it. ``copied`` is the size in bytes of a variable that the program holds a copy of (a copy relocation), which
    must be the library's size; None for all else.
    """

    symbol: SymbolName
    origin: str
    weak: bool = False
    function: str = ""
    location: Location | None = None
    copied: int | None = None


class UndefinedSymbols(Struct, frozen=True, kw_only=True):
    """All that a file refers to elsewhere. ``linked`` is true for programs and shared libraries, which name what they
    need (``needed``); ``remarks`` are sentences about parts that could not be judged.
    """

    path: Path
    machine: Machine
    references: tuple[Reference, ...]
    linked: bool = False
    needed: tuple[str, ...] = ()
    has_dwarf: bool = False
    remarks: tuple[str, ...] = ()

    @property
    def symbols(self) -> tuple[SymbolName, ...]:
        """The symbols referred to, each once, in order of first reference."""
        return tuple(dict.fromkeys(reference.symbol for reference in self.references))
