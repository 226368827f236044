"""A bare repository in the user's cache folder for each remote: made, locked, put right and begun anew."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from trtheaders.errors import StoreError
from trtheaders.vendoring.cache_folder import cache_folder
from trtheaders.vendoring.folder.file_lock import lock_exclusively
from trtheaders.vendoring.git.remotes import Remote
from trtheaders.vendoring.git.upstream import Progress, require_git, run_git

REMOTE_NAME = "upstream"
"""What the cached repository's own configuration calls the remote."""


class Cache(Struct, frozen=True, kw_only=True):
    """The cached repository of one remote; ``full`` ones hold whole commits, the others what was asked for.

    ``held`` is the descriptor of the lock on it.
    """

    remote: Remote
    git_dir: Path
    held: int
    full: bool = False
    progress: Progress | None = None


@contextlib.contextmanager
def open_cache(remote: Remote, *, full: bool = False, progress: Progress | None = None) -> Iterator[Cache]:
    """The cache of ``remote``, made if it is not there, and held against other processes until the end of the block.

    Where no cache can be kept (no home, nothing may be written there) it is a private folder that goes with the block.
    """
    name = hashlib.sha256(remote.url.encode()).hexdigest()[:20]
    with _folder() as folder:
        git_dir = folder / f"{name}{'-full' if full else ''}.git"
        try:
            descriptor = os.open(folder / f"{git_dir.name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unusable(folder, error) from error
        try:
            lock_exclusively(descriptor, git_dir, lambda: progress and progress("waiting for another run"))
            _prepare(git_dir, remote, full)
            yield Cache(remote=remote, git_dir=git_dir, held=descriptor, full=full, progress=progress)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """Where the caches lie, made if need be; else a temporary folder."""
    try:
        folder = cache_folder("upstream")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        usable = os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        usable = False
    if usable:
        yield folder
        return
    try:
        made = tempfile.TemporaryDirectory(prefix="trtheaders-upstream-")
    except OSError as error:
        raise StoreError(
            f"there is no folder for temporary files: {error.strerror}",
            hint="set TMPDIR, or XDG_CACHE_HOME, to a folder that can be written",
        ) from error
    with made as private:
        yield Path(private)


def _unusable(folder: Path, error: OSError) -> StoreError:
    return StoreError(
        f"the cache `{folder}` cannot be used: {error.strerror}",
        hint="set XDG_CACHE_HOME to a folder that can be written",
    )


def _prepare(git_dir: Path, remote: Remote, full: bool) -> None:
    """Make the repository, whole or not at all; what a killed git left in it is cleared."""
    try:
        if not (git_dir / "HEAD").is_file():
            staged = git_dir.with_name(f"{git_dir.name}.new")
            for folder in (staged, git_dir):
                shutil.rmtree(folder, ignore_errors=True)
            _write_repository(staged, remote, full)
            staged.rename(git_dir)
            require_git(git_dir)
        for leftover in (*git_dir.glob("*.lock"), *git_dir.glob("refs/**/*.lock"), *git_dir.glob("objects/**/tmp_*")):
            leftover.unlink(missing_ok=True)
    except OSError as error:
        raise _unusable(git_dir, error) from error


def _write_repository(folder: Path, remote: Remote, full: bool) -> None:
    """Write a bare repository by hand: `git init` would take templates, and settings, from the user's configuration."""
    for inner in ("objects/info", "objects/pack", "refs/tags", "refs/heads"):
        (folder / inner).mkdir(parents=True, mode=0o700)
    quoted = remote.url.replace("\\", "\\\\").replace('"', '\\"')
    lines = ["[core]", "repositoryformatversion = 1", "bare = true", f'[remote "{REMOTE_NAME}"]', f'url = "{quoted}"']
    if not full:
        lines += ["promisor = true", "partialclonefilter = blob:none", "[extensions]", f"partialclone = {REMOTE_NAME}"]
    # The URL may hold credentials.
    descriptor = os.open(folder / "config", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    (folder / "HEAD").write_text("ref: refs/heads/main\n")


def is_damaged(cache: Cache) -> bool:
    """Whether what lies in the cache is not what git wrote there."""
    return run_git(cache.git_dir, ["fsck", "--no-dangling", "--no-progress"]).status != 0


def remake(cache: Cache) -> None:
    """Begin the cache anew; nothing in it is anything but a copy."""
    try:
        shutil.rmtree(cache.git_dir)
        _prepare(cache.git_dir, cache.remote, cache.full)
    except OSError as error:
        raise _unusable(cache.git_dir, error) from error
