"""What the installed libraries would load: in a program linked with our CMake module, and in a plain one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from trtheaders.errors import LibraryError
from trtheaders.library.loading import read_loadable
from trtheaders.loader.resolve import load
from trtheaders.loader.system import LoaderSystem
from trtheaders.model.library.installations import Installation
from trtheaders.model.library.loading import LoadableObject, Loading

_ROUNDS = 20
"""Each round links one layer more; real ones end after three."""


class Loadings(Struct, frozen=True, kw_only=True):
    """``own`` are the libraries of the installation that a program links; ``linked`` is what a program of our CMake
    module would load, ``plain`` what each of them would load for a program without any run path, as `ldd` shows it.
    """

    own: tuple[LoadableObject, ...]
    linked: Loading
    plain: tuple[Loading, ...]


def find_loadings(found: Installation, system: LoaderSystem) -> Loadings:
    """Resolve everything that ``found`` needs. Raises :class:`LibraryError` for a linked library that is unreadable."""
    own = tuple(read_loadable(path) for path in found.linked)
    return Loadings(
        own=own,
        linked=load_linked(own, found.directories, system),
        plain=tuple(load(item, system) for item in own),
    )


def load_linked(own: tuple[LoadableObject, ...], directories: tuple[Path, ...], system: LoaderSystem) -> Loading:
    """What a program loads that is linked with DT_RPATH ``directories`` and asks itself for all that lies in them.

    A library with a DT_RUNPATH of its own does not see the program's DT_RPATH. What the program has loaded on its own
    account it finds all the same, under its SONAME.
    """
    program = _program(own, directories)
    loading = load(program, system)
    for _ in range(_ROUNDS):
        more = [item.name for item in loading.missing if _lies_in(item.name, directories, system)]
        if not more:
            break
        program = _program(own, directories, tuple(program.needed), tuple(more))
        loading = load(program, system)
    return loading


def _program(own: tuple[LoadableObject, ...], directories: tuple[Path, ...], *more: tuple[str, ...]) -> LoadableObject:
    names = [item.soname or item.path.name for item in own]
    return LoadableObject(
        path=Path("/program"),
        identity="/program",
        machine=own[0].machine,
        needed=tuple(dict.fromkeys([*names, *(name for part in more for name in part)])),
        rpath=tuple(str(folder) for folder in (*directories, *(item.path.parent for item in own))),
    )


def _lies_in(name: str, directories: tuple[Path, ...], system: LoaderSystem) -> bool:
    return any(system.exists(folder / name) for folder in directories)


def neighbours(name: str, folders: Iterator[Path]) -> Iterator[Path]:
    """Files in ``folders`` that are the library ``name`` in this or another version: `libcublasLt.so.12`."""
    stem = name.partition(".so")[0]
    for folder in folders:
        yield from sorted(path for path in folder.glob(f"{stem}.so.*") if _is_versioned(path.name, stem))


def _is_versioned(name: str, stem: str) -> bool:
    return name[len(stem) + 4 :].replace(".", "").isdigit()


def is_readable(path: Path) -> bool:
    """Whether the loader could load the file at all."""
    try:
        read_loadable(path)
    except LibraryError:
        return False
    return True
