"""What a rule is, and the one way to a finding: through its rule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from trtheaders.model.answers.findings import Evidence, EvidenceKind, Finding, Severity


class Rule(Struct, frozen=True, kw_only=True):
    """A kind of mismatch: all that is the same for every finding of it.

    ``id`` is kebab-case with a plural subject; ``summary`` one line; ``explanation`` some sentences; ``example`` the
    C++ that shows it; ``source`` where the rule comes from (ABI section, ld message). ``message`` is a finding's
    sentence with names in braces for what differs, empty where a check has several; ``hint`` what to do. ``link`` says
    that a linker would say the same; ``explainable`` that what the library has in its place tells how the two differ.
    """

    id: str
    severity: Severity
    summary: str
    explanation: str
    example: str
    source: str
    message: str = ""
    hint: str = ""
    link: bool = False
    explainable: bool = False

    def tell(self, **words: object) -> str:
        """The sentence with ``words`` in its places. Raises KeyError for a place without a word."""
        return self.message.format(**words)

    def found(
        self,
        message: str = "",
        *,
        severity: Severity | None = None,
        hint: str = "",
        evidence: Iterable[Evidence] = (),
        lines: Iterable[str] = (),
        **rest: Any,
    ) -> Finding:
        """A finding by this rule; the row's sentence, severity and hint hold where none is given.

        ``lines`` are further evidence that nothing is concluded from; ``rest`` are further fields of
        :class:`~trtheaders.model.answers.findings.Finding`.
        """
        return Finding(
            rule=self.id,
            severity=severity or self.severity,
            message=message or self.message,
            hint=hint or self.hint,
            evidence=(*evidence, *(Evidence(EvidenceKind.FACT, line) for line in lines)),
            **rest,
        )
