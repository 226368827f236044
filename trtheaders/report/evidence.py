"""Evidence under a finding, in words. What is concluded from evidence rests on its kind, never on these."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from trtheaders.model.answers.findings import Evidence, EvidenceKind, Finding, Severity, Witness
from trtheaders.model.headers.promises import Unverifiable
from trtheaders.model.places import Location
from trtheaders.report.colours import Ink, paint

_WORDS = {
    EvidenceKind.REACHED: "reached by {}",
    EvidenceKind.WANTED: "wanted: {}",
    EvidenceKind.PRESENT: "the library has: {}",
    EvidenceKind.ASKED: "asked: {}",
    EvidenceKind.ACCEPTED: "accepted: {}",
    EvidenceKind.DETAIL: "   {}",
}


_INKS = {Severity.ERROR: Ink.ERROR, Severity.WARNING: Ink.WARNING, Severity.NOTE: Ink.NOTE}
_WITNESS = {
    Witness.CONFIRMED: "the linker says so too: a program that uses it does not link",
    Witness.WITHDRAWN: "withdrawn: a program that uses it links",
    Witness.UNCLEAR: "the linker could not be asked: no program that uses it compiles",
}


def spell_kind(finding: Finding, *, coloured: bool) -> str:
    """What goes in front of a message: `error[missing-symbols]`."""
    return paint(f"{finding.severity.value}[{finding.rule}]", _INKS[finding.severity], coloured=coloured)


def spell_reason(item: Unverifiable) -> str:
    """Why ``item`` was not judged, and what helps, if anything does."""
    return f"{item.reason}; {item.remedy}" if item.remedy else item.reason


def spell_under(finding: Finding, place: Callable[[Location], str] = str) -> list[str]:
    """All lines under ``finding``: its evidence, and what the linker said of it."""
    return [*spell_evidence(finding.evidence, place), *tell_witness(finding)]


def tell_witness(finding: Finding) -> list[str]:
    """What the linker said of ``finding``, in a line; none where it was not asked."""
    return [_WITNESS[finding.witness]] if finding.witness in _WITNESS else []


def spell_evidence(evidence: Iterable[Evidence], place: Callable[[Location], str] = str) -> list[str]:
    """A line for each of ``evidence``; ``place`` writes a place as the reader can open it."""
    return [_spell(item, place) for item in evidence]


def _spell(item: Evidence, place: Callable[[Location], str]) -> str:
    text = _WORDS.get(item.kind, "{}").replace("{}", item.text)
    return f"{place(item.place)}: {text}" if item.place else text
