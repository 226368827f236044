"""An open file in, an exclusive lock on it out, or a refusal when another run keeps it for too long."""

from __future__ import annotations

import errno
import fcntl
import time
from collections.abc import Callable
from pathlib import Path

from trtheaders.errors import StoreError

LOCK_SECONDS = 600.0
_PAUSE_SECONDS = 0.05
_NO_LOCKS = (errno.EBADF, errno.EINVAL, errno.ENOLCK, errno.ENOTSUP)


def lock_exclusively(descriptor: int, path: Path, on_wait: Callable[[], None] | None = None) -> None:
    """Lock the open file ``descriptor``, which ``path`` names in messages, until it is closed or we die.

    ``on_wait`` is called once if another run has it. Raises :class:`StoreError` after ten minutes.
    """
    end = time.monotonic() + LOCK_SECONDS
    while not _try_lock(descriptor, path):
        if time.monotonic() > end:
            story = f"`{path}` has been in use by another run for {LOCK_SECONDS:g} seconds"
            raise StoreError(story, hint="wait for that run, or end it, then run it again")
        if on_wait is not None:
            on_wait()
            on_wait = None
        time.sleep(_PAUSE_SECONDS)


def wait_until_free(descriptor: int, path: Path) -> None:
    """Wait until no run has locked the open file ``descriptor``. Raises :class:`StoreError` after ten minutes."""
    end = time.monotonic() + LOCK_SECONDS
    while is_locked(descriptor):
        if time.monotonic() > end:
            story = f"`{path}` has been in use by another run for {LOCK_SECONDS:g} seconds"
            raise StoreError(story, hint="wait for that run, or end it, then run it again")
        time.sleep(_PAUSE_SECONDS)


def is_locked(descriptor: int) -> bool:
    """Whether another run has locked the open file ``descriptor``; False where the file system has no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _try_lock(descriptor: int, path: Path) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        # NFS locks no folders. Two runs there are not kept apart; each is still whole or not at all.
        if error.errno not in _NO_LOCKS:
            story = f"`{path}` cannot be locked: {error.strerror}"
            raise StoreError(story, hint="put it on a file system that has locks (`flock`)") from error
    return True
