"""The consumer's vendored folder: releases side by side, one lock, changes that happen whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from trtheaders.errors import ReleaseError, StoreError
from trtheaders.model.vendoring.locks import HEADER_FOLDER, Lock, LockedRelease
from trtheaders.model.vendoring.releases import LOCK_NAME, SNAPSHOT_NAME, canonical
from trtheaders.programs.files import MOST_SOURCE, read_bytes
from trtheaders.vendoring.folder.absence import refuse_absent
from trtheaders.vendoring.folder.lockfile import read_lock, read_locked, render_lock
from trtheaders.vendoring.folder.release_folders import is_release_folder, is_release_name
from trtheaders.vendoring.folder.transactions import (
    await_change,
    commit,
    find_interrupted,
    hold,
    is_staged,
    place_if_absent,
    stage,
    write_files,
)

if TYPE_CHECKING:
    from packaging.version import Version

ATTRIBUTES_NAME = ".gitattributes"
_ATTRIBUTES = "# Written by trtheaders: vendored files are upstream's, byte for byte.\n* -text linguist-vendored\n"

Finish = Callable[[Path], None]
"""Is given a release's folder before it counts, to add to it what belongs beside the headers."""


class Store:
    """The vendored releases in ``destination``, which need not be there yet.

    What is changed must lie in the folder ``within``, unless that is None: the user named the destination. Reading
    changes nothing; :meth:`changing` first puts right what a killed run of this user left behind.
    """

    def __init__(self, destination: Path, *, within: Path | None = None) -> None:
        self.destination = destination
        self.within = within

    def lock(self) -> Lock:
        """What the lock says; empty where there is none. Raises :class:`~trtheaders.errors.StoreError`."""
        await_change(self.destination)
        self._require_checked_out()
        return read_lock(self.destination / LOCK_NAME)

    def locked(self, version: Version | str) -> LockedRelease:
        """The lock's entry for ``version``. Raises :class:`ReleaseError` where there is none."""
        name = canonical(version)
        await_change(self.destination)
        self._require_checked_out()
        release = read_locked(self.destination / LOCK_NAME, name)
        if release is not None:
            return release
        if is_release_folder(self.destination / name):
            message = f"`{self.destination / name}` is there, but `{LOCK_NAME}` does not name it"
            raise ReleaseError(message, hint="`trtheaders adopt` puts it under the lock")
        raise ReleaseError(f"{name} is not vendored in `{self.destination}`", hint=self._tell_nearest(name))

    def _tell_nearest(self, name: str) -> str:
        """What may have been meant by a release that is not here, and how to get it."""
        from difflib import get_close_matches

        known = [release.version for release in self.lock().ordered()]
        near = get_close_matches(name, known, n=1, cutoff=0.75)
        meant = f"did you mean `{near[0]}`? " if near else ""
        here = f" (vendored are {', '.join(known)})" if known else ""
        if ".dev" in name:
            return f"{meant}a development build has no tag: name its headers with `--headers DIR`{here}"
        return f"{meant}run `trtheaders add v{name}`{here}"

    def release_directory(self, version: Version | str) -> Path:
        """The directory for `-I` of a vendored release. Raises :class:`ReleaseError` where it is not there."""
        return self.directory_of(self.locked(version))

    def directory_of(self, release: LockedRelease) -> Path:
        """The directory for `-I` of ``release``. Raises :class:`ReleaseError` where it is not there."""
        folder = self.destination / release.version
        if not is_release_folder(folder):
            refuse_absent(folder)
            message = f"the lock names {release.version}, but `{folder / HEADER_FOLDER}` is not there"
            raise ReleaseError(message, hint=f"run `trtheaders sync`{self._tell_interrupted()}")
        return folder

    def snapshot_path(self, version: Version | str) -> Path:
        """Where the recorded snapshot of ``version`` lies, if there is one."""
        return self.destination / canonical(version) / SNAPSHOT_NAME

    def unlocked(self) -> tuple[str, ...]:
        """The release folders that the lock does not name, by folder name."""
        return tuple(path.name for path in self._strangers() if is_release_folder(path))

    def hollow(self) -> tuple[Path, ...]:
        """The folders that the lock does not name, that are named as a release is, and that hold no headers."""
        named = (path for path in self._strangers() if is_release_name(path.name))
        return tuple(path for path in named if not is_release_folder(path) and path.is_dir())

    def interrupted(self) -> tuple[Path, ...]:
        """What changes that were interrupted left here, or what looks like it: `.trtheaders-*` folders."""
        return find_interrupted(self.destination)

    def recover(self) -> None:
        """Put right what a killed run of this user left, if there is anything. Raises as :meth:`changing`.

        Who is at work is waited for: it may be a child of the killed run, which dies a moment later.
        """
        if is_staged(self.destination):
            with self.changing():
                pass

    def _require_checked_out(self) -> None:
        """Git is asked only where there is no lock."""
        if not (self.destination / LOCK_NAME).exists():
            refuse_absent(self.destination)

    def _tell_interrupted(self) -> str:
        return ": a change was interrupted, and it puts that right" if self.interrupted() else ""

    def _strangers(self) -> list[Path]:
        known = self.lock().releases
        if not self.destination.is_dir():
            return []
        paths = (path for path in self.destination.iterdir() if path.name not in known)
        return sorted(path for path in paths if not path.name.startswith("."))

    @contextlib.contextmanager
    def changing(self) -> Iterator[StoreChange]:
        """Keep other runs out for the length of the block, and change what is there."""
        with hold(self.destination, self.within):
            yield StoreChange(self.destination, read_lock(self.destination / LOCK_NAME))


class StoreChange:
    """The store while nobody else may change it; each method is one change that happens whole or not at all."""

    def __init__(self, destination: Path, lock: Lock) -> None:
        self._destination = destination
        self.lock = lock

    def install(
        self, release: LockedRelease, contents: Mapping[str, bytes], *, finish: Finish | None = None, keep: bool = False
    ) -> None:
        """Let ``contents`` be the folder of ``release``, and the lock name it; ``keep`` carries other files over."""
        with stage(self._destination) as staging:
            folder = staging / "new" / release.version
            write_files(folder, contents)
            if keep:
                _carry_over(self._destination / release.version, folder)
            if finish is not None:
                finish(folder)
            release = replace(release, snapshot=_digest(folder / SNAPSHOT_NAME))
            # Git must not convert line ends; a file of that name that is there already is the consumer's own.
            place_if_absent(staging, ATTRIBUTES_NAME, _ATTRIBUTES)
            self._commit(staging, self.lock.having(release), install=(release.version,))

    def record(self, *releases: LockedRelease) -> None:
        """Let the lock name ``releases``, whose folders stay as they are."""
        lock = self.lock
        for release in releases:
            lock = lock.having(release)
        with stage(self._destination) as staging:
            place_if_absent(staging, ATTRIBUTES_NAME, _ATTRIBUTES)
            self._commit(staging, lock)

    def place_snapshot(self, release: LockedRelease, data: bytes) -> LockedRelease:
        """Let ``data`` be the snapshot beside the headers of ``release``, and the lock name it; the lock's new entry.

        Raises :class:`~trtheaders.errors.StoreError` where the release's folder is a link, which is not written
        through.
        """
        folder = self._destination / release.version
        if folder.is_symlink():
            story = f"`{folder}` is a symbolic link, which nothing is written through"
            raise StoreError(story, hint="put the folder itself there")
        with stage(self._destination) as staging:
            (staging / SNAPSHOT_NAME).write_bytes(data)
            (staging / SNAPSHOT_NAME).replace(folder / SNAPSHOT_NAME)
            release = replace(release, snapshot=hashlib.sha256(data).hexdigest())
            self._commit(staging, self.lock.having(release))
        return release

    def remove(self, *versions: str) -> None:
        """Take away the folders of ``versions`` and what the lock says of them."""
        lock = self.lock
        for version in versions:
            lock = lock.lacking(version)
        with stage(self._destination) as staging:
            self._commit(staging, lock, remove=versions)

    def _commit(
        self, staging: Path, lock: Lock, *, install: tuple[str, ...] = (), remove: tuple[str, ...] = ()
    ) -> None:
        commit(staging, render_lock(lock), install=install, remove=remove)
        self.lock = lock


def _digest(file: Path) -> str:
    return hashlib.sha256(read_bytes(file, MOST_SOURCE)).hexdigest() if file.is_file() and not file.is_symlink() else ""


def _carry_over(source: Path, target: Path) -> None:
    """Copy what ``target`` lacks from ``source``, links as links."""
    if not source.is_dir() or source.is_symlink():
        return
    for path in sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_dir() and not path.is_symlink():
            copy.mkdir(exist_ok=True)
        elif not copy.exists() and not copy.is_symlink():
            import shutil

            shutil.copy2(path, copy, follow_symlinks=False)
