"""Where an installed TensorRT-LLM may lie when nobody says: environments and interpreters, the likeliest first."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from trtheaders.installation.editable import PACKAGE
from trtheaders.installation.files import matching, read_text
from trtheaders.installation.interpreters import (
    environment_folders,
    environment_of,
    installed_folders,
    interpreter_folders,
    python_path,
)
from trtheaders.installation.shims import chosen_versions, is_shim
from trtheaders.programs.files import is_file, is_folder

_ENVIRONMENT_NAMES = (".venv", "venv", "env", ".env", ".conda", ".pixi/envs/default")
_CACHE_PATTERNS = ("CMakeCache.txt", "build*/CMakeCache.txt", "cmake-build-*/CMakeCache.txt", "out/*/CMakeCache.txt")
_CACHED_PYTHON = re.compile(r"^_?(?:Python3|Python|PYTHON)_EXECUTABLE:\w+=(.+)$", re.MULTILINE)
_INTERPRETERS = ("python3", "python")

TRITON = Path("/opt/tritonserver/backends/tensorrtllm")
"""Where Triton's image keeps the libraries apart from any Python."""


class SearchPlace(Struct, frozen=True):
    """Somewhere to look: ``words`` for people, ``folders`` finds the package folders, ``python`` is its interpreter.

    Places of one ``group`` have no order among them: where several have something, nothing says which is meant.
    ``read`` says that the folders are read off a layout, so that nothing is started to find them; ``environment`` is
    the virtual environment's folder where it is one.
    """

    words: str
    folders: Callable[[], tuple[Path, ...]]
    python: Path | None = None
    group: str = ""
    read: bool = False
    environment: Path | None = None


def likely_places(start: Path, environment: Mapping[str, str]) -> Iterator[SearchPlace]:
    """Every place once, in the order in which they are believed; ``start`` is the consumer's root.

    PYTHONPATH comes first, as it does for every interpreter. What the user activated comes before what merely lies
    there: environments that are active or on PATH, then the interpreter that `python3` means. pre-commit puts its own
    environment into VIRTUAL_ENV and at the front of PATH; that has no TensorRT-LLM and is passed over, and the user's
    is found behind it on PATH.
    """
    seen: set[Path] = set()
    for place in _places(start, environment):
        if place.environment is None or place.environment not in seen:
            yield place
        if place.environment is not None:
            seen.add(place.environment)


def _places(start: Path, environment: Mapping[str, str]) -> Iterator[SearchPlace]:
    if python_path():
        yield SearchPlace("PYTHONPATH", python_path, read=True)
    interpreters = list(_on_path(environment))
    meant, others = _split(interpreters)
    yield from _active(environment)
    yield from (
        _of_environment("the virtual environment on PATH", folder)
        for python in meant
        if (folder := environment_of(python)) and str(folder) != environment.get("VIRTUAL_ENV")
    )
    yield _of_environment("trtheaders' own environment", Path(sys.prefix))
    yield from _plain(meant, start, environment)
    for root in _roots(start):
        for name in _ENVIRONMENT_NAMES:
            if is_file(root / name / "pyvenv.cfg") or is_folder(root / name / "conda-meta"):
                words = "the neighbouring virtual environment"
                yield _of_environment(words, root / name, group=f"in {root}", named_in=root)
    yield from _plain(others, start, environment)
    yield from _cached(start)


def _active(environment: Mapping[str, str]) -> list[SearchPlace]:
    """What was activated, the last one first: conda on top of a virtual environment is before it on PATH."""
    search = environment.get("PATH", "").split(":")
    named = (("VIRTUAL_ENV", "the active virtual environment"), ("CONDA_PREFIX", "the conda environment"))
    found = [(words, Path(environment[name])) for name, words in named if environment.get(name)]
    places = [search.index(str(folder / "bin")) if str(folder / "bin") in search else -1 for _, folder in found]
    if len(found) == 2 and 0 <= places[1] < places[0]:
        found.reverse()
    return [_of_environment(words, folder) for words, folder in found]


def _split(interpreters: list[Path]) -> tuple[list[Path], list[Path]]:
    """The interpreters up to the one that is no virtual environment's, and those that it hides."""
    first = next((index for index, python in enumerate(interpreters) if not environment_of(python)), len(interpreters))
    return interpreters[: first + 1], interpreters[first + 1 :]


def _plain(interpreters: list[Path], start: Path, environment: Mapping[str, str]) -> Iterator[SearchPlace]:
    conda = environment.get("CONDA_PREFIX", "")
    for python in interpreters:
        if not environment_of(python) and str(python.parent.parent) != conda:
            yield of_interpreter("the interpreter on PATH", python, start=start)


def of_interpreter(
    words: str, python: Path, *, group: str = "", start: Path | None = None, named_in: Path | None = None
) -> SearchPlace:
    """The place that an interpreter imports from; a shim is asked as the folder ``start`` has it choose.

    ``named_in`` is the folder of the file that names it, None if the user or PATH does.
    """
    folders = functools.partial(_folders_of, python.absolute(), start, named_in)
    return SearchPlace(f"{words} `{python}`", folders, python, group)


def _folders_of(python: Path, start: Path | None, named_in: Path | None) -> tuple[Path, ...]:
    """What an interpreter imports from; one whose layout shows the package need not be started to say so."""
    environment = environment_of(python)
    shim = environment is None and is_shim(python)
    if not shim:
        folders = (
            (*python_path(), *environment_folders(environment, named_in)) if environment else installed_folders(python)
        )
        if any(is_folder(folder / PACKAGE) for folder in folders):
            return folders
    return interpreter_folders(python, chosen_versions(start) if shim and start else None, named_in)


def _of_environment(words: str, folder: Path, *, group: str = "", named_in: Path | None = None) -> SearchPlace:
    folders = functools.partial(environment_folders, folder, named_in)
    lost = "" if is_folder(folder) else ", a folder that is not there"
    return SearchPlace(f"{words} `{folder}`{lost}", folders, None, group, read=True, environment=folder.absolute())


def _on_path(environment: Mapping[str, str]) -> Iterator[Path]:
    """The interpreters on PATH, each once, and one of each folder; relative folders are not the user's own."""
    seen: set[Path] = set()
    for part in environment.get("PATH", "").split(":"):
        path = next((path for name in _INTERPRETERS if part[:1] == "/" and is_file(path := Path(part) / name)), None)
        if path is not None:
            # Links to one interpreter are one, except where a pyvenv.cfg makes an environment of the folder.
            key = environment_of(path) or path.resolve()
            if key not in seen:
                seen.add(key)
                yield path


def _roots(start: Path) -> Iterator[Path]:
    """``start``, and the main worktree if it is a linked one: environments are rarely made in each."""
    yield start
    link = start / ".git"
    if is_file(link):
        target = read_text(link).partition("gitdir:")[2].strip()
        folder = (start / target).resolve()
        if folder.parent.name == "worktrees" and folder.parent.parent.name == ".git":
            yield folder.parent.parent.parent


def _cached(start: Path) -> Iterator[SearchPlace]:
    for root in _roots(start):
        for pattern in _CACHE_PATTERNS:
            for cache in matching(root, pattern):
                found = _CACHED_PYTHON.search(read_text(cache))
                if found and is_file(Path(found[1])):
                    words = f"the interpreter in `{cache}`,"
                    yield of_interpreter(words, Path(found[1]), group=f"caches in {root}", named_in=root)
