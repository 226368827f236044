"""The text of a consumer's own source file."""

from __future__ import annotations

from pathlib import Path

from trtheaders.errors import UsageError


def read_source(path: Path) -> str:
    """What ``path`` says, bytes that are no UTF-8 replaced. Raises :class:`~trtheaders.errors.UsageError`."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"`{path}` cannot be read: {error.strerror}", hint="`--used-by` names a C++ source") from error
