"""Changes to a vendored folder that happen whole or not at all, whatever kills us.

A change is prepared in a staging folder inside the destination, so that every step is a rename within one file system:

    .trtheaders-XXXXXXXX/
        new/<version>/…      what shall be there
        old/<version>/…      what was there, moved out of the way
        install/<version>    markers: `new` goes in …
        remove/<version>     … or what is there goes out
        lock                 the new lock; while it lies here nothing has happened yet as far as anyone can tell

The rename of `lock` to its place is the moment of change. A staging folder that still holds `lock` is undone by the
next change, one that does not is merely swept up. Undoing is itself made of renames that may be killed and begun again.

Whoever only reads changes nothing: a clone may bring a staging folder that somebody committed. Only a change puts right
what a killed one left, and only where it is this user's own doing (:func:`_is_own`).
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from trtheaders.errors import ReleaseError, StoreError
from trtheaders.model.vendoring.releases import LOCK_NAME, canonical
from trtheaders.programs.git import find_tracked, work_trees
from trtheaders.vendoring.folder.file_lock import is_locked, lock_exclusively, wait_until_free
from trtheaders.vendoring.folder.walls import require_inside

STAGING_PREFIX = ".trtheaders-"
_KINDS = ("install", "remove")
_PART = ".part"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW


@contextlib.contextmanager
def hold(destination: Path, within: Path | None = None) -> Iterator[None]:
    """Keep other runs out of ``destination`` (made if it is not there) and put right what a killed run left.

    It must lie in the folder ``within``, with no link on the way, unless that is None: the user named it. The lock is
    on the folder itself, so that nothing is left in the consumer's repository. Raises :class:`StoreError`.
    """
    if within is not None:
        require_inside(destination, within)
    try:
        destination.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(destination, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise cannot_write(destination, error) from error
    try:
        lock_exclusively(descriptor, destination)
        _recover(destination, descriptor)
        yield
    finally:
        os.close(descriptor)


def cannot_write(path: Path, error: OSError) -> StoreError:
    """The error for a failed change of ``path``."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    way = "make sure that it lies in a folder that you may write to, or name another `destination`"
    hint = "nothing was changed; make room and run it again" if full else way
    return StoreError(f"`{path}` cannot be written: {error.strerror or error}", hint=hint)


def await_change(destination: Path) -> None:
    """Wait for a change that is going on in ``destination``; writes nothing, and puts nothing right."""
    with _opened_if_staged(destination) as descriptor:
        if descriptor is not None:
            wait_until_free(descriptor, destination)


def find_interrupted(destination: Path) -> tuple[Path, ...]:
    """The staging folders in ``destination`` that no run is at work in: interrupted, or brought by a clone."""
    with _opened_if_staged(destination) as descriptor:
        if descriptor is None or is_locked(descriptor):
            return ()
        return tuple(_stagings(destination))


def is_staged(destination: Path) -> bool:
    """Whether there is a staging folder in ``destination``, of a run that is at work or of none."""
    return bool(_stagings(destination))


@contextlib.contextmanager
def _opened_if_staged(destination: Path) -> Iterator[int | None]:
    try:
        staged = bool(_stagings(destination))
        descriptor = os.open(destination, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC) if staged else None
    except OSError:
        descriptor = None
    try:
        yield descriptor
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _stagings(destination: Path) -> list[Path]:
    try:
        with os.scandir(destination) as entries:
            names = [
                entry.name
                for entry in entries
                if entry.name.startswith(STAGING_PREFIX) and entry.is_dir(follow_symlinks=False)
            ]
    except OSError:
        return []
    return [destination / name for name in sorted(names)]


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
        with _opened(destination) as outer:
            _undo(outer, staging.name)
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
    """Write ``text`` to ``name`` beside ``staging``, unless something of that name is there."""
    staged, target = staging / f"{name}.new", staging.parent / name
    staged.write_text(text, encoding="utf-8")
    try:
        os.link(staged, target)
    except FileExistsError:
        return
    except OSError:
        # Not every file system has hard links. A kill here leaves a file cut short, which any text editor mends.
        with contextlib.suppress(FileExistsError), target.open("x", encoding="utf-8") as file:
            file.write(text)


def commit(staging: Path, lock_text: str, *, install: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
    """Move `new/<version>` in for each of ``install``, the folders of ``remove`` out, and the lock to its place.

    Raises :class:`OSError`, after which :func:`stage` has undone everything.
    """
    for kind, versions in zip(_KINDS, (install, remove), strict=True):
        (staging / kind).mkdir()
        for version in versions:
            (staging / kind / version).touch()
    for name in ("new", "old"):
        (staging / name).mkdir(exist_ok=True)
    _write_synced(staging / "lock.part", lock_text)
    (staging / "lock.part").rename(staging / "lock")
    with _opened(staging.parent) as outer, _opened(staging) as inner, _parts(inner) as (new, old):
        for version in _marked(inner, *_KINDS):
            if _is_there(outer, version):
                _move(version, outer, old)
        for version in _marked(inner, "install"):
            _move(version, new, outer)
        os.rename("lock", LOCK_NAME, src_dir_fd=inner, dst_dir_fd=outer)


def _write_synced(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _move(name: str, source: int, target: int) -> None:
    """Rename ``name`` from one folder to the other; where the file system cannot, copy it whole and then remove it.

    Overlayfs renames no folder that comes from a lower layer (kernel, "Overlay Filesystem", "redirect_dir").
    """
    try:
        os.rename(name, name, src_dir_fd=source, dst_dir_fd=target)
        return
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    import shutil

    part = f"{name}{_PART}"
    copy, original = Path(f"/proc/self/fd/{target}", part), Path(f"/proc/self/fd/{source}", name)
    _clear(part, target)
    shutil.copytree(original, copy, symlinks=True)
    # What stands under its own name is whole.
    os.rename(part, name, src_dir_fd=target, dst_dir_fd=target)
    _clear(name, source)


def _clear(name: str, folder: int) -> None:
    import shutil

    if _is_there(folder, name):
        shutil.rmtree(f"/proc/self/fd/{folder}/{name}")


@contextlib.contextmanager
def _opened(folder: Path | str, within: int | None = None) -> Iterator[int]:
    """A descriptor of ``folder``, which is no link."""
    descriptor = os.open(folder, _FOLDER if within is not None else _FOLDER & ~os.O_NOFOLLOW, dir_fd=within)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _parts(staging: int) -> Iterator[tuple[int, int]]:
    """Descriptors of the folders `new` and `old` of a staging folder."""
    with _opened("new", staging) as new, _opened("old", staging) as old:
        yield new, old


def _is_there(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _marked(staging: int, *kinds: str) -> list[str]:
    names: list[str] = []
    for kind in kinds:
        with _opened(kind, staging) as folder, os.scandir(folder) as entries:
            names += sorted(entry.name for entry in entries)
    return names


def _recover(destination: Path, descriptor: int) -> None:
    import shutil

    try:
        for staging in _stagings(destination):
            if _is_own(staging):
                _undo(descriptor, staging.name)
                shutil.rmtree(staging)
    except OSError as error:
        raise cannot_write(destination, error) from error


def _is_own(staging: Path) -> bool:
    """Whether a killed run of this user left ``staging``: not committed, no link in it, no name but of a release."""
    if staging.stat().st_uid != os.geteuid() or not _is_plain(staging):
        return False
    named = (path.name for kind in (*_KINDS, "new", "old") for path in staging.glob(f"{kind}/*"))
    if not all(_is_canonical(name.removesuffix(_PART)) for name in named):
        return False
    place = Path(os.path.realpath(staging))
    return all(find_tracked(root, [place]) == () for root in work_trees(place))


def _is_canonical(name: str) -> bool:
    try:
        return canonical(name) == name
    except ReleaseError:
        return False


def _is_plain(folder: Path) -> bool:
    """Whether there is nothing but folders and files in ``folder``."""
    with os.scandir(folder) as entries:
        for entry in entries:
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                if not _is_plain(Path(entry.path)):
                    return False
            elif not stat.S_ISREG(mode):
                return False
    return True


def _undo(destination: int, staging: str) -> None:
    """Take back what :func:`commit` has moved, unless its lock is already in place."""
    with _opened(staging, destination) as inner:
        if not _is_there(inner, "lock"):
            return
        with _parts(inner) as (new, old):
            for version in _marked(inner, "install"):
                if not _is_there(new, version) and _is_there(destination, version):
                    _move(version, destination, new)
            for version in _marked(inner, *_KINDS):
                if _is_there(old, version):
                    # Half of it may still be there, where it could not be renamed.
                    _clear(version, destination)
                    _move(version, old, destination)
        os.unlink("lock", dir_fd=inner)
