"""List releases, vendored or upstream's: `list`."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace
from packaging.version import Version

from trtheaders.configuration import Configuration, load_configuration
from trtheaders.errors import TrtHeadersError
from trtheaders.model.names import CommitId
from trtheaders.model.vendoring.locks import HEADER_FOLDER, Lock, LockedRelease
from trtheaders.model.vendoring.releases import parse_release, tag_of
from trtheaders.model.vendoring.vendored import ListedRelease
from trtheaders.steps.question.library_choice import find_libraries
from trtheaders.vendoring.content.resolution import release_tags
from trtheaders.vendoring.content.sources import open_source
from trtheaders.vendoring.folder.store import Store
from trtheaders.vendoring.git.objects import Tag
from trtheaders.vendoring.git.upstream import Progress


def list_releases(
    *,
    configuration: Configuration | None = None,
    upstream: bool = False,
    remote: str | None = None,
    destination: Path | None = None,
    offline: bool = False,
    progress: Progress | None = None,
) -> tuple[ListedRelease, ...]:
    """The releases that lie here, newest first, adopted or not; with ``upstream`` those of ``remote``.

    ``configuration``, ``destination``, ``offline`` and ``progress`` are those of :func:`~trtheaders.verbs.add.add`.
    Raises :class:`~trtheaders.errors.UpstreamError` where upstream does not answer.
    """
    configuration = configuration or load_configuration(Path.cwd())
    store = Store(destination or configuration.destination)
    lock = store.lock()
    if not upstream:
        rows = (*_list_unlocked(store), *_list_lock(store, lock))
        rows = tuple(sorted(rows, key=lambda row: parse_release(row.version), reverse=True))
    else:
        with open_source(remote or configuration.remote, offline=offline, progress=progress) as source:
            rows = _list_tags(source.tags(), lock)
    installed = find_installed_release(configuration)
    return tuple(replace(row, installed=row.version == installed) for row in rows)


def find_installed_release(configuration: Configuration) -> str | None:
    """The release that is installed, None where none is or nothing says which."""
    try:
        version = find_libraries(configuration).version
        return str(parse_release(version)) if version else None
    except TrtHeadersError:
        return None


def _list_unlocked(store: Store) -> tuple[ListedRelease, ...]:
    """The release folders that lie here and that the lock does not name."""
    versions = [parse_release(name) for name in store.unlocked()]
    return tuple(
        ListedRelease(
            version=str(version),
            tag=tag_of(version),
            commit=None,
            prerelease=version.is_prerelease,
            vendored=False,
            unlocked=True,
        )
        for version in versions
    )


def _list_lock(store: Store, lock: Lock) -> tuple[ListedRelease, ...]:
    return tuple(
        ListedRelease(
            version=release.version,
            tag=release.tag,
            commit=release.commit,
            prerelease=parse_release(release.version).is_prerelease,
            vendored=True,
            compared=release.compared,
            differing=release.differing,
            missing=not (store.destination / release.version / HEADER_FOLDER).is_dir(),
        )
        for release in reversed(lock.ordered())
    )


def _list_tags(tags: tuple[Tag, ...], lock: Lock) -> tuple[ListedRelease, ...]:
    commits = {tag.name: tag.commit for tag in tags}
    found = reversed(release_tags(commits).items())
    return tuple(_list_tag(version, tag, commits[tag], lock.releases.get(str(version))) for version, tag in found)


def _list_tag(version: Version, tag: str, commit: CommitId, locked: LockedRelease | None) -> ListedRelease:
    return ListedRelease(
        version=str(version),
        tag=tag,
        commit=commit,
        prerelease=version.is_prerelease,
        vendored=locked is not None,
        compared=locked is not None and locked.compared,
        differing=0 if locked is None else locked.differing,
    )
