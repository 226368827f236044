"""Take vendored releases away: `remove`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trtheaders.configuration import load_configuration
from trtheaders.errors import ReleaseError, StoreError, UsageError
from trtheaders.model.vendoring.locks import LockedRelease
from trtheaders.model.vendoring.releases import canonical
from trtheaders.rules.vendored import CHANGED_FILES, EXTRA_FILES
from trtheaders.steps.question.store_choice import choose_store
from trtheaders.vendoring.folder.integrity import check_files
from trtheaders.vendoring.folder.release_folders import is_release_folder
from trtheaders.vendoring.folder.store import Store

_LOSSES = (CHANGED_FILES.id, EXTRA_FILES.id)


def remove(
    releases: Sequence[str], *, destination: Path | None = None, force: bool = False
) -> tuple[LockedRelease, ...]:
    """Remove ``releases`` and their entries of the lock, all or none; answers with the entries.

    ``destination`` is the folder that holds the releases, by default the configured one. Raises
    :class:`~trtheaders.errors.ReleaseError` for one that is not vendored, :class:`StoreError` for files that differ
    from the lock and so exist nowhere else, unless ``force``.
    """
    if not releases:
        raise UsageError("no release was named", hint="`trtheaders list` names those that are there")
    store = choose_store(load_configuration(Path.cwd()), destination)
    store.recover()
    gone = tuple(dict.fromkeys(_require(store, release) for release in releases))
    with store.changing() as change:
        for release in gone:
            if not force:
                _refuse_local_changes(store, release)
        change.remove(*(release.version for release in gone))
    return gone


def _require(store: Store, release: str) -> LockedRelease:
    known = store.lock().releases
    name = canonical(release)
    if name in known or name in store.unlocked():
        return store.locked(name)
    raise ReleaseError(f"{name} is not vendored in `{store.destination}`", hint="`trtheaders list` names what is")


def _refuse_local_changes(store: Store, release: LockedRelease) -> None:
    folder = store.destination / release.version
    lost = [finding.message for finding in check_files(release, folder) if finding.rule in _LOSSES]
    if release.tree is None and is_release_folder(folder):
        lost.append(f"the lock has no hash of anything in `{folder}`")
    if lost:
        more = f", and {len(lost) - 1} more" if len(lost) > 1 else ""
        message = f"{release.version} has files that exist nowhere else: {lost[0]}{more}"
        raise StoreError(message, hint=f"`trtheaders remove --force {release.version}` removes them all the same")
