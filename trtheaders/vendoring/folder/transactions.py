"""Changes to a vendored folder that happen whole or not at all, whatever kills us.

A change is prepared in a staging folder inside the destination, so that every step is a rename within one file system:

    .trtheaders-XXXXXXXX/
        new/<version>/…      what shall be there
        old/<version>/…      what was there, moved out of the way
        install/<version>    markers: `new` goes in …
        remove/<version>     … or what is there goes out
        lock                 the new lock; while it lies here nothing has happened yet as far as anyone can tell

The rename of `lock` to its place is the moment of change. A staging folder that still holds `lock` is undone by the
next run, one that does not is merely swept up. Undoing is itself made of renames that may be killed and begun again.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from trtheaders.errors import StoreError
from trtheaders.model.vendoring.releases import LOCK_NAME
from trtheaders.vendoring.folder.file_lock import lock_exclusively

STAGING_PREFIX = ".trtheaders-"


@contextlib.contextmanager
def hold(destination: Path) -> Iterator[None]:
    """Keep other runs out of ``destination`` (made if it is not there) and put right what a killed run left.

    The lock is on the folder itself, so that nothing is left in the consumer's repository. Raises
    :class:`StoreError`.
    """
    try:
        destination.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(destination, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise cannot_write(destination, error) from error
    try:
        lock_exclusively(descriptor, destination)
        _recover(destination)
        yield
    finally:
        os.close(descriptor)


def cannot_write(path: Path, error: OSError) -> StoreError:
    """The error for a failed change of ``path``."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    way = "make sure that it lies in a folder that you may write to, or name another `destination`"
    hint = "nothing was changed; make room and run it again" if full else way
    return StoreError(f"`{path}` cannot be written: {error.strerror or error}", hint=hint)


def settle(destination: Path) -> None:
    """Put right what a killed run left; wait for one that is still going. Does nothing where nothing can be written."""
    if not any(_stagings(destination)) or not os.access(destination, os.W_OK):
        return
    with hold(destination):
        pass


def _stagings(destination: Path) -> Iterable[Path]:
    return (path for path in destination.glob(f"{STAGING_PREFIX}*") if path.is_dir() and not path.is_symlink())


@contextlib.contextmanager
def stage(destination: Path) -> Iterator[Path]:
    """A staging folder in ``destination``, gone after the block; :func:`commit` makes its content count."""
    try:
        # Loaded here, since whoever only reads a store needs neither.
        import tempfile

        staging = Path(tempfile.mkdtemp(prefix=STAGING_PREFIX, dir=destination))
        staging.chmod(0o755)
    except OSError as error:
        raise cannot_write(destination, error) from error
    try:
        yield staging
    except OSError as error:
        raise cannot_write(Path(error.filename) if error.filename else destination, error) from error
    finally:
        _undo(staging)
        import shutil

        shutil.rmtree(staging, ignore_errors=True)


def write_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write ``contents`` (by relative POSIX path) below ``folder``, which must not be there."""
    made = {folder}
    folder.mkdir(parents=True)
    for name, data in contents.items():
        path = folder / name
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        path.write_bytes(data)


def place_if_absent(staging: Path, name: str, text: str) -> None:
    """Write ``text`` to ``name`` beside ``staging``, whole, unless something of that name is there."""
    staged = staging / f"{name}.new"
    staged.write_text(text, encoding="utf-8")
    with contextlib.suppress(FileExistsError):
        os.link(staged, staging.parent / name)


def commit(staging: Path, lock_text: str, *, install: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
    """Move `new/<version>` in for each of ``install``, the folders of ``remove`` out, and the lock to its place.

    Raises :class:`OSError`, after which :func:`stage` has undone everything.
    """
    destination = staging.parent
    for kind, versions in (("install", install), ("remove", remove)):
        (staging / kind).mkdir()
        for version in versions:
            (staging / kind / version).touch()
    (staging / "old").mkdir()
    _write_synced(staging / "lock.part", lock_text)
    (staging / "lock.part").rename(staging / "lock")
    for version in _marked(staging, "install", "remove"):
        if os.path.lexists(destination / version):
            (destination / version).rename(staging / "old" / version)
    for version in _marked(staging, "install"):
        (staging / "new" / version).rename(destination / version)
    (staging / "lock").rename(destination / LOCK_NAME)


def _write_synced(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _marked(staging: Path, *kinds: str) -> list[str]:
    return [marker.name for kind in kinds for marker in sorted((staging / kind).glob("*"))]


def _recover(destination: Path) -> None:
    try:
        for staging in sorted(_stagings(destination)):
            _undo(staging)
            import shutil

            shutil.rmtree(staging)
    except OSError as error:
        raise cannot_write(destination, error) from error


def _undo(staging: Path) -> None:
    """Take back what :func:`commit` has moved, unless its lock is already in place."""
    if not (staging / "lock").exists():
        return
    destination = staging.parent
    for version in _marked(staging, "install"):
        moved_in = not (staging / "new" / version).exists()
        if moved_in and (destination / version).exists():
            (destination / version).rename(staging / "new" / version)
    for version in _marked(staging, "install", "remove"):
        if os.path.lexists(staging / "old" / version):
            (staging / "old" / version).rename(destination / version)
    (staging / "lock").unlink()
