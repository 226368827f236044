"""What of a library to look at: the functions, vtables and typeinfos that a snapshot's classes have by name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trtheaders.model.headers.declarations import Declaration, DeclarationKind
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.headers.special_members import special_members
from trtheaders.model.names import SymbolName

_TRACED = frozenset(
    {
        DeclarationKind.METHOD,
        DeclarationKind.STATIC_METHOD,
        DeclarationKind.CONVERSION,
        DeclarationKind.CONSTRUCTOR,
        DeclarationKind.DESTRUCTOR,
    }
)
"""Static functions show no `this`, but factories among them show what they allocate."""


LONGEST_METHOD = 4096
"""Bytes of machine code; what is longer is no accessor, even of a large member at -O3."""

LONGEST_CONSTRUCTOR = 32768
"""Bytes of machine code of a constructor or deleting destructor."""

_CONSTRUCTION = re.compile(r"(C[12]|D0)E")


def longest(symbol: SymbolName) -> int:
    """How many bytes of a function's code are worth following."""
    return LONGEST_CONSTRUCTOR if _CONSTRUCTION.search(symbol) else LONGEST_METHOD


def functions_of(snapshot: AbiSnapshot) -> Iterator[SymbolName]:
    """The functions whose code can show where members of the snapshot's classes lie, each once."""
    seen: set[SymbolName] = set()
    for symbol in _all_functions(snapshot):
        if symbol not in seen:
            seen.add(symbol)
            yield symbol


def _all_functions(snapshot: AbiSnapshot) -> Iterator[SymbolName]:
    sized = {record.name for record in snapshot.records if record.size is not None}
    for promise in snapshot.promises:
        if _is_traced(promise.declaration, sized):
            yield from _worth(promise.symbols)
    for exempt in snapshot.exempt:
        if _is_traced(exempt.declaration, sized):
            yield from _worth(exempt.symbols)
    for record in snapshot.records:
        yield from special_members(record)


def _is_traced(declaration: Declaration, sized: set[str]) -> bool:
    return declaration.kind in _TRACED and declaration.record in sized and not declaration.template


def _worth(symbols: tuple[SymbolName, ...]) -> Iterator[SymbolName]:
    """Of a constructor's or destructor's group those that tell something of their own: C1 does what C2 does."""
    for symbol in symbols:
        if not re.search(r"(C1I?|D1)E", symbol) or len(symbols) == 1:
            yield symbol
