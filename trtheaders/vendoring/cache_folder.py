"""Where the user's caches lie."""

import errno
import os
from functools import cache
from pathlib import Path

from trtheaders.programs.git import work_trees
from trtheaders.programs.trust import find_brought, follow_links


def cache_folder(name: str) -> Path:
    """`$XDG_CACHE_HOME/trtheaders/NAME`; a relative XDG_CACHE_HOME counts for nothing (XDG base directories).

    Raises :class:`OSError` where the user has no home, and where the folder lies in a repository (GitLab's habit) that
    brings something in it or a link on the way to it, in a submodule, or where NAME itself is a link: nothing is read
    from there or written there, as if there were no cache.
    """
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    folder = (base if base.is_absolute() else _home() / ".cache") / "trtheaders"
    _refuse_foreign(folder)
    if (folder / name).is_symlink():
        raise PermissionError(errno.EACCES, "it is a link, and we make none", str(folder / name))
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
def _refuse_foreign(folder: Path) -> None:
    links, end = follow_links(folder)
    if end is None:
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(folder))
    places = (*links, end)
    trees = tuple(dict.fromkeys(tree for place in places for tree in work_trees(place)))
    if any(find_brought(tree, places, trees) != () for tree in trees):
        raise PermissionError(errno.EACCES, "it lies in a repository that brings something in it", str(folder))
