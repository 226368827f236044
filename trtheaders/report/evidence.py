"""Evidence under a finding, in words. What is concluded from evidence rests on its kind, never on these."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from trtheaders.model.answers.findings import Evidence, EvidenceKind
from trtheaders.model.places import Location

_WORDS = {
    EvidenceKind.REACHED: "reached by {}",
    EvidenceKind.WANTED: "wanted: {}",
    EvidenceKind.PRESENT: "the library has: {}",
    EvidenceKind.ASKED: "asked: {}",
    EvidenceKind.ACCEPTED: "accepted: {}",
    EvidenceKind.DETAIL: "   {}",
}


def spell_evidence(evidence: Iterable[Evidence], place: Callable[[Location], str] = str) -> list[str]:
    """A line for each of ``evidence``; ``place`` writes a place as the reader can open it."""
    return [_spell(item, place) for item in evidence]


def _spell(item: Evidence, place: Callable[[Location], str]) -> str:
    text = _WORDS.get(item.kind, "{}").replace("{}", item.text)
    return f"{place(item.place)}: {text}" if item.place else text
