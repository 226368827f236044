"""A log's symptoms × known releases × the installed library to explanations: many lines, few causes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from trtheaders.checks.logs.known import Known, spell, tell_releases
from trtheaders.checks.logs.libraries import is_own, judge_foreign_symbol, judge_library, library_name
from trtheaders.checks.logs.remedies import tell_cause
from trtheaders.checks.logs.sources import judge_source
from trtheaders.checks.logs.symbols import NAMESPACE, Judged, Scene, concerns, judge_symbol
from trtheaders.checks.logs.symptom_groups import SymptomGroup
from trtheaders.demangling import demangle
from trtheaders.model.answers.symptoms import (
    Account,
    Cause,
    Explanation,
    InstalledLibrary,
    KnownRelease,
    Log,
    Symptom,
    SymptomKind,
    Unexplained,
)

UNDEFINED = frozenset({SymptomKind.UNDEFINED_REFERENCE, SymptomKind.UNDEFINED_AT_RUN_TIME})
_ABOUT_OBJECTS = {
    SymptomKind.DEFINED_TWICE: Cause.DEFINED_TWICE,
    SymptomKind.RELOCATION_TOO_FAR: Cause.OUT_OF_REACH,
    SymptomKind.NOT_PIC: Cause.NOT_PIC,
}
_IN_SOURCES = frozenset(
    {
        SymptomKind.WRONG_ARGUMENTS,
        SymptomKind.NO_MEMBER,
        SymptomKind.NOTHING_TO_OVERRIDE,
        SymptomKind.ABSTRACT_CLASS,
        SymptomKind.HEADER_NOT_FOUND,
    }
)
_MOST_LINES = 8


def explain_symptoms(log: Log, releases: Sequence[KnownRelease], installed: InstalledLibrary | None = None) -> Account:
    """What is behind the complaints in ``log``, one explanation a cause, the most telling first.

    Complaints that do not concern TensorRT-LLM are listed apart, unexplained.
    """
    known = Known(releases)
    scene = Scene(known, installed, _wanted(log, known))
    judged, foreign = _judge_all(log, scene)
    judged = _tell_other_library(_merge_architectures(judged), scene)
    groups: dict[tuple[Cause, str], list[Judged]] = defaultdict(list)
    for item in judged:
        groups[item.cause, _apart(item)].append(item)
    explanations = [_explain(cause, items, log, known, installed) for (cause, _), items in groups.items()]
    order = list(Cause)
    explanations.sort(key=lambda item: (order.index(item.cause), item.symptoms[0].line))
    ours = [item for item in foreign if _names_us(item)]
    return Account(
        explanations=tuple(explanations),
        foreign=tuple(item for item in foreign if not _names_us(item)),
        lines=log.lines,
        releases=known.names,
        installed=installed.version if installed is not None else "",
        unexplained=(*(Unexplained(line=item.line, text=_tell(item)) for item in ours), *log.unexplained),
        left_out=log.left_out,
        remarks=tuple(_remarks(log)),
    )


def _names_us(symptom: Symptom) -> bool:
    """Whether a complaint that nothing explains is about TensorRT-LLM all the same."""
    return f"{NAMESPACE}::" in f"{demangle(symptom.subject)} {symptom.scope}" or is_own(symptom.subject)


def _tell(symptom: Symptom) -> str:
    where = f"{symptom.location or symptom.referrer}: " if symptom.location or symptom.referrer else ""
    return f"{where}{symptom.kind.value}: {symptom.subject}"


def _remarks(log: Log) -> Iterator[str]:
    if log.in_another_language:
        yield "part of the log is in a language that is not understood: build again with `LC_ALL=C`"
    if log.cut_at:
        yield f"the log is cut at line {log.cut_at}, by a limit of the CI system: what came after is not known"
    if log.elsewhere:
        yield (
            f"`{log.elsewhere}` has the compiler write what it says into files beside the sources: "
            "`trtheaders explain FILE` reads one"
        )
    if any(item.cut for item in log.symptoms):
        yield "a line about TensorRT-LLM is cut: only the part that is there was read"


def _merge_architectures(judged: list[Judged]) -> list[Judged]:
    """GNU ld passes over a library of another architecture, and then does not find it: one cause."""
    passed = {item.library for item in judged if item.cause is Cause.OTHER_ARCHITECTURE}
    return [
        replace(item, cause=Cause.OTHER_ARCHITECTURE)
        if item.cause is Cause.NOT_INSTALLED and library_name(item.symptom.subject) in passed
        else item
        for item in judged
    ]


def _tell_other_library(judged: list[Judged], scene: Scene) -> list[Judged]:
    """What the installed library exports and an older release never had was looked for in that release's library."""
    asked = [item for item in judged if item.cause is Cause.NOT_LINKED and item.symptom.kind in UNDEFINED]
    if not asked or not all(item.releases for item in asked):
        return judged
    lacking = [name for name in scene.known.names if not any(name in item.releases for item in asked)]
    if not lacking:
        return judged
    lacks = f"{tell_releases(lacking, scene.known.names)} {'lacks' if len(lacking) == 1 else 'lack'}"
    line = f"all that is undefined is what {lacks}: a library of such a release was linked, or none"
    return [
        replace(item, cause=Cause.OTHER_LIBRARY, evidence=(*item.evidence, line)) if item in asked else item
        for item in judged
    ]


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
            judged.append(replace(found, symptom=symptom))
    return judged, foreign


def _judge(symptom: Symptom, scene: Scene) -> Judged | None:
    if symptom.kind in UNDEFINED:
        if concerns(symptom, scene.known):
            return judge_symbol(symptom, scene)
        return judge_foreign_symbol(symptom)
    if symptom.kind in _IN_SOURCES:
        return judge_source(symptom, scene.known)
    if symptom.kind in _ABOUT_OBJECTS:
        ours = concerns(symptom, scene.known) or is_own(symptom.referrer)
        return Judged(symptom=symptom, cause=_ABOUT_OBJECTS[symptom.kind]) if ours else None
    if symptom.kind is SymptomKind.OTHER_ENGINE:
        return Judged(symptom=symptom, cause=Cause.OTHER_ENGINE)
    return judge_library(symptom)


def _apart(item: Judged) -> str:
    """What keeps two symptoms of one cause in two explanations: nothing but the file, for files that are missing."""
    apart = (
        Cause.PLUGIN_NAME,
        Cause.OTHER_ARCHITECTURE,
        Cause.NOT_EXPORTED,
        Cause.DAMAGED_LIBRARY,
        Cause.REFUSED_LIBRARY,
        Cause.STATIC_TLS,
        Cause.OTHER_DEPENDENCY,
    )
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
