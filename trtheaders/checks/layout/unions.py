"""One finding for one cause: a class that grew shows itself in many functions."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from trtheaders.model.answers.findings import Evidence, EvidenceKind, Finding, Severity
from trtheaders.rules.layout import GROWN_RECORDS, MOVED_MEMBERS

_MOVED, _GROWN = MOVED_MEMBERS.id, GROWN_RECORDS.id


def merge_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """``findings`` with those of one class, rule and severity made one: the first one's message, everybody's evidence.

    A class whose members moved has another size for the same reason, so that joins the moved members.
    """
    merged: dict[tuple[str, str, Severity], Finding] = {}
    for finding in findings:
        key = (finding.rule, finding.name, finding.severity)
        merged[key] = _join(merged[key], finding) if key in merged else finding
    for (rule, name, severity), finding in list(merged.items()):
        moved = merged.get((_MOVED, name, severity))
        if rule == _GROWN and moved is not None:
            merged[_MOVED, name, severity] = _join(
                moved, replace(finding, evidence=(Evidence(EvidenceKind.FACT, finding.message), *finding.evidence))
            )
            del merged[rule, name, severity]
    return tuple(merged.values())


def _join(first: Finding, second: Finding) -> Finding:
    symbols = tuple(dict.fromkeys((*first.symbols, *second.symbols)))
    evidence = tuple(dict.fromkeys((*first.evidence, *second.evidence)))
    return replace(first, symbols=symbols, evidence=evidence)
