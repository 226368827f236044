"""A built engine against the installed release, as findings."""

from __future__ import annotations

from pathlib import Path

from trtheaders.checks.engines import check_engine
from trtheaders.compatibility.table import figures_of
from trtheaders.engines.folder import read_engine
from trtheaders.engines.judgement import judge_files, judge_release
from trtheaders.model.answers.findings import Finding


def judge_engine(folder: Path, installed: str) -> tuple[Finding, ...]:
    """What speaks against loading the engine in ``folder`` with the release ``installed``.

    Raises :class:`~trtheaders.errors.EngineError` where there is none.
    """
    engine = read_engine(folder)
    release = judge_release(engine, installed, figures_of(installed), figures_of(engine.version))
    return check_engine(engine, release, judge_files(engine))
