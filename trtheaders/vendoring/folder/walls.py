"""Where a file of the repository may make us write: inside the repository, with no link on the way."""

from __future__ import annotations

import os
from pathlib import Path

from trtheaders.errors import StoreError
from trtheaders.programs.git import work_trees

_HINT = "name the folder yourself with `--destination`, or mend `destination` in the configuration"


def writable_root(root: Path) -> Path:
    """The folder that whatever is configured in ``root`` (absolute) may write into: the repository around it."""
    return next(iter(work_trees(root)), root)


def require_inside(path: Path, within: Path) -> None:
    """Raise :class:`StoreError` for a ``path`` outside of ``within``, through a link, or in git's own folder."""
    plain, real, root = Path(os.path.normpath(path)), Path(os.path.realpath(path)), Path(os.path.realpath(within))
    if not real.is_relative_to(root):
        message = f"`{path}` lies outside of the repository `{root}`, and only a file of the repository names it"
        raise StoreError(message, hint=_HINT)
    below = real.relative_to(root)
    if root / below != _resolve_root(plain, within):
        raise StoreError(f"`{path}` is reached through a symbolic link, which nothing is written through", hint=_HINT)
    if any(part.casefold() in (".git", "git~1") for part in below.parts):
        raise StoreError(f"`{path}` lies in git's own folder", hint=_HINT)


def _resolve_root(plain: Path, within: Path) -> Path:
    """``plain`` with the links on the way to ``within`` followed, which are the user's own, and no other."""
    if plain.is_relative_to(within):
        return Path(os.path.realpath(within)) / plain.relative_to(within)
    return plain
