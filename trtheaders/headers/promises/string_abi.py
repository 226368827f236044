"""The same declarations under the other `std::string` ABI, so that a mismatch of ABI can be told without a parser.

`_GLIBCXX_USE_CXX11_ABI` chooses between `std::__cxx11::basic_string` and `std::basic_string`; every symbol with a
string in it has two names (libstdc++ manual, "Dual ABI").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from trtheaders.headers.declarations.sketches import Collection, Sketch
from trtheaders.headers.declarations.walk import collect_declarations
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.headers.parser.unit import Unit
from trtheaders.headers.promises.verdicts import symbols_of
from trtheaders.model.headers.promises import Obligation, Promise
from trtheaders.model.names import SymbolName

Place = tuple[str, int, int]


def pair_symbols(collection: Collection, other: Unit, tree: HeaderTree) -> dict[SymbolName, SymbolName]:
    """The symbols of ``collection`` with what the same declarations are called in ``other``, where that differs."""
    there = {place_of(sketch): sketch for sketch in _sketches(collect_declarations(other, tree))}
    found: dict[SymbolName, SymbolName] = {}
    for sketch in _sketches(collection):
        twin = there.get(place_of(sketch))
        if twin is not None:
            pairs = zip(symbols_of(sketch), symbols_of(twin), strict=False)
            found.update((one, two) for one, two in pairs if one != two)
    return found


def place_of(sketch: Sketch) -> tuple[Place, str]:
    """What makes a declaration the same in two units: where it stands, and its name."""
    return sketch.node.place(), sketch.name


def _sketches(collection: Collection) -> Iterable[Sketch]:
    return (*collection.functions.values(), *collection.variables.values())


def add_other_names(promises: Iterable[Promise], names: Mapping[SymbolName, SymbolName]) -> tuple[Promise, ...]:
    """``promises`` with the other ABI's name beside each symbol that has one."""
    return tuple(
        replace(promise, obligations=tuple(_add_other_name(item, names) for item in promise.obligations))
        for promise in promises
    )


def _add_other_name(obligation: Obligation, names: Mapping[SymbolName, SymbolName]) -> Obligation:
    other = names.get(obligation.symbol)
    return obligation if other is None else replace(obligation, old_string_abi=other)
