"""Restore everything that the lock names: `sync`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from trtheaders.configuration import Configuration, load_configuration
from trtheaders.errors import TagMovedError, UpstreamError
from trtheaders.model.locks import LockedRelease
from trtheaders.model.releases import DEFAULT_REMOTE, SNAPSHOT_NAME, parse_release
from trtheaders.model.vendored import Outcome, Vendoring
from trtheaders.vendoring.folders import compare_files, read_folder
from trtheaders.vendoring.objects import Tag
from trtheaders.vendoring.resolution import resolve
from trtheaders.vendoring.sources import Source, open_source
from trtheaders.vendoring.store import Store
from trtheaders.vendoring.upstream import Progress
from trtheaders.verbs.installing import Order, install


@dataclass(frozen=True, slots=True, kw_only=True)
class Synchronisation:
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
) -> Synchronisation:
    """Let the vendored folder hold what its lock says, from the commits that the lock pins.

    A release whose files are all there needs no network. One that was never compared with upstream is compared now,
    and its lock completed. ``prune`` removes files and release folders that the lock does not name; ``force`` lets
    upstream's files replace a folder that was never compared and differs. The other arguments are those of
    :func:`~trtheaders.verbs.add.add`. Raises :class:`~trtheaders.errors.TrtHeadersError`.
    """
    configuration = configuration or load_configuration(Path.cwd())
    store = Store(destination or configuration.destination)
    releases = store.lock().ordered()
    wanting = [release for release in releases if not _is_whole(store, release, prune)]
    done: dict[str, Vendoring] = {}
    for place, group in _by_remote(wanting, remote, configuration).items():
        with open_source(place, offline=offline, full=full, progress=progress) as source:
            known = {tag.name: tag for tag in source.tags()}
            for release in group:
                tag, remarks = _find_tag(release, known, source)
                order = Order(
                    version=release.version,
                    tag=tag,
                    source=source,
                    store=store,
                    configuration=configuration,
                    force=force,
                    restore=True,
                    prune=prune,
                    remarks=remarks,
                )
                done[release.version] = install(order)
    pruned = _prune(store) if prune else ()
    answers = tuple(done.get(release.version) or _unchanged(store, release) for release in releases)
    return Synchronisation(releases=answers, pruned=pruned)


def _is_whole(store: Store, release: LockedRelease, prune: bool) -> bool:
    if not release.compared or not release.files:
        return False
    changes = compare_files(release.files, read_folder(store.destination / release.version, len(release.tree or "")))
    return not (changes.changed or changes.missing or (prune and changes.extra))


def _unchanged(store: Store, release: LockedRelease) -> Vendoring:
    folder = store.destination / release.version
    snapshot = (folder / SNAPSHOT_NAME).is_file()
    return Vendoring(release=release, directory=folder, outcome=Outcome.UNCHANGED, snapshot=snapshot)


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
    return pinned, (f"the tag `{release.tag}` {moved}; the pinned commit `{release.commit[:12]}` was restored",)


def _prune(store: Store) -> tuple[str, ...]:
    unlocked = store.unlocked()
    if unlocked:
        with store.changing() as change:
            change.remove(*unlocked)
    return unlocked
