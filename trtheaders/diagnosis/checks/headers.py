"""The vendored headers: there, clean, matching the library, and recorded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from trtheaders.diagnosis.row import BUILDING, Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.errors import SnapshotError, TrtHeadersError
from trtheaders.model.answers.findings import Finding, Severity, Verification
from trtheaders.model.setup.checkup import SetupState
from trtheaders.model.setup.figures import FigureName
from trtheaders.model.vendoring.releases import canonical


class HeadersSeen(Struct, frozen=True, kw_only=True):
    """``wanted`` is the installed release, ``changed`` findings about files, ``recorded`` whether there is a snapshot.

    ``verification`` is None where it was not asked for, ``error`` why it gave no answer.
    """

    vendored: tuple[str, ...] = ()
    wanted: str = ""
    executor: str = ""
    release: str = ""
    changed: tuple[Finding, ...] = ()
    recorded: bool = False
    verification: Verification | None = None
    error: str = ""
    hint: str = ""


def _probe(site: Site) -> HeadersSeen:
    from trtheaders.vendoring.folder.integrity import check_files
    from trtheaders.vendoring.folder.store import Store

    wanted = canonical(site.version) if site.version else ""
    executor = site.figures.get(FigureName.EXECUTOR) or ""
    try:
        store = Store(site.configuration.destination)
        locked = store.lock().ordered()
    except TrtHeadersError as error:
        return HeadersSeen(wanted=wanted, error=error.message, hint=error.hint)
    names = tuple(item.version for item in locked)
    seen = HeadersSeen(vendored=names, wanted=wanted, executor=executor)
    chosen = next((item for item in locked if item.version in (wanted, wanted.partition(".post")[0])), None)
    if chosen is None:
        return seen
    folder = store.destination / chosen.version
    recorded = _is_current(store.snapshot_path(chosen.version))
    seen = HeadersSeen(
        vendored=names,
        wanted=wanted,
        executor=executor,
        release=chosen.version,
        changed=tuple(item for item in check_files(chosen, folder) if item.severity is Severity.ERROR),
        recorded=recorded,
    )
    return _compare(site, seen) if recorded and not seen.changed else seen


def _is_current(path: Path) -> bool:
    """Whether a snapshot is recorded that this version reads; another one would have the headers parsed anew."""
    from trtheaders.headers.snapshot_files import read_snapshot

    try:
        return path.is_file() and read_snapshot(path) is not None
    except SnapshotError:
        return False


def _compare(site: Site, seen: HeadersSeen) -> HeadersSeen:
    """Only from the recorded snapshot: parsing headers takes seconds, which `verify` has and `doctor` has not."""
    from msgspec.structs import replace

    try:
        return replace(seen, verification=site.verify())
    except TrtHeadersError as error:
        return replace(seen, error=error.message, hint=error.hint)


def _judge(seen: HeadersSeen) -> Iterator[Judgement]:
    here = f"(here: {', '.join(seen.vendored)})" if seen.vendored else "(none are)"
    if seen.error:
        yield Judgement(state=SetupState.FAIL, found=seen.error, needed=seen.wanted, fix=_as_command(seen.hint))
    elif not seen.wanted:
        yield Judgement(
            state=SetupState.NOTE, found=f"vendored: {', '.join(seen.vendored) or 'none'}; nothing to compare with"
        )
    elif seen.executor in ("removed", "absent"):
        yield Judgement(
            state=SetupState.NOTE,
            found=f"{seen.wanted} has no C++ Executor API",
            why="its headers promise little that a program could use",
        )
    elif not seen.release:
        yield Judgement(
            state=SetupState.FAIL,
            found=f"{seen.wanted} is not vendored {here}",
            needed=seen.wanted,
            why="headers of another release compile, and fail in the linker or corrupt memory",
            fix="trtheaders add installed",
        )
    elif seen.changed:
        yield Judgement(
            state=SetupState.FAIL,
            found=f"{seen.release}: {seen.changed[0].message}",
            needed="files as the lock says",
            why="what is compiled is not what was pinned",
            fix="trtheaders sync",
        )
    else:
        yield _judge_match(seen)


def _judge_match(seen: HeadersSeen) -> Judgement:
    if seen.verification is None:
        return Judgement(
            state=SetupState.WARN,
            found=f"{seen.release}, clean; not compared: no recorded snapshot that is current",
            needed="a recorded snapshot",
            why="`verify` parses the headers once and records what they promise",
            fix="trtheaders verify",
        )
    errors = [finding for finding in seen.verification.findings if finding.severity is Severity.ERROR]
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        return Judgement(
            state=SetupState.FAIL,
            found=f"{seen.release} does not match the library: {errors[0].message}{more}",
            needed="headers and library of one release",
            why="the program does not link, or links and corrupts memory",
            fix=_as_command(errors[0].hint) or "trtheaders verify",
        )
    counts = seen.verification.counts
    told = f"{counts.promises} promises kept" + (f", {counts.unverifiable} unverifiable" if counts.unverifiable else "")
    return Judgement(state=SetupState.OK, found=f"{seen.release}   vendored, clean, {told}", needed=seen.wanted)


def _as_command(hint: str) -> str:
    """The first command that a hint names in backticks."""
    parts = hint.split("`")[1::2]
    return next((part for part in parts if part.startswith(("trtheaders ", "pip ", "git "))), "")


CHECK = SetupCheck(
    id="headers",
    title="headers",
    question="Are the headers of the installed release vendored, unchanged, and do they match the library?",
    source="trtheaders.lock; `trtheaders verify` from the recorded snapshot",
    probe=_probe,
    judge=_judge,
    purposes=BUILDING,
)
