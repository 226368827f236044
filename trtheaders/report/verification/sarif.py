"""A verdict as a SARIF 2.1.0 log, for code scanning and editors."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from trtheaders.model.answers.findings import Finding, Verification
from trtheaders.model.headers.promises import Unverifiable
from trtheaders.model.places import Location
from trtheaders.report.evidence import spell_reason, spell_under
from trtheaders.report.places import fingerprints, path_of
from trtheaders.report.verification.answer import tell_answer, tell_counts
from trtheaders.rules import RULES
from trtheaders.version import __version__
from trtheaders.visible import dump_json

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render_verification(verification: Verification, *, base: Path | None = None) -> str:
    """``verification`` as one run; paths are relative to ``base``, the repository (by default the working folder)."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(verification, base or Path.cwd())]}
    return dump_json(log)


def render_unanswered(error: str, hint: str, verification: Verification | None = None) -> str:
    """A run that did not succeed, with the reason as a notification (SARIF 2.1.0, 3.20.14 and 3.20.21)."""
    text = f"{error}\nhint: {hint}" if hint else error
    told: list[dict[str, Any]] = [{"level": "error", "message": {"text": text}}]
    run: dict[str, Any] = {"tool": {"driver": _driver([])}, "results": []}
    if verification is not None:
        run = _run(verification, Path.cwd())
        told += run["invocations"][0]["toolExecutionNotifications"]
    run["invocations"] = [{"executionSuccessful": False, "toolExecutionNotifications": told}]
    return dump_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _run(verification: Verification, base: Path) -> dict[str, Any]:
    used = sorted({finding.rule for finding in verification.findings})
    hashes = fingerprints(verification)
    return {
        "tool": {"driver": _driver(used)},
        "automationDetails": {"id": f"trtheaders/{verification.release or 'headers'}/"},
        "invocations": [_invocation(verification, base)],
        "columnKind": "utf16CodeUnits",
        "results": [
            _result(finding, used.index(finding.rule), mark, verification, base)
            for finding, mark in zip(verification.findings, hashes, strict=True)
        ],
        "properties": {
            "answer": ": ".join(tell_answer(verification, base)),
            "counts": tell_counts(verification),
            "release": verification.release,
            "libraries": [facts.name for facts in verification.libraries],
            "promises": verification.counts.promises,
            "unverifiable": verification.counts.unverifiable,
        },
    }


def _driver(used: list[str]) -> dict[str, Any]:
    return {"name": "trtheaders", "semanticVersion": __version__, "rules": [_rule(identifier) for identifier in used]}


def _rule(identifier: str) -> dict[str, Any]:
    row = RULES.get(identifier)
    if row is None:
        return {"id": identifier}
    return {
        "id": row.id,
        "shortDescription": {"text": row.summary},
        "fullDescription": {"text": row.explanation},
        "help": {
            "text": f"{row.explanation}\n\n{row.example}\n\n{row.source}",
            "markdown": f"{row.explanation}\n\n```cpp\n{row.example}\n```\n\n{row.source}",
        },
        "defaultConfiguration": {"level": row.severity.value},
    }


def _result(finding: Finding, index: int, mark: str, verification: Verification, base: Path) -> dict[str, Any]:
    lines = [finding.message, *spell_under(finding), *([f"hint: {finding.hint}"] if finding.hint else [])]
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.severity.value,
        "message": {"text": "\n".join(lines)},
        "partialFingerprints": {"trtheadersFinding/v1": mark, "primaryLocationLineHash": f"{mark[:16]}:1"},
        "properties": {"symbols": list(finding.symbols), "explains": finding.explains},
    }
    places = dict.fromkeys(item.place for item in finding.evidence if item.place)
    related = [_location(place, verification, base) for place in places if place != finding.location]
    if related:
        result["relatedLocations"] = related
    location = _location(finding.location, verification, base)
    if finding.name:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.name}]
    return {**result, "locations": [location]} if location else result


def _location(location: Location | None, verification: Verification, base: Path) -> dict[str, Any]:
    if location is None:
        return {}
    # A backslash or a space may not stand in a URI; a slash and a colon may.
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(path_of(verification, location, base), safe="/")}}
    if location.line:
        physical["region"] = {"startLine": location.line}
    return {"physicalLocation": physical}


def _invocation(verification: Verification, base: Path) -> dict[str, Any]:
    told: list[dict[str, Any]] = [_notification(item, verification, base) for item in verification.unverifiable]
    told += [{"level": "note", "message": {"text": remark}} for remark in verification.remarks]
    return {"executionSuccessful": True, "toolExecutionNotifications": told}


def _notification(item: Unverifiable, verification: Verification, base: Path) -> dict[str, Any]:
    text = f"`{item.name}` was not judged: {spell_reason(item)}"
    place = _location(item.blame or item.location, verification, base)
    return {"level": "note", "message": {"text": text}, "locations": [place]}
