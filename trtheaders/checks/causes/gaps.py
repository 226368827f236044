"""Single declarations that nobody defined, in a library that goes with the headers otherwise."""

from __future__ import annotations

from msgspec.structs import replace

from trtheaders.checks.causes.open_findings import Case, count, has_drift
from trtheaders.model.answers.findings import Finding
from trtheaders.rules.symbols import MISSING_SYMBOLS

_MOST = 0.95
"""From this share of kept promises on, what is missing tells of no other release."""


def hint_at_gap(finding: Finding, case: Case) -> Finding:
    """``finding`` with a hint that blames no other build, where nearly all else is kept and nothing resembles it."""
    total = len(case.snapshot.promises)
    if finding.rule != MISSING_SYMBOLS.id or has_drift(finding) or case.kept < _MOST * total:
        return finding
    rest = count(case.snapshot.promises)
    hint = (
        f"declared, but not defined in this build, which keeps {case.kept} of {rest}: do not use it, or use a build "
        "that has it"
    )
    return replace(finding, hint=hint)
