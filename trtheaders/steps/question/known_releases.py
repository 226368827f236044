"""The releases that are known without a parser: those vendored and recorded here, and those that ship."""

from __future__ import annotations

import contextlib

from trtheaders.configuration import Configuration
from trtheaders.errors import SnapshotError, StoreError
from trtheaders.headers.snapshot_files import read_snapshot
from trtheaders.model.answers.symptoms import KnownRelease
from trtheaders.snapshots import shipped_releases, shipped_snapshot
from trtheaders.steps.memory.recorded_snapshots import read_pinned
from trtheaders.vendoring.folder.store import Store


def known_releases(configuration: Configuration) -> tuple[KnownRelease, ...]:
    """Each release whose snapshot can be read, the vendored one before the shipped one; a damaged one is left out."""
    found: dict[str, KnownRelease] = {}
    with contextlib.suppress(StoreError):
        store = Store(configuration.destination)
        lock = store.lock()
        for release in lock.ordered():
            with contextlib.suppress(SnapshotError):
                snapshot = read_pinned(store, release.version, lock)
                found[release.version] = KnownRelease(release=release.version, origin="vendored", snapshot=snapshot)
    for name in shipped_releases():
        path = shipped_snapshot(name)
        if name not in found and path is not None:
            with contextlib.suppress(SnapshotError):
                found[name] = KnownRelease(release=name, origin="shipped", snapshot=read_snapshot(path))
    return tuple(found.values())
