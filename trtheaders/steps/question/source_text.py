"""The text of a consumer's own source file."""

from __future__ import annotations

from pathlib import Path

from trtheaders.errors import UsageError
from trtheaders.programs.files import read_text

_MOST = 64 * 1024**2
"""More than any source has, those that a program writes included."""


def read_source(path: Path) -> str:
    """What ``path`` says, bytes that are no UTF-8 replaced. Raises :class:`~trtheaders.errors.UsageError`."""
    try:
        return read_text(path, _MOST, errors="replace")
    except OSError as error:
        raise UsageError(f"`{path}` cannot be read: {error.strerror}", hint="`--used-by` names a C++ source") from error
