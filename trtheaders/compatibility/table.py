"""`releases.toml` to rows of figures; releases that are written alike are found under one another's spelling."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from trtheaders.errors import ReleaseError
from trtheaders.model.setup.figures import Figure, FigureName, ReleaseFigures
from trtheaders.model.vendoring.releases import canonical
from trtheaders.programs.toml import parse_toml

DATA = "releases.toml"


@cache
def read_table() -> tuple[ReleaseFigures, ...]:
    """Every row, the oldest release first."""
    document = parse_toml((files("trtheaders.compatibility") / DATA).read_text("utf-8"))
    return tuple(_read_row(row, document["sources"]) for row in document["releases"])


def _read_row(row: dict[str, Any], sources: dict[str, str]) -> ReleaseFigures:
    figures = {
        name: Figure(values=tuple(value) if isinstance(value, list) else (value,), source=sources[source])
        for name in FigureName
        if name.value in row
        for value, source in [row[name.value]]
    }
    return ReleaseFigures(release=row["release"], figures=figures)


def figures_of(version: str | None) -> ReleaseFigures | None:
    """The row of an installed ``version``; None for one that the table does not have.

    A local suffix does not count. A post-release of its own row is taken where there is one, else that which it
    follows, as it is built from the same sources with the same needs.
    """
    if not version:
        return None
    try:
        name = canonical(version)
    except ReleaseError:
        return None
    rows = {row.release: row for row in read_table()}
    return rows.get(name) or rows.get(name.partition(".post")[0])
