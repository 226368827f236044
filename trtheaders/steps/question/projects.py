"""The projects of a repository: hooks run at git's root, and headers may be vendored further down."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from trtheaders.configuration import FILE_NAME, Configuration, load_configuration
from trtheaders.errors import UsageError
from trtheaders.model.vendoring.releases import DEFAULT_DESTINATION, LOCK_NAME
from trtheaders.programs.git import ask_git

_NAMES = (FILE_NAME, "pyproject.toml", LOCK_NAME)


def find_projects(start: Path, folders: Iterable[Path] = ()) -> tuple[Configuration, ...]:
    """The configurations that govern ``folders``, by default ``start``.

    Where ``start`` has no vendored folder, those of the projects below it that git knows are meant. One at least is
    returned. Raises :class:`~trtheaders.errors.ConfigurationError` for one that cannot be read and
    :class:`~trtheaders.errors.UsageError` for a folder that there is not.
    """
    named = tuple(folders)
    if named:
        return tuple(load_configuration(_require(start / folder)) for folder in named)
    own = load_configuration(start)
    if own.destination.is_dir():
        return (own,)
    below = {found.destination: found for found in map(load_configuration, _find_folders(own.root))}
    return tuple(found for place, found in sorted(below.items()) if place.is_dir()) or (own,)


def _require(folder: Path) -> Path:
    if not folder.is_dir():
        raise UsageError(f"there is no folder `{folder}`", hint="name one that has a `trtheaders.toml`")
    return folder


def _find_folders(root: Path) -> list[Path]:
    """Folders at or below ``root`` that have a configuration, or a lock where it lies by default."""
    patterns = [f":(glob)**/{name}" for name in _NAMES]
    found = ask_git(root, ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]) or b""
    paths = (Path(os.fsdecode(name)) for name in found.split(b"\0") if name)
    return sorted({root / folder for folder in map(_project_of, paths) if folder is not None})


def _project_of(path: Path) -> Path | None:
    """The folder of which the file ``path`` speaks; a lock that lies elsewhere has a configuration that says so."""
    if path.name != LOCK_NAME:
        return path.parent
    default = Path(DEFAULT_DESTINATION, LOCK_NAME)
    return path.parents[len(default.parts) - 1] if path.parts[-len(default.parts) :] == default.parts else None
