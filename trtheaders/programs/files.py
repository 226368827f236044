"""Files that others may have written, read as regular files and within limits: no device, no pipe, no flood."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

MOST_BYTES = 1024 * 1024
"""More than any configuration, lock, `pyvenv.cfg` or response file has."""


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """The content of the regular file ``path``, through links, at most ``most`` bytes.

    Raises :class:`OSError`: also for a device or a pipe, which may never end, and for a file that is larger.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except ValueError as error:
        raise OSError(errno.EINVAL, f"not a path ({error})", str(path)) from error
    with os.fdopen(descriptor, "rb") as file:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"larger than {_tell(most)}", str(path))
    return data


def expand_home(path: Path) -> Path:
    """``path`` with a `~` at its beginning expanded; as it is where there is no such home."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def write_whole(path: Path, data: bytes) -> None:
    """Let the file ``path`` hold ``data``, whole or not at all, through no link. Raises :class:`OSError`.

    What it held goes, a link of that name included; the temporary file beside it has a random name and is new.
    """
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile(dir=path.parent, prefix=".trtheaders-", suffix=".part", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), 0o666 & ~_umask())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink()
            raise


def _umask() -> int:
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:  # noqa: PTH123 (of this process)
        return next((int(line.split()[1], 8) for line in status if line.startswith("Umask:")), 0o077)


def read_text(path: Path, most: int = MOST_BYTES, *, errors: str = "strict") -> str:
    """As :func:`read_bytes`, as UTF-8 text. Raises :class:`UnicodeDecodeError` too, unless ``errors`` say otherwise."""
    return read_bytes(path, most).decode("utf-8", errors)


def _tell(count: int) -> str:
    return f"{count // 1024**2} MB" if count >= 1024**2 else f"{count} bytes"
