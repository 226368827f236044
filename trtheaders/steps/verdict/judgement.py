"""The steps of a verdict that need more than values: asking again, reading evidence, naming the release."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from trtheaders.checks.symbols.faults import find_faults
from trtheaders.configuration import Configuration
from trtheaders.demangling import demangle
from trtheaders.errors import SnapshotError
from trtheaders.headers.snapshot_files import read_snapshot
from trtheaders.model.answers.findings import Finding, Severity
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.library.exports import LibraryAnswers, Standing
from trtheaders.model.library.installations import Installation
from trtheaders.model.names import SymbolName
from trtheaders.spelling import with_old_string
from trtheaders.steps.memory.layout_cache import LayoutVerdict, identify_file, recall_layouts
from trtheaders.steps.memory.recorded_snapshots import HeaderRequest, make_snapshot
from trtheaders.steps.question.library_choice import machine_of
from trtheaders.steps.verdict.symbol_queries import ask_about
from trtheaders.steps.verdict.target_machine import retarget
from trtheaders.vendoring.folder.store import Store

if TYPE_CHECKING:
    from trtheaders.model.answers.candidates import Identification

_NEW_STRING = "cxx11"


def ask_thoroughly(
    request: HeaderRequest, snapshot: AbiSnapshot, found: Installation
) -> tuple[AbiSnapshot, LibraryAnswers]:
    """What the libraries say about ``snapshot``, and the snapshot with both string ABIs where that may explain it."""
    answers = ask_about(snapshot, found.libraries, found.linked)
    if not _may_be_other_string(snapshot, answers):
        return snapshot, answers
    both = retarget(make_snapshot(request, both_string_abis=True), machine_of(found))
    return both, ask_about(both, found.libraries, found.linked)


def _may_be_other_string(snapshot: AbiSnapshot, answers: LibraryAnswers) -> bool:
    """Whether a missing symbol that mentions the new `std::string` has a twin with the old one that is not known yet.

    To read the headers a second time takes longer than everything else; without a twin it would explain nothing.
    """
    owed = [item for promise in snapshot.promises for item in promise.obligations]
    if any(item.old_string_abi for item in owed):
        return False
    absent = (item.symbol for item in owed if answers.answers[item.symbol].standing is Standing.ABSENT)
    return any(_has_old_twin(symbol, answers) for symbol in absent if _NEW_STRING in symbol)


def _has_old_twin(symbol: SymbolName, answers: LibraryAnswers) -> bool:
    wanted = with_old_string(demangle(symbol))
    return any(with_old_string(item.demangled) == wanted for item in answers.lookalikes.get(symbol, ()))


def check_promises(
    snapshot: AbiSnapshot, answers: LibraryAnswers, other: AbiSnapshot | None = None
) -> tuple[Finding, ...]:
    """As :func:`trtheaders.checks.symbols.check_symbols`, which is not even imported where every promise is kept."""
    if not any(find_faults(promise, answers) for promise in snapshot.promises):
        return ()
    from trtheaders.checks.symbols.unkept_promises import check_symbols

    return check_symbols(snapshot, answers, other)


def name_causes(
    snapshot: AbiSnapshot, answers: LibraryAnswers, findings: tuple[Finding, ...], known: Identification | None
) -> tuple[Finding, ...]:
    """As :func:`trtheaders.checks.causes.fold_causes`, which is not imported where there is nothing to explain."""
    if not findings:
        return ()
    from trtheaders.checks.causes.folds import fold_causes

    return fold_causes(snapshot, answers, findings, known)


def judge_layout(snapshot: AbiSnapshot, found: Installation) -> LayoutVerdict:
    """Findings about the layout of classes, from what the libraries show of it, and how far that reaches."""

    def read_and_judge() -> LayoutVerdict:
        from trtheaders.checks.layout.judgement import judge_layouts
        from trtheaders.library.layout.evidence import read_evidence

        evidence = read_evidence(found.libraries, snapshot)
        separate = tuple((path, identify_file(Path(path))) for path in evidence.separate)
        judgement = judge_layouts(snapshot, evidence)
        return LayoutVerdict(
            findings=judgement.findings,
            counts=judgement.counts,
            told=judgement.remarks,
            coverage=judgement.coverage,
            separate=separate,
        )

    return recall_layouts(snapshot, found.libraries, read_and_judge)


def identify_release(
    configuration: Configuration, findings: Sequence[Finding], found: Installation
) -> Identification | None:
    """Which release the libraries are; None where all is well, so that nobody needs to know."""
    if not any(item.severity is Severity.ERROR and item.symbols for item in findings):
        return None
    from trtheaders.steps.verdict.identity import identify_libraries

    return identify_libraries(found.libraries, configuration)


def snapshot_of(configuration: Configuration, known: Identification | None) -> AbiSnapshot | None:
    """The recorded snapshot of the release that the libraries are, vendored or shipped; None where there is none."""
    from trtheaders.model.answers.candidates import Fit

    if known is None or known.fit is not Fit.IDENTIFIED:
        return None
    from trtheaders.snapshots import shipped_snapshot
    from trtheaders.steps.memory.recorded_snapshots import read_pinned

    release = known.candidates[0].release
    store, shipped = Store(configuration.destination), shipped_snapshot(release)
    try:
        if store.snapshot_path(release).is_file():
            return read_pinned(store, release)
        return read_snapshot(shipped) if shipped else None
    except SnapshotError:
        return None
