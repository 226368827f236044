"""`guard`: a source file that lets a program start only with the library that it was built for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from trtheaders.errors import NothingVerifiedError, ReleaseError, SnapshotError, StoreError, UsageError
from trtheaders.guards.source import VERSION_FUNCTION, GuardedLibrary, write_guard
from trtheaders.headers.snapshot_files import read_snapshot
from trtheaders.library.answers import ask_libraries
from trtheaders.library.elf.image import open_image
from trtheaders.library.layout.evidence import read_version_string
from trtheaders.library.machine.plain_reads import read_plain_reads
from trtheaders.model.headers.promises import Obligation, SymbolKind, Weight
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.headers.sound import find_unsound
from trtheaders.model.library.exports import LibraryAnswers, Standing
from trtheaders.model.names import SymbolName
from trtheaders.model.vendoring.releases import parse_release
from trtheaders.snapshots import shipped_snapshot
from trtheaders.steps.memory.recorded_snapshots import obtain_snapshot
from trtheaders.steps.question.header_choice import request_for
from trtheaders.steps.question.settings import settle_configuration


def guard(release: str, *, library: Path | None = None, exact: bool = False, start: Path | None = None) -> str:
    """The C++ source of a guard for programs that are built for ``release``.

    With ``library`` the guard asks only for what that library exports, for the version that it names, and where its
    accessors read: give the one that `verify` compared. With ``exact`` only that very build will do. A release that is
    not vendored here is taken from those that ship with trtheaders. ``start`` is the folder whose configuration holds.

    Raises :class:`~trtheaders.errors.UsageError` for a library of another release or, with ``exact``, without a build
    id, and another :class:`~trtheaders.errors.TrtHeadersError` where the promises or the library cannot be read.
    """
    snapshot = _promises_of(release, start)
    unsound = find_unsound(snapshot)
    if unsound:
        raise SnapshotError(f"no guard can be made of these headers: {unsound}", hint="look at what they declare")
    name = snapshot.release or release
    wanted = list(_wanted(snapshot))
    version, function = name, _version_function(wanted)
    members: Mapping[SymbolName, int] = {}
    if library is not None:
        symbols = {symbol for obligation in wanted for symbol in _spellings(obligation)}
        answers = ask_libraries([library], symbols)
        version = read_version_string(library) or name
        _require_release(library, version, name)
        promised = list(_exported(wanted, answers))
        exports = [item.export for item in answers.answers.values() if item.export is not None]
        members = read_plain_reads(library, exports)
    else:
        promised = [(item.symbol, _size_of(item)) for item in wanted if not item.alternatives]
    if not promised:
        raise NothingVerifiedError(
            f"nothing of {name} can be asked for", hint="run `trtheaders promises` to see what its headers promise"
        )
    known = GuardedLibrary(
        release=name,
        version=version,
        version_function=function,
        promised=promised,
        members=tuple(members.items()),
        build=_build_id(library) if exact else "",
    )
    return write_guard(known)


def _build_id(library: Path | None) -> str:
    if library is None:
        raise UsageError("an exact guard is one of a library", hint="name it with `--library FILE`")
    with open_image(library) as image:
        if not image.build_id:
            raise UsageError(
                f"`{library}` has no build id", hint="link it with `-Wl,--build-id`, or leave out `--exact`"
            )
        return image.build_id


def _promises_of(release: str, start: Path | None) -> AbiSnapshot:
    configuration = settle_configuration(start)
    try:
        return obtain_snapshot(request_for(configuration, release=release))
    except (ReleaseError, StoreError):
        name = str(parse_release(release))
        path = shipped_snapshot(name)
        if path is None:
            raise
        return replace(read_snapshot(path), release=name)


def _wanted(snapshot: AbiSnapshot) -> Iterator[Obligation]:
    for promise in snapshot.promises:
        if promise.weight is Weight.REQUIRED and not promise.unconfirmed:
            yield from promise.obligations


def _version_function(wanted: list[Obligation]) -> SymbolName:
    """`tensorrt_llm::executor::version()`, with the inline namespace that the headers have."""
    return next((item.symbol for item in wanted if item.symbol.endswith("7versionEv")), VERSION_FUNCTION)


def _spellings(obligation: Obligation) -> tuple[SymbolName, ...]:
    old = (obligation.old_string_abi,) if obligation.old_string_abi else ()
    return (obligation.symbol, *obligation.alternatives, *old)


def _exported(wanted: list[Obligation], answers: LibraryAnswers) -> Iterator[tuple[SymbolName, int]]:
    for obligation in wanted:
        for symbol in _spellings(obligation):
            answer = answers.answers[symbol]
            if answer.standing is Standing.EXPORTED and answer.export is not None:
                yield symbol, answer.export.size if obligation.kind is SymbolKind.DATA else 0


def _size_of(obligation: Obligation) -> int:
    return (obligation.size or 0) if obligation.kind is SymbolKind.DATA else 0


def _require_release(library: Path, version: str, release: str) -> None:
    try:
        same = parse_release(version) == parse_release(release)
    except ReleaseError:
        same = True
    if not same:
        raise UsageError(
            f"`{library}` is TensorRT-LLM {version}, not {release}: a guarded program would never start with it",
            hint=f"run `trtheaders guard {version} --library {library}`, or name the library of {release}",
        )
