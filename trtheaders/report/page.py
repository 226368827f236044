"""The page: one self-contained HTML file. What came from headers and libraries is escaped by the template engine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import jinja2
import markupsafe

from trtheaders.model.answers.changes import Change, Impact
from trtheaders.model.answers.pages import History, Mark, Moment, Page
from trtheaders.model.setup.matrix import Matrix
from trtheaders.report.changes import HEADINGS, tell_place
from trtheaders.report.evidence import spell_evidence
from trtheaders.report.matrix import tabulate
from trtheaders.report.verification.answer import tell_answer, tell_counts
from trtheaders.visible import show

_SHAPES = {Mark.FIRST: "●", Mark.NEW: "◆", Mark.SAME: "●", Mark.CHANGED: "◐", Mark.ABSENT: "○"}
"""State by shape and by word, so that it can be told without colour."""
_STEP, _HEIGHT = 12, 16
_NAMESPACE = "tensorrt_llm::"
"""What every class of upstream's begins with."""


def render_page(page: Page, matrix: Matrix | None = None, base: Path | None = None) -> str:
    """``page`` as one HTML document, the same bytes for the same page; paths are as seen from ``base``."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent / "templates")
    environment = jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_let_be_seen,
    )
    environment.filters.update(
        anchor=anchor, prose=prose, evidence=spell_evidence, place=tell_place, heading=HEADINGS.__getitem__
    )
    heads, figures = tabulate(matrix) if matrix else ([], [])
    word, sentence = _answer(page, base or Path.cwd())
    return environment.get_template("page.html").render(
        page=page,
        word=word,
        sentence=sentence,
        counts=tell_counts(page.verification) if page.verification else "",
        remedy=_remedy(page),
        heads=heads,
        figures=figures,
        rows=[_DeclarationRow(item, page) for item in page.histories],
        upgrades=[(item, _by_impact(item.changes)) for item in page.upgrades],
    )


def _let_be_seen(value: Any) -> Any:
    """What an expression of the template gives; text that others wrote with everything in it visible, line by line."""
    return value if isinstance(value, markupsafe.Markup) else "\n".join(map(show, str(value).split("\n")))


def anchor(text: str) -> str:
    """``text`` as the name of a place in the page, to be pasted behind `#`; different texts stay different."""
    return re.sub(r"[^\w.:-]", lambda found: f"~{ord(found[0]):x}", text)


def prose(text: str) -> markupsafe.Markup:
    """``text`` with what stands in backticks as code."""
    parts = (markupsafe.escape(part) for part in _let_be_seen(text).split("`"))
    told = (markupsafe.Markup("<code>{}</code>").format(part) if at % 2 else part for at, part in enumerate(parts))
    return markupsafe.Markup("").join(told)


def _answer(page: Page, base: Path) -> tuple[str, str]:
    if page.verification is None:
        return "no answer", page.refusal or "nothing was verified"
    return tell_answer(page.verification, base)


def _remedy(page: Page) -> str:
    """The first thing to do about the verdict."""
    findings = page.verification.findings if page.verification else ()
    return next((item.hint for item in findings if item.hint), page.remedy)


def _by_impact(changes: Iterable[Change]) -> list[tuple[Impact, list[Change]]]:
    found: dict[Impact, list[Change]] = {impact: [] for impact in HEADINGS if impact is not Impact.NONE}
    for change in changes:
        found.setdefault(change.impact, []).append(change)
    return [(impact, items) for impact, items in found.items() if items]


class _DeclarationRow:
    """One declaration as the template wants it."""

    def __init__(self, history: History, page: Page) -> None:
        self.history = history
        self.anchor = anchor(history.name)
        self.label = (
            history.name.removeprefix(f"{history.owner}::") if history.owner else history.name.removeprefix(_NAMESPACE)
        )
        self.plot = plot_sizes(history.sizes)
        self.cells = [
            _Cell(moment, before, release.version)
            for moment, before, release in zip(history.moments, (None, *history.moments), page.releases, strict=False)
        ]
        self.transitions = [
            (release.version, moment)
            for release, moment in zip(page.releases, history.moments, strict=True)
            if moment.changes
        ]


class _Cell:
    """One declaration in one release: a shape, a number, and the same in words."""

    def __init__(self, moment: Moment, before: Moment | None, version: str) -> None:
        self.state = moment.mark.value
        self.shape = _SHAPES[moment.mark]
        self.breaks = moment.impact is not Impact.NONE
        self.size = moment.size
        self.words = _tell(moment, before, version)


def _tell(moment: Moment, before: Moment | None, version: str) -> str:
    size = f", {moment.size} bytes" if moment.size is not None else ""
    grown = before is not None and before.size is not None and moment.size not in (None, before.size)
    was = f", was {before.size}" if before is not None and grown else ""
    since = f" in {version}" if moment.mark in (Mark.NEW, Mark.CHANGED) else ""
    breaks = f", {HEADINGS[moment.impact]}" if moment.impact is not Impact.NONE else ""
    return f"{moment.mark.value}{since}{size}{was}{breaks}"


def plot_sizes(sizes: Sequence[int | None]) -> str:
    """Points of a step line through ``sizes``, one step a release; empty where there is nothing but one size."""
    known = [size for size in sizes if size is not None]
    if len(set(known)) < 2:
        return ""
    low, span = min(known), max(known) - min(known)
    points = []
    for index, size in enumerate(sizes):
        if size is not None:
            y = 2 + (_HEIGHT - 4) * (1 - (size - low) / span)
            points += [f"{index * _STEP},{y:.1f}", f"{(index + 1) * _STEP},{y:.1f}"]
    return " ".join(points)
