"""Which headers are meant: a tree that is named, or the vendored release that is named or installed."""

from __future__ import annotations

from pathlib import Path

from trtheaders.configuration import Configuration
from trtheaders.errors import ReleaseError, UsageError
from trtheaders.model.vendoring.locks import LockedRelease
from trtheaders.model.vendoring.releases import canonical
from trtheaders.steps.memory.recorded_snapshots import HeaderRequest
from trtheaders.steps.question.release_words import settle_release
from trtheaders.vendoring.folder.store import Store


def request_for(
    configuration: Configuration,
    *,
    release: str | None = None,
    headers: Path | None = None,
    installed: str | None = None,
    keep: bool = False,
    hint: str = "name one of them",
) -> HeaderRequest:
    """The headers in the folder ``headers``, or those vendored for ``release``, or for the version ``installed``.

    Where none of these is given the only vendored release is meant. ``keep`` lets a snapshot that has to be made be
    kept in the cache; ``hint`` says how one of several is named. Raises
    :class:`~trtheaders.errors.ReleaseError` where there is none, or more than one.
    """
    if headers is not None:
        if release is not None:
            raise UsageError("`--headers` and a release were both given", hint="leave one of them out")
        return HeaderRequest(root=headers, configuration=configuration)
    store = Store(configuration.destination)
    wanted = _choose(store, settle_release(release, configuration) if release else installed, hint)
    return HeaderRequest(
        root=store.directory_of(wanted),
        configuration=configuration,
        release=wanted.version,
        content=wanted.tree or "",
        recorded=store.snapshot_path(wanted.version),
        pinned=wanted.snapshot,
        keep=keep,
    )


def _choose(store: Store, wanted: str | None, hint: str) -> LockedRelease:
    if wanted is not None:
        return _locked(store, canonical(wanted))
    vendored = store.lock().ordered()
    if len(vendored) == 1:
        return vendored[0]
    if not vendored:
        raise ReleaseError(
            f"no headers are vendored in `{store.destination}`",
            hint="run `trtheaders add installed`, or name a header tree with `--headers`",
        )
    names = ", ".join(item.version for item in vendored)
    raise ReleaseError(f"several releases are vendored ({names}) and none was named", hint=hint)


def _locked(store: Store, version: str) -> LockedRelease:
    """The vendored release; a post-release without headers of its own has those of the release that it follows."""
    known = store.lock().releases
    base = version.split(".post")[0]
    if version not in known and base in known:
        return store.locked(base)
    return store.locked(version)
