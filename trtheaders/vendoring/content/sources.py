"""A remote in, a :class:`Source` out: upstream's tags, and a tag's files as vetted bytes, wherever they come from."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

from trtheaders.errors import ReleaseError, UpstreamError, UsageError
from trtheaders.model.names import TreeId
from trtheaders.model.vendoring.releases import HEADER_DIRECTORY
from trtheaders.vendoring.content.hostility import TreeEntry, vet_entries
from trtheaders.vendoring.content.vetted_files import UpstreamContent, assemble
from trtheaders.vendoring.git.fetches import fetch_blobs, fetch_commit, fetch_tag, list_remote_tags
from trtheaders.vendoring.git.objects import (
    GitTree,
    Tag,
    find_commit_with,
    find_missing,
    has_commit,
    point_tag,
    read_blobs,
    read_header_tree,
    read_tags,
)
from trtheaders.vendoring.git.remotes import Remote, parse_remote
from trtheaders.vendoring.git.repository_cache import Cache, is_damaged, open_cache, remake
from trtheaders.vendoring.git.upstream import Progress, require_git, run_git


class Source(ABC):
    """One upstream repository, wherever it is.

    ``shown`` names it in messages; ``recorded`` is the URL for the lock, empty where there is only a path of this
    machine, which would mean nothing to others.
    """

    def __init__(self, git_dir: Path, shown: str, recorded: str) -> None:
        self.git_dir = git_dir
        self.shown = shown
        self.recorded = recorded

    search_limit = 12
    """How many tags a search may look at: each costs a remote some requests."""

    @abstractmethod
    def tags(self) -> tuple[Tag, ...]:
        """Every tag there is."""

    @abstractmethod
    def obtain_commit(self, tag: Tag) -> None:
        """See to it that the commit of ``tag`` and its trees are in :attr:`git_dir`."""

    @abstractmethod
    def obtain_blobs(self, tag: Tag, tree: GitTree) -> None:
        """See to it that the contents of ``tree`` are in :attr:`git_dir`."""

    def entries_of(self, tag: Tag) -> tuple[TreeEntry, ...]:
        """What the header folder of ``tag`` lists, not vetted; brings no contents."""
        self.obtain_commit(tag)
        return read_header_tree(self.git_dir, tag.commit, tag.name).entries

    def find_commit(self, tree: TreeId) -> str:
        """A commit, in words, whose header folder is ``tree``; empty where none is known."""
        return ""

    def content_of(self, tag: Tag) -> UpstreamContent:
        """The files of ``tag``, vetted and checked against git's own ids. Raises :class:`HostileContentError`."""
        self.obtain_commit(tag)
        tree = read_header_tree(self.git_dir, tag.commit, tag.name)
        if not tree.entries:
            story = f"`{HEADER_DIRECTORY}` of `{tag.name}` is empty"
            raise ReleaseError(story, hint="name another release: `trtheaders list --remote` has all")
        vet_entries(tree.entries, f"{tag.name}:{HEADER_DIRECTORY}")
        if tree.license is not None:
            vet_entries([tree.license], f"{tag.name}:")
        self.obtain_blobs(tag, tree)
        return assemble(tag, tree, read_blobs(self.git_dir, tree.blobs))


class _Clone(Source):
    """An existing clone, read in place: no network, and never its work tree."""

    search_limit = 1000

    def find_commit(self, tree: TreeId) -> str:
        return find_commit_with(self.git_dir, tree)

    def tags(self) -> tuple[Tag, ...]:
        return read_tags(self.git_dir)

    def obtain_commit(self, tag: Tag) -> None:
        if not has_commit(self.git_dir, tag.commit):
            raise UpstreamError(f"`{self.shown}` lacks the commit of `{tag.name}`", hint="run `git fetch` in it")

    def obtain_blobs(self, tag: Tag, tree: GitTree) -> None:
        missing = find_missing(self.git_dir, tag.commit)
        if missing:
            message = f"`{self.shown}` is a partial clone that lacks {len(missing)} of the files of `{tag.name}`"
            raise UpstreamError(message, hint="give a URL as `--remote`: only the files needed are fetched")


class _Cached(Source):
    """A remote by way of its cache; what is there is not fetched again."""

    def __init__(self, cache: Cache, shown: str) -> None:
        super().__init__(cache.git_dir, shown, shown)
        self._cache = cache
        self._listed: frozenset[Tag] = frozenset()

    def tags(self) -> tuple[Tag, ...]:
        tags = list_remote_tags(self._cache)
        self._listed = frozenset(tags)
        return tags

    def content_of(self, tag: Tag) -> UpstreamContent:
        try:
            return super().content_of(tag)
        except UpstreamError:
            if not is_damaged(self._cache):
                raise
        remake(self._cache)
        return super().content_of(tag)

    def obtain_commit(self, tag: Tag) -> None:
        # The cache is for all projects: only what upstream itself says of a tag moves the cache's, never a lock.
        if tag in self._listed and not (has_commit(self.git_dir, tag.commit) and point_tag(self.git_dir, tag)):
            fetch_tag(self._cache, tag.name)
        if not has_commit(self.git_dir, tag.commit) and not fetch_commit(self._cache, tag.commit):
            raise UpstreamError(
                f"`{self.shown}` no longer has commit {tag.commit}, which `{tag.name}` is pinned to",
                hint=f"`trtheaders add {tag.name}` says where the tag points now",
            )

    def obtain_blobs(self, tag: Tag, tree: GitTree) -> None:
        missing = find_missing(self.git_dir, tag.commit)
        if missing:
            fetch_blobs(self._cache, sorted(missing))


class _Offline(Source):
    """The cache alone."""

    def tags(self) -> tuple[Tag, ...]:
        return read_tags(self.git_dir)

    def obtain_commit(self, tag: Tag) -> None:
        if not has_commit(self.git_dir, tag.commit):
            raise _not_cached(tag)

    def obtain_blobs(self, tag: Tag, tree: GitTree) -> None:
        if find_missing(self.git_dir, tag.commit):
            raise _not_cached(tag)


def _not_cached(tag: Tag) -> UpstreamError:
    return UpstreamError(f"`{tag.name}` is not in the cache", hint="run it once without `--offline`")


@contextlib.contextmanager
def open_source(
    remote: str, *, offline: bool = False, full: bool = False, progress: Progress | None = None
) -> Iterator[Source]:
    """The repository that ``remote`` (URL or path) names, for the length of the block.

    A URL's cache is held against other runs meanwhile. ``offline`` uses the cache alone; ``full`` takes whole commits,
    for servers that cannot filter. Raises :class:`UsageError` for a remote that is none, :class:`UpstreamError`.
    """
    place = parse_remote(remote)
    if place.git_dir is not None:
        require_git(place.git_dir)
        yield _Clone(place.git_dir, place.shown, _origin_of(place.git_dir))
        return
    with open_cache(place, full=full, progress=progress) as cache:
        yield _Offline(cache.git_dir, place.shown, place.shown) if offline else _Cached(cache, place.shown)


def _origin_of(git_dir: Path) -> str:
    """The URL that a clone was made from, without credentials; empty where there is none that others could use."""
    origin = run_git(git_dir, ["config", "--get", "remote.origin.url"]).output.decode(errors="replace").strip()
    try:
        remote: Remote | None = parse_remote(origin)
    except UsageError:
        remote = None
    return remote.shown if remote is not None and remote.git_dir is None else ""
