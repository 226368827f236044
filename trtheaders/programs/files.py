"""Files that others may have written, read as regular files and within limits: no device, no pipe, no flood."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from trtheaders.errors import TrtHeadersError

MOST_BYTES = 1024 * 1024
"""More than any configuration, lock, `pyvenv.cfg` or response file has."""
MOST_SOURCE = 64 * 1024 * 1024
"""More than any source or header has."""


class UnfitFileError(TrtHeadersError, OSError):
    """A file that is none, or too large: whoever does not expect it ends with one line that names it."""

    def __init__(self, number: int, reason: str, path: str) -> None:
        OSError.__init__(self, number, reason, path)
        self.message = f"`{path}` cannot be read: {reason}"
        self.hint = "put a plain file of the usual size there, or name another one"


def open_regular(path: Path | str) -> BinaryIO:
    """The regular file ``path``, through links, opened to be read.

    Raises :class:`OSError`, which is :class:`UnfitFileError` for a folder, and for a device or a pipe, which may never
    end.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except ValueError as error:
        raise UnfitFileError(errno.EINVAL, f"not a path ({error})", str(path)) from error
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise UnfitFileError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise UnfitFileError(errno.EINVAL, "not a regular file", str(path))


def read_bytes(path: Path | str, most: int = MOST_BYTES) -> bytes:
    """The content of the regular file ``path``, through links, at most ``most`` bytes.

    Raises :class:`OSError` as :func:`open_regular` does, and for a file that is larger.
    """
    with open_regular(path) as file:
        # Asked for ``most`` at once, Python makes room for that each time.
        told = min(os.fstat(file.fileno()).st_size, most)
        data = file.read(told + 1)
        if len(data) > told:
            # It has grown, or tells no size, as below `/proc`.
            data += file.read(most - told)
    if len(data) > most:
        raise UnfitFileError(errno.EFBIG, f"larger than {_tell(most)}", str(path))
    return data


def is_file(path: Path) -> bool:
    """Whether ``path`` is a file, as far as that may be seen: `Path.is_file` raises where it may not, and for a
    name that is too long.
    """
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: Path) -> bool:
    """Whether ``path`` is a folder, as far as that may be seen."""
    return os.path.isdir(path)  # noqa: PTH112


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

    mode = _mode_of(path)
    with NamedTemporaryFile(dir=path.parent, prefix=".trtheaders-", suffix=".part", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink()
            raise


def _mode_of(path: Path) -> int:
    """What the file ``path`` lets whom do, or what a new one would."""
    try:
        about = path.lstat()
    except OSError:
        return 0o666 & ~_umask()
    return stat.S_IMODE(about.st_mode) & 0o777 if stat.S_ISREG(about.st_mode) else 0o666 & ~_umask()


def _umask() -> int:
    lines = read_text(Path("/proc/self/status"), errors="replace").splitlines()
    return next((int(line.split()[1], 8) for line in lines if line.startswith("Umask:")), 0o077)


def read_text(path: Path, most: int = MOST_BYTES, *, errors: str = "strict") -> str:
    """As :func:`read_bytes`, as UTF-8 text. Raises :class:`UnicodeDecodeError` too, unless ``errors`` say otherwise."""
    return read_bytes(path, most).decode("utf-8", errors)


def _tell(count: int) -> str:
    return f"{count // 1024**2} MB" if count >= 1024**2 else f"{count} bytes"
