"""A machine as the dynamic loader sees it: which folders it searches, what its cache says, which files fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from trtheaders.model.library.exports import Machine
from trtheaders.model.library.loading import LoadableObject

TRIPLETS = {Machine.X86_64: "x86_64-linux-gnu", Machine.AARCH64: "aarch64-linux-gnu"}
PLATFORMS = {Machine.X86_64: "x86_64", Machine.AARCH64: "aarch64"}
INTERPRETERS = {Machine.X86_64: "/lib64/ld-linux-x86-64.so.2", Machine.AARCH64: "/lib/ld-linux-aarch64.so.1"}


class NoLoadableObjectError(Exception):
    """A file is there and is no ELF file at all: the loader gives up on it, where it passes over another machine's."""


class LoaderSystem(Struct, frozen=True, kw_only=True):
    """Where the loader looks. ``open`` reads a file: None where there is none, or it is for another machine.

    ``environment_folders`` is LD_LIBRARY_PATH, split, relative parts made absolute; ``capabilities`` the active
    sub-folders of `glibc-hwcaps`, the best first; ``library_token`` and ``platform_token`` what `$LIB` and
    `$PLATFORM` stand for.
    """

    machine: Machine
    open: Callable[[Path], LoadableObject | None]
    exists: Callable[[Path], bool]
    default_folders: tuple[Path, ...]
    environment_folders: tuple[str, ...] = ()
    cache: Mapping[str, Path] = {}
    capabilities: tuple[str, ...] = ()
    legacy_capabilities: tuple[str, ...] = ()
    library_token: str = ""
    platform_token: str = ""
    working_folder: Path = Path("/")
