"""Which release a library may be: what is known of each release, and how well it fits."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from trtheaders.model.names import SymbolName


class Owed(Struct, frozen=True, kw_only=True, array_like=True):
    """One promise, cut down to what tells releases apart.

    ``symbols`` must all be exported; ``old_symbols`` likewise under the old string ABI, empty where they are the same.
    ``alternatives`` hold spellings that do as well, each beside the symbol that it replaces.
    """

    symbols: tuple[SymbolName, ...]
    old_symbols: tuple[SymbolName, ...] = ()
    alternatives: tuple[tuple[SymbolName, ...], ...] = ()


class Fingerprint(Struct, frozen=True, kw_only=True):
    """What a release's Executor API asks of a library. ``origin`` says whence it is known: shipped, or vendored."""

    release: str
    origin: str
    owed: tuple[Owed, ...]


class Fit(Enum):
    """How well a library fits the best candidate."""

    IDENTIFIED = "identified"
    """One release, all of whose promises are kept, or nearly all with no other release near."""
    AMBIGUOUS = "ambiguous"
    """Several releases fit equally well: they are equal for the Executor API."""
    NEAR = "near"
    """The nearest release that is known, but some of its promises are not kept: probably one that is not known."""
    UNKNOWN = "unknown"
    """Nothing that is known fits."""


class Candidate(Struct, frozen=True, kw_only=True):
    """A release, and how well the library fits it.

    ``score`` is 1 where the library exports exactly what the release promises of everything that any known release
    promises. ``kept`` and ``promised`` count promises. ``evidence`` are the discriminating facts, one line each.
    """

    release: str
    origin: str
    score: float
    kept: int
    promised: int
    evidence: tuple[str, ...] = ()


class Identification(Struct, frozen=True, kw_only=True):
    """The answer of `identify`: candidates, best first, and what else is known.

    ``equal`` names the releases that fit as well as the first. ``version_string`` is what the library says of itself,
    ``agrees`` whether that is the release (one of the releases) that its symbols name; None where either is not known.
    ``stub_of`` is the release that the first library imitates, if it is a stub.
    """

    libraries: tuple[str, ...]
    fit: Fit
    candidates: tuple[Candidate, ...]
    equal: tuple[str, ...] = ()
    version_string: str | None = None
    agrees: bool | None = None
    old_string_abi: bool = False
    remarks: tuple[str, ...] = ()
    stub_of: str | None = None
