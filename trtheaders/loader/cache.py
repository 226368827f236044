"""`/etc/ld.so.cache` to the path that the loader takes for each name (glibc, `sysdeps/generic/dl-cache.h`)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

from trtheaders.model.library.exports import Machine

_MAGIC = b"glibc-ld.so.cache1.1"
_OLD_MAGIC = b"ld.so-1.7.0"
_OLD_HEADER, _OLD_ENTRY = struct.Struct("<12sI"), 12
_HEADER = struct.Struct("<20sIIBxxxI12x")
_ENTRY = struct.Struct("<iIIIQ")
_EXTENSION = struct.Struct("<II")
_EXTENSION_SECTION = struct.Struct("<IIII")
_EXTENSION_MAGIC, _CAPABILITY_SECTION = 0xEAA42174, 1
_FLAGS = {Machine.X86_64: 0x0303, Machine.AARCH64: 0x0A03}
"""FLAG_ELF_LIBC6 with FLAG_X8664_LIB64 or FLAG_AARCH64_LIB64."""
_NAMED_CAPABILITY = 1 << 62
_LIMIT = 200_000
"""Entries; a real cache has a few thousand."""


def read_cache(data: bytes, machine: Machine, capabilities: Sequence[str] = ()) -> dict[str, Path]:
    """The library that the cache in ``data`` gives for each name on ``machine``; empty where it is none, or damaged.

    ``capabilities`` are the active names of `glibc-hwcaps`, the best first: their variants win over the plain one.
    """
    try:
        return _choose(_rows(data), _FLAGS[machine], capabilities)
    except (struct.error, UnicodeDecodeError, ValueError, IndexError):
        return {}


def _choose(rows: Iterator[tuple[int, str, str, str]], flags: int, capabilities: Sequence[str]) -> dict[str, Path]:
    best: dict[str, tuple[int, Path]] = {}
    for entry_flags, name, path, capability in rows:
        if entry_flags != flags or (capability and capability not in capabilities):
            continue
        rank = capabilities.index(capability) if capability else len(capabilities)
        if name not in best or rank < best[name][0]:
            best[name] = rank, Path(path)
    return {name: path for name, (_, path) in best.items()}


def _rows(data: bytes) -> Iterator[tuple[int, str, str, str]]:
    """Flags, name, path and capability of each entry; those with hardware bits of before glibc 2.33 are left out."""
    start = _start(data)
    _, count, _, _, extension = _HEADER.unpack_from(data, start)
    if count > _LIMIT:
        raise ValueError("more entries than any machine has")
    names = _capability_names(data, start, extension) if extension else []
    for index in range(count):
        flags, key, value, _, hardware = _ENTRY.unpack_from(data, start + _HEADER.size + index * _ENTRY.size)
        named = bool(hardware & _NAMED_CAPABILITY)
        if hardware and not named:
            continue
        capability = names[hardware & 0xFFFFFFFF] if named else ""
        yield flags, _text(data, start + key), _text(data, start + value), capability


def _start(data: bytes) -> int:
    """Where the new format begins: at once, or behind a table of the old one, aligned to eight bytes."""
    if data.startswith(_MAGIC):
        return 0
    if data.startswith(_OLD_MAGIC):
        _, count = _OLD_HEADER.unpack_from(data, 0)
        start: int = (_OLD_HEADER.size + count * _OLD_ENTRY + 7) // 8 * 8
        if data[start : start + len(_MAGIC)] == _MAGIC:
            return start
    raise ValueError("no cache of glibc's")


def _capability_names(data: bytes, start: int, extension: int) -> list[str]:
    magic, count = _EXTENSION.unpack_from(data, start + extension)
    if magic != _EXTENSION_MAGIC or count > 64:
        return []
    for index in range(count):
        place = start + extension + _EXTENSION.size + index * _EXTENSION_SECTION.size
        tag, _, offset, size = _EXTENSION_SECTION.unpack_from(data, place)
        if tag == _CAPABILITY_SECTION:
            words = struct.unpack_from(f"<{size // 4}I", data, start + offset)
            return [_text(data, start + word) for word in words]
    return []


def _text(data: bytes, offset: int) -> str:
    return data[offset : data.index(b"\0", offset)].decode()
