"""An :class:`Account` as text for people, and as a JSON document."""

from __future__ import annotations

from typing import Any

from trtheaders.counting import count_of
from trtheaders.model.answers.symptoms import Account, Explanation, Symptom, SymptomKind
from trtheaders.report.colours import Ink, paint
from trtheaders.spelling import read_cxx
from trtheaders.visible import join_lines, show

_MOST_PLACES = 5
_MOST_LINES = 36
"""With the counts, an answer is at most 40 lines long; `-v` shortens nothing."""
_MOST_UNEXPLAINED = 8
_LONGEST = 400
"""Characters of a line of evidence: five lines of a terminal; `-v` shows all."""
_SYMBOLS = frozenset({SymptomKind.UNDEFINED_REFERENCE, SymptomKind.UNDEFINED_AT_RUN_TIME})


def render_account(account: Account, *, colour: bool = False, verbose: bool = False) -> str:
    """``account`` as text: each cause with its evidence, where it shows, and what to do; then the counts."""
    shown = _fit([_render(item, colour, verbose) for item in account.explanations], verbose)
    blocks = [join_lines(block) for block in shown]
    if account.unexplained and (verbose or not account.explanations):
        blocks.append(_tell_unexplained(account, verbose))
    telling = not account.explanations or bool(account.unexplained)
    notes = [show(f"note: {remark}") for remark in account.remarks if verbose or telling]
    # Where nothing failed the counts are the answer.
    parts = [*blocks, *notes, _count(account)] if blocks else [_count(account), *notes]
    return "\n\n".join(parts) + "\n"


def _fit(blocks: list[list[str]], verbose: bool) -> list[list[str]]:
    """Whole explanations as long as the screen holds them, then their first lines alone, then a count."""
    if verbose:
        return blocks
    shown: list[list[str]] = []
    room = _MOST_LINES
    for index, block in enumerate(blocks):
        left = len(blocks) - index
        if len(block) + 1 + 2 * (left - 1) > room and index:
            heads = [item[0] for item in blocks[index:]][: max(1, room - 2)]
            more = left - len(heads)
            return [*shown, [*heads, *([f"… and {more} more causes"] if more else []), "(-v shows all)"]]
        shown.append(block)
        room -= len(block) + 1
    return shown


def _tell_unexplained(account: Account, verbose: bool) -> str:
    rows = account.unexplained if verbose else account.unexplained[:_MOST_UNEXPLAINED]
    more = len(account.unexplained) - len(rows)
    lines = [f"   line {row.line}: {row.text if verbose else row.text[:300]}" for row in rows]
    lines += [f"   … and {more} more (-v shows them)"] if more else []
    return join_lines(["not understood, and about TensorRT-LLM:", *lines])


def _render(item: Explanation, colour: bool, verbose: bool) -> list[str]:
    head = f"{paint('error', Ink.ERROR, coloured=colour)}: {item.message}"
    places = _places(item)
    shown = places if verbose else places[:_MOST_PLACES]
    more = len(places) - len(shown)
    told = [*item.evidence, *shown]
    lines = [head, f"   cause: {item.cause.value}"]
    lines += [f"   {line if verbose else _shorten(line)}" for line in told]
    lines += [f"   … and {more} more (-v shows them)"] if more else []
    return [*lines, f"{paint('hint', Ink.HINT, coloured=colour)}: {item.remedy}"]


def _shorten(line: str) -> str:
    """``line`` without the parameters in the midst of an endless signature: its place and its last ones stay."""
    if len(line) <= _LONGEST:
        return line
    start, end = line.rfind(", ", 0, _LONGEST - 80), line.find(", ", len(line) - 80)
    if start < 0 or end < 0:
        return f"{line[: _LONGEST - 80]} … {line[-77:]}"
    return f"{line[:start]}, …{line[end:]}"


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
    words += [f"{len(account.unexplained)} not understood"] if account.unexplained else []
    words += [f"{account.left_out} repeated or left out"] if account.left_out else []
    known = f"known releases: {', '.join(account.releases)}" if account.releases else "no release is known here"
    installed = f"; installed: {account.installed}" if account.installed else ""
    return f"{' · '.join(words)}\n{show(known + installed)}"


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
        "unexplained": [{"line": row.line, "text": row.text} for row in account.unexplained],
        "left_out": account.left_out,
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
