"""Exports that resemble a symbol that was not found: same name with other parameters, scope or tags, nearest first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, islice

from msgspec import Struct

from trtheaders.demangling import demangle, split_parameters
from trtheaders.library.symbols.exports import OpenLibrary
from trtheaders.library.symbols.name_parts import MangledParts, take_apart, unversioned
from trtheaders.library.symbols.name_patterns import resembling
from trtheaders.model.library.exports import Export, Lookalike
from trtheaders.model.names import SymbolName

_MOST = 8
"""So many of one symbol's lookalikes are kept: overloads beyond that help nobody."""
_MOST_WEIGHED = 10_000
"""So many names are demangled, shared by the symbols that are missing: those of the most similar length."""
_KEPT_FOR_ONE = 8
"""So many are kept, of each distance, for one that is demangled."""
_MOST_PLACES = 30_000
"""So many scopes are taken apart: no library has as many that resemble those of what it lacks."""

_MOST_SPELT, _MOST_NAMES = 1000, 100_000
"""Beyond so many missing symbols, which only logs have, this many names are taken apart instead."""
_MANGLED = re.compile(rb"\0_Z[^\0]*")


class _Candidate(Struct, frozen=True):
    library: OpenLibrary
    symbol: bytes
    distance: int


def find_lookalikes(
    libraries: Iterable[OpenLibrary], symbols: Collection[SymbolName]
) -> Mapping[SymbolName, tuple[Lookalike, ...]]:
    """For each of ``symbols`` the exports that resemble it; symbols without any are left out.

    The exports are passed over once, however many symbols there are.
    """
    wanted = {symbol: parts for symbol in symbols if (parts := _take_apart(symbol)) is not None}
    if not wanted:
        return {}
    # A pattern of very many takes longer to make than it saves.
    few = len(wanted) <= _MOST_SPELT
    relatives = _Relatives(wanted, _MOST_PLACES if few else _MOST_NAMES)
    pattern = resembling(wanted.values()) if few else _MANGLED
    share = _MOST_WEIGHED // len(wanted) + 1
    found = {symbol: _Nearest(len(symbol), _KEPT_FOR_ONE * share) for symbol in wanted}
    for library in libraries:
        for place, name in library.names_from(pattern):
            for symbol, distance in relatives.at(place, name):
                found[symbol].add(library, name, distance)
        for symbol, parts in wanted.items():
            if not parts.head and not parts.scope:
                found[symbol].add(library, parts.name, 0)
    ranked = ((symbol, _rank(symbol, candidates, share)) for symbol, candidates in found.items())
    return {symbol: lookalikes for symbol, lookalikes in ranked if lookalikes}


def _take_apart(symbol: SymbolName) -> MangledParts | None:
    """As :func:`take_apart`; a C name is taken for that of a global function, which it may be in the library."""
    name = symbol.encode()
    plain = not symbol.startswith("_Z") and symbol.isidentifier()
    return MangledParts(b"", (), name, b"") if plain else take_apart(name)


class _Relatives:
    """The symbols that are wanted, by their token and by what a resembling name's scope may be."""

    def __init__(self, wanted: Mapping[SymbolName, MangledParts], most: int) -> None:
        self._wanted = wanted
        self._most = most
        self._known: dict[bytes, tuple[tuple[SymbolName, int], ...]] = {}
        self._by_scope: dict[bytes, dict[tuple[bytes, ...], set[SymbolName]]] = {}
        for symbol, parts in wanted.items():
            of_token = self._by_scope.setdefault(parts.token, {})
            for scope in _neighbours(parts.scope):
                of_token.setdefault(scope, set()).add(symbol)

    def at(self, place: bytes, name: bytes) -> tuple[tuple[SymbolName, int], ...]:
        """The wanted symbols that resemble ``name``, which starts with ``place`` up to its last name, and how far off
        its scope is.
        """
        # Where template arguments follow the name may go on in any scope.
        key = name if name.startswith(b"I", len(place)) else place
        if key not in self._known:
            if len(self._known) >= self._most:
                return ()
            self._known[key] = tuple(self._of(name))
        return self._known[key]

    def _of(self, name: bytes) -> Iterator[tuple[SymbolName, int]]:
        parts = take_apart(name)
        of_token = self._by_scope.get(parts.token) if parts is not None else None
        if parts is None or of_token is None:
            return
        for symbol in set[SymbolName]().union(*(of_token.get(scope, ()) for scope in _neighbours(parts.scope))):
            distance = _scope_distance(self._wanted[symbol].scope, parts.scope)
            if distance is not None:
                yield symbol, distance


def _neighbours(scope: tuple[bytes, ...]) -> set[tuple[bytes, ...]]:
    """``scope``, it without versions, and both without one name: two scopes that are near share one of these."""
    plain = unversioned(scope)
    return {
        scope,
        plain,
        *(one[:at] + one[at + 1 :] for one in (scope, plain) for at in range(len(one))),
    }


class _Nearest:
    """The candidates for one symbol of ``length`` bytes, ``most`` of each distance: the nearest scopes first, and of
    these the most similar lengths.
    """

    def __init__(self, length: int, most: int) -> None:
        self._length = length
        self._most = most
        self._found: tuple[list[_Candidate], ...] = ([], [], [], [])

    def add(self, library: OpenLibrary, name: bytes, distance: int) -> None:
        of_distance = self._found[distance]
        if len(of_distance) < self._most:
            of_distance.append(_Candidate(library, name, distance))

    def __iter__(self) -> Iterator[_Candidate]:
        return chain.from_iterable(sorted(found, key=self._order) for found in self._found)

    def _order(self, candidate: _Candidate) -> tuple[int, bytes]:
        return abs(len(candidate.symbol) - self._length), candidate.symbol


def _rank(symbol: SymbolName, candidates: Iterable[_Candidate], most: int) -> tuple[Lookalike, ...]:
    ranked = sorted(islice(_weigh(symbol, candidates), most), key=lambda item: item[0])
    return tuple(Lookalike(export=export, demangled=text) for _, text, export in ranked[:_MOST])


def _weigh(
    symbol: SymbolName, candidates: Iterable[_Candidate]
) -> Iterator[tuple[tuple[int, int, bytes], str, Export]]:
    """Those that are exported, with what they are ordered by."""
    parameters = Counter(split_parameters(demangle(symbol))[1])
    for candidate in candidates:
        name = candidate.symbol.decode(errors="backslashreplace")
        exports = list(candidate.library.look_up_all(SymbolName(name))) if name != symbol else []
        if exports:
            text = demangle(name)
            others = Counter(split_parameters(text)[1])
            change = (parameters - others).total() + (others - parameters).total()
            yield from (((candidate.distance, change, candidate.symbol), text, export) for export in exports)


def _scope_distance(wanted: tuple[bytes, ...], found: tuple[bytes, ...]) -> int | None:
    """0 the same scope, 1 the same but for versions (`_v1`), 2 one scope more or less, 3 that and versions; None
    unrelated.
    """
    if wanted == found:
        return 0
    if unversioned(wanted) == unversioned(found):
        return 1
    if _is_one_more(wanted, found):
        return 2
    return 3 if _is_one_more(unversioned(wanted), unversioned(found)) else None


def _is_one_more(wanted: tuple[bytes, ...], found: tuple[bytes, ...]) -> bool:
    longer, shorter = (wanted, found) if len(wanted) > len(found) else (found, wanted)
    one_more = len(longer) == len(shorter) + 1 and len(shorter) > 0
    return one_more and any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))
