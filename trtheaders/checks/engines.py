"""What was judged of a built engine, as findings."""

from __future__ import annotations

from collections.abc import Iterator

from trtheaders.model.answers.findings import Finding, Severity
from trtheaders.model.setup.engines import Engine, EngineJudgement, EngineWeight
from trtheaders.rules.row import Rule
from trtheaders.rules.setup import FOREIGN_ENGINES, INCOMPLETE_ENGINES

_SEVERITIES = {EngineWeight.BROKEN: Severity.ERROR, EngineWeight.DOUBT: Severity.WARNING}


def check_engine(engine: Engine, release: EngineJudgement, files: EngineJudgement) -> tuple[Finding, ...]:
    """Findings about the release that built it and about its files; none where both are well."""
    return tuple(_find(engine, [(FOREIGN_ENGINES, release), (INCOMPLETE_ENGINES, files)]))


def _find(engine: Engine, judged: list[tuple[Rule, EngineJudgement]]) -> Iterator[Finding]:
    for rule, item in judged:
        if item.weight in _SEVERITIES:
            yield rule.found(
                message=f"engine `{engine.folder}`: {item.found}",
                severity=_SEVERITIES[item.weight],
                name=str(engine.folder),
                hint=f"run `{item.fix}`",
                lines=(item.why,),
            )
