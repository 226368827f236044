"""Put folders that are already there under a lock: `adopt`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace
from packaging.version import Version

from trtheaders.configuration import Configuration, load_configuration
from trtheaders.errors import ReleaseError
from trtheaders.model.vendoring.locks import HEADER_FOLDER, LockedRelease
from trtheaders.model.vendoring.releases import parse_release
from trtheaders.model.vendoring.vendored import Adoption, ReleaseStanding
from trtheaders.steps.question.store_choice import choose_store
from trtheaders.steps.vendored_tag import keep
from trtheaders.vendoring.content.sources import open_source
from trtheaders.vendoring.folder.adoption import compare_with_upstream, lock_folder
from trtheaders.vendoring.folder.release_folders import is_release_folder
from trtheaders.vendoring.folder.store import Store
from trtheaders.vendoring.git.upstream import Progress


def adopt(
    releases: Sequence[str] = (),
    *,
    configuration: Configuration | None = None,
    compare: bool = False,
    remote: str | None = None,
    destination: Path | None = None,
    offline: bool = False,
    full: bool = False,
    progress: Progress | None = None,
) -> tuple[Adoption, ...]:
    """Lock ``releases``, or every folder that the lock does not name, as they are.

    No file of theirs is changed; their snapshots are recorded beside them.

    With ``compare`` (or a ``remote``) each is held against upstream's tag of its name, and so are the folders that were
    locked before without that. ``configuration``, ``destination``, ``offline``, ``full`` and ``progress`` are those of
    :func:`~trtheaders.verbs.add.add`. Nothing is done where the lock has them all. Raises
    :class:`~trtheaders.errors.ReleaseError` where there is no such folder, and what the wings raise; then the lock is
    as it was.
    """
    configuration = configuration or load_configuration(Path.cwd())
    store = choose_store(configuration, destination)
    store.recover()
    versions = _choose(store, releases, again=bool(compare or remote))
    if not versions:
        return ()
    entries = [lock_folder(store.destination / str(version), version, configuration.remote) for version in versions]
    if compare or remote:
        with open_source(remote or configuration.remote, offline=offline, full=full, progress=progress) as source:
            tags = {tag.name: tag for tag in source.tags()}
            answers = tuple(compare_with_upstream(entry, source, tags) for entry in entries)
    else:
        answers = tuple(Adoption(release=entry, standing=ReleaseStanding.UNCOMPARED) for entry in entries)
    with store.changing() as change:
        change.record(*(answer.release for answer in answers))
    return tuple(_with_snapshot(store, configuration, answer, progress) for answer in answers)


def _with_snapshot(store: Store, configuration: Configuration, answer: Adoption, progress: Progress | None) -> Adoption:
    """``answer`` after its snapshot was recorded, where that can be done."""
    kept = keep(store, configuration, answer.release, progress)
    return replace(answer, release=kept.release, remarks=(*answer.remarks, *kept.remarks))


def _choose(store: Store, releases: Sequence[str], *, again: bool) -> list[Version]:
    """The versions to adopt, none where the lock has them. Raises :class:`ReleaseError` for one that is not there."""
    lock = store.lock().releases
    if releases:
        named = [parse_release(text) for text in releases]
        return [version for version in named if _wants_adoption(store, version, lock.get(str(version)))]
    waiting = [version for version, release in lock.items() if again and not release.compared]
    there = [version for version in waiting if is_release_folder(store.destination / version)]
    found = sorted({*map(Version, there), *(_read_name(name) for name in store.unlocked())})
    if not found and (store.hollow() or not lock):
        hollow = "".join(f"; `{path}` is named as a release is, without `{HEADER_FOLDER}`" for path in store.hollow())
        message = f"there is no folder to adopt in `{store.destination}`{hollow}"
        raise ReleaseError(
            message, hint="`trtheaders status` says what is there; `trtheaders add RELEASE` brings headers"
        )
    return found


def _wants_adoption(store: Store, version: Version, locked: LockedRelease | None) -> bool:
    """Whether ``version`` is there and not in the lock already, as it is once it was adopted."""
    folder = store.destination / str(version)
    if not is_release_folder(folder):
        raise ReleaseError(f"`{folder}` holds no vendored headers", hint=f"`trtheaders add v{version}` brings them")
    return locked is None or not locked.compared


def _read_name(name: str) -> Version:
    version = parse_release(name)
    if str(version) != name:
        raise ReleaseError(f"the folder `{name}` is not spelt as its release is", hint=f"rename it to `{version}`")
    return version
