"""A :class:`Matrix` as a table, as JSON, and as the block of a Markdown document that is kept up to date."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from trtheaders.errors import UsageError
from trtheaders.model.setup.figures import FigureName, ReleaseFigures
from trtheaders.model.setup.matrix import Matrix, MatrixRow
from trtheaders.visible import dump_json

SCHEMA = 1
OPEN, CLOSE = "<!-- trtheaders:matrix -->", "<!-- /trtheaders:matrix -->"
UNKNOWN = "?"
_LISTS = frozenset({FigureName.PYTHON, FigureName.ARCHITECTURES, FigureName.TRITON_IMAGES, FigureName.PYTORCH})


class Column(Struct, frozen=True):
    """A head, and what stands under it for a row."""

    head: str
    cell: Callable[[MatrixRow], str]


def _figure(name: FigureName) -> Callable[[MatrixRow], str]:
    return lambda row: row.figures.get(name) or UNKNOWN


def _range(row: MatrixRow) -> str:
    figure = row.figures.figures.get(FigureName.PYTORCH)
    return figure.range if figure else UNKNOWN


def _python(row: MatrixRow) -> str:
    return " ".join(row.figures.all(FigureName.PYTHON)) or UNKNOWN


def _at_least(name: FigureName) -> Callable[[MatrixRow], str]:
    return lambda row: f"≥ {value}" if (value := row.figures.get(name)) else UNKNOWN


def _driver(row: MatrixRow) -> str:
    value = row.figures.get(FigureName.DRIVER)
    return f"≥ {value.partition('.')[0]}" if value else UNKNOWN


def _headers(row: MatrixRow) -> str:
    return "here" if row.vendored else "known" if row.shipped else "-"


_COLUMNS = (
    Column("release", lambda row: row.figures.release),
    Column("C++ API", _figure(FigureName.EXECUTOR)),
    Column("CUDA", _figure(FigureName.CUDA)),
    Column("cuBLAS", _figure(FigureName.CUBLAS)),
    Column("TensorRT", _figure(FigureName.TENSORRT)),
    Column("PyTorch", _range),
    Column("Python", _python),
    Column("driver", _driver),
    Column("GPU", _at_least(FigureName.CAPABILITY)),
    Column("string ABI", _figure(FigureName.STRING_ABI)),
    Column("headers", _headers),
)
_DOCUMENT_COLUMNS = _COLUMNS[:-1]
"""What is the same on every machine: a document is for all who read it."""


def tabulate(matrix: Matrix) -> tuple[list[str], list[list[str]]]:
    """The heads, and a row of figures for each release: what is the same on every machine."""
    heads = [column.head for column in _DOCUMENT_COLUMNS]
    return heads, [[column.cell(row) for column in _DOCUMENT_COLUMNS] for row in matrix.rows]


def render_text(matrix: Matrix, *, verbose: bool = False, width: int = 0) -> str:
    """The table; the installed release is marked. A release is a column where it is wider than ``width`` (0: never)."""
    columns = _COLUMNS if not verbose else (*_COLUMNS, *_IMAGES)
    rows = [[column.cell(row) for column in columns] + ["← installed" * row.installed] for row in matrix.rows]
    table = [[*(column.head for column in columns), ""], *rows]
    lines = _align(table)
    if width and max(map(len, lines)) > width:
        lines = _turn(table, width)
    known = any(row.installed for row in matrix.rows)
    if matrix.installed and not known:
        lines.append(f"installed: {matrix.installed}, which is not among these")
    return "\n".join(lines)


_IMAGES = (
    Column("C++", _figure(FigureName.STANDARD)),
    Column("NGC", _figure(FigureName.NGC_IMAGE)),
    Column("Triton", _figure(FigureName.TRITON_IMAGES)),
)


def _align(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _turn(table: Sequence[Sequence[str]], width: int) -> list[str]:
    """``table`` with a column for each of its rows, as many side by side as fit."""
    heads, *rows = table
    lines: list[str] = []
    while rows:
        count = len(rows)
        while count > 1 and max(map(len, _align(_columns(heads, rows[:count])))) > width:
            count -= 1
        lines += [*([""] if lines else []), *_align(_columns(heads, rows[:count]))]
        rows = rows[count:]
    return lines


def _columns(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[list[str]]:
    turned = [list(cells) for cells in zip(heads, *rows, strict=True)]
    return [*turned[:-1], [cell.removeprefix("← ") for cell in turned[-1]]] if any(turned[-1]) else turned[:-1]


def render_why(figures: ReleaseFigures) -> str:
    """Each figure of one release with its source; what is unknown is said to be."""
    rows = [[name.value, figures.get(name) or UNKNOWN] for name in FigureName]
    lines = _align(rows)
    told = [
        f"{line}\n    {figures.source(name) or 'nobody has said'}" for line, name in zip(lines, FigureName, strict=True)
    ]
    return "\n".join([f"TensorRT-LLM {figures.release}", "", *told])


def render_json(matrix: Matrix) -> str:
    """The rows as `schemas/matrix.schema.json` describes them; null is unknown."""
    document = {"schema": SCHEMA, "installed": matrix.installed or None, "releases": [_row(row) for row in matrix.rows]}
    return dump_json(document)


def _row(row: MatrixRow) -> dict[str, object]:
    figures = row.figures
    return {
        "release": figures.release,
        **{name.value.replace("-", "_"): _value(figures, name) for name in FigureName},
        "sources": {name.value.replace("-", "_"): figure.source for name, figure in figures.figures.items()},
        "headers": "vendored" if row.vendored else "shipped" if row.shipped else None,
        "installed": row.installed,
        "obstacles": None if row.obstacles is None else list(row.obstacles),
    }


def _value(figures: ReleaseFigures, name: FigureName) -> str | list[str] | None:
    if name in _LISTS:
        values = figures.all(name)
        return list(values) if name is not FigureName.PYTORCH else ("–".join(values) or None)
    return figures.get(name)


def render_block(matrix: Matrix) -> str:
    """The table as Markdown, between its markers."""
    heads = [column.head for column in _DOCUMENT_COLUMNS]
    rows = [[column.cell(row) for column in _DOCUMENT_COLUMNS] for row in matrix.rows]
    lines = [f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows)]
    return "\n".join([OPEN, *lines, CLOSE])


def replace_block(document: str, block: str, name: str) -> str:
    """``document`` with ``block`` in place of what stands between the markers.

    Raises :class:`UsageError` where the markers are not there, once and in order; ``name`` is the document's.
    """
    if document.count(OPEN) != 1 or document.count(CLOSE) != 1 or document.index(OPEN) > document.index(CLOSE):
        raise UsageError(
            f"`{name}` does not have the markers `{OPEN}` and `{CLOSE}`, once and in this order",
            hint="put both where the table is to stand",
        )
    before, _, rest = document.partition(OPEN)
    return f"{before}{block}{rest.partition(CLOSE)[2]}"
