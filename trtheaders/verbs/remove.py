"""Take vendored releases away: `remove`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trtheaders.configuration import load_configuration
from trtheaders.errors import StoreError, UsageError
from trtheaders.model.locks import LockedRelease
from trtheaders.vendoring.admission import describe_changes
from trtheaders.vendoring.folders import compare_files, read_folder
from trtheaders.vendoring.store import Store


def remove(
    releases: Sequence[str], *, destination: Path | None = None, force: bool = False
) -> tuple[LockedRelease, ...]:
    """Remove ``releases`` and their entries of the lock, all or none; answers with the entries.

    Raises :class:`~trtheaders.errors.ReleaseError` for one that is not vendored, :class:`StoreError` for files that
    differ from the lock and so exist nowhere else, unless ``force``.
    """
    if not releases:
        raise UsageError("no release was named", hint="`trtheaders list` names those that are there")
    store = Store(destination or load_configuration(Path.cwd()).destination)
    gone = tuple(dict.fromkeys(store.locked(release) for release in releases))
    with store.changing() as change:
        for release in gone:
            if not force:
                _refuse_local_changes(store, release)
        change.remove(*(release.version for release in gone))
    return gone


def _refuse_local_changes(store: Store, release: LockedRelease) -> None:
    found = read_folder(store.destination / release.version, len(release.tree or "") or 40)
    changes = compare_files(release.files, found)
    if release.files and (changes.changed or changes.extra):
        message = f"{release.version} has files that are not what the lock says ({describe_changes(changes)})"
        raise StoreError(message, hint="`trtheaders remove --force` removes them all the same")
