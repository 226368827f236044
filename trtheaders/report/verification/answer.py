"""The answer in plain words: what was compared with what, how it came out, and what weighs most beside it.

Every screen begins with these lines: the terminal's, a commit hook's, CMake's, a pull request's.
"""

from __future__ import annotations

from pathlib import Path

from trtheaders.counting import count_of
from trtheaders.model.answers.findings import Counts, EvidenceKind, Finding, Severity, Verdict, Verification, Witness
from trtheaders.report.places import short_path
from trtheaders.rules.symbols import FOREIGN_ARCHITECTURES, UNRESOLVED_SYMBOLS
from trtheaders.rules.vendored import CHANGED_FILES, EXTRA_FILES, INCONSISTENT_LOCKS, MISSING_FILES

OWN_FILES = frozenset({CHANGED_FILES.id, MISSING_FILES.id, EXTRA_FILES.id, INCONSISTENT_LOCKS.id})
"""What is wrong with the vendored files themselves, whatever the library is."""
_OWN_LIBRARIES = frozenset({FOREIGN_ARCHITECTURES.id, UNRESOLVED_SYMBOLS.id})
"""What is wrong with the libraries, whatever the headers are."""


def tell_answer(verification: Verification, base: Path | None = None) -> tuple[str, str]:
    """A word (`ok`, `mismatch`, `read`), and the sentence that goes after it; paths are relative to ``base``."""
    base = base or Path.cwd()
    headers = _headers(verification, base)
    errors = {finding.rule for finding in verification.findings if finding.severity is Severity.ERROR}
    library = _library(verification, base)
    if verification.verdict is Verdict.VERIFIED:
        return _tell_good(verification, headers, library)
    if errors <= OWN_FILES:
        return "mismatch", f"{headers} are not what the lock says"
    if errors <= _OWN_LIBRARIES:
        return "mismatch", f"{library} cannot be linked as it is"
    return "mismatch", f"{headers} do not belong to {library}"


def _tell_good(verification: Verification, headers: str, library: str) -> tuple[str, str]:
    if not library:
        return "read", f"{headers}, no library was asked"
    accepted = sum(_is_accepted(item) for item in verification.findings)
    but = f", but for {count_of(accepted, 'finding')} on record" if accepted else ""
    far = f"{but}, as far as checked" if verification.counts.unverifiable else but
    return "ok", f"{headers} belong to {library}{far}"


def _is_accepted(finding: Finding) -> bool:
    return any(item.kind is EvidenceKind.ACCEPTED for item in finding.evidence)


def _headers(verification: Verification, base: Path) -> str:
    if verification.release:
        return f"headers {verification.release}"
    root = verification.header_root
    return f"headers in {short_path(root, base)}" if root else "headers"


def _library(verification: Verification, base: Path) -> str:
    """`libtensorrt_llm.so 1.1.0 (.venv)`; '' where no library was asked."""
    if not verification.libraries:
        return ""
    first = verification.libraries[0]
    place = f"({short_path(verification.place or first.path.parent, base)})"
    if first.stub_of:
        return f"{first.name} {place}, a stub of {first.stub_of}"
    return " ".join(filter(None, (first.name, verification.installed, place)))


def summarise(verification: Verification, base: Path | None = None) -> str:
    """Answer and counts in one line, for where there is only one."""
    return f"{': '.join(tell_answer(verification, base))}; {tell_counts(verification)}"


def tell_counts(verification: Verification) -> str:
    """How much was looked at, and with what result."""
    count = len(verification.libraries)
    checked = f"checked against {count_of(count, 'library', 'libraries')}" if count else "read"
    of = count_of(verification.counts.promises, "promise")
    return f"{of} {checked}: {_counted(verification.counts)}{_others(verification.findings)}"


def _counted(counts: Counts) -> str:
    told = f"{counts.missing} missing · {counts.exempt} exempt · {counts.unverifiable} unverifiable"
    layouts = counts.layouts
    return f"{told} · {layouts.judged} of {layouts.classes} layouts judged" if layouts.classes else told


def _others(findings: tuple[Finding, ...]) -> str:
    """Findings that are not counted as missing promises: vendored files, layouts, warnings."""
    errors = sum(item.severity is Severity.ERROR for item in findings)
    warnings = sum(item.severity is Severity.WARNING for item in findings)
    told = [count_of(errors, "error")] if errors else []
    told += [count_of(warnings, "warning")] if warnings else []
    return f" ({', '.join(told)})" if told else ""


def tell_weightiest(verification: Verification) -> str:
    """The remark that comes first, and how many more there are, notes included; '' where there is none.

    What the counts say already is none.
    """
    remarks = [remark for remark in verification.remarks if remark != verification.counted]
    notes = [item.message for item in verification.findings if is_quiet_note(item)]
    first, *more = [*remarks, *notes] or [""]
    return f"{first}{f' (+{len(more)}: -v)' if more else ''}"


def is_quiet_note(finding: Finding) -> bool:
    """Whether a short screen only counts ``finding``: a note that the reader has not asked for (`--link`)."""
    return finding.severity is Severity.NOTE and finding.witness is Witness.NOT_ASKED
