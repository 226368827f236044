"""Versions of packages that are installed beside TensorRT-LLM, read off their metadata; nothing is imported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

_NAME = re.compile(r"(?P<name>.+?)-(?P<version>\d[^-]*)\.(?:dist|egg)-info\Z")
_IN_NAME = re.compile(r"\.so\.(\d+(?:\.\d+){1,3})\Z")


def versions_of(prefix: str, folders: Sequence[Path]) -> dict[str, str]:
    """The installed packages whose normalised name starts with ``prefix`` (`nvidia_nccl`), with their versions."""
    return dict(_named(prefix, folders))


def _named(prefix: str, folders: Sequence[Path]) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for path in sorted(folder.glob("*-info")):
            found = _NAME.match(path.name)
            if found is None:
                continue
            name = re.sub(r"[-_.]+", "_", found["name"]).lower()
            if name.startswith(prefix):
                yield name, found["version"]


def version_in_name(library: Path) -> str:
    """The version that the file behind a library's links carries (`libnvinfer.so.10.13.3`); '' where it has none."""
    found = _IN_NAME.search(library.resolve().name)
    return found[1] if found else ""
