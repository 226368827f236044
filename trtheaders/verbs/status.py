"""Say whether the vendored files are what the lock says: `status`."""

from __future__ import annotations

from pathlib import Path

from trtheaders.configuration import load_configuration
from trtheaders.model.vendoring.locks import LockedRelease
from trtheaders.model.vendoring.vendored import ReleaseStatus, StoreStatus
from trtheaders.vendoring.folder.absence import find_left_out
from trtheaders.vendoring.folder.integrity import check_files, check_snapshot
from trtheaders.vendoring.folder.release_folders import is_release_folder
from trtheaders.vendoring.folder.store import Store


def status(*, destination: Path | None = None) -> StoreStatus:
    """How the vendored folder stands to its lock, by hashes; ``destination`` is the configured one unless given.

    Raises :class:`~trtheaders.errors.StoreError` for a lock or folder that cannot be read.
    """
    store = Store(destination or load_configuration(Path.cwd()).destination)
    releases = tuple(_judge(store, release) for release in store.lock().ordered())
    return StoreStatus(
        destination=store.destination,
        releases=releases,
        unlocked=store.unlocked(),
        hollow=store.hollow(),
        interrupted=store.interrupted(),
    )


def find_hollow(destination: Path | None = None) -> tuple[Path, ...]:
    """The folders that are named as a release is, that the lock does not name, and that hold none."""
    return Store(destination or load_configuration(Path.cwd()).destination).hollow()


def _judge(store: Store, release: LockedRelease) -> ReleaseStatus:
    folder = store.destination / release.version
    present = is_release_folder(folder)
    if not present and find_left_out(folder):
        return ReleaseStatus(release=release, present=False, snapshot=False, findings=(), left_out=True)
    return ReleaseStatus(
        release=release,
        present=present,
        snapshot=store.snapshot_path(release.version).is_file(),
        findings=(*check_files(release, folder), *check_snapshot(release, folder)),
    )
