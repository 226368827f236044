"""The projects of a repository: hooks run at git's root, and headers may be vendored further down."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from pathlib import Path

from trtheaders.configuration import FILE_NAME, Configuration, load_configuration
from trtheaders.errors import ReleaseError, SparseCheckoutError, UsageError
from trtheaders.model.vendoring.releases import DEFAULT_DESTINATION, LOCK_NAME
from trtheaders.programs.git import ask_git, work_trees
from trtheaders.vendoring.folder.absence import SKIPPED, refuse_absent

_NAMES = (FILE_NAME, "pyproject.toml", LOCK_NAME)


def find_projects(start: Path, folders: Iterable[Path] = ()) -> tuple[Configuration, ...]:
    """The configurations that govern ``folders``, by default ``start``.

    Where one has no vendored folder, those of the projects below it that git knows are meant. One at least is returned.
    Raises :class:`~trtheaders.errors.ConfigurationError` for one that cannot be read,
    :class:`~trtheaders.errors.UsageError` for a folder that there is not, :class:`~trtheaders.errors.ReleaseError` for
    one without a project, and :class:`~trtheaders.errors.SparseCheckoutError` where all of them are left out.
    """
    named = tuple(folders)
    if not named:
        return _find_at(start) or (load_configuration(start),)
    found = [project for folder in named for project in _find_named(start, folder)]
    return tuple({project.destination: project for project in found}.values())


def _find_at(folder: Path) -> tuple[Configuration, ...]:
    own = load_configuration(folder)
    if own.destination.is_dir():
        return (own,)
    names = [name for name in _find_names(own.root) if (own.root / name).is_relative_to(folder)]
    below = {found.destination: found for found in (load_configuration(own.root / name) for name in names)}
    there = tuple(found for place, found in sorted(below.items()) if place.is_dir())
    if not there:
        refuse_left_out(folder)
    return there


def _find_named(start: Path, folder: Path) -> tuple[Configuration, ...]:
    if not (start / folder).is_dir():
        refuse_left_out(start / folder)
        raise UsageError(f"there is no folder `{folder}`", hint="name one that has a `trtheaders.toml`")
    found = _find_at(start / folder)
    if not found:
        own = load_configuration(start / folder)
        refuse_absent(own.destination)
        message = f"`{folder}` has no project: nothing is vendored in `{own.destination}`, nor in a project below"
        raise ReleaseError(message, hint="name a folder with vendored headers, or run `trtheaders add installed` in it")
    return found


def refuse_left_out(folder: Path) -> None:
    """Raise :class:`~trtheaders.errors.SparseCheckoutError` where git has vendored headers in ``folder``, and a sparse
    checkout leaves them out.
    """
    roots = work_trees(folder)
    above = next((place for place in (folder, *folder.parents) if place.is_dir()), None)
    if not roots or above is None:
        return
    pattern = f":(glob){glob.escape(os.path.relpath(folder, above))}/**/{LOCK_NAME}"
    rows = (ask_git(above, ["ls-files", "-z", "-t", "--cached", "--", pattern]) or b"").split(b"\0")
    names = [os.fsdecode(row.removeprefix(SKIPPED)) for row in rows if row.startswith(SKIPPED)]
    if names:
        places = ", ".join(f"`{(above / name).parent}`" for name in sorted(names))
        message = (
            f"{places} {'is' if len(names) == 1 else 'are'} left out of this sparse checkout: nothing was compared"
        )
        raise SparseCheckoutError(message, hint="`git sparse-checkout add FOLDER` brings one")


def _find_names(root: Path) -> list[Path]:
    """Folders at or below ``root``, relative to it, with a configuration, or a lock where it lies by default."""
    patterns = [f":(glob)**/{name}" for name in _NAMES]
    found = ask_git(root, ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]) or b""
    paths = (Path(os.fsdecode(name)) for name in found.split(b"\0") if name)
    return sorted({folder for folder in map(_project_of, paths) if folder is not None})


def _project_of(path: Path) -> Path | None:
    """The folder of which the file ``path`` speaks; a lock that lies elsewhere has a configuration that says so."""
    if path.name != LOCK_NAME:
        return path.parent
    default = Path(DEFAULT_DESTINATION, LOCK_NAME)
    return path.parents[len(default.parts) - 1] if path.parts[-len(default.parts) :] == default.parts else None
