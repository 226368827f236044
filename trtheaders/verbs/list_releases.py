"""List releases, vendored or upstream's: `list`."""

from __future__ import annotations

from pathlib import Path

from trtheaders.configuration import Configuration, load_configuration
from trtheaders.model.vendoring.locks import Lock
from trtheaders.model.vendoring.releases import parse_release
from trtheaders.model.vendoring.vendored import ListedRelease
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
    """The vendored releases, newest first; with ``upstream`` those of ``remote`` (the configured one unless given).

    Raises :class:`~trtheaders.errors.UpstreamError` where upstream does not answer.
    """
    configuration = configuration or load_configuration(Path.cwd())
    lock = Store(destination or configuration.destination).lock()
    if not upstream:
        return _list_lock(lock)
    with open_source(remote or configuration.remote, offline=offline, progress=progress) as source:
        return _list_tags(source.tags(), lock)


def _list_lock(lock: Lock) -> tuple[ListedRelease, ...]:
    return tuple(
        ListedRelease(
            version=release.version,
            tag=release.tag,
            commit=release.commit,
            prerelease=parse_release(release.version).is_prerelease,
            vendored=True,
            compared=release.compared,
        )
        for release in reversed(lock.ordered())
    )


def _list_tags(tags: tuple[Tag, ...], lock: Lock) -> tuple[ListedRelease, ...]:
    commits = {tag.name: tag.commit for tag in tags}
    return tuple(
        ListedRelease(
            version=str(version),
            tag=tag,
            commit=commits[tag],
            prerelease=version.is_prerelease,
            vendored=str(version) in lock.releases,
            compared=str(version) in lock.releases and lock.releases[str(version)].compared,
        )
        for version, tag in reversed(release_tags(commits).items())
    )
