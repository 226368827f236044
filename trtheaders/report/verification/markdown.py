"""A verdict as a Markdown summary, for a pull request or `$GITHUB_STEP_SUMMARY`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from trtheaders.counting import count_of, verb_for
from trtheaders.model.answers.findings import Finding, Severity, Verification
from trtheaders.report.evidence import spell_reason, spell_under
from trtheaders.report.places import path_of, shorten_paths
from trtheaders.report.verification.answer import tell_answer, tell_counts
from trtheaders.visible import code_span, show

ROWS = 200
"""A step's summary may hold one MiB; a table longer than this is read by nobody."""

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def render_verification(verification: Verification, *, base: Path | None = None) -> str:
    """``verification`` as a heading, a line that counts, a table of findings, hints, and what was not judged."""
    base = base or Path.cwd()
    blocks = [f"### {_inline(': '.join(tell_answer(verification, base)))}", tell_counts(verification)]
    blocks += _findings(verification, base)
    blocks += _unverifiable(verification)
    blocks += (
        ["\n".join(f"- {_inline(shorten_paths(remark, base))}" for remark in verification.remarks)]
        if verification.remarks
        else []
    )
    return "\n\n".join(blocks) + "\n"


def render_unanswered(error: str, hint: str, verification: Verification | None = None) -> str:
    """A heading that says so, what to do, and what was found by a ``verification`` that was not enough."""
    blocks = [f"### no answer: {_inline(error)}", *([_inline(hint)] if hint else [])]
    return "\n\n".join([*blocks, *([render_verification(verification)] if verification else [])]) + "\n"


def _findings(verification: Verification, base: Path) -> Iterable[str]:
    findings = sorted(verification.findings, key=lambda finding: _ORDER[finding.severity])
    if not findings:
        return
    rows = ["| | rule | where | what |", "|---|---|---|---|"]
    yield "\n".join([*rows, *(_row(finding, verification, base) for finding in findings[:ROWS])])
    if len(findings) > ROWS:
        yield f"… and {len(findings) - ROWS} more"
    hints = dict.fromkeys(finding.hint for finding in findings if finding.hint)
    if hints:
        yield "\n".join(f"- {_inline(hint)}" for hint in hints)


def _row(finding: Finding, verification: Verification, base: Path) -> str:
    where = ""
    if finding.location is not None:
        line = f":{finding.location.line}" if finding.location.line else ""
        where = code_span(f"{path_of(verification, finding.location, base)}{line}")
    what = "<br>".join(_inline(line) for line in (finding.message, *spell_under(finding)))
    cells = (finding.severity.value, f"`{finding.rule}`", where, what)
    # A bar ends a cell even inside of a code span.
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _unverifiable(verification: Verification) -> Iterable[str]:
    if not verification.unverifiable:
        return
    lines = [
        f"- {code_span(str(item.location))} {code_span(item.name)}: {_inline(spell_reason(item))}"
        for item in verification.unverifiable[:ROWS]
    ]
    count = len(verification.unverifiable)
    lines += [f"- … and {count - ROWS} more"] if count > ROWS else []
    body = "\n".join(lines)
    summary = f"{count_of(count, 'declaration')} {verb_for(count)} not judged"
    yield f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def _inline(text: str) -> str:
    """``text`` as it is, outside and inside of backticks: no tags, no new lines."""
    parts = show(text).split("`")
    odd = len(parts) % 2 == 0
    # Code spans show `<` as it is; elsewhere it would start a tag, and demangled names are full of them.
    escaped = [part if index % 2 and not odd else _escape(part) for index, part in enumerate(parts)]
    return "`".join(escaped)


def _escape(text: str) -> str:
    for character in "\\<>*_[]!#":
        text = text.replace(character, f"\\{character}")
    return text.replace("&", "&amp;")
