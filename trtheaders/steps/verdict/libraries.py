"""What the installed libraries do not keep of what headers promise: every finding about them, in one value."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from trtheaders.checks.libraries.architectures import check_architectures, check_target
from trtheaders.checks.libraries.needs import check_missing, check_needs
from trtheaders.checks.symbols.providers import check_providers
from trtheaders.library.consistency import read_needs
from trtheaders.model.answers.candidates import Fit, Identification
from trtheaders.model.answers.findings import Finding, LayoutCounts
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.library.exports import LibraryAnswers, Machine
from trtheaders.model.library.installations import Installation
from trtheaders.model.library.needs import LibraryNeeds
from trtheaders.steps.memory.recorded_snapshots import HeaderRequest
from trtheaders.steps.question.library_choice import machines_of, of_one_machine
from trtheaders.steps.verdict.accepted import AcceptanceRecord
from trtheaders.steps.verdict.judgement import (
    ask_thoroughly,
    check_promises,
    identify_release,
    judge_layout,
    name_causes,
    snapshot_of,
)


class Wishes(Struct, frozen=True, kw_only=True):
    """What else the user wants to know of the libraries: see :func:`trtheaders.verify`."""

    link: bool = False
    to_run: bool = False
    engine: Path | None = None
    target: Machine | None = None


class LibraryVerdict(Struct, frozen=True, kw_only=True):
    """What the libraries were asked, and what they do not keep; empty but for ``snapshot`` where none was asked.

    ``snapshot`` is what the answers are about, ``symptoms`` the findings one by one, ``findings`` by cause, ``told``
    what is said of layouts that were not compared, ``known`` the release that the libraries are, ``reach`` how far
    layouts were compared, and ``coverage`` the same in a sentence.
    """

    snapshot: AbiSnapshot
    found: Installation | None = None
    answers: LibraryAnswers | None = None
    findings: tuple[Finding, ...] = ()
    symptoms: tuple[Finding, ...] = ()
    needs: tuple[LibraryNeeds, ...] = ()
    told: tuple[str, ...] = ()
    known: str = ""
    reach: LayoutCounts = LayoutCounts()
    coverage: str = ""


def judge_libraries(
    request: HeaderRequest, snapshot: AbiSnapshot, found: Installation, record: AcceptanceRecord, wishes: Wishes
) -> LibraryVerdict:
    """Ask the libraries of ``found`` for everything that ``snapshot`` promises; what is on record is set aside."""
    foreign = record.accept(_check_machines(found, wishes.target))
    found = of_one_machine(found) if foreign else found
    snapshot, answers = ask_thoroughly(request, snapshot, found)
    needs = read_needs(found.libraries, linked=found.linked, search=found.directories)
    around = (*foreign, *record.accept((*check_needs(needs), *(check_missing(needs) if wishes.to_run else ()))))
    layouts = judge_layout(snapshot, found)
    causes, symptoms, known = _judge(request, snapshot, answers, found, record, layouts.findings, link=wishes.link)
    engine = record.accept(_check_engine(wishes.engine, known or found.version or request.release or ""))
    return LibraryVerdict(
        snapshot=snapshot,
        found=found,
        answers=answers,
        findings=(*around, *causes, *engine),
        symptoms=(*around, *symptoms),
        needs=needs,
        told=layouts.told,
        known=known,
        reach=layouts.counts,
        coverage=layouts.coverage,
    )


def _check_machines(found: Installation, target: Machine | None) -> tuple[Finding, ...]:
    machines = {path.name: item for path, item in machines_of(found).items()}
    return (*check_target(*next(iter(machines.items())), target), *check_architectures(machines))


def _check_engine(folder: Path | None, installed: str) -> tuple[Finding, ...]:
    if folder is None:
        return ()
    from trtheaders.steps.verdict.engine import judge_engine

    return judge_engine(folder, installed)


def _judge(
    request: HeaderRequest,
    snapshot: AbiSnapshot,
    answers: LibraryAnswers,
    found: Installation,
    record: AcceptanceRecord,
    layouts: tuple[Finding, ...],
    *,
    link: bool,
) -> tuple[tuple[Finding, ...], tuple[Finding, ...], str]:
    """What the libraries do not keep, by cause and one by one, and the release that they are where that is known.

    What is on record is set aside before causes are looked for.
    """
    symbols = check_promises(snapshot, answers)
    known = identify_release(request.configuration, (*symbols, *layouts), found)
    if known is not None:
        symbols = check_promises(snapshot, answers, snapshot_of(request.configuration, known))
    if link:
        from trtheaders.steps.verdict.linker_witness import call_witness

        symbols = call_witness(symbols, snapshot, request, found)
    findings = record.accept((*symbols, *check_providers(snapshot, answers), *layouts))
    return name_causes(snapshot, answers, findings, known), findings, _name_of(known)


def _name_of(known: Identification | None) -> str:
    return known.candidates[0].release if known is not None and known.fit is Fit.IDENTIFIED else ""
