"""What an invocation asks for: the configuration with the invocation's own wishes over it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from trtheaders.configuration import Configuration, load_configuration
from trtheaders.errors import UsageError
from trtheaders.model.standards import STANDARD_HINT, STANDARDS


def settle_configuration(
    start: Path | None = None,
    *,
    entries: Sequence[str] = (),
    include_directories: Sequence[Path] = (),
    defines: Sequence[str] = (),
    standard: str = "",
    compiler: str = "",
) -> Configuration:
    """The configuration that governs ``start`` (by default the working folder); what is given here wins.

    Raises :class:`~trtheaders.errors.ConfigurationError` where the configuration cannot be read, and
    :class:`~trtheaders.errors.UsageError` for a ``standard`` that there is not.
    """
    if standard and standard not in STANDARDS:
        raise UsageError(f"`{standard}` is no C++ standard", hint=STANDARD_HINT)
    found = load_configuration(start or Path.cwd())
    return replace(
        found,
        entries=tuple(entries) or found.entries,
        include_directories=tuple(include_directories) or found.include_directories,
        defines=tuple(defines) or found.defines,
        standard=standard or found.standard,
        compiler=compiler or found.compiler,
    )
