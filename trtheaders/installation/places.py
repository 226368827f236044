"""Where an installed TensorRT-LLM may lie when nobody says: environments and interpreters, the likeliest first."""

from __future__ import annotations

import functools
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from trtheaders.installation.interpreters import environment_folders, environment_of, interpreter_folders
from trtheaders.installation.packages import PACKAGE

_ENVIRONMENT_NAMES = (".venv", "venv", "env", ".env")
_CACHE_PATTERNS = ("CMakeCache.txt", "build*/CMakeCache.txt", "cmake-build-*/CMakeCache.txt", "out/*/CMakeCache.txt")
_CACHED_PYTHON = re.compile(r"^_?(?:Python3|Python|PYTHON)_EXECUTABLE:\w+=(.+)$", re.MULTILINE)
_INTERPRETERS = ("python3", "python")

TRITON = Path("/opt/tritonserver/backends/tensorrtllm")
"""Where Triton's image keeps the libraries apart from any Python."""


class Place(Struct, frozen=True):
    """Somewhere to look: ``words`` for people, ``folders`` finds the package folders, ``python`` is its interpreter.

    Places of one ``group`` have no order among them: where several have something, nothing says which is meant.
    """

    words: str
    folders: Callable[[], tuple[Path, ...]]
    python: Path | None = None
    group: str = ""


def likely_places(start: Path, environment: Mapping[str, str]) -> Iterator[Place]:
    """Every place, in the order in which they are believed; ``start`` is the consumer's root.

    pre-commit puts its own environment into VIRTUAL_ENV and at the front of PATH; that has no TensorRT-LLM and is
    passed over, and the user's activated one is found behind it on PATH.
    """
    if environment.get("VIRTUAL_ENV"):
        yield _of_environment("the active virtual environment", Path(environment["VIRTUAL_ENV"]))
    interpreters = list(_on_path(environment))
    for python in interpreters:
        folder = environment_of(python)
        if folder is not None:
            yield _of_environment("the virtual environment on PATH", folder)
    yield _of_environment("trtheaders' own environment", Path(sys.prefix))
    for root in _roots(start):
        for name in _ENVIRONMENT_NAMES:
            if (root / name / "pyvenv.cfg").is_file():
                yield _of_environment("the neighbouring virtual environment", root / name, group=f"in {root}")
    if environment.get("CONDA_PREFIX"):
        yield _of_environment("the conda environment", Path(environment["CONDA_PREFIX"]))
    yield from (
        of_interpreter("the interpreter on PATH", python) for python in interpreters if not environment_of(python)
    )
    yield from _cached(start)


def of_interpreter(words: str, python: Path, *, group: str = "") -> Place:
    """The place that an interpreter imports from."""
    return Place(f"{words} `{python}`", functools.partial(_folders_of, python), python, group)


def _folders_of(python: Path) -> tuple[Path, ...]:
    """What an interpreter imports from; a virtual environment that has the package need not be started to say so."""
    environment = environment_of(python)
    if environment is not None and "PYTHONPATH" not in os.environ:
        folders = environment_folders(environment)
        if any((folder / PACKAGE).is_dir() for folder in folders):
            return folders
    return interpreter_folders(python)


def _of_environment(words: str, folder: Path, *, group: str = "") -> Place:
    return Place(f"{words} `{folder}`", functools.partial(environment_folders, folder), None, group)


def _on_path(environment: Mapping[str, str]) -> Iterator[Path]:
    """The interpreters on PATH, each once, and one of each folder."""
    seen: set[Path] = set()
    for part in environment.get("PATH", "").split(":"):
        path = next((path for name in _INTERPRETERS if part and (path := Path(part) / name).is_file()), None)
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
    if link.is_file():
        target = link.read_text(errors="replace").partition("gitdir:")[2].strip()
        folder = (start / target).resolve()
        if folder.parent.name == "worktrees" and folder.parent.parent.name == ".git":
            yield folder.parent.parent.parent


def _cached(start: Path) -> Iterator[Place]:
    for root in _roots(start):
        for pattern in _CACHE_PATTERNS:
            for cache in sorted(root.glob(pattern)):
                found = _CACHED_PYTHON.search(cache.read_text(errors="replace"))
                if found and Path(found[1]).is_file():
                    yield of_interpreter(f"the interpreter in `{cache}`,", Path(found[1]), group=f"caches in {root}")
