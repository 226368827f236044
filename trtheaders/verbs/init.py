"""`init`: a small C++ project on the Executor API, for who starts."""

from __future__ import annotations

import os
import re
from pathlib import Path

from msgspec import Struct

from trtheaders.compatibility.table import figures_of, read_table
from trtheaders.configuration import load_configuration
from trtheaders.diagnosis.probes.toolkits import HEADER, find_toolkits
from trtheaders.errors import InstallationError, ReleaseError, StoreError, UsageError
from trtheaders.installation.choice import find_installation
from trtheaders.model.library.installations import Installation
from trtheaders.model.setup.figures import FigureName
from trtheaders.model.vendoring.releases import canonical
from trtheaders.programs.outputs import require_own_way
from trtheaders.starter.project import ProjectWish, render_project, wheels_for

_NEWEST_CUDA = 13
_NO_NAME = re.compile(r"[^A-Za-z0-9_-]+")


class NewProject(Struct, frozen=True, kw_only=True):
    """What was written for which release; ``wheels`` are to be installed where CUDA's headers are not here."""

    folder: Path
    release: str
    files: tuple[Path, ...]
    wheels: str = ""


def init(folder: Path = Path(), *, release: str | None = None, root: Path = Path("/")) -> NewProject:
    """Write a project into ``folder``: program, CMakeLists.txt, configuration, hooks and a workflow.

    It is for ``release``, or for the one that is installed. ``root`` stands for `/` where CUDA's headers are looked
    for. Nothing that is there is changed: raises
    :class:`~trtheaders.errors.StoreError` where a file of the project exists, and
    :class:`~trtheaders.errors.ReleaseError` for a release without the C++ Executor API, or where none is named or
    installed.
    """
    folder = folder.absolute()
    found = _installed(folder)
    wanted = _settle(release, found)
    cuda = _cuda_of(wanted)
    include = _include_of(folder, found, root)
    wish = ProjectWish(name=_name_of(folder), release=wanted, cuda=cuda, include=include)
    files = {folder / place: text for place, text in render_project(wish).items()}
    require_own_way(folder)
    _refuse_present(folder, files)
    _refuse_links(folder, files)
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    return NewProject(folder=folder, release=wanted, files=tuple(files), wheels="" if include else wheels_for(cuda))


def _installed(folder: Path) -> Installation | None:
    try:
        return find_installation(folder if folder.is_dir() else folder.parent)
    except InstallationError:
        return None


def _settle(release: str | None, found: Installation | None) -> str:
    wanted = release or (found.version if found else None)
    if wanted is None:
        known = [row.release for row in read_table() if row.get(FigureName.EXECUTOR) == "present"]
        raise ReleaseError(
            "no TensorRT-LLM is installed, and no release was named",
            hint=f"name one: `trtheaders init --release {known[-1]}`; `trtheaders matrix --all` lists them",
        )
    name = canonical(wanted)
    figures = figures_of(name)
    state = figures.get(FigureName.EXECUTOR) if figures else None
    if state in ("absent", "removed"):
        raise ReleaseError(
            f"TensorRT-LLM {name} has no C++ Executor API: it is {state} there",
            hint="take one from 0.9.0 to 1.3.0rc20: `trtheaders matrix --all`",
        )
    return name


def _cuda_of(release: str) -> int:
    figures = figures_of(release)
    cuda = figures.get(FigureName.CUDA) if figures else None
    return int(cuda.partition(".")[0]) if cuda else _NEWEST_CUDA


def _include_of(folder: Path, found: Installation | None, root: Path) -> str:
    """Where CUDA's headers lie; relative where they lie below the project."""
    site = found.package.parent if found and found.package else None
    configured = load_configuration(folder if folder.is_dir() else folder.parent).include_directories
    toolkits = find_toolkits(root, os.environ, configured, site)
    for toolkit in toolkits:
        if toolkit.include and (toolkit.include / HEADER).is_file():
            below = toolkit.include.is_relative_to(folder)
            return str(toolkit.include.relative_to(folder) if below else toolkit.include)
    return ""


def _name_of(folder: Path) -> str:
    name = _NO_NAME.sub("-", folder.resolve().name).strip("-")
    return name if name and not name[0].isdigit() and name not in ("test", "smoke", "all") else "app"


def _refuse_links(folder: Path, files: dict[Path, str]) -> None:
    """A folder that is a link leads out of the project, to wherever a repository wants it."""
    for path in files:
        for parent in path.relative_to(folder).parents:
            if (folder / parent).is_symlink() and parent != Path():
                raise StoreError(
                    f"`{folder / parent}` is a link; nothing was written",
                    hint="start in an empty folder: `trtheaders init my-app`",
                )


def _refuse_present(folder: Path, files: dict[Path, str]) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"`{folder}` is no folder", hint="name a folder for the project")
    present = [str(path.relative_to(folder)) for path in files if os.path.lexists(path)]
    if present:
        raise StoreError(
            f"`{folder}` already has {', '.join(f'`{name}`' for name in present)}; nothing was written",
            hint="start in an empty folder: `trtheaders init my-app`",
        )
