"""An :class:`Account` as text for people, and as a JSON document."""

from __future__ import annotations

from typing import Any

from trtheaders.counting import count_of
from trtheaders.model.answers.symptoms import Account, Explanation, Symptom, SymptomKind
from trtheaders.report.colours import Ink, paint
from trtheaders.spelling import read_cxx

_MOST_PLACES = 5
_SYMBOLS = frozenset({SymptomKind.UNDEFINED_REFERENCE, SymptomKind.UNDEFINED_AT_RUN_TIME})


def render_account(account: Account, *, colour: bool = False, verbose: bool = False) -> str:
    """``account`` as text: each cause with its evidence, where it shows, and what to do; then the counts."""
    blocks = [_render(item, colour, verbose) for item in account.explanations]
    blocks += [f"note: {remark}" for remark in account.remarks if verbose or not account.explanations]
    return "\n\n".join([*blocks, _count(account)]) + "\n"


def _render(item: Explanation, colour: bool, verbose: bool) -> str:
    head = f"{paint('error', Ink.ERROR, coloured=colour)}: {item.message}"
    places = _places(item)
    shown = places if verbose else places[:_MOST_PLACES]
    more = len(places) - len(shown)
    lines = [head, f"   cause: {item.cause.value}"]
    lines += [f"   {line}" for line in item.evidence]
    lines += [f"   {place}" for place in shown]
    lines += [f"   … and {more} more (-v shows them)"] if more else []
    return "\n".join([*lines, f"{paint('hint', Ink.HINT, coloured=colour)}: {item.remedy}"])


def _places(item: Explanation) -> list[str]:
    """Where each thing shows: the consumer's line or object, and the log's line."""
    return list(dict.fromkeys(_place(symptom) for symptom in item.symptoms))


def _place(symptom: Symptom) -> str:
    where = str(symptom.location) if symptom.location else symptom.referrer
    subject = read_cxx(symptom.subject) if symptom.kind in _SYMBOLS else symptom.subject
    at = f"{where}: " if where else f"line {symptom.line}: "
    return f"{at}{symptom.kind.value}: {subject}"


def _count(account: Account) -> str:
    explained = sum(len(item.symptoms) for item in account.explanations)
    causes = len(account.explanations)
    words = [
        f"{count_of(account.lines, 'line')} read",
        f"{count_of(explained, 'complaint')} about TensorRT-LLM, {count_of(causes, 'cause')}",
        f"{len(account.foreign)} about other things",
    ]
    known = f"known releases: {', '.join(account.releases)}" if account.releases else "no release is known here"
    installed = f"; installed: {account.installed}" if account.installed else ""
    return f"{' · '.join(words)}\n{known}{installed}"


def document_account(account: Account) -> dict[str, Any]:
    """``account`` as JSON-ready data."""
    return {
        "schema": 1,
        "explanations": [
            {
                "cause": item.cause.name.lower().replace("_", "-"),
                "message": item.message,
                "evidence": list(item.evidence),
                "remedy": item.remedy,
                "symptoms": [_document(symptom) for symptom in item.symptoms],
            }
            for item in account.explanations
        ],
        "foreign": [_document(symptom) for symptom in account.foreign],
        "lines": account.lines,
        "releases": list(account.releases),
        "installed": account.installed or None,
        "remarks": list(account.remarks),
    }


def _document(symptom: Symptom) -> dict[str, Any]:
    return {
        "kind": symptom.kind.value,
        "subject": symptom.subject,
        "line": symptom.line,
        "file": symptom.location.file if symptom.location else None,
        "file_line": symptom.location.line if symptom.location else None,
        "referrer": symptom.referrer or None,
    }
