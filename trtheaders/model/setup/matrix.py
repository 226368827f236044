"""The compatibility table as it is told: figures of releases, and how they stand on this machine."""

from __future__ import annotations

from msgspec import Struct

from trtheaders.model.setup.figures import ReleaseFigures


class MatrixRow(Struct, frozen=True, kw_only=True):
    """``vendored``: headers here; ``shipped``: a snapshot comes with trtheaders; ``installed``: it is the one here.

    ``obstacles`` say why it does not run on this machine: empty where it does, None where nobody can say or nobody
    asked.
    """

    figures: ReleaseFigures
    vendored: bool = False
    shipped: bool = False
    installed: bool = False
    obstacles: tuple[str, ...] | None = None


class Matrix(Struct, frozen=True, kw_only=True):
    """Rows, the newest release first; ``installed`` is the version here, which the table may not have."""

    rows: tuple[MatrixRow, ...]
    installed: str = ""
