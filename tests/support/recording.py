"""Snapshots of headers that a test writes down as text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.cases import Case
from trtheaders.headers.entrance import HeaderQuestion, record_snapshot
from trtheaders.model.headers.snapshot import AbiSnapshot


def record_text(folder: Path, text: str, **question: Any) -> AbiSnapshot:
    """The snapshot of a tree whose one header, `api.h`, is ``text``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "api.h").write_text(text)
    return record_snapshot(HeaderQuestion(root=folder, entries=("api.h",), **{"defines": (), **question}))


def promised(snapshot: AbiSnapshot) -> set[str]:
    """Every required symbol of ``snapshot``."""
    return {symbol for promise in snapshot.promises for symbol in promise.symbols}


def record_case(case: Case) -> AbiSnapshot:
    """The snapshot of a case of the corpus, read as its consumer is compiled."""
    return record_snapshot(
        HeaderQuestion(root=case.folder, entries=case.entries, standard=case.standard, defines=case.defines)
    )
