"""Single declarations that nobody defined, in a library that goes with the headers otherwise."""

from __future__ import annotations

from msgspec.structs import replace

from trtheaders.checks.causes.open_findings import Case, count, has_drift, hint_at_sibling
from trtheaders.checks.symbols.signatures import read_signature
from trtheaders.demangling import demangle
from trtheaders.model.answers.findings import Finding, Severity
from trtheaders.rules.symbols import MISSING_SYMBOLS

_MOST = 0.95
"""From this share of kept promises on, what is missing tells of no other release."""

_GENERIC = "headers and library are different releases or builds"


def _is_there_otherwise(finding: Finding, case: Case) -> bool:
    """Whether a linked library has the same function in another shape; what another scope or library has is another."""
    linked = {facts.name for facts in case.answers.libraries if facts.linked}
    return has_drift(finding) and any(
        item.export.library in linked and _name_of(item.demangled) == _name_of(demangle(symbol))
        for symbol in finding.symbols
        for item in case.answers.lookalikes.get(symbol, ())
    )


def _name_of(demangled: str) -> str:
    return read_signature(demangled).name


def hint_at_gap(finding: Finding, case: Case) -> Finding:
    """``finding`` with a hint that blames no other build, where nearly all else is kept and nothing resembles it."""
    total = len(case.snapshot.promises)
    if finding.rule != MISSING_SYMBOLS.id or finding.severity is Severity.NOTE:
        return finding
    sibling = hint_at_sibling(finding.symbols, case.answers)
    if sibling:
        return replace(finding, hint=sibling)
    if case.kept < _MOST * total or _is_there_otherwise(finding, case):
        generic = finding.hint == MISSING_SYMBOLS.hint and not case.of_upstream
        return replace(finding, hint=_GENERIC) if generic else finding
    rest = count(case.snapshot.promises)
    hint = (
        f"declared, but not defined in this build, which keeps {case.kept} of {rest}: do not use it, or use a build "
        "that has it"
    )
    return replace(finding, hint=hint)
