"""Where the libraries that a library needs lie: run path, neighbours, then what the dynamic linker would search.

Sources: ld.so(8), "DESCRIPTION"; ld(1), `-rpath-link`, for the order.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from trtheaders.errors import LibraryError
from trtheaders.library.elf.image import ElfImage, open_image
from trtheaders.model.library.exports import Machine
from trtheaders.programs.files import is_file, read_text

IMPLICIT = (
    "libstdc++.so.6",
    "libm.so.6",
    "libgcc_s.so.1",
    "libc.so.6",
    "ld-linux-x86-64.so.2",
    "ld-linux-aarch64.so.1",
)
"""What g++ puts on every link line of its own accord."""

_TRIPLETS = {Machine.X86_64: "x86_64-linux-gnu", Machine.AARCH64: "aarch64-linux-gnu"}
_LOADER_CONFIGURATION = Path("/etc/ld.so.conf")


class Needed(Struct, frozen=True):
    """A DT_NEEDED entry of ``by`` (a file's name), and where it lies; None where it was not found."""

    name: str
    by: str
    path: Path | None


def walk_needed(images: Sequence[ElfImage], search: Sequence[Path] = ()) -> Iterator[Needed]:
    """Everything that ``images`` need, and what that needs, each name once, breadth first.

    ``search`` are further folders to look in, before the system's. ``images`` themselves are taken as found.
    """
    waiting = [(image.path.name, image.needed, folders_of(image, search)) for image in images]
    known = {name for image in images for name in (image.path.name, image.soname)}
    for by, names, folders in waiting:
        for name in names:
            if name in known:
                continue
            known.add(name)
            path = find_library(name, images[0].machine, folders)
            yield Needed(name, by, path)
            if path is not None:
                with open_image(path) as other:
                    waiting.append((path.name, other.needed, (*folders_of(other), *folders)))


def folders_of(image: ElfImage, search: Sequence[Path] = ()) -> tuple[Path, ...]:
    """The folders in which the needs of ``image`` are looked for, the system's apart."""
    origin = image.path.resolve().parent
    written = (part.replace("${ORIGIN}", "$ORIGIN").replace("$ORIGIN", str(origin)) for part in image.run_path)
    run_path = [Path(part) for part in written if "$" not in part]
    environment = [Path(part) for part in os.environ.get("LD_LIBRARY_PATH", "").split(":") if part]
    return tuple(dict.fromkeys([*run_path, image.path.absolute().parent, origin, *search, *environment]))


def find_library(name: str, machine: Machine, folders: Sequence[Path] = ()) -> Path | None:
    """The library called ``name`` for ``machine`` in ``folders`` or in the system's; other machines' are skipped."""
    if "/" in name:
        return Path(name) if _fits(Path(name), machine) else None
    return next(
        (path for folder in (*folders, *_system_folders(machine)) if _fits(path := folder / name, machine)), None
    )


def _fits(path: Path, machine: Machine) -> bool:
    if not is_file(path):
        return False
    try:
        with open_image(path) as image:
            return image.machine is machine
    except LibraryError:
        return False


@functools.cache
def _system_folders(machine: Machine) -> tuple[Path, ...]:
    triplet = _TRIPLETS[machine]
    fixed = [f"/lib/{triplet}", f"/usr/lib/{triplet}", "/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib"]
    cross = [f"/usr/{triplet}/lib"]
    return tuple(Path(part) for part in dict.fromkeys([*_configured(_LOADER_CONFIGURATION, 0), *fixed, *cross]))


def _configured(file: Path, depth: int) -> Iterator[str]:
    """The folders that `/etc/ld.so.conf` lists, its `include` lines followed."""
    try:
        lines = read_text(file, errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        words = line.split("#")[0].split()
        if words[:1] == ["include"] and depth < 4:
            for pattern in words[1:]:
                import glob

                for found in sorted(glob.glob(str(file.parent / pattern))):  # noqa: PTH207
                    yield from _configured(Path(found), depth + 1)
        elif words:
            yield words[0]
