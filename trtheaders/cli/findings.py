"""A finding about vendored files on the screen: `status`, `sync --check` and the commit hook show it alike."""

from __future__ import annotations

from trtheaders.cli.screen import from_here, say, wants_colour
from trtheaders.counting import count_of
from trtheaders.model.answers.findings import Finding
from trtheaders.report.colours import Ink, paint
from trtheaders.report.evidence import spell_evidence, spell_kind

_EVIDENCE_LINES = 12


def tell_finding(finding: Finding, *, place: str = "", indent: str = "", hinted: bool = True) -> None:
    """Its message behind ``place``, its evidence, and its hint unless that stands elsewhere."""
    kind = spell_kind(finding, coloured=wants_colour())
    where = f"{paint(from_here(place), Ink.PLACE, coloured=wants_colour())}: " if place else ""
    say(f"{indent}{where}{kind}: {from_here(finding.message)}")
    lines = spell_evidence(finding.evidence)
    for line in lines[:_EVIDENCE_LINES]:
        say(f"{indent}   {from_here(line)}")
    if len(lines) > _EVIDENCE_LINES:
        say(f"{indent}   … and {count_of(len(lines) - _EVIDENCE_LINES, 'more line')}")
    if hinted and finding.hint:
        tell_hint(finding.hint, indent=indent)


def tell_hint(hint: str, *, indent: str = "") -> None:
    """``hint`` under what it helps with."""
    say(f"{indent}{paint('hint', Ink.HINT, coloured=wants_colour())}: {from_here(hint)}")


def tell_mismatch(sentence: str) -> None:
    """The answer of a hook, in front of what it rests on."""
    say(f"{paint('mismatch', Ink.ERROR, coloured=wants_colour())}: {sentence}")
