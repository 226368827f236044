"""The cause that the library is another release than the headers."""

from __future__ import annotations

from msgspec.structs import replace

from trtheaders.checks.causes.open_findings import Case, CommonCause, count, has_drift, name_libraries
from trtheaders.model.answers.candidates import Candidate, Fit, Identification
from trtheaders.model.answers.findings import Finding, Severity
from trtheaders.rules import LAYOUT_RULES, LINK_RULES
from trtheaders.rules.symbols import OTHER_RELEASES

_ENOUGH = 0.9
"""The share of its promises that a release must keep to be named."""


def find_other_release(case: Case) -> CommonCause | None:
    """All that is left, where another release fits the libraries and these headers do not."""
    best = _other(case)
    findings = [*(item.finding for item in case.symptoms), *case.layouts]
    if best is None or len(findings) < 2:
        return None
    headers = f"the headers are {case.snapshot.release}" if case.snapshot.release else "the headers are of another"
    # What has changed says more than what is gone, and comes first.
    symptoms = tuple(sorted(case.symptoms, key=lambda item: not has_drift(item.finding)))
    told = [f"{count(symptoms)} {'is' if len(symptoms) == 1 else 'are'} not kept"] if symptoms else []
    told += [f"{count(case.layouts, 'layout')} differ{'s' if len(case.layouts) == 1 else ''}"] if case.layouts else []
    return CommonCause(
        rule=OTHER_RELEASES,
        message=(f"{name_libraries(case.answers)} is TensorRT-LLM {best.release}, {headers}: {' and '.join(told)}"),
        symptoms=symptoms,
        layouts=case.layouts,
        lines=(_tell_fit(best, case.identification),),
        hint=_remedy(best, case),
    )


def hint_at_release(finding: Finding, case: Case) -> Finding:
    """``finding`` with the release that the library is in its hint, where that is known to be another."""
    hint = tell_release(case)
    if not hint or finding.rule not in LINK_RULES | LAYOUT_RULES or finding.severity is Severity.NOTE:
        return finding
    return replace(finding, hint=hint)


def tell_release(case: Case) -> str:
    """Which other release the library is and what to do about it; empty where that is not known."""
    best = _other(case)
    return f"the library is TensorRT-LLM {best.release} ({_kept(best)}); {_remedy(best, case)}" if best else ""


def _other(case: Case) -> Candidate | None:
    """The release that the libraries are, if it is known and not that of the headers."""
    known = case.identification
    if known is None or known.fit not in (Fit.IDENTIFIED, Fit.AMBIGUOUS) or not known.candidates:
        return None
    best = known.candidates[0]
    if case.snapshot.release in (best.release, *known.equal) or best.kept < _ENOUGH * best.promised:
        return None
    ours = case.kept / len(case.snapshot.promises)
    return best if best.kept / best.promised > ours else None


def _tell_fit(best: Candidate, known: Identification | None) -> str:
    equal = [item for item in known.equal if item != best.release] if known else []
    also = f", as of {', '.join(equal)}, which are equal for this interface" if equal else ""
    return f"{best.release}: {_kept(best)}{also}"


def _kept(best: Candidate) -> str:
    if best.kept == best.promised:
        return f"all {best.promised} promises kept"
    return f"{best.kept} of {best.promised} promises kept"


def _remedy(best: Candidate, case: Case) -> str:
    vendored = best.origin == "vendored"
    path = f"compile with the headers that `trtheaders path {best.release}` names"
    add = path if vendored else f"run `trtheaders add v{best.release}`"
    return f"{add}, or install tensorrt-llm=={case.snapshot.release}" if case.snapshot.release else add
