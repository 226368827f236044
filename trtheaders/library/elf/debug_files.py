"""A library to the separate file that holds its debug information, where debuggers look for one (GDB manual, 18.3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from trtheaders.errors import LibraryError
from trtheaders.library.elf.image import ElfImage, open_image

_EVERYBODYS = Path("/usr/lib/debug")


def read_debug_link(image: ElfImage) -> str:
    """The name in `.gnu_debuglink`, empty where there is none."""
    section = image.section(".gnu_debuglink")
    return image.contents(section).split(b"\0")[0].decode(errors="replace") if section is not None else ""


def find_debug_file(image: ElfImage) -> Path | None:
    """The file with the debug information of ``image``, by its link or its build id; None where none is here."""
    build = image.build_id or ""
    return next((path for path in _places(image, build) if path.is_file() and _belongs(path, build)), None)


def _places(image: ElfImage, build: str) -> Iterator[Path]:
    folder, name = image.path.resolve().parent, read_debug_link(image)
    if name and "/" not in name:
        yield from (folder / name, folder / ".debug" / name, _EVERYBODYS / folder.relative_to("/") / name)
    if build:
        yield _EVERYBODYS / ".build-id" / build[:2] / f"{build[2:]}.debug"


def _belongs(path: Path, build: str) -> bool:
    try:
        with open_image(path) as image:
            return image.has_dwarf and (image.build_id or "") == build
    except LibraryError:
        return False
