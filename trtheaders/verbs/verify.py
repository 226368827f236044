"""`verify`: do the headers belong to the installed library?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from trtheaders.checks.libraries.needs import tell_unjudged
from trtheaders.checks.recorded_snapshots import check_recorded
from trtheaders.checks.symbols.faults import count_missing
from trtheaders.checks.uncompilable import check_uncompilable
from trtheaders.configuration import Configuration
from trtheaders.model.answers.findings import Counts, Finding, Verification, Witness
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.library.exports import Machine
from trtheaders.model.library.installations import Installation
from trtheaders.steps.memory.recorded_snapshots import HeaderRequest, read_comparable
from trtheaders.steps.question.header_choice import request_for
from trtheaders.steps.question.library_choice import find_libraries, folder_of, machine_of
from trtheaders.steps.question.settings import settle_configuration, tell_absent
from trtheaders.steps.verdict.accepted import AcceptanceRecord
from trtheaders.steps.verdict.excerpt import read_line
from trtheaders.steps.verdict.libraries import LibraryVerdict, Wishes, judge_libraries
from trtheaders.steps.verdict.remarks import arrange_remarks, remark_on, tell_unconfirmed
from trtheaders.steps.verdict.target_machine import obtain_for
from trtheaders.vendoring.content.resolution import INSTALLED
from trtheaders.vendoring.folder.integrity import check_release
from trtheaders.vendoring.folder.store import Store


def verify(
    release: str | None = None,
    *,
    headers: Path | None = None,
    entries: Sequence[str] = (),
    include_directories: Sequence[Path] = (),
    defines: Sequence[str] = (),
    standard: str = "",
    compiler: str = "",
    compile_commands: Path | None = None,
    libraries: Sequence[Path] = (),
    python: Path | None = None,
    headers_only: bool = False,
    anew: bool = False,
    link: bool = False,
    undeclared: bool = False,
    to_run: bool = False,
    engine: Path | None = None,
    fallback: Path | None = None,
    target: Machine | None = None,
    start: Path | None = None,
    today: date | None = None,
) -> Verification:
    """Compare vendored headers (or the tree ``headers``) with the installed library (or ``libraries``).

    Without ``release`` the vendored release equal to the installed version is taken. ``entries`` are the headers to
    start from (relative to the folder for `-I`, or `all`), ``include_directories`` hold foreign headers, ``standard``
    (`c++17`) is the language and ``compiler`` the consumer's own command: each as configured if empty. ``defines`` are
    macros (`NAME` or `NAME=VALUE`) besides the configured ones; the flags that all C++ sources of the compilation
    database ``compile_commands`` share are the compiler's. ``python`` is the interpreter whose environment has
    TensorRT-LLM, found without it. ``headers_only`` asks no library. With ``anew`` the headers are parsed whatever is
    recorded, and the record is compared with what they promise. ``link`` lets the user's own linker confirm or withdraw
    what is found; ``undeclared`` adds remarks on what the libraries export besides; ``to_run`` makes a finding of each
    needed library that is not here, and ``engine`` is a built engine's folder to hold against the installed release.
    ``fallback`` is an interpreter to look at where nothing else has an installation, ``target`` the architecture that
    the consumer builds for, None for that of the library. ``start`` is the folder whose configuration holds, ``today``
    the day on which accepted findings may have expired. Raises a :class:`~trtheaders.errors.TrtHeadersError` where
    there is no answer.
    """
    configuration = settle_configuration(
        start,
        entries=entries,
        include_directories=include_directories,
        defines=defines,
        standard=standard,
        compiler=compiler,
        compile_commands=compile_commands,
    )
    found = None if headers_only else find_libraries(configuration, libraries, python, fallback=fallback)
    request = request_for(
        configuration,
        # What is installed is what was found, also where it was named by option.
        release=None if found is not None and release == INSTALLED else release,
        headers=headers,
        installed=found.version if found else None,
        hint=_hint_for(found),
        keep=not any((entries, include_directories, defines, standard, compiler, compile_commands)),
    )
    record = AcceptanceRecord(configuration, request.release, today)
    integrity = record.accept(_check_integrity(request))
    request, obtained = obtain_for(machine_of(found) if found else None, replace(request, anew=anew))
    integrity = (*integrity, *record.accept(_compare_record(request, obtained.snapshot)))
    integrity = (*integrity, *record.accept(_check_compilable(request, obtained.snapshot)))
    verdict = LibraryVerdict(snapshot=obtained.snapshot)
    if found is not None:
        wishes = Wishes(link=link, to_run=to_run, engine=engine, target=target)
        verdict = judge_libraries(request, obtained.snapshot, found, record, wishes)
    remarks = _remark(configuration, obtained.remarks, verdict, undeclared=undeclared)
    return _conclude(request, integrity, verdict, record, remarks)


def _remark(
    configuration: Configuration, broken: tuple[str, ...], verdict: LibraryVerdict, *, undeclared: bool
) -> tuple[str, ...]:
    snapshot, found = verdict.snapshot, verdict.found
    rest = remark_on(snapshot, verdict.answers, found)
    if undeclared and found is not None:
        from trtheaders.steps.verdict.undeclared import tell_undeclared

        rest = (*rest, *tell_undeclared(snapshot, found))
    return arrange_remarks(
        broken=(*broken, *tell_absent(configuration)),
        disagreeing=found.doubts if found else (),
        unchecked=snapshot.unverifiable,
        unconfirmed=tell_unconfirmed(snapshot),
        layouts=(*filter(None, (verdict.coverage,)), *verdict.told),
        needs=tuple(tell_unjudged(verdict.needs)),
        rest=rest,
    )


def _conclude(
    request: HeaderRequest,
    integrity: tuple[Finding, ...],
    verdict: LibraryVerdict,
    record: AcceptanceRecord,
    remarks: tuple[str, ...],
) -> Verification:
    snapshot, found = verdict.snapshot, verdict.found
    findings = (*integrity, *verdict.findings)
    return Verification(
        release=request.release,
        header_root=request.root,
        libraries=verdict.answers.libraries if verdict.answers else (),
        findings=record.close(findings),
        counts=_count(verdict, sum(item.witness is Witness.WITHDRAWN for item in findings)),
        unverifiable=snapshot.unverifiable,
        toolchain=snapshot.key.toolchain,
        stand_ins=snapshot.key.stand_ins,
        symptoms=(*integrity, *verdict.symptoms),
        remarks=remarks,
        counted=verdict.coverage,
        installed=(verdict.known or found.version) if found else None,
        place=folder_of(found) if found else None,
    )


def _hint_for(found: Installation | None) -> str:
    """How the release is named, and learnt, where the library does not say which one it is."""
    if found is None:
        return "name one: `trtheaders verify RELEASE --headers-only`"
    import shlex

    files = [shlex.quote(str(path)) for path in found.linked]
    options = " ".join(f"--library {file}" for file in files)
    return (
        f"run `trtheaders verify RELEASE {options}`; `trtheaders identify {' '.join(files)}` says which release it is"
    )


def _check_integrity(request: HeaderRequest) -> tuple[Finding, ...]:
    if request.release is None:
        return ()
    return check_release(Store(request.configuration.destination), request.release)


def _check_compilable(request: HeaderRequest, snapshot: AbiSnapshot) -> tuple[Finding, ...]:
    """What keeps everybody from compiling the headers; nothing is looked at where all was understood."""
    if not any(item.blame for item in snapshot.unverifiable):
        return ()
    folders = {path.name for path in request.root.iterdir() if path.is_dir()}
    return check_uncompilable(snapshot, partial(read_line, request.root), folders, vendored=request.release is not None)


def _compare_record(request: HeaderRequest, made: AbiSnapshot) -> tuple[Finding, ...]:
    """With ``anew``: whether what is recorded is what the headers promise."""
    recorded = read_comparable(request) if request.anew else None
    found = check_recorded(recorded, made) if recorded is not None else None
    return (found,) if found is not None else ()


def _count(verdict: LibraryVerdict, withdrawn: int) -> Counts:
    """``withdrawn``: how many findings about a promise each the user's own linker does not confirm."""
    snapshot, answers = verdict.snapshot, verdict.answers
    return Counts(
        promises=len(snapshot.promises),
        symbols=sum(len(promise.symbols) for promise in snapshot.promises),
        exempt=len(snapshot.exempt),
        unverifiable=len(snapshot.unverifiable),
        missing=max(0, count_missing(snapshot, answers) - withdrawn) if answers else 0,
        layouts=verdict.reach,
    )
