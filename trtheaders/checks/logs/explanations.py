"""A log's symptoms × known releases × the installed library to explanations: many lines, few causes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from trtheaders.checks.logs.known import Known, spell
from trtheaders.checks.logs.libraries import is_foreign_symbol, judge_library
from trtheaders.checks.logs.remedies import tell_cause
from trtheaders.checks.logs.sources import judge_source
from trtheaders.checks.logs.symbols import Judged, Scene, concerns, judge_symbol
from trtheaders.checks.logs.symptom_groups import SymptomGroup
from trtheaders.model.answers.symptoms import (
    Account,
    Cause,
    Explanation,
    InstalledLibrary,
    KnownRelease,
    Log,
    Symptom,
    SymptomKind,
)

UNDEFINED = frozenset({SymptomKind.UNDEFINED_REFERENCE, SymptomKind.UNDEFINED_AT_RUN_TIME})
_IN_SOURCES = frozenset(
    {
        SymptomKind.WRONG_ARGUMENTS,
        SymptomKind.NO_MEMBER,
        SymptomKind.NOTHING_TO_OVERRIDE,
        SymptomKind.HEADER_NOT_FOUND,
    }
)
_MOST_LINES = 8


def explain_symptoms(log: Log, releases: Sequence[KnownRelease], installed: InstalledLibrary | None = None) -> Account:
    """What is behind the complaints in ``log``, one explanation a cause, the most telling first.

    Complaints that do not concern TensorRT-LLM are listed apart, unexplained.
    """
    known = Known(releases)
    judged, foreign = _judge_all(log, Scene(known, installed, _wanted(log, known)))
    groups: dict[tuple[Cause, str], list[Judged]] = defaultdict(list)
    for item in judged:
        groups[item.cause, _apart(item)].append(item)
    explanations = [_explain(cause, items, log, known, installed) for (cause, _), items in groups.items()]
    order = list(Cause)
    explanations.sort(key=lambda item: (order.index(item.cause), item.symptoms[0].line))
    return Account(
        explanations=tuple(explanations),
        foreign=tuple(foreign),
        lines=log.lines,
        releases=known.names,
        installed=installed.version if installed is not None else "",
    )


def _wanted(log: Log, known: Known) -> frozenset[str]:
    ours = (item for item in log.symptoms if item.kind in UNDEFINED and concerns(item, known))
    return frozenset(spell(item.subject) for item in ours)


def _judge_all(log: Log, scene: Scene) -> tuple[list[Judged], list[Symptom]]:
    judged: list[Judged] = []
    foreign: list[Symptom] = []
    seen: dict[tuple[SymptomKind, str, str], Judged | None] = {}
    for symptom in log.symptoms:
        # A symbol is asked for from many places; it is judged once.
        key = (symptom.kind, symptom.subject, symptom.referrer if symptom.kind in UNDEFINED else str(symptom))
        if key not in seen:
            seen[key] = _judge(symptom, scene)
        found = seen[key]
        if found is None:
            foreign.append(symptom)
        else:
            judged.append(
                Judged(
                    symptom=symptom,
                    cause=found.cause,
                    evidence=found.evidence,
                    releases=found.releases,
                    library=found.library,
                )
            )
    return judged, foreign


def _judge(symptom: Symptom, scene: Scene) -> Judged | None:
    if symptom.kind in UNDEFINED:
        if concerns(symptom, scene.known):
            return judge_symbol(symptom, scene)
        return Judged(symptom=symptom, cause=Cause.FOREIGN_LIBRARIES) if is_foreign_symbol(symptom) else None
    if symptom.kind in _IN_SOURCES:
        return judge_source(symptom, scene.known)
    if symptom.kind is SymptomKind.OTHER_ENGINE:
        return Judged(symptom=symptom, cause=Cause.OTHER_ENGINE)
    return judge_library(symptom)


def _apart(item: Judged) -> str:
    """What keeps two symptoms of one cause in two explanations: nothing but the file, for files that are missing."""
    apart = (Cause.PLUGIN_NAME, Cause.OTHER_ARCHITECTURE, Cause.NOT_EXPORTED)
    return item.library if item.cause in apart else ""


def _explain(
    cause: Cause, items: list[Judged], log: Log, known: Known, installed: InstalledLibrary | None
) -> Explanation:
    words = tell_cause(cause, SymptomGroup(items, log, known, installed))
    lines = list(dict.fromkeys(line for item in items for line in item.evidence))
    more = len(lines) - _MOST_LINES
    return Explanation(
        cause=cause,
        message=words.message,
        remedy=words.remedy,
        symptoms=tuple(item.symptom for item in items),
        evidence=(*lines[:_MOST_LINES], f"… and {more} more") if more > 0 else tuple(lines),
    )


def symptoms_about_symbols(log: Log, releases: Sequence[KnownRelease]) -> tuple[Symptom, ...]:
    """The undefined symbols in ``log`` that are TensorRT-LLM's: what an installed library should be asked about."""
    known = Known(releases)
    return tuple(item for item in log.symptoms if item.kind in UNDEFINED and concerns(item, known))
