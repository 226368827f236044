"""Where the user's caches lie."""

import errno
import os
from functools import cache
from pathlib import Path

from trtheaders.programs.git import find_tracked, work_trees


def cache_folder(name: str) -> Path:
    """`$XDG_CACHE_HOME/trtheaders/NAME`; a relative XDG_CACHE_HOME counts for nothing (XDG base directories).

    Raises :class:`OSError` where the user has no home, and where the folder lies in the repository around the working
    folder (GitLab's habit) and that brings something in it, or a link on the way to it: nothing is read from there or
    written there, as if there were no cache.
    """
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    folder = (base if base.is_absolute() else _home() / ".cache") / "trtheaders"
    _refuse_foreign(folder, Path.cwd())
    return folder / name


def _home() -> Path:
    try:
        home = Path.home()
    except RuntimeError as error:
        raise FileNotFoundError(errno.ENOENT, "there is no home folder, and XDG_CACHE_HOME names none") from error
    if not home.is_absolute():
        raise FileNotFoundError(errno.ENOENT, f"the home folder `{home}` is no absolute path")
    return home


@cache
def _refuse_foreign(folder: Path, here: Path) -> None:
    for tree in work_trees(here):
        if not folder.is_relative_to(tree):
            continue
        links = [place for place in folder.parents if place.is_relative_to(tree) and place.is_symlink()]
        if find_tracked(tree, [folder, *links]) != ():
            raise PermissionError(errno.EACCES, "it lies in a repository that brings something in it", str(folder))
