"""Findings that wait for a common cause, and what all causes need to know of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.checks.symbols.faults import find_faults, owed_symbols
from trtheaders.counting import count_of
from trtheaders.model.answers.candidates import Identification
from trtheaders.model.answers.findings import Evidence, EvidenceKind, Finding, Severity, Witness
from trtheaders.model.headers.promises import Promise
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.library.exports import LibraryAnswers, Lookalike
from trtheaders.model.names import SymbolName
from trtheaders.rules import LINK_RULES, Rule

_FEW_NAMES = 3
_SIDES = frozenset({EvidenceKind.WANTED, EvidenceKind.PRESENT})
"""Shown for a finding of its own; of a folded one the message and the differences tell enough."""


class UnkeptPromise(Struct, frozen=True, kw_only=True):
    """A promise that is not kept, with the finding that says so."""

    finding: Finding
    promise: Promise


class Case(Struct, frozen=True, kw_only=True, dict=True):
    """All that a cause may look at; ``symptoms`` are those that no earlier cause explains.

    ``layouts`` are findings about the layout of classes, ``identification`` which release the libraries are.
    """

    snapshot: AbiSnapshot
    answers: LibraryAnswers
    symptoms: tuple[UnkeptPromise, ...]
    layouts: tuple[Finding, ...] = ()
    identification: Identification | None = None

    @cached_property
    def promised(self) -> frozenset[SymbolName]:
        """Every spelling of every symbol that the headers promise."""
        return frozenset(symbol for promise in self.snapshot.promises for symbol in owed_symbols(promise))

    @cached_property
    def broken(self) -> frozenset[int]:
        """The positions in the snapshot of the promises that are not kept."""
        promises = enumerate(self.snapshot.promises)
        return frozenset(index for index, promise in promises if find_faults(promise, self.answers))

    @property
    def of_upstream(self) -> bool:
        """Whether the headers are TensorRT-LLM's: then its releases and wheels are worth a word."""
        return any(file.startswith("tensorrt_llm/") for file in self.snapshot.files)

    @property
    def kept(self) -> int:
        """How many promises are kept."""
        return len(self.snapshot.promises) - len(self.broken)

    def lookalikes(self, symptom: UnkeptPromise) -> tuple[Lookalike, ...]:
        """What the libraries have that resembles the missing symbols and is not promised itself."""
        found = (self.answers.lookalikes.get(symbol, ()) for symbol in symptom.finding.symbols)
        return tuple(item for items in found for item in items if item.export.symbol not in self.promised)


class CommonCause(Struct, frozen=True, kw_only=True):
    """What explains ``symptoms`` (and ``layouts``) at once: the words for one finding.

    ``alike`` says that ``lines`` show for the first symptom what every other one would say of itself.
    """

    rule: Rule
    message: str
    symptoms: tuple[UnkeptPromise, ...]
    layouts: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    lines: tuple[str, ...] = ()
    hint: str = ""
    alike: bool = False

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that it explains."""
        return (*(symptom.finding for symptom in self.symptoms), *self.layouts)


def hint_at_sibling(symbols: Sequence[SymbolName], answers: LibraryAnswers) -> str:
    """What to do where one library that was not asked has all of ``symbols``; '' where none has."""
    names = {answers.beside.get(symbol, "") for symbol in symbols}
    name = names.pop() if len(names) == 1 else ""
    what = "it" if len(symbols) == 1 else "them"
    return (
        f"`{name}`, which lies beside, exports {what}: link that as well, and name it with `--library`" if name else ""
    )


def find_symptoms(snapshot: AbiSnapshot, findings: Iterable[Finding]) -> tuple[UnkeptPromise, ...]:
    """The findings that say that a promise does not link, each with its promise."""
    owners = {symbol: promise for promise in snapshot.promises for symbol in promise.symbols}
    return tuple(
        UnkeptPromise(finding=finding, promise=owners[finding.symbols[0]])
        for finding in findings
        if finding.rule in LINK_RULES and finding.severity is not Severity.NOTE and finding.symbols[0] in owners
    )


def fold(cause: CommonCause) -> Finding:
    """One finding for the whole cause, at the place of its first symptom; every symbol is listed."""
    findings = cause.findings
    broken = any(finding.severity is Severity.ERROR for finding in findings)
    told = (Evidence(EvidenceKind.FACT, line) for line in cause.lines)
    return cause.rule.found(
        severity=Severity.ERROR if broken else Severity.WARNING,
        message=cause.message,
        name=findings[0].name,
        location=findings[0].location,
        symbols=tuple(dict.fromkeys(symbol for finding in findings for symbol in finding.symbols)),
        evidence=(*told, *cause.evidence, *(_list_alike(findings[1:]) if cause.alike else list_symptoms(findings))),
        hint=cause.hint,
        explains=len(findings),
        witness=_hear(findings),
    )


def _hear(findings: Sequence[Finding]) -> Witness:
    """What the linker said of any of them, the surest first; what it withdraws has no cause to be sought."""
    said = {finding.witness for finding in findings}
    return next((item for item in (Witness.CONFIRMED, Witness.UNCLEAR) if item in said), Witness.NOT_ASKED)


def list_symptoms(findings: Sequence[Finding]) -> list[Evidence]:
    """A line for each finding, those with a known difference first, each followed by the difference."""
    lines = []
    for finding in sorted(findings, key=lambda item: not has_drift(item)):
        lines.append(Evidence(EvidenceKind.SYMPTOM, finding.message, finding.location))
        lines += [replace(item, kind=EvidenceKind.DETAIL) for item in finding.evidence if item.kind not in _SIDES]
    return lines


def _list_alike(findings: Sequence[Finding]) -> list[Evidence]:
    return [Evidence(EvidenceKind.ALIKE, finding.message, finding.location) for finding in findings]


def has_drift(finding: Finding) -> bool:
    """Whether the library has the same thing in another shape."""
    return any(item.kind is EvidenceKind.PRESENT for item in finding.evidence)


def name_libraries(answers: LibraryAnswers) -> str:
    """The library that the reader thinks of: the first one on the link line."""
    return f"`{answers.libraries[0].name}`"


def name_every_library(answers: LibraryAnswers) -> str:
    """All that were asked: what none of them has is missing from each."""
    names = [f"`{facts.name}`" for facts in answers.libraries]
    if len(names) > _FEW_NAMES:
        return f"any of the {len(names)} libraries"
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def count(items: Sequence[object], word: str = "promise") -> str:
    """`1 promise`, `2 promises`."""
    return count_of(len(items), word)
