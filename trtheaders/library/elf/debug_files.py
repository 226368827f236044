"""A library to the separate file that holds its debug information, where debuggers look for one (GDB manual, 18.3)."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from trtheaders.errors import LibraryError
from trtheaders.library.elf.image import ElfImage, open_image
from trtheaders.programs.files import is_file

_EVERYBODYS = Path("/usr/lib/debug")


def read_debug_link(image: ElfImage) -> str:
    """The name in `.gnu_debuglink`, empty where there is none."""
    section = image.section(".gnu_debuglink")
    return image.contents(section).split(b"\0")[0].decode(errors="replace") if section is not None else ""


def find_debug_file(image: ElfImage) -> Path | None:
    """The file with the debug information of ``image``, by its link or its build id; None where none is here."""
    return next((path for path in debug_places(image) if is_file(path) and _belongs(path, image)), None)


def debug_places(image: ElfImage) -> tuple[Path, ...]:
    """Where that file may lie, whether or not one is there."""
    return tuple(_places(image))


def _places(image: ElfImage) -> Iterator[Path]:
    folder, name, build = image.path.resolve().parent, read_debug_link(image), image.build_id or ""
    if name and "/" not in name:
        yield from (folder / name, folder / ".debug" / name, _EVERYBODYS / folder.relative_to("/") / name)
    if build:
        yield _EVERYBODYS / ".build-id" / build[:2] / f"{build[2:]}.debug"


def _belongs(path: Path, image: ElfImage) -> bool:
    """By the build id; where the library has none, by the checksum behind the link's name (GDB manual, 18.3)."""
    try:
        with open_image(path) as found:
            if not found.has_dwarf or found.build_id != image.build_id:
                return False
            return image.build_id is not None or zlib.crc32(found.read(0, found.size)) == _read_checksum(image)
    except LibraryError:
        return False


def _read_checksum(image: ElfImage) -> int | None:
    section = image.section(".gnu_debuglink")
    content = image.contents(section) if section is not None else b""
    place = (content.find(b"\0") + 4) & ~3
    return int.from_bytes(content[place : place + 4], "little") if place + 4 <= len(content) else None


class SharedLink(Struct, frozen=True):
    """A link to the file that dwz moved what several files have in common to: where it lies, and what tells it."""

    path: Path
    identity: bytes

    def leads_to_it(self) -> bool:
        """Whether the file there is the one that is meant."""
        try:
            with open_image(self.path) as found:
                section = found.section(_SHARED)
                given = found.contents(section) if section is not None else b""
                own = bytes.fromhex(found.build_id or "")
        except LibraryError:
            return False
        shared = given[_HEAD - 1 : _HEAD] == b"\1"
        return self.identity == (given[_HEAD:].partition(b"\0")[2][1:] if shared else own)


def read_shared_link(image: ElfImage) -> SharedLink | None:
    """The link in `.gnu_debugaltlink` (a name, a build id; dwz(1)) or `.debug_sup` (DWARF 5, 7.3.6: version, a flag, a
    name, the length of a checksum, the checksum); None where there is none. A name is relative to ``image``.
    """
    older, newer = image.section(".gnu_debugaltlink"), image.section(_SHARED)
    if older is not None:
        name, _, identity = image.contents(older).partition(b"\0")
    elif newer is not None and image.contents(newer)[_HEAD - 1 : _HEAD] == b"\0":
        name, _, rest = image.contents(newer)[_HEAD:].partition(b"\0")
        identity = rest[1:]
    else:
        return None
    return SharedLink(image.path.resolve().parent / os.fsdecode(name), identity)


_SHARED = ".debug_sup"
_HEAD = 3
