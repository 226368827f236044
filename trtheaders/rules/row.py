"""What a rule is."""

from __future__ import annotations

from dataclasses import dataclass

from trtheaders.model.findings import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A kind of mismatch. ``id`` is kebab-case with a plural subject; ``summary`` one line; ``explanation`` some
    sentences; ``example`` the C++ that shows it; ``source`` where the rule comes from (ABI section, ld message).
    """

    id: str
    severity: Severity
    summary: str
    explanation: str
    example: str
    source: str
