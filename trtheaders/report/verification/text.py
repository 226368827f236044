"""A verdict for people: the answer, how much was looked at, what weighs most, then findings as compilers print them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.counting import count_of
from trtheaders.model.answers.excerpts import Excerpt
from trtheaders.model.answers.findings import EvidenceKind, Finding, Severity, Verification
from trtheaders.model.headers.promises import Unverifiable
from trtheaders.model.places import Location
from trtheaders.report.colours import Ink, paint
from trtheaders.report.evidence import spell_evidence, spell_kind, tell_witness
from trtheaders.report.places import short_path, shorten_paths
from trtheaders.report.verification.answer import is_quiet_note, tell_answer, tell_counts, tell_weightiest
from trtheaders.visible import join_lines

_EVIDENCE_LINES = 12
"""How much is shown before `-v` is needed."""

_WORDS = {"ok": Ink.OK, "read": Ink.OK, "mismatch": Ink.ERROR, "no answer": Ink.ERROR}


class Screen(Struct, frozen=True, kw_only=True):
    """How a verdict is shown: ``base`` is where the reader stands, ``width`` 0 where lines may be of any length.

    ``quiet`` leaves out notes, remarks and evidence; ``verbose`` shortens nothing.
    """

    base: Path
    verbose: bool = False
    quiet: bool = False
    coloured: bool = False
    width: int = 0


def render_verification(
    verification: Verification, screen: Screen | None = None, *, excerpt: Excerpt | None = None, refusal: str = ""
) -> str:
    """``verification`` as text; ``excerpt`` is the line of the first finding.

    ``refusal`` says why the verdict is no answer to what was asked (`--strict`).
    """
    screen = screen or Screen(base=Path.cwd())
    shown = shown_findings(verification, screen)
    lines = [*_head(verification, screen, refusal), *([] if screen.quiet else _remarks(verification, screen))]
    body = list(_findings(shown, verification, screen, excerpt))
    if screen.verbose:
        body += _unverifiable(verification, screen)
    return join_lines([*lines, "", *body] if body else lines)


def shown_findings(verification: Verification, screen: Screen) -> list[Finding]:
    """The findings that ``screen`` shows: notes only in full length, or where they are asked for."""
    if screen.verbose:
        return list(verification.findings)
    kept = [item for item in verification.findings if not is_quiet_note(item)]
    return [item for item in kept if not (screen.quiet and item.severity is Severity.NOTE)]


def _head(verification: Verification, screen: Screen, refusal: str) -> list[str]:
    word, sentence = ("no answer", refusal) if refusal else tell_answer(verification, screen.base)
    return [f"{paint(word, _WORDS[word], coloured=screen.coloured)}: {sentence}", tell_counts(verification)]


def _remarks(verification: Verification, screen: Screen) -> list[str]:
    first = tell_weightiest(verification)
    told = verification.remarks if screen.verbose else [first] if first else []
    word = paint("remark", Ink.NOTE, coloured=screen.coloured)
    return [f"{word}: {shorten_paths(remark, screen.base)}" for remark in told]


def _findings(
    shown: Sequence[Finding], verification: Verification, screen: Screen, excerpt: Excerpt | None
) -> Iterable[str]:
    for index, finding in enumerate(shown):
        yield _headline(finding, verification, screen)
        if not screen.quiet:
            yield from _quote(excerpt, screen) if excerpt and index == 0 else ()
            yield from _evidence(finding, verification, screen)
        following = shown[index + 1].hint if index + 1 < len(shown) else ""
        # One hint under a run of findings that share it.
        if finding.hint and finding.hint != following:
            hint = shorten_paths(finding.hint, screen.base)
            yield f"{paint('hint', Ink.HINT, coloured=screen.coloured)}: {hint}"


def _headline(finding: Finding, verification: Verification, screen: Screen) -> str:
    place = ""
    if finding.location:
        place = f"{paint(_place(finding.location, verification, screen), Ink.PLACE, coloured=screen.coloured)}: "
    kind = spell_kind(finding, coloured=screen.coloured)
    return f"{place}{kind}: {shorten_paths(finding.message, screen.base)}"


def _place(location: Location, verification: Verification, screen: Screen) -> str:
    """As terminals and editors open it: a path from where the reader stands, and the line."""
    root = verification.header_root
    file = short_path(root / location.file, screen.base) if root else location.file
    return f"{file}:{location.line}" if location.line else file


def _quote(excerpt: Excerpt, screen: Screen) -> Iterable[str]:
    """The line with a caret under what is meant; a long one is cut so that the caret stays below it."""
    number = f"{excerpt.line:5} | "
    room = max((screen.width or 160) - len(number), 20)
    start = 0 if excerpt.column + excerpt.length <= room else excerpt.column - room // 4
    text, column = excerpt.text[start : start + room], excerpt.column - start
    marks = "^" + "~" * (min(excerpt.length, room - column) - 1)
    bar = paint(number, Ink.FAINT, coloured=screen.coloured)
    yield f"{bar}{text}".rstrip()
    gap = paint(f"{'|':>7} ", Ink.FAINT, coloured=screen.coloured)
    yield f"{gap}{' ' * column}{paint(marks, Ink.HINT, coloured=screen.coloured)}"


def _evidence(finding: Finding, verification: Verification, screen: Screen) -> Iterable[str]:
    alike = [] if screen.verbose else [item for item in finding.evidence if item.kind is EvidenceKind.ALIKE]
    told = (item for item in finding.evidence if item not in alike)
    shortened = (replace(item, text=shorten_paths(item.text, screen.base)) for item in told)
    lines = spell_evidence(shortened, lambda place: _place(place, verification, screen))
    lines += tell_witness(finding)
    cut = lines if screen.verbose else lines[:_EVIDENCE_LINES]
    yield from (f"   {line}" for line in cut)
    if alike:
        yield f"   … and {len(alike)} more in the same way (`-v` shows them)"
    if len(cut) < len(lines):
        yield f"   … and {count_of(len(lines) - len(cut), 'more line')} (`-v` shows them)"


def _unverifiable(verification: Verification, screen: Screen) -> list[str]:
    """Declarations that were not judged, those with one cause together."""
    groups: dict[tuple[str, Location, str], list[Unverifiable]] = {}
    for item in verification.unverifiable:
        groups.setdefault((item.reason, item.blame or item.location, item.remedy), []).append(item)
    lines: list[str] = []
    for (reason, location, remedy), members in groups.items():
        lines.append(f"{_place(location, verification, screen)}: unverifiable: {reason}")
        lines.append(f"   {', '.join(f'`{item.name}`' for item in members)}")
        lines += [f"hint: {remedy}"] if remedy else []
    return lines
