"""What the consumer's configuration has on record, held against what is found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from trtheaders.checks.acceptance import Acceptance, accept_findings, check_record
from trtheaders.configuration import Configuration
from trtheaders.model.answers.findings import Finding


class AcceptanceRecord:
    """The accepted findings of ``configuration`` that hold for ``release`` on ``today``; it remembers which were used.

    Its methods raise :class:`~trtheaders.errors.ConfigurationError` for a release range that cannot be read.
    """

    def __init__(self, configuration: Configuration, release: str | None, today: date | None = None) -> None:
        self._entries = _entries(configuration)
        self._release = release
        self._day = (today or date.today()).isoformat()
        self._used: frozenset[Acceptance] = frozenset()

    def accept(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """``findings`` with those on record turned into notes."""
        kept, used = accept_findings(findings, self._entries, self._release, self._day)
        self._used |= used
        return kept

    def close(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """As :meth:`accept`, with a warning for every entry that accepted nothing at all."""
        kept = self.accept(findings)
        return (*kept, *check_record(self._entries, self._used, self._release, self._day))


def _entries(configuration: Configuration) -> tuple[Acceptance, ...]:
    return tuple(
        Acceptance(
            rule=row.rule,
            reason=row.reason,
            symbol=row.symbol,
            name=row.name,
            expires=row.expires,
            releases=row.releases,
        )
        for row in configuration.accepted
    )
