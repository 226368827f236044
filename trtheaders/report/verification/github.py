"""A verdict as workflow commands, which GitHub shows beside the lines that they name.

GitHub shows ten errors and ten warnings of a step and drops the rest, so the tenth of each holds all that are left.
"""

from __future__ import annotations

from pathlib import Path

from trtheaders.model.answers.findings import Finding, Severity, Verification
from trtheaders.model.headers.promises import Unverifiable
from trtheaders.report.evidence import spell_reason, spell_under
from trtheaders.report.places import path_of, shorten_paths
from trtheaders.report.verification.answer import summarise
from trtheaders.visible import join_lines, show

SHOWN = 10
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render_verification(verification: Verification, *, base: Path | None = None) -> str:
    """``verification`` as lines `::error file=…,line=…,title=…::…`; paths relative to ``base`` (the working folder)."""
    base = base or Path.cwd()
    lines: list[str] = []
    for severity in Severity:
        of_it = [finding for finding in verification.findings if finding.severity is severity]
        # The last notice is the summary.
        room = SHOWN - (severity is Severity.NOTE)
        shown = len(of_it) if len(of_it) <= room else room - 1
        lines += [_annotate(finding, verification, base) for finding in of_it[:shown]]
        if len(of_it) > shown:
            lines.append(_gather(severity, of_it[shown:]))
    told = [summarise(verification, base), *(shorten_paths(remark, base) for remark in verification.remarks)]
    told += map(_tell_unverifiable, verification.unverifiable)
    return "\n".join([*lines, _command("notice", {"title": "trtheaders"}, join_lines(told))])


def render_unanswered(error: str, hint: str, verification: Verification | None = None) -> str:
    """One line `::error title=…::…`, after the findings of a ``verification`` that was not enough."""
    lines = [render_verification(verification)] if verification else []
    text = join_lines([error, *([f"hint: {hint}"] if hint else [])])
    return "\n".join([*lines, _command("error", {"title": "trtheaders has no answer"}, text)])


def _tell_unverifiable(item: Unverifiable) -> str:
    return f"{item.location}: `{item.name}` was not judged: {spell_reason(item)}"


def _annotate(finding: Finding, verification: Verification, base: Path) -> str:
    properties = {}
    if finding.location is not None:
        properties["file"] = path_of(verification, finding.location, base)
        if finding.location.line:
            properties["line"] = str(finding.location.line)
    properties["title"] = finding.rule
    lines = [finding.message, *spell_under(finding), *([f"hint: {finding.hint}"] if finding.hint else [])]
    return _command(_COMMANDS[finding.severity], properties, join_lines(lines))


def _gather(severity: Severity, findings: list[Finding]) -> str:
    places = [f"{finding.location or '-'}: {finding.message} [{finding.rule}]" for finding in findings]
    title = {"title": f"{len(findings)} more {severity.value}s"}
    return _command(_COMMANDS[severity], title, join_lines(places))


def _command(name: str, properties: dict[str, str], message: str) -> str:
    given = ",".join(f"{key}={_escape(value, ':,')}" for key, value in properties.items())
    return f"::{name} {given}::{_escape(message)}"


def _escape(text: str, also: str = "") -> str:
    """As GitHub's toolkit escapes: `%`, line ends, and in properties the characters that end one."""
    text = "\n".join(map(show, text.split("\n"))) if not also else show(text)
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    for character in also:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
