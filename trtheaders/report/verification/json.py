"""Verdicts and promises as JSON documents; `trtheaders/schemas` holds their schemas."""

from __future__ import annotations

from typing import Any

from trtheaders.model.answers.findings import Counts, Finding, Verification
from trtheaders.model.headers.promises import Exempt, Promise, Unverifiable
from trtheaders.model.headers.snapshot import AbiSnapshot, Toolchain
from trtheaders.model.library.exports import LibraryFacts
from trtheaders.model.places import Location
from trtheaders.report.evidence import spell_evidence
from trtheaders.report.verification.answer import tell_answer
from trtheaders.visible import dump_json

SCHEMA = 1


def render_verification(verification: Verification) -> str:
    """``verification`` as `schemas/verify.schema.json` describes it."""
    return dump_json(verification_document(verification))


def verification_document(verification: Verification) -> dict[str, Any]:
    """The document of :func:`render_verification`, as data."""
    return {
        "schema": SCHEMA,
        "verdict": verification.verdict.value,
        "answer": ": ".join(tell_answer(verification)),
        "release": verification.release,
        "installed": verification.installed,
        "libraries": [_library(item) for item in verification.libraries],
        "counts": _counts(verification.counts),
        "findings": [_finding(item) for item in verification.findings],
        "unverifiable": [_unverifiable(item) for item in verification.unverifiable],
        "toolchain": _toolchain(verification.toolchain),
        "remarks": list(verification.remarks),
    }


def render_unanswered(error: str, hint: str, verification: Verification | None = None) -> str:
    """That there is no answer; with a ``verification`` also what was found, the verdict taken back."""
    document: dict[str, Any] = {"schema": SCHEMA}
    if verification is not None:
        document.update(verification_document(verification))
    document.update(verdict="unanswered", answer=f"no answer: {error}", error=error, hint=hint)
    return dump_json(document)


def _counts(counts: Counts) -> dict[str, Any]:
    return {
        "promises": counts.promises,
        "symbols": counts.symbols,
        "missing": counts.missing,
        "exempt": counts.exempt,
        "unverifiable": counts.unverifiable,
        "layouts": {
            "classes": counts.layouts.classes,
            "judged": counts.layouts.judged,
            "confirmed": counts.layouts.confirmed,
            "contradicted": counts.layouts.contradicted,
            "doubted": counts.layouts.doubted,
        },
    }


def _library(facts: LibraryFacts) -> dict[str, Any]:
    return {
        "path": str(facts.path),
        "name": facts.name,
        "soname": facts.soname,
        "machine": facts.machine.value,
        "build_id": facts.build_id,
        "linked": facts.linked,
        "stub_of": facts.stub_of,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "symbols": list(finding.symbols),
        "name": finding.name,
        **_place(finding.location),
        "message": finding.message,
        "hint": finding.hint,
        "evidence": spell_evidence(finding.evidence),
        "explains": finding.explains,
        "witness": finding.witness.value,
    }


def _place(location: Location | None) -> dict[str, Any]:
    if location is None:
        return {"file": None, "line": None}
    return {"file": location.file, "line": location.line or None}


def _unverifiable(item: Unverifiable) -> dict[str, Any]:
    return {
        "name": item.name,
        **_place(item.location),
        "reason": item.reason,
        "blame": str(item.blame) if item.blame else None,
        "remedy": item.remedy,
    }


def _toolchain(toolchain: Toolchain | None) -> dict[str, str] | None:
    if toolchain is None:
        return None
    return {
        "compiler": toolchain.compiler,
        "standard_library": toolchain.standard_library,
        "parser": toolchain.parser,
    }


def render_promises(snapshot: AbiSnapshot) -> str:
    """What ``snapshot`` promises, exempts and leaves open, as `schemas/promises.schema.json` describes it."""
    document = {
        "schema": SCHEMA,
        "release": snapshot.release,
        "promises": [_promise(item) for item in snapshot.promises],
        "exempt": [_exempt(item) for item in snapshot.exempt],
        "unverifiable": [_unverifiable(item) for item in snapshot.unverifiable],
        "toolchain": _toolchain(snapshot.key.toolchain),
    }
    return dump_json(document)


def _promise(promise: Promise) -> dict[str, Any]:
    declaration = promise.declaration
    return {
        "symbols": list(promise.symbols),
        "optional": list(promise.optional),
        "name": declaration.name,
        "kind": declaration.kind.value,
        **_place(declaration.location),
        "signature": declaration.signature,
        "access": declaration.access.value,
        "uses": sorted(use.value for use in promise.uses),
        "reached": list(promise.reached),
        "weight": promise.weight.value,
    }


def _exempt(exempt: Exempt) -> dict[str, Any]:
    declaration = exempt.declaration
    return {
        "name": declaration.name,
        "kind": declaration.kind.value,
        **_place(declaration.location),
        "reason": exempt.reason.value,
        "signature": declaration.signature,
    }
