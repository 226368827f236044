"""Which release a library is: releases ranked by how well the symbols that it exports fit what each promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.checks.identification.facts import describe_evidence
from trtheaders.model.answers.candidates import Candidate, Fingerprint, Fit, Identification, Owed
from trtheaders.model.names import SymbolName

IsExported = Callable[[SymbolName], bool]

_EXACT = 1.0
_CLOSE = 0.95
"""The share of its promises that a release keeps, even where some symbols were stripped or trimmed."""
_LEAST = 0.5
_PLAIN = 0.8
"""The share of what tells two releases apart that must speak for one of them."""


class RankedRelease(Struct, frozen=True, kw_only=True):
    """How one release stands: the promises kept and broken, and what it does not promise that is exported."""

    fingerprint: Fingerprint
    kept: tuple[Owed, ...]
    broken: tuple[Owed, ...]
    surplus: tuple[Owed, ...]

    @property
    def score(self) -> float:
        """Jaccard's index of promises: kept, over all that are promised or, promised by another release, exported."""
        total = len(self.kept) + len(self.broken) + len(self.surplus)
        return len(self.kept) / total if total else 0.0

    @property
    def share(self) -> float:
        """Promises kept, of those made."""
        total = len(self.kept) + len(self.broken)
        return len(self.kept) / total if total else 0.0


def rank_releases(
    fingerprints: Sequence[Fingerprint],
    is_exported: IsExported,
    *,
    libraries: Sequence[str] = (),
    version_string: str | None = None,
    contradictions: Mapping[str, Sequence[str]] | None = None,
) -> Identification:
    """Which of ``fingerprints`` the library is whose symbols ``is_exported`` knows.

    ``version_string`` is what the library says of itself; it decides between equals and is otherwise only compared, for
    upstream raises it before a release is made. ``contradictions`` holds, for each release whose layouts were looked
    at, what in the machine code speaks against them. Names ``libraries`` are passed on.
    """
    old_abi = _has_old_strings(fingerprints, is_exported)
    spoken = contradictions or {}
    standings = [_stand(item, fingerprints, is_exported, old_abi) for item in fingerprints]
    standings.sort(key=lambda item: _merit(item, version_string, spoken), reverse=True)
    candidates = tuple(_describe(item, standings, spoken) for item in standings)
    fit = _judge_fit(standings, version_string, spoken)
    equal = _equal_releases(standings, spoken) if fit is not Fit.UNKNOWN else ()
    known = Identification(
        libraries=tuple(libraries),
        fit=fit,
        candidates=candidates,
        equal=equal,
        version_string=version_string,
        old_string_abi=old_abi,
    )
    return _compare_version(known)


def _has_old_strings(fingerprints: Sequence[Fingerprint], is_exported: IsExported) -> bool:
    """Whether more is exported under the names of the old `std::string` than under those of the new one."""
    both = {item for fingerprint in fingerprints for item in fingerprint.owed if item.old_symbols}
    new = sum(is_kept(item, is_exported, old_abi=False) for item in both)
    return sum(is_kept(item, is_exported, old_abi=True) for item in both) > new


def is_kept(owed: Owed, is_exported: IsExported, *, old_abi: bool) -> bool:
    """Whether every symbol is exported, under its own name or one that compilers use instead."""
    others = {row[0]: row[1:] for row in owed.alternatives}
    symbols = owed.old_symbols if old_abi and owed.old_symbols else owed.symbols
    return all(is_exported(name) or any(is_exported(other) for other in others.get(name, ())) for name in symbols)


def symbols_of(owed: Owed) -> tuple[SymbolName, ...]:
    """Every symbol that may have to be asked for, to tell whether ``owed`` is kept."""
    return (*owed.symbols, *owed.old_symbols, *(name for row in owed.alternatives for name in row[1:]))


def _stand(
    fingerprint: Fingerprint, fingerprints: Sequence[Fingerprint], is_exported: IsExported, old_abi: bool
) -> RankedRelease:
    mine = frozenset(fingerprint.owed)
    # A promise that a release words differently shares symbols with it: only symbols of its own tell.
    symbols = {symbol for item in mine for symbol in item.symbols}
    foreign = {item for other in fingerprints for item in other.owed if item not in mine}
    foreign = {item for item in foreign if not symbols.issuperset(item.symbols)}
    kept = {item for item in fingerprint.owed if is_kept(item, is_exported, old_abi=old_abi)}
    return RankedRelease(
        fingerprint=fingerprint,
        kept=tuple(item for item in fingerprint.owed if item in kept),
        broken=tuple(item for item in fingerprint.owed if item not in kept),
        surplus=tuple(sorted((item for item in foreign if is_kept(item, is_exported, old_abi=old_abi)), key=_first)),
    )


def _first(owed: Owed) -> SymbolName:
    return owed.symbols[0]


def _merit(
    standing: RankedRelease, version_string: str | None, contradictions: Mapping[str, Sequence[str]]
) -> tuple[float, bool, int, int]:
    """What decides, in this order: the symbols, the layouts, the version string, how much is promised."""
    release = standing.fingerprint.release
    against = len(contradictions.get(release, ()))
    return (round(standing.score, 9), against == 0, release == version_string, len(standing.kept))


def _describe(
    standing: RankedRelease, standings: Sequence[RankedRelease], contradictions: Mapping[str, Sequence[str]]
) -> Candidate:
    release = standing.fingerprint.release
    # What tells the best one from the next is said of it; of every other, what tells it from the best.
    rival = next((item for item in standings if item is not standing), None)
    return Candidate(
        release=release,
        origin=standing.fingerprint.origin,
        score=round(standing.score, 4),
        kept=len(standing.kept),
        promised=len(standing.kept) + len(standing.broken),
        evidence=(
            *describe_evidence(standing.kept, standing.broken, standing.surplus, rival.fingerprint if rival else None),
            *contradictions.get(release, ()),
        ),
    )


def _judge_fit(
    standings: Sequence[RankedRelease], version_string: str | None, contradictions: Mapping[str, Sequence[str]]
) -> Fit:
    if not standings or standings[0].share < _LEAST:
        return Fit.UNKNOWN
    best = standings[0]
    if best.share < _CLOSE or contradictions.get(best.fingerprint.release):
        return Fit.NEAR
    if len(_equal_releases(standings, contradictions)) > 1:
        return Fit.AMBIGUOUS
    exact = best.score == _EXACT
    return Fit.IDENTIFIED if exact or _is_plain(best, standings, version_string) else Fit.NEAR


def _is_plain(best: RankedRelease, standings: Sequence[RankedRelease], version_string: str | None) -> bool:
    """Whether a library that lacks a few symbols is still plainly this release: it does not call itself one that is not
    known here, and most of what tells this release from each other one is as this one has it.
    """
    names = {_base(item.fingerprint.release) for item in standings}
    if version_string is not None and _base(version_string) not in names:
        return False
    return all(_told_from(best, rival) >= _PLAIN for rival in standings[1:])


def _told_from(best: RankedRelease, rival: RankedRelease) -> float:
    """The share of what tells the two apart that speaks for ``best``."""
    ours, theirs = set(best.fingerprint.owed), set(rival.fingerprint.owed)
    telling = len(ours ^ theirs)
    speaking = len(set(best.kept) - theirs) + len(theirs - ours) - len(set(best.surplus) & theirs)
    return speaking / telling if telling else 1.0


def _equal_releases(standings: Sequence[RankedRelease], contradictions: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    best = standings[0]
    same = [
        item.fingerprint.release
        for item in standings
        if item.score == best.score
        and bool(contradictions.get(item.fingerprint.release)) == bool(contradictions.get(best.fingerprint.release))
    ]
    return tuple(same) if len(same) > 1 else ()


def _compare_version(known: Identification) -> Identification:
    """Whether what the library says of itself is what its symbols say; with a remark where it is not."""
    said = known.version_string
    if said is None or known.fit is Fit.UNKNOWN:
        return known
    named = known.equal or (known.candidates[0].release,)
    if _base(said) in {_base(name) for name in named}:
        return replace(known, agrees=True)
    symbols = f"its symbols are those of {', '.join(named)}"
    if known.fit is Fit.NEAR and said not in {item.release for item in known.candidates}:
        text = f"the library calls itself {said}, of which nothing is known here; {named[0]} is the nearest that is"
    else:
        text = f"the library calls itself {said}, but {symbols}"
    return replace(known, agrees=False, remarks=(*known.remarks, text))


def _base(version: str) -> str:
    """A version without its local suffix: `1.2.0rc3+cu130` is 1.2.0rc3."""
    return version.removeprefix("v").partition("+")[0]
