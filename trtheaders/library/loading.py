"""An ELF file to what the dynamic loader reads of it, and this machine to what its loader searches."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

from trtheaders.errors import LibraryError
from trtheaders.library.elf.image import DynamicTag, ElfImage, open_image
from trtheaders.loader.cache import read_cache
from trtheaders.loader.system import INTERPRETERS, PLATFORMS, TRIPLETS, LoaderSystem, NoLoadableObjectError
from trtheaders.model.library.exports import Machine
from trtheaders.model.library.loading import LoadableObject, VersionNeed
from trtheaders.programs.files import open_regular, read_bytes

_NO_DEFAULT_LIBRARIES = 0x800
"""DF_1_NODEFLIB of DT_FLAGS_1."""
_VERSION_ROW, _VERSION_ITEM = struct.Struct("<HHIII"), struct.Struct("<IHHII")
_DEFINITION_ROW = struct.Struct("<HHHHIII")
_WEAK = 2
"""VER_FLG_WEAK."""
_LAST_WITH_LEGACY = (2, 36)
"""glibc 2.37 removed `tls` and the platform's name as sub-folders."""
_PATIENCE = 2
_MOST_CACHED = 64 * 1024**2
"""Seconds for the loader to describe itself; it takes two milliseconds."""


def read_loadable(path: Path) -> LoadableObject:
    """The file at ``path`` as the loader sees it. Raises :class:`LibraryError` for what it would not load."""
    with open_image(path) as image:
        run_path = _folders(image, DynamicTag.RUNPATH)
        return LoadableObject(
            path=path.absolute(),
            identity=str(path.resolve()),
            machine=image.machine,
            soname=image.soname,
            needed=image.needed,
            # Where both are given the older one is ignored.
            rpath=_folders(image, DynamicTag.RPATH) if run_path is None else None,
            run_path=run_path,
            skips_defaults=bool((image.dynamic_value(DynamicTag.FLAGS_1) or 0) & _NO_DEFAULT_LIBRARIES),
            defines=frozenset(_definitions(image)),
            requires=tuple(_requirements(image)),
        )


def _folders(image: ElfImage, tag: int) -> tuple[str, ...] | None:
    value = image.dynamic_value(tag)
    return None if value is None else tuple(image.dynamic_string(value).split(":"))


def _definitions(image: ElfImage) -> Iterator[str]:
    """`.gnu.version_d`: LSB core specification 10.7.4."""
    offset = image.table_at(DynamicTag.VERDEF, "the version definitions")
    for _ in range(image.dynamic_value(DynamicTag.VERDEFNUM) or 0):
        if offset is None:
            return
        row = _DEFINITION_ROW.unpack(image.read(offset, _DEFINITION_ROW.size, "the version definitions"))
        (name,) = struct.unpack("<I", image.read(offset + row[5], 4, "the version definitions"))
        yield image.dynamic_string(name)
        if not row[6]:
            return
        offset += row[6]


def _requirements(image: ElfImage) -> Iterator[VersionNeed]:
    """`.gnu.version_r`: LSB core specification 10.7.5."""
    offset = image.table_at(DynamicTag.VERNEED, "the version requirements")
    for _ in range(image.dynamic_value(DynamicTag.VERNEEDNUM) or 0):
        if offset is None:
            return
        _, count, file, first, following = _VERSION_ROW.unpack(
            image.read(offset, _VERSION_ROW.size, "the version requirements")
        )
        versions = tuple(_wanted(image, offset + first, count))
        yield VersionNeed(library=image.dynamic_string(file), versions=versions)
        if not following:
            return
        offset += following


def _wanted(image: ElfImage, offset: int, count: int) -> Iterator[str]:
    for _ in range(count):
        row = _VERSION_ITEM.unpack(image.read(offset, _VERSION_ITEM.size, "the version requirements"))
        _, flags, _, name, following = row
        if not flags & _WEAK:
            yield image.dynamic_string(name)
        if not following:
            return
        offset += following


class _Files:
    """Files read once."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._read: dict[Path, LoadableObject | None] = {}

    def exists(self, path: Path) -> bool:
        try:
            return path in self._read or path.is_file()
        except OSError:
            return False

    def open(self, path: Path) -> LoadableObject | None:
        if path not in self._read:
            self._read[path] = self._open(path)
        return self._read[path]

    def _open(self, path: Path) -> LoadableObject | None:
        if not _is_for(path, self._machine):
            return None
        try:
            return read_loadable(path)
        except LibraryError as error:
            raise NoLoadableObjectError from error


def _is_for(path: Path, machine: Machine) -> bool:
    """Whether it is a 64-bit file for ``machine``; raises :class:`NoLoadableObjectError` for no ELF file."""
    try:
        with open_regular(path) as file:
            head = file.read(20)
    except OSError:
        # What may not be read is passed over, as a file that is not there.
        return False
    if len(head) < 20 or not head.startswith(b"\x7fELF"):
        raise NoLoadableObjectError
    numbers = {Machine.X86_64: 62, Machine.AARCH64: 183}
    return head[4:6] == b"\x02\x01" and int.from_bytes(head[18:20], "little") == numbers[machine]


def read_system(
    machine: Machine, environment: Mapping[str, str], *, root: Path = Path("/"), working_folder: Path | None = None
) -> LoaderSystem:
    """What the dynamic loader of the machine whose files lie below ``root`` searches, with ``environment``.

    The loader is asked itself (`--list-diagnostics`, glibc 2.33 on); an older or foreign one is described by a table.
    """
    told = _ask_loader(root / INTERPRETERS[machine].lstrip("/"))
    capabilities = _capabilities(told)
    files = _Files(machine)
    cached = _read_cache(root, machine, capabilities)
    library_path = environment.get("LD_LIBRARY_PATH", "")
    return LoaderSystem(
        machine=machine,
        open=files.open,
        exists=files.exists,
        default_folders=tuple(_below(root, Path(text)) for text in _default_folders(told, machine)),
        environment_folders=tuple(library_path.replace(";", ":").split(":")) if library_path else (),
        cache={name: _below(root, path) for name, path in cached.items()},
        capabilities=capabilities,
        legacy_capabilities=_legacy(told, machine),
        library_token=told.get("dl_dst_lib", f"lib/{TRIPLETS[machine]}"),
        platform_token=told.get("dl_platform", PLATFORMS[machine]),
        working_folder=working_folder or Path.cwd(),
    )


def _below(root: Path, path: Path) -> Path:
    return root / str(path).lstrip("/")


def _read_cache(root: Path, machine: Machine, capabilities: tuple[str, ...]) -> dict[str, Path]:
    try:
        return read_cache(read_bytes(root / "etc/ld.so.cache", _MOST_CACHED), machine, capabilities)
    except OSError:
        return {}


def _ask_loader(loader: Path) -> dict[str, str]:
    """What the loader says of itself; empty where it is not there, is not glibc's or cannot run here."""
    from trtheaders.programs.start import run_program

    try:
        done = run_program([loader, "--list-diagnostics"], seconds=_PATIENCE)
    except OSError:
        return {}
    lines = done.text.splitlines() if done.status == 0 else []
    pairs = (line.partition("=") for line in lines if not line.startswith("env"))
    return {name: value.strip('"') for name, _, value in pairs}


def _default_folders(told: Mapping[str, str], machine: Machine) -> tuple[str, ...]:
    said = [value for name, value in told.items() if name.startswith("path.system_dirs[")]
    triplet = TRIPLETS[machine]
    known = (f"/lib/{triplet}", f"/usr/lib/{triplet}", "/lib64", "/usr/lib64", "/lib", "/usr/lib")
    return tuple(said) or known


def _capabilities(told: Mapping[str, str]) -> tuple[str, ...]:
    names = [name for name in told.get("dl_hwcaps_subdirs", "").split(":") if name]
    active = int(told.get("dl_hwcaps_subdirs_active", "0"), 16)
    return tuple(name for index, name in enumerate(names) if active >> index & 1)


def _legacy(told: Mapping[str, str], machine: Machine) -> tuple[str, ...]:
    """Sub-folders of before `glibc-hwcaps`, in the loader's order; none since glibc 2.37."""
    version = told.get("version.version", "")
    numbers = tuple(int(part) for part in version.split(".") if part.isdigit())
    if not numbers or numbers > _LAST_WITH_LEGACY:
        return ()
    platform = told.get("dl_platform", PLATFORMS[machine])
    parts = ("tls", platform, platform) if machine is Machine.X86_64 else ("tls", platform)
    chosen = product((True, False), repeat=len(parts))
    folders = ("/".join(part for part, taken in zip(parts, row, strict=True) if taken) for row in chosen)
    return tuple(dict.fromkeys(folder for folder in folders if folder))
