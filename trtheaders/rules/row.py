"""What a rule is."""

from __future__ import annotations

from msgspec import Struct

from trtheaders.model.answers.findings import Severity


class Rule(Struct, frozen=True, kw_only=True):
    """A kind of mismatch. ``id`` is kebab-case with a plural subject; ``summary`` one line; ``explanation`` some
    sentences; ``example`` the C++ that shows it; ``source`` where the rule comes from (ABI section, ld message).
    """

    id: str
    severity: Severity
    summary: str
    explanation: str
    example: str
    source: str
