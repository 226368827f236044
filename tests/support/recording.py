"""Snapshots of headers that a test writes down as text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
