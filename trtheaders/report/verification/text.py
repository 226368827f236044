"""A verdict for people: findings as compilers print them, what was not judged, and a line that counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trtheaders.counting import count_of
from trtheaders.model.answers.findings import Counts, Finding, Severity, Verification, Witness
from trtheaders.model.headers.promises import Unverifiable
from trtheaders.report.colours import Ink, paint

_EVIDENCE_LINES, _NAMES, _REASONS = 12, 4, 8
"""How much is shown before `-v` is needed."""

_INKS = {Severity.ERROR: Ink.ERROR, Severity.WARNING: Ink.WARNING, Severity.NOTE: Ink.NOTE}
_WITNESS = {
    Witness.CONFIRMED: "g++ says so too: it does not link",
    Witness.WITHDRAWN: "withdrawn: g++ links a program that uses it",
    Witness.UNCLEAR: "g++ could not tell",
}


def render_verification(
    verification: Verification, *, verbose: bool = False, quiet: bool = False, coloured: bool = False
) -> str:
    """``verification`` as text. ``quiet`` leaves out notes, remarks and evidence; ``verbose`` shortens nothing."""
    shown = [item for item in verification.findings if not (quiet and item.severity is Severity.NOTE)]
    blocks = list(_findings(shown, verbose=verbose, quiet=quiet, coloured=coloured))
    if not quiet:
        blocks += _unverifiable(verification.unverifiable, verbose=verbose)
        blocks += [f"remark: {remark}" for remark in verification.remarks]
    blocks += ["", summarise(verification)] if blocks else [summarise(verification)]
    return "\n".join(blocks)


def _findings(shown: Sequence[Finding], *, verbose: bool, quiet: bool, coloured: bool) -> Iterable[str]:
    for index, finding in enumerate(shown):
        yield _headline(finding, coloured=coloured)
        if not quiet:
            yield from _evidence(finding, verbose=verbose)
        following = shown[index + 1].hint if index + 1 < len(shown) else ""
        # One hint under a run of findings that share it.
        if finding.hint and finding.hint != following:
            yield f"{paint('hint', Ink.HINT, coloured=coloured)}: {finding.hint}"


def _headline(finding: Finding, *, coloured: bool) -> str:
    place = f"{paint(str(finding.location), Ink.PLACE, coloured=coloured)}: " if finding.location else ""
    kind = paint(f"{finding.severity.value}[{finding.rule}]", _INKS[finding.severity], coloured=coloured)
    return f"{place}{kind}: {finding.message}"


def _evidence(finding: Finding, *, verbose: bool) -> Iterable[str]:
    lines = [*finding.evidence]
    if finding.witness in _WITNESS:
        lines.append(_WITNESS[finding.witness])
    cut = lines if verbose else lines[:_EVIDENCE_LINES]
    yield from (f"   {line}" for line in cut)
    if len(cut) < len(lines):
        yield f"   … and {count_of(len(lines) - len(cut), 'more line')} (`-v` shows them)"


def _unverifiable(items: Sequence[Unverifiable], *, verbose: bool) -> list[str]:
    """Declarations that were not judged, those with one cause together."""
    groups: dict[tuple[str, str, str], list[Unverifiable]] = {}
    for item in items:
        groups.setdefault((item.reason, str(item.blame or item.location), item.remedy), []).append(item)
    lines: list[str] = []
    shown = list(groups.items()) if verbose else list(groups.items())[:_REASONS]
    for (reason, place, remedy), members in shown:
        lines.append(f"{place}: unverifiable: {reason}")
        lines.append(f"   {_names(members, verbose=verbose)}")
        lines += [f"hint: {remedy}"] if remedy else []
    if len(shown) < len(groups):
        lines.append(f"… and {count_of(len(groups) - len(shown), 'more cause')} (`-v` shows them)")
    return lines


def _names(members: Sequence[Unverifiable], *, verbose: bool) -> str:
    shown = members if verbose else members[:_NAMES]
    names = ", ".join(f"`{item.name}`" for item in shown)
    return names if len(shown) == len(members) else f"{names} and {len(members) - len(shown)} more"


def summarise(verification: Verification) -> str:
    """The last line: what was compared with what, and the counts."""
    counts = verification.counts
    of = f" of {verification.release}" if verification.release else ""
    against = _libraries(verification)
    checked = f"checked against {against}" if against else "read, no library asked"
    return f"{count_of(counts.promises, 'promise')}{of} {checked}: {_counted(counts)}{_others(verification)}"


def _libraries(verification: Verification) -> str:
    names = [facts.name for facts in verification.libraries]
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more" if names else ""


def _counted(counts: Counts) -> str:
    return f"{counts.missing} missing · {counts.exempt} exempt · {counts.unverifiable} unverifiable"


def _others(verification: Verification) -> str:
    """Findings that are not counted as missing promises: vendored files, layouts, warnings."""
    errors = sum(item.severity is Severity.ERROR for item in verification.findings)
    warnings = sum(item.severity is Severity.WARNING for item in verification.findings)
    told = [count_of(errors, "error")] if errors else []
    told += [count_of(warnings, "warning")] if warnings else []
    return f" ({', '.join(told)})" if told else ""
