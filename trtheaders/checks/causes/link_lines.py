"""The cause that a library is not named on the link line, although the linked one needs it."""

from __future__ import annotations

from trtheaders.checks.causes.open_findings import Case, CommonCause, UnkeptPromise, count
from trtheaders.checks.symbols.faults import best_answer
from trtheaders.rules.symbols import SYMBOLS_IN_NEEDED_LIBRARIES


def find_unnamed_library(case: Case) -> CommonCause | None:
    """The library that keeps most of what only a needed library keeps; a single promise speaks for itself."""
    kept: dict[str, list[UnkeptPromise]] = {}
    for symptom in case.symptoms:
        if symptom.finding.rule == SYMBOLS_IN_NEEDED_LIBRARIES.id:
            kept.setdefault(_provider(symptom, case), []).append(symptom)
    groups = [(library, items) for library, items in kept.items() if len(items) > 1 and library]
    if not groups:
        return None
    library, symptoms = max(groups, key=lambda item: (len(item[1]), item[0]))
    return CommonCause(
        rule=SYMBOLS_IN_NEEDED_LIBRARIES,
        message=f"only `{library}`, which the linked library needs, exports {count(symptoms)}",
        symptoms=tuple(symptoms),
        hint=SYMBOLS_IN_NEEDED_LIBRARIES.hint.format(library=library),
    )


def _provider(symptom: UnkeptPromise, case: Case) -> str:
    """The library that keeps all of the promise's missing symbols; empty where several share them."""
    broken = (item for item in symptom.promise.obligations if item.symbol in symptom.finding.symbols)
    answers = [best_answer(item, case.answers) for item in broken]
    found = {item.library or (item.export.library if item.export else "") for item in answers}
    return found.pop() if len(found) == 1 else ""
