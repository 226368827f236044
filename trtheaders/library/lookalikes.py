"""Exports that resemble a symbol that was not found: same name with other parameters, scope or tags, nearest first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct

from trtheaders.demangling import demangle, split_parameters
from trtheaders.library.symbols.exports import OpenLibrary
from trtheaders.library.symbols.name_parts import MangledParts, take_apart
from trtheaders.model.library.exports import Lookalike
from trtheaders.model.names import SymbolName

_MOST = 8
"""So many of one symbol's lookalikes are kept: overloads beyond that help nobody."""

_VERSION_SCOPE = re.compile(rb"_*(?:v|V|abi|cxx)?\d[\d_]*\Z")


class _Candidate(Struct, frozen=True):
    library: OpenLibrary
    row: int
    symbol: bytes
    parts: MangledParts


def find_lookalikes(
    libraries: Iterable[OpenLibrary], symbols: Collection[SymbolName]
) -> Mapping[SymbolName, tuple[Lookalike, ...]]:
    """For each of ``symbols`` the exports that resemble it; symbols without any are left out."""
    wanted = {symbol: parts for symbol in symbols if (parts := take_apart(symbol.encode())) is not None}
    if not wanted:
        return {}
    found: dict[bytes, list[_Candidate]] = {parts.token: [] for parts in wanted.values()}
    pattern = _any_of({parts.needle for parts in wanted.values()})
    for library in libraries:
        for candidate in _candidates(library, pattern):
            found.get(candidate.parts.token, []).append(candidate)
    ranked = ((symbol, _nearest(symbol, parts, found[parts.token])) for symbol, parts in wanted.items())
    return {symbol: lookalikes for symbol, lookalikes in ranked if lookalikes}


def _any_of(needles: Iterable[bytes]) -> re.Pattern[bytes]:
    """A pattern that finds any of ``needles``, grouped by their first two bytes, which is quick."""
    groups: dict[bytes, list[bytes]] = {}
    for needle in sorted(needles):
        groups.setdefault(needle[:2], []).append(re.escape(needle[2:]))
    return re.compile(b"|".join(re.escape(start) + b"(?:" + b"|".join(ends) + b")" for start, ends in groups.items()))


def _candidates(library: OpenLibrary, pattern: re.Pattern[bytes]) -> Iterator[_Candidate]:
    """The exports whose names match: the names are searched as one text, and only those that match are looked up."""
    for name in library.names_with(pattern):
        parts = take_apart(name)
        if parts is not None:
            for row in library.find(name.decode(errors="backslashreplace")):
                if row.exported and not library.versions[row.index].local:
                    yield _Candidate(library, row.index, name, parts)


def _nearest(symbol: SymbolName, parts: MangledParts, candidates: Iterable[_Candidate]) -> tuple[Lookalike, ...]:
    ranked = sorted(_ranked(symbol, parts, candidates), key=lambda item: item[0])
    return tuple(
        Lookalike(export=candidate.library.export_at(candidate.row), demangled=text)
        for _, text, candidate in ranked[:_MOST]
    )


def _ranked(
    symbol: SymbolName, parts: MangledParts, candidates: Iterable[_Candidate]
) -> Iterator[tuple[tuple[int, int, bytes], str, _Candidate]]:
    parameters = Counter(split_parameters(demangle(symbol))[1])
    for candidate in candidates:
        distance = _scope_distance(parts.scope, candidate.parts.scope)
        if distance is None or candidate.symbol == symbol.encode():
            continue
        text = demangle(candidate.symbol.decode(errors="backslashreplace"))
        others = Counter(split_parameters(text)[1])
        change = (parameters - others).total() + (others - parameters).total()
        yield (distance, change, candidate.symbol), text, candidate


def _scope_distance(wanted: tuple[bytes, ...], found: tuple[bytes, ...]) -> int | None:
    """0 the same scope, 1 the same but for versions (`_v1`), 2 one scope more or less; None unrelated."""
    if wanted == found:
        return 0
    if _unversioned(wanted) == _unversioned(found):
        return 1
    longer, shorter = (wanted, found) if len(wanted) > len(found) else (found, wanted)
    one_more = len(longer) == len(shorter) + 1 and len(shorter) > 0
    return 2 if one_more and any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer))) else None


def _unversioned(scope: tuple[bytes, ...]) -> tuple[bytes, ...]:
    return tuple(name for name in scope if not _VERSION_SCOPE.match(name))
