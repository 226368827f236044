"""Restore everything that the lock names: `sync`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.checks.recorded_snapshots import check_recorded
from trtheaders.configuration import Configuration, load_configuration
from trtheaders.errors import TagMovedError, TrtHeadersError, UpstreamError
from trtheaders.model.answers.findings import Finding, Severity
from trtheaders.model.vendoring.locks import LockedRelease
from trtheaders.model.vendoring.releases import DEFAULT_REMOTE, SNAPSHOT_NAME, parse_release
from trtheaders.model.vendoring.vendored import Vendoring
from trtheaders.rules.vendored import CHANGED_FILES
from trtheaders.steps.memory.recorded_snapshots import HeaderRequest, is_current, make_snapshot, read_pinned
from trtheaders.steps.question.store_choice import choose_store
from trtheaders.steps.vendored_tag import Order, install, keep
from trtheaders.vendoring.content.resolution import resolve
from trtheaders.vendoring.content.sources import Source, open_source
from trtheaders.vendoring.folder.integrity import check_files, check_snapshot
from trtheaders.vendoring.folder.release_folders import compare_files, read_folder
from trtheaders.vendoring.folder.store import Store
from trtheaders.vendoring.git.objects import Tag
from trtheaders.vendoring.git.upstream import Progress


class Synchronisation(Struct, frozen=True, kw_only=True):
    """What `sync` did: each release of the lock, and the folders removed because the lock does not name them."""

    releases: tuple[Vendoring, ...]
    pruned: tuple[str, ...] = ()


def sync(
    *,
    configuration: Configuration | None = None,
    remote: str | None = None,
    destination: Path | None = None,
    prune: bool = False,
    offline: bool = False,
    full: bool = False,
    force: bool = False,
    progress: Progress | None = None,
    tell: Callable[[Vendoring], None] | None = None,
) -> Synchronisation:
    """Let the vendored folder hold what its lock says, from the commits that the lock pins.

    A release whose files are all there needs no network. One that was never compared with upstream is compared now, and
    its lock completed. Snapshots that are missing are recorded. ``prune`` removes files and release folders that the
    lock does not name; ``force`` lets upstream's files replace a folder that was never compared and differs.
    ``configuration``, ``remote``, ``destination``, ``offline``, ``full``, ``progress`` and ``tell`` are those of
    :func:`~trtheaders.verbs.add.add`. Raises :class:`~trtheaders.errors.TrtHeadersError` for the first release that
    cannot be restored, after the others were.
    """
    configuration = configuration or load_configuration(Path.cwd())
    store = choose_store(configuration, destination)
    store.recover()
    run = _Run(store=store, configuration=configuration, force=force, prune=prune, tell=tell, progress=progress)
    releases = store.lock().ordered()
    whole = [release for release in releases if _is_whole(store, release, prune)]
    for release in whole:
        run.keep(release)
    wanting = [release for release in releases if release not in whole]
    for place, group in _by_remote(wanting, remote, configuration).items():
        with open_source(place, offline=offline, full=full, progress=progress) as source:
            known = {tag.name: tag for tag in source.tags()}
            for release in group:
                run.restore(release, known, source)
    if run.failures:
        raise run.failures[0]
    pruned = _prune(store) if prune else ()
    answers = {answer.release.version: answer for answer in run.answers}
    return Synchronisation(releases=tuple(answers[release.version] for release in releases), pruned=pruned)


def check_sync(
    *, configuration: Configuration | None = None, destination: Path | None = None
) -> dict[str, tuple[Finding, ...]]:
    """Whether all that the lock names lies there and is what it says, by version: what would be changed by `sync`.

    Writes nothing and needs no network. The promises of each release are made anew and compared with what is recorded.
    Raises :class:`~trtheaders.errors.TrtHeadersError` where there is no answer.
    """
    configuration = configuration or load_configuration(Path.cwd())
    store = Store(destination or configuration.destination)
    return {item.version: _check(store, item, configuration) for item in store.lock().ordered()}


def _check(store: Store, release: LockedRelease, configuration: Configuration) -> tuple[Finding, ...]:
    folder = store.destination / release.version
    found = (*check_files(release, folder), *check_snapshot(release, folder))
    if any(item.severity is Severity.ERROR for item in found):
        return found
    if not is_current(store, release, configuration):
        message = f"the recorded snapshot of {release.version} is not what this version would record now"
        return (*found, CHANGED_FILES.found(message, name=SNAPSHOT_NAME, hint="run `trtheaders sync` and commit"))
    request = HeaderRequest(root=folder, configuration=configuration, release=release.version)
    made = make_snapshot(replace(request, content=release.tree or ""), both_string_abis=True, environment=False)
    differing = check_recorded(read_pinned(store, release.version), made)
    return (*found, *([differing] if differing is not None else []))


class _Run:
    """One `sync`: what it may do, and what has come of it so far."""

    def __init__(
        self,
        *,
        store: Store,
        configuration: Configuration,
        force: bool,
        prune: bool,
        tell: Callable[[Vendoring], None] | None,
        progress: Progress | None,
    ) -> None:
        self._progress = progress
        self._store = store
        self._configuration = configuration
        self._force = force
        self._prune = prune
        self._tell = tell
        self.answers: list[Vendoring] = []
        self.failures: list[TrtHeadersError] = []

    def keep(self, release: LockedRelease) -> None:
        """Leave ``release`` as it is; record its snapshot if there is none."""
        self._answer(keep(self._store, self._configuration, release, self._progress))

    def restore(self, release: LockedRelease, known: dict[str, Tag], source: Source) -> None:
        """Fetch ``release`` and put it in place; a failure is kept for the end."""
        try:
            tag, remarks = _find_tag(release, known, source)
            order = Order(
                version=release.version,
                tag=tag,
                source=source,
                store=self._store,
                configuration=self._configuration,
                force=self._force,
                restore=True,
                prune=self._prune,
                remarks=remarks,
                progress=self._progress,
            )
            self._answer(install(order))
        except TrtHeadersError as error:
            self.failures.append(error)

    def _answer(self, answer: Vendoring) -> None:
        self.answers.append(answer)
        if self._tell is not None:
            self._tell(answer)


def _is_whole(store: Store, release: LockedRelease, prune: bool) -> bool:
    if not release.compared or not release.files:
        return False
    changes = compare_files(release.files, read_folder(store.destination / release.version, len(release.tree or "")))
    return not (changes.changed or changes.missing or (prune and changes.extra))


def _by_remote(
    releases: Iterable[LockedRelease], remote: str | None, configuration: Configuration
) -> dict[str, list[LockedRelease]]:
    """Where to get each release: what the user names, else what the configuration names, else what the lock says."""
    configured = configuration.remote if configuration.remote != DEFAULT_REMOTE else ""
    groups: dict[str, list[LockedRelease]] = {}
    for release in releases:
        groups.setdefault(remote or configured or release.remote or DEFAULT_REMOTE, []).append(release)
    return groups


def _find_tag(release: LockedRelease, known: dict[str, Tag], source: Source) -> tuple[Tag, tuple[str, ...]]:
    """The tag as the lock pins it, wherever upstream's points now; upstream's own where the lock was never compared."""
    now = known.get(release.tag)
    if not release.compared or release.commit is None:
        if now is None:
            now = known[resolve(parse_release(release.version), known).tag]
        return now, ()
    pinned = Tag(name=release.tag, commit=release.commit, tag_object=release.tag_object)
    if now == pinned:
        return pinned, ()
    try:
        source.obtain_commit(pinned)
    except UpstreamError as error:
        where = f"points at commit `{now.commit[:12]}` now" if now else "is gone"
        message = f"the tag `{release.tag}` {where}, and the pinned commit `{release.commit[:12]}` cannot be had"
        raise TagMovedError(message, hint=f"`trtheaders add {release.tag}` says what changed") from error
    moved = f"points at commit `{now.commit[:12]}` now" if now else "is not there any more"
    named = any(tag.commit == release.commit for tag in known.values())
    doubt = "" if named else f" (no tag of `{source.shown}` names it)"
    return pinned, (f"the tag `{release.tag}` {moved}; the pinned commit `{release.commit[:12]}` was restored{doubt}",)


def _prune(store: Store) -> tuple[str, ...]:
    unlocked = store.unlocked()
    if unlocked:
        with store.changing() as change:
            change.remove(*unlocked)
    return unlocked
