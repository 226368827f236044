"""What changed between two releases as JSON (`schemas/diff.schema.json`) and as Markdown for a pull request."""

from __future__ import annotations

from typing import Any

from trtheaders.counting import count_of
from trtheaders.model.answers.changes import Change, Comparison, Impact, Side
from trtheaders.report.changes import HEADINGS, summarise, tell_briefly, tell_details, tell_place
from trtheaders.visible import code_span, dump_json, show

SCHEMA = 1


def render_changes_json(comparison: Comparison) -> str:
    """``comparison`` as `schemas/diff.schema.json` describes it."""
    document = {
        "schema": SCHEMA,
        "old": _side(comparison.old),
        "new": _side(comparison.new),
        "counts": {impact.value: sum(change.impact is impact for change in comparison.changes) for impact in HEADINGS},
        "changes": [_change(change) for change in comparison.changes],
        "unjudged": list(comparison.unjudged),
        "remarks": list(comparison.remarks),
    }
    return dump_json(document)


def _side(side: Side) -> dict[str, Any]:
    toolchain = side.key.toolchain
    return {
        "name": side.name,
        "origin": side.origin,
        "content": side.key.content,
        "compiler": toolchain.compiler if toolchain else None,
        "standard_library": toolchain.standard_library if toolchain else None,
    }


def _change(change: Change) -> dict[str, Any]:
    place, before, after = change.location, change.old_location, change.new_location
    return {
        "kind": change.kind,
        "impact": change.impact.value,
        "impacts": sorted(impact.value for impact in change.impacts),
        "name": change.name,
        "old": change.old or None,
        "new": change.new or None,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "old_file": before.file if before else None,
        "old_line": before.line if before else None,
        "new_file": after.file if after else None,
        "new_line": after.line if after else None,
        "details": [{"text": detail.text, "impact": detail.impact.value} for detail in change.details],
        "removed_symbols": list(change.removed_symbols),
        "added_symbols": list(change.added_symbols),
    }


def render_changes_markdown(comparison: Comparison) -> str:
    """``comparison`` for a pull request: a table of what breaks, the harmless folded away."""
    parts = [
        f"### {code_span(comparison.old.name)} → {code_span(comparison.new.name)}",
        _escape(summarise(comparison)),
    ]
    breaking = [change for change in comparison.changes if change.impact is not Impact.NONE]
    if breaking:
        rows = [_row(change) for change in breaking]
        parts.append("\n".join(["| impact | what | where | details |", "|---|---|---|---|", *rows]))
    harmless = [change for change in comparison.changes if change.impact is Impact.NONE]
    if harmless:
        lines = [_escape(f"- {change.subject.value} `{change.name}`: {tell_briefly(change)}") for change in harmless]
        head = f"<details><summary>{len(harmless)} harmless</summary>\n"
        parts.append("\n".join([head, *lines, "", "</details>"]))
    if comparison.unjudged:
        names = ", ".join(map(code_span, comparison.unjudged))
        parts.append(f"{count_of(len(comparison.unjudged), 'declaration')} could not be judged: {names}")
    parts += [_escape(f"> {remark}") for remark in comparison.remarks]
    return "\n\n".join(parts)


def _row(change: Change) -> str:
    what = f"{change.subject.value} `{change.name}` {change.action.value}"
    cells = (HEADINGS[change.impact], what, f"`{tell_place(change)}`", "<br>".join(map(_escape, tell_details(change))))
    return f"| {' | '.join((*map(_escape, cells[:3]), cells[3]))} |"


def _escape(text: str) -> str:
    """One line, without tags; a pipe would end a table's cell, even in code."""
    parts = show(text).split("`")
    # Code spans show `<` as it is.
    spans = len(parts) % 2 == 1
    safe = (part if spans and index % 2 else part.replace("<", "&lt;") for index, part in enumerate(parts))
    return "`".join(safe).replace("|", "\\|")
