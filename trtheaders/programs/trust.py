"""Whether a program may be started: one that came with a repository is not, whoever names it but the user.

What counts as having come with a repository: the program, a link on the way to it, or anything in its environment's
folder (the one with `pyvenv.cfg` or `conda-meta`) is in git's index, or lies in a submodule. Without git: what lies
below the root of whatever names it. What the user named by option or `$CXX` (:func:`allow`) is the user's own choice.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from trtheaders.programs.git import find_tracked, work_trees

_MOST_LINKS = 40
_allowed: set[str] = set()


def allow(program: Path | str) -> None:
    """Let ``program`` (a path, or a name on PATH) be started wherever it lies: the user named it."""
    _allowed.add(str(program))
    if os.sep in str(program):
        _allowed.add(str(Path(program).absolute()))


def find_refusal(program: Path, root: Path | None = None) -> str:
    """Why ``program`` (a path) may not be started, as the end of a sentence that begins with it; '' where it may.

    ``root`` is the folder of the configuration, environment or cache that names it, None where PATH does.
    """
    if str(program) in _allowed or str(program.absolute()) in _allowed:
        return ""
    return _find_refusal(Path(program).absolute(), root)


@cache
def _find_refusal(program: Path, root: Path | None) -> str:
    places = walk_links(program)
    if not places:
        return "leads nowhere"
    asked = list(dict.fromkeys([*places, *(folder for place in places for folder in _environments(place))]))
    trees = list(dict.fromkeys(tree for place in asked for tree in work_trees(place.parent)))
    for tree in trees:
        tracked = find_brought(tree, asked, trees)
        if tracked is None:
            return f"lies in the repository `{tree}`, and git does not say whether it came with it"
        if tracked:
            return f"came with the repository `{tree}` (`{tracked[0]}` is tracked by git)"
    if not trees and root is not None:
        top = Path(os.path.realpath(root))
        if any(place.is_relative_to(folder) for place in asked for folder in (root, top)):
            return f"lies in `{root}`, which may have come from elsewhere"
    return ""


def find_brought(tree: Path, places: Iterable[Path], trees: Iterable[Path]) -> tuple[str, ...] | None:
    """What git tracks in the work tree ``tree`` at or below ``places``, those of ``trees`` inside it that are its
    submodules included; None where git gives no answer.
    """
    below = [place for place in places if place.is_relative_to(tree)]
    # A submodule is one entry in the index around it.
    inner = [other for other in trees if other != tree and other.is_relative_to(tree)]
    return find_tracked(tree, [*below, *inner])


def walk_links(path: Path) -> tuple[Path, ...]:
    """The links on the way to the file ``path`` (absolute), each by its own place, and the file; or nothing.

    The folders on the way to each are real ones.
    """
    links, end = follow_links(path)
    return (*links, end) if end is not None and end.exists() else ()


def follow_links(path: Path) -> tuple[tuple[Path, ...], Path | None]:
    """The links on the way to ``path`` (absolute), each by its own place, and where they end; None for a ring."""
    waiting, current, places = list(path.parts[1:]), Path("/"), list[Path]()
    while waiting:
        part = waiting.pop(0)
        if part == "..":
            current = current.parent
            continue
        place = current / part
        if not place.is_symlink():
            current = place
            continue
        places.append(place)
        if len(places) > _MOST_LINKS:
            return tuple(places), None
        target = place.readlink()
        waiting = [*target.parts[1 if target.is_absolute() else 0 :], *waiting]
        current = Path("/") if target.is_absolute() else current
    return tuple(places), current


def leads_out(path: Path) -> bool:
    """Whether a link on the way to ``path`` came with a repository, and what it leads to lies outside of that."""
    links, end = follow_links(path.absolute())
    return any(
        (end is None or not end.is_relative_to(tree)) and find_tracked(tree, [link]) != ()
        for link in links
        for tree in work_trees(link.parent)
    )


def _environments(place: Path) -> tuple[Path, ...]:
    """The folder of the Python environment that ``place`` is a program of, if it is one's."""
    above = (place.parent, place.parent.parent)
    return tuple(
        folder for folder in above if os.path.lexists(folder / "pyvenv.cfg") or os.path.lexists(folder / "conda-meta")
    )


def find_program(name: str) -> Path | None:
    """The program ``name``: a path as it is, else the first on PATH that may be started; None where there is none.

    Relative entries of PATH mean whatever folder we happen to be in, and count for nothing.
    """
    if os.sep in name:
        return Path(name) if _is_program(Path(name)) else None
    places = (Path(folder, name) for folder in os.get_exec_path())
    return next((path for path in places if path.is_absolute() and _is_program(path) and not find_refusal(path)), None)


def path_for_children() -> str:
    """PATH for what is started, since it starts programs by it in turn: without entries that came with a repository.

    Relative entries mean whatever folder a child happens to be in, and go too.
    """
    around = work_trees(Path.cwd())
    folders = (Path(entry) for entry in os.get_exec_path())
    return os.pathsep.join(
        str(folder) for folder in folders if folder.is_absolute() and not _came_along(folder, around)
    )


def _came_along(folder: Path, trees: Iterable[Path]) -> bool:
    end = Path(os.path.realpath(folder))
    return any(place.is_relative_to(tree) for place in (folder, end) for tree in trees) and bool(find_refusal(folder))


def _is_program(path: Path) -> bool:
    return os.access(path, os.X_OK) and path.is_file()
