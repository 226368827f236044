"""Many symptoms, one cause: findings that a single fact explains are folded into one that states it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from trtheaders.checks.causes.builds import (
    find_hidden_library,
    find_missing_typeinfo,
    find_standard_library,
    find_string_abi,
    find_wrong_library,
)
from trtheaders.checks.causes.features import find_feature
from trtheaders.checks.causes.gaps import hint_at_gap
from trtheaders.checks.causes.key_functions import find_key_function
from trtheaders.checks.causes.link_lines import find_unnamed_library
from trtheaders.checks.causes.namespaces import find_namespace
from trtheaders.checks.causes.open_findings import Case, CommonCause, find_symptoms, fold
from trtheaders.checks.causes.releases import find_other_release, hint_at_release
from trtheaders.model.answers.candidates import Identification
from trtheaders.model.answers.findings import Finding, Severity
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.library.exports import LibraryAnswers
from trtheaders.rules import LAYOUT_RULES

_CAUSES: tuple[Callable[[Case], CommonCause | None], ...] = (
    find_unnamed_library,
    find_standard_library,
    find_string_abi,
    find_namespace,
    find_hidden_library,
    find_missing_typeinfo,
    find_wrong_library,
    find_other_release,
    find_key_function,
    find_feature,
)
"""In this order: what concerns the whole build comes before what concerns a part of it."""


def fold_causes(
    snapshot: AbiSnapshot,
    answers: LibraryAnswers,
    findings: Sequence[Finding],
    identification: Identification | None = None,
) -> tuple[Finding, ...]:
    """``findings`` with those that have a common cause replaced by one that names it; no symbol is lost.

    ``identification`` says which release the libraries are, where somebody has found out.
    """
    case = Case(
        snapshot=snapshot,
        answers=answers,
        symptoms=find_symptoms(snapshot, findings),
        layouts=tuple(item for item in findings if item.rule in LAYOUT_RULES and item.severity is not Severity.NOTE),
        identification=identification,
    )
    folded: list[Finding] = []
    explained: set[Finding] = set()
    for cause in _explain(case):
        folded.append(fold(cause))
        explained.update(cause.findings)
    rest = [hint_at_release(hint_at_gap(item, case), case) for item in findings if item not in explained]
    return (*folded, *rest)


def _explain(case: Case) -> list[CommonCause]:
    """Every cause that is found, each looking only at what the earlier ones left."""
    causes: list[CommonCause] = []
    for find in _CAUSES:
        while (case.symptoms or case.layouts) and (cause := find(case)):
            causes.append(cause)
            left = tuple(symptom for symptom in case.symptoms if symptom not in cause.symptoms)
            case = replace(
                case, symptoms=left, layouts=tuple(item for item in case.layouts if item not in cause.layouts)
            )
    return causes
