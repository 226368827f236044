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

_ABBREVIATED = re.compile(rb"(?:St|S[0-9A-Z]*_|S[abiosd])\Z")
_STRUCTOR = re.compile(rb"(?:C[123]|D[0-5])\Z")
_VERSION_SCOPE = re.compile(rb"_*(?:v|V|abi|cxx)?\d[\d_]*\Z")


class _Candidate(Struct, frozen=True):
    library: OpenLibrary
    row: int
    symbol: bytes
    parts: MangledParts


def find_lookalikes(
    libraries: Iterable[OpenLibrary], symbols: Collection[SymbolName]
) -> Mapping[SymbolName, tuple[Lookalike, ...]]:
    """For each of ``symbols`` the exports that resemble it; symbols without any are left out.

    The exports are passed over once, however many symbols there are.
    """
    wanted = {symbol: parts for symbol in symbols if (parts := take_apart(symbol.encode())) is not None}
    if not wanted:
        return {}
    relatives = _Relatives(wanted)
    pattern = _any_of(wanted.values())
    found: dict[SymbolName, list[_Candidate]] = {}
    for library in libraries:
        for candidate, symbol in _candidates(library, pattern, relatives):
            found.setdefault(symbol, []).append(candidate)
    ranked = ((symbol, _nearest(symbol, parts, found.get(symbol, ()))) for symbol, parts in wanted.items())
    return {symbol: lookalikes for symbol, lookalikes in ranked if lookalikes}


def _any_of(wanted: Iterable[MangledParts]) -> re.Pattern[bytes]:
    """A pattern that every name matches which resembles one of ``wanted``, and few others do.

    The last name has to be there, behind one of the two names before it: at most one scope may be missing.
    """
    behind: dict[bytes, set[bytes]] = {}
    for parts in wanted:
        for scope in _last_scopes(parts) or [b""]:
            behind.setdefault(scope, set()).add(parts.needle)
    # Another name behind it would be the last one.
    ends = {
        scope: (rb"[^\0]*?" + _spell(dict.fromkeys(last, rb"(?![\dS])" if scope not in (b"", b"St") else b"")))
        for scope, last in behind.items()
    }
    return re.compile(_spell(ends))


def _last_scopes(parts: MangledParts) -> list[bytes]:
    """The names of which one stands before the needle in all that resembles ``parts``; empty where none need to."""
    scopes = _unversioned(parts.scope)
    # What is called by its class's name has the class in its needle.
    scopes = scopes[:-1] if _STRUCTOR.match(parts.name) else scopes
    return [scope if _ABBREVIATED.match(scope) else b"%d%s" % (len(scope), scope) for scope in scopes[-2:]]


def _spell(ends: Mapping[bytes, bytes]) -> bytes:
    """A pattern for any key of ``ends`` with what follows it, as a tree of bytes: at each place few are tried."""
    if list(ends) == [b""]:
        return ends[b""]
    branches: dict[bytes, dict[bytes, bytes]] = {}
    for text, end in ends.items():
        branches.setdefault(text[:1], {})[text[1:]] = end
    ways = [re.escape(first) + (_spell(inner) if first else inner[b""]) for first, inner in sorted(branches.items())]
    return ways[0] if len(ways) == 1 else b"(?:" + b"|".join(ways) + b")"


class _Relatives:
    """The symbols that are wanted, by their token and by what a resembling name's scope may be."""

    def __init__(self, wanted: Mapping[SymbolName, MangledParts]) -> None:
        self._wanted = wanted
        self._by_scope: dict[bytes, dict[tuple[bytes, ...], set[SymbolName]]] = {}
        for symbol, parts in wanted.items():
            of_token = self._by_scope.setdefault(parts.token, {})
            for scope in _neighbours(parts.scope):
                of_token.setdefault(scope, set()).add(symbol)

    def of(self, parts: MangledParts) -> Iterator[SymbolName]:
        """The wanted symbols whose scope is near that of ``parts``, with the same last name."""
        of_token = self._by_scope.get(parts.token)
        if of_token is None:
            return iter(())
        near = set[SymbolName]().union(*(of_token.get(scope, ()) for scope in _neighbours(parts.scope)))
        return (name for name in near if _scope_distance(self._wanted[name].scope, parts.scope) is not None)


def _neighbours(scope: tuple[bytes, ...]) -> set[tuple[bytes, ...]]:
    """``scope``, it without versions, and both without one name: two scopes that are near share one of these."""
    plain = _unversioned(scope)
    return {
        scope,
        plain,
        *(one[:at] + one[at + 1 :] for one in (scope, plain) for at in range(len(one))),
    }


def _candidates(
    library: OpenLibrary, pattern: re.Pattern[bytes], relatives: _Relatives
) -> Iterator[tuple[_Candidate, SymbolName]]:
    """The exports that resemble a wanted symbol, each with it; only what resembles one is looked up."""
    for name in library.names_with(pattern):
        parts = take_apart(name)
        symbols = list(relatives.of(parts)) if parts is not None else []
        for row in library.find(name.decode(errors="backslashreplace")) if symbols else ():
            if row.exported and not library.versions[row.index].local:
                yield from ((_Candidate(library, row.index, name, parts), symbol) for symbol in symbols if parts)


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
    """0 the same scope, 1 the same but for versions (`_v1`), 2 one scope more or less, 3 that and versions; None
    unrelated.
    """
    if wanted == found:
        return 0
    if _unversioned(wanted) == _unversioned(found):
        return 1
    if _is_one_more(wanted, found):
        return 2
    return 3 if _is_one_more(_unversioned(wanted), _unversioned(found)) else None


def _is_one_more(wanted: tuple[bytes, ...], found: tuple[bytes, ...]) -> bool:
    longer, shorter = (wanted, found) if len(wanted) > len(found) else (found, wanted)
    one_more = len(longer) == len(shorter) + 1 and len(shorter) > 0
    return one_more and any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def _unversioned(scope: tuple[bytes, ...]) -> tuple[bytes, ...]:
    return tuple(name for name in scope if not _VERSION_SCOPE.match(name))
