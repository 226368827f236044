"""Libraries to the release that they are: what `identify` answers, and `verify` where something is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from trtheaders.checks.identification.ranks import rank_releases, symbols_of
from trtheaders.configuration import Configuration
from trtheaders.errors import SnapshotError
from trtheaders.library.symbols.exports import open_library
from trtheaders.model.answers.candidates import Fingerprint, Fit, Identification
from trtheaders.model.names import SymbolName
from trtheaders.model.vendoring.releases import DEFAULT_REMOTE, LOCK_NAME
from trtheaders.snapshots import fingerprints_file, shipped_snapshot
from trtheaders.snapshots.fingerprints import read_fingerprints

_VENDORED = "vendored"
_VERSION_FUNCTION = SymbolName("_ZN12tensorrt_llm8executor7versionEv")


def identify_libraries(paths: Sequence[Path], configuration: Configuration) -> Identification:
    """Which release the libraries at ``paths`` are, by what ships and what ``configuration`` says is vendored."""
    fingerprints, remarks = known_fingerprints(configuration)
    paths = list({path.resolve(): path for path in paths}.values())
    asked = {symbol for item in fingerprints for owed in item.owed for symbol in symbols_of(owed)}
    exported = _ask(paths, asked | {_VERSION_FUNCTION})
    rank = partial(
        rank_releases,
        fingerprints,
        is_exported=exported.__contains__,
        libraries=[path.name for path in paths],
        version_string=_read_version(paths) if _VERSION_FUNCTION in exported else None,
    )
    found = rank()
    contradictions = _read_contradictions(found.equal, paths, configuration)
    if any(contradictions.values()):
        found = rank(contradictions=contradictions)
    found = replace(found, remarks=(*found.remarks, *remarks))
    best = found.candidates[0] if found.candidates else None
    return found if best is not None and best.kept == best.promised else _look_closer(found, rank, paths)


def _look_closer(found: Identification, rank: Callable[..., Identification], paths: Sequence[Path]) -> Identification:
    """What else is known where no release fits: through versioned inline namespaces, one may, and is the nearest."""
    from trtheaders.checks.identification.inline_namespaces import describe_library, look_through
    from trtheaders.library.upstream_symbols import read_upstream_symbols

    symbols = read_upstream_symbols(paths)
    through = False
    if symbols.inline_namespaces:
        again = rank(is_exported=look_through(symbols.symbols, symbols.symbols.__contains__))
        through = _best(again) > _best(found)
        nearest = replace(again, fit=_at_most_near(again.fit), equal=(), remarks=found.remarks)
        found = nearest if through else found
    return replace(found, remarks=(*found.remarks, *describe_library(symbols, found, through=through)))


def _best(found: Identification) -> int:
    return found.candidates[0].kept if found.candidates else 0


def _at_most_near(fit: Fit) -> Fit:
    """A release whose names are others is not the one that is known."""
    return fit if fit is Fit.UNKNOWN else Fit.NEAR


def _ask(paths: Sequence[Path], symbols: Iterable[SymbolName]) -> frozenset[SymbolName]:
    """Those of ``symbols`` that one of the libraries exports."""
    with ExitStack() as stack:
        opened = [stack.enter_context(open_library(path)) for path in paths]
        return frozenset(name for name in symbols if any(library.look_up(name) is not None for library in opened))


def known_fingerprints(configuration: Configuration) -> tuple[tuple[Fingerprint, ...], tuple[str, ...]]:
    """What each release owes, vendored before shipped, and remarks on those of which nothing is known."""
    found = {item.release: item for item in read_fingerprints(fingerprints_file())}
    if not (configuration.destination / LOCK_NAME).exists():
        return tuple(found.values()), ()
    # None of this is imported where nothing is vendored: the answer is wanted at once.
    from trtheaders.checks.identification.fingerprints import take_fingerprint
    from trtheaders.steps.memory.recorded_snapshots import read_pinned
    from trtheaders.vendoring.folder.store import Store

    store = Store(configuration.destination)
    remarks = []
    lock = store.lock()
    for version, release in lock.releases.items():
        if version in found and release.remote == DEFAULT_REMOTE:
            # The same release: what ships is known to be whole, and the headers are here.
            found[version] = replace(found[version], origin=_VENDORED)
        # Another upstream's release of the same name is another release.
        elif not store.snapshot_path(version).is_file():
            remarks.append(f"{version} is vendored, but its promises are not recorded")
        else:
            try:
                found[version] = take_fingerprint(read_pinned(store, version, lock), _VENDORED)
            except SnapshotError as error:
                remarks.append(f"{version} is vendored, but its record is of no use: {error.message}")
    return tuple(found.values()), tuple(remarks)


def _read_version(paths: Sequence[Path]) -> str | None:
    from trtheaders.library.machine.version_bytes import read_plain_version

    plain = [read_plain_version(path, _VERSION_FUNCTION) for path in paths]
    if any(plain) or None not in plain:
        return next((text for text in plain if text), None)
    # The disassembler takes longer to import than all the rest.
    from trtheaders.library.layout.evidence import read_version_string

    return next((text for path in paths if (text := read_version_string(path))), None)


def _read_contradictions(
    releases: Sequence[str], paths: Sequence[Path], configuration: Configuration
) -> dict[str, tuple[str, ...]]:
    """What the machine code says against the layouts of each of ``releases``, which the symbols cannot tell apart."""
    if not releases:
        return {}
    from trtheaders.checks.layout.judgement import check_layouts
    from trtheaders.headers.snapshot_files import read_snapshot
    from trtheaders.library.layout.evidence import read_evidence
    from trtheaders.model.answers.findings import Severity
    from trtheaders.steps.memory.recorded_snapshots import read_pinned
    from trtheaders.vendoring.folder.store import Store

    store = Store(configuration.destination)
    lock = store.lock()
    found = {}
    for release in releases:
        shipped = shipped_snapshot(release)
        recorded = store.snapshot_path(release).is_file() or shipped is None
        snapshot = read_pinned(store, release, lock) if recorded or shipped is None else read_snapshot(shipped)
        findings = check_layouts(snapshot, read_evidence(paths, snapshot))
        errors = [item.message for item in findings if item.severity is Severity.ERROR]
        found[release] = tuple(f"its layout is contradicted: {message}" for message in errors)
    return found
