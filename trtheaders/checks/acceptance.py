"""Findings that the consumer has put on record: noted with their reason, and their record checked for being stale."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.errors import ConfigurationError
from trtheaders.model.answers.findings import Evidence, EvidenceKind, Finding, Severity
from trtheaders.rules.symbols import EXPIRED_ACCEPTANCES, STALE_ACCEPTANCES


class Acceptance(Struct, frozen=True, kw_only=True):
    """One entry of the record. ``rule``, ``symbol`` and ``name`` are patterns (`*`, `?`), empty ones match anything.

    ``expires`` is the last day (ISO) on which it counts, ``releases`` a PEP 440 range; empty for ever and for all.
    """

    rule: str
    reason: str
    symbol: str = ""
    name: str = ""
    expires: str = ""
    releases: str = ""


def accept_findings(
    findings: Sequence[Finding], accepted: Sequence[Acceptance], release: str | None, today: str
) -> tuple[tuple[Finding, ...], frozenset[Acceptance]]:
    """``findings`` with those on record turned into notes, and the entries that did so.

    ``today`` is an ISO date. An entry for other releases or past its date accepts nothing. Raises
    :class:`~trtheaders.errors.ConfigurationError` for a range that cannot be read.
    """
    valid = [item for item in accepted if _concerns(item, release) and not _is_expired(item, today)]
    used: set[Acceptance] = set()
    kept = []
    for finding in findings:
        match = next((item for item in valid if _matches(item, finding)), None)
        kept.append(_note(finding, match) if match else finding)
        used.update([match] if match else [])
    return tuple(kept), frozenset(used)


def check_record(
    accepted: Sequence[Acceptance], used: frozenset[Acceptance], release: str | None, today: str
) -> tuple[Finding, ...]:
    """A warning for each entry that is past its date, or that concerns ``release`` and was not ``used``."""
    concerned = [item for item in accepted if _concerns(item, release)]
    expired = [item for item in concerned if _is_expired(item, today)]
    stale = [item for item in concerned if item not in used and item not in expired]
    return (*map(_tell_stale, stale), *map(_tell_expired, expired))


def _is_expired(item: Acceptance, today: str) -> bool:
    return bool(item.expires) and item.expires < today


def _concerns(item: Acceptance, release: str | None) -> bool:
    if not item.releases:
        return True
    # Takes longer to import than everything else here, and is seldom wanted.
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import Version

    try:
        wanted = SpecifierSet(item.releases)
    except InvalidSpecifier:
        message = f'`releases = "{item.releases}"` of an `[[accept]]` table is no range'
        raise ConfigurationError(message, hint="write it like `>=1.1,<1.3`") from None
    return release is not None and wanted.contains(Version(release), prereleases=True)


def _matches(item: Acceptance, finding: Finding) -> bool:
    if finding.severity is Severity.NOTE or not fnmatchcase(finding.rule, item.rule):
        return False
    if item.name and not fnmatchcase(finding.name, item.name):
        return False
    return not item.symbol or any(fnmatchcase(symbol, item.symbol) for symbol in finding.symbols)


def _note(finding: Finding, item: Acceptance) -> Finding:
    accepted = Evidence(EvidenceKind.ACCEPTED, item.reason)
    return replace(finding, severity=Severity.NOTE, evidence=(accepted, *finding.evidence), hint="")


def _tell_stale(item: Acceptance) -> Finding:
    return STALE_ACCEPTANCES.found(
        message=STALE_ACCEPTANCES.tell(what=_describe(item)),
        name=item.name,
    )


def _tell_expired(item: Acceptance) -> Finding:
    return EXPIRED_ACCEPTANCES.found(
        message=EXPIRED_ACCEPTANCES.tell(what=_describe(item), date=item.expires),
        name=item.name,
    )


def _describe(item: Acceptance) -> str:
    pairs = (("rule", item.rule), ("symbol", item.symbol), ("name", item.name))
    written = ", ".join(f'{key} = "{value}"' for key, value in pairs if value)
    return f"`{written}`"
