"""What the dynamic loader reads of an ELF file, and what became of a name that it was to load."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from msgspec import Struct

from trtheaders.model.library.exports import Machine


class VersionNeed(Struct, frozen=True, kw_only=True):
    """Versions that an object wants of the library ``library`` (`.gnu.version_r`); weak ones are left out."""

    library: str
    versions: tuple[str, ...]


class LoadableObject(Struct, frozen=True, kw_only=True):
    """An ELF file as the loader sees it.

    ``path`` is how it was opened: `$ORIGIN` is its folder, links not followed. ``identity`` is the file behind every
    name of it. ``rpath`` and ``run_path`` are None where the entry is absent. ``defines`` are the versions of its own
    symbols; empty for a library without versions.
    """

    path: Path
    identity: str
    machine: Machine
    soname: str | None = None
    needed: tuple[str, ...] = ()
    rpath: tuple[str, ...] | None = None
    run_path: tuple[str, ...] | None = None
    skips_defaults: bool = False
    defines: frozenset[str] = frozenset()
    requires: tuple[VersionNeed, ...] = ()


class Way(Enum):
    """By which of the loader's steps a library was found (ld.so(8), "DESCRIPTION")."""

    LOADED = "already loaded"
    NAMED = "named with its path"
    RPATH = "DT_RPATH"
    ENVIRONMENT = "LD_LIBRARY_PATH"
    RUN_PATH = "DT_RUNPATH"
    CACHE = "ld.so.cache"
    DEFAULT = "default folder"
    NOWHERE = "not found"


class Resolved(Struct, frozen=True, kw_only=True):
    """A DT_NEEDED entry ``name`` of the object at ``by``: where it was found, and by which step.

    ``misfits`` are files of that name that the loader passes over: for another machine, or no library at all.
    """

    name: str
    by: Path
    path: Path | None
    way: Way
    misfits: tuple[Path, ...] = ()


class LackingVersion(Struct, frozen=True, kw_only=True):
    """A version that ``by`` wants of ``library`` and that the file found for it does not define."""

    version: str
    library: str
    path: Path
    by: Path


class Loading(Struct, frozen=True, kw_only=True):
    """All that starting one object would load, in the loader's order, and what would stop it."""

    root: Path
    resolved: tuple[Resolved, ...] = ()
    lacking: tuple[LackingVersion, ...] = ()

    @property
    def missing(self) -> tuple[Resolved, ...]:
        """What was not found."""
        return tuple(item for item in self.resolved if item.path is None)

    def path_of(self, name: str) -> Path | None:
        """Where the library asked for as ``name`` was found."""
        return next((item.path for item in self.resolved if item.name == name), None)
