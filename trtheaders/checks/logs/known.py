"""The declarations of known releases, found by any way in which a tool may spell them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

from msgspec import Struct
from packaging.version import InvalidVersion, Version

from trtheaders.demangling import demangle, split_parameters
from trtheaders.model.answers.symptoms import KnownRelease
from trtheaders.model.headers.declarations import Declaration, DeclarationKind
from trtheaders.model.headers.promises import Promise
from trtheaders.model.names import SymbolName
from trtheaders.spelling import last_component, read_cxx

_VERSIONED_NAMESPACE = re.compile(r"\b_v\d+::")
_OLD_ABI = re.compile(r"\bstd::(?:string\b|basic_string<|filesystem::path\b|list<)")
_TABLE = re.compile(r"^(?:vtable|typeinfo(?: name)?|VTT) for ")


_cached = lru_cache(maxsize=1 << 18)
"""A log repeats its symbols, and each is spelt for several look-ups."""


@_cached
def spell(symbol: str) -> str:
    """``symbol`` (mangled or not) so that every demangler's spelling of it is the same: without blanks."""
    return "".join(demangle(symbol).replace("[abi:cxx11]", "[abi:cxx11] ").split())


@_cached
def spell_neutrally(symbol: str) -> str:
    """As :func:`spell`, but the same for both `std::string` ABIs and for every inline `_v1`."""
    return "".join(_VERSIONED_NAMESPACE.sub("", read_cxx(demangle(symbol))).split())


@_cached
def qualified_name(symbol: str) -> str:
    """The name without parameters and without `_v1`; of a class for its vtable and typeinfo."""
    plain = _VERSIONED_NAMESPACE.sub("", read_cxx(_TABLE.sub("", demangle(symbol))))
    return split_parameters(plain)[0].strip()


def is_table(symbol: str) -> bool:
    """Whether it is a vtable, VTT or typeinfo."""
    return _TABLE.match(demangle(symbol)) is not None


@_cached
def string_abi(symbol: str) -> bool | None:
    """True for a symbol of the new `std::string` ABI, False for the old one, None where it is the same in both."""
    plain = demangle(symbol)
    if "__cxx11" in plain or "[abi:cxx11]" in plain:
        return True
    return False if _OLD_ABI.search(plain) else None


def is_versioned(symbol: str) -> bool:
    """Whether an inline namespace `_v1` is part of the name."""
    return _VERSIONED_NAMESPACE.search(demangle(symbol)) is not None


class OwedSymbol(Struct, frozen=True, kw_only=True):
    """A symbol that a release promises: of which declaration, and how the other `std::string` ABI spells it."""

    symbol: SymbolName
    promise: Promise
    other_abi: SymbolName | None = None


class Known:
    """The known releases, oldest first, and look-ups in them."""

    def __init__(self, releases: Sequence[KnownRelease]) -> None:
        self.releases = tuple(sorted(releases, key=lambda item: release_order(item.release)))
        self.names = tuple(item.release for item in self.releases)

    @cached_property
    def _exact(self) -> dict[str, dict[str, OwedSymbol]]:
        found: dict[str, dict[str, OwedSymbol]] = defaultdict(dict)
        for item in self.releases:
            for owed in _owed(item):
                found[spell(owed.symbol)].setdefault(item.release, owed)
        return found

    @cached_property
    def _neutral(self) -> dict[str, dict[str, OwedSymbol]]:
        found: dict[str, dict[str, OwedSymbol]] = defaultdict(dict)
        for item in self.releases:
            for owed in _owed(item):
                found[spell_neutrally(owed.symbol)].setdefault(item.release, owed)
        return found

    @cached_property
    def _by_name(self) -> dict[str, dict[str, list[OwedSymbol]]]:
        found: dict[str, dict[str, list[OwedSymbol]]] = defaultdict(lambda: defaultdict(list))
        for item in self.releases:
            for owed in _owed(item):
                found[qualified_name(owed.symbol)][item.release].append(owed)
        return found

    def exactly(self, symbol: str) -> dict[str, OwedSymbol]:
        """The releases that promise ``symbol`` as it is, each with what it promises."""
        return self._exact.get(spell(symbol), {})

    @cached_property
    def _sorted(self) -> list[tuple[str, SymbolName]]:
        return sorted({(spell(owed.symbol), owed.symbol) for item in self.releases for owed in _owed(item)})

    def completions(self, start: str) -> tuple[SymbolName, ...]:
        """The promised symbols whose spelling begins with ``start``, a line that was cut; at most 50."""
        if start.startswith("_Z"):
            return tuple(symbol for _, symbol in self._sorted if symbol.startswith(start))[:50]
        wanted = spell(start)
        first = bisect_left(self._sorted, (wanted, ""))
        rows = self._sorted[first : first + 50]
        return tuple(symbol for spelt, symbol in rows if spelt.startswith(wanted))

    def neutrally(self, symbol: str) -> dict[str, OwedSymbol]:
        """The releases that promise ``symbol`` but for its string ABI and `_v1`."""
        return self._neutral.get(spell_neutrally(symbol), {})

    def namesakes(self, symbol: str) -> dict[str, list[OwedSymbol]]:
        """What each release promises under the same qualified name, whatever its parameters."""
        return self._by_name.get(qualified_name(symbol), {})

    @cached_property
    def _members(self) -> dict[str, dict[str, list[tuple[str, Declaration | None]]]]:
        """By last component: in which release, under which qualified name, and the declaration of a function."""
        found: dict[str, dict[str, list[tuple[str, Declaration | None]]]] = defaultdict(lambda: defaultdict(list))
        for item in self.releases:
            for name, declaration in _declared(item):
                found[last_component(name)][item.release].append((name, declaration))
        return found

    def declared(self, name: str, scope: str = "") -> dict[str, list[tuple[str, Declaration | None]]]:
        """The releases that declare ``name`` (one component) in something that ends in ``scope``'s last component."""
        found = self._members.get(name, {})
        within = last_component(scope) if scope else ""
        kept = {
            release: [row for row in rows if not within or last_component(row[0][: -len(name) - 2]) == within]
            for release, rows in found.items()
        }
        return {release: rows for release, rows in kept.items() if rows}


def release_order(release: str) -> tuple[int, Version | str]:
    """A key that sorts releases as versions; what is no version comes last."""
    try:
        return 0, Version(release)
    except InvalidVersion:
        return 1, release


def _owed(item: KnownRelease) -> Iterator[OwedSymbol]:
    for promise in item.snapshot.promises:
        for owed in promise.obligations:
            yield OwedSymbol(symbol=owed.symbol, promise=promise, other_abi=owed.old_string_abi)


def _declared(item: KnownRelease) -> Iterator[tuple[str, Declaration | None]]:
    snapshot = item.snapshot
    declarations = [row.declaration for row in snapshot.promises] + [row.declaration for row in snapshot.exempt]
    for declaration in declarations:
        yield _plain(declaration.name), (None if declaration.kind is DeclarationKind.CLASS else declaration)
    for record in snapshot.records:
        yield _plain(record.name), None
        for member in record.fields:
            yield _plain(f"{record.name}::{member.name}"), None
    for enumeration in snapshot.enumerations:
        yield _plain(enumeration.name), None
        for enumerator in enumeration.enumerators:
            yield _plain(f"{enumeration.name}::{enumerator.name}"), None
    for alias in snapshot.aliases:
        yield _plain(alias.name), None


def _plain(name: str) -> str:
    return _VERSIONED_NAMESPACE.sub("", name)


def tell_releases(names: Sequence[str], known: Sequence[str]) -> str:
    """``names`` in words: `1.0.0 and 1.1.0`, or `every known release`."""
    if len(names) == len(known) and len(known) > 1:
        return (
            f"every known release ({known[0]} … {known[-1]})"
            if len(known) > 3
            else f"every known release ({', '.join(known)})"
        )
    ordered = [name for name in known if name in names]
    if len(ordered) > 6:
        return f"{', '.join(ordered[:2])} … {ordered[-1]} ({len(ordered)} releases)"
    return " and ".join(filter(None, (", ".join(ordered[:-1]), ordered[-1]))) if ordered else "none"
