"""CUDA toolkits and headers: where they may lie, in the order in which a compile takes them, and their versions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from trtheaders.diagnosis.probes.programs import LIMIT, on_path, say
from trtheaders.installation.files import read_text
from trtheaders.model.setup.devices import Toolkit, ToolkitOrigin

HEADER = "cuda_fp16.h"
"""What `executor/executor.h` includes of CUDA's, whatever is defined."""
_VERSION_MACRO = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(?:CUDA_VERSION|CUDART_VERSION)[ \t]+(\d+)", re.MULTILINE)
_VERSION_JSON = re.compile(r'"cuda"\s*:\s*\{[^}]*"version"\s*:\s*"(\d+)\.(\d+)')
_RELEASE = re.compile(r"release (\d+)\.(\d+)")
_INCLUDES = ("include", "targets/x86_64-linux/include", "targets/sbsa-linux/include")
_WHEELS = ("nvidia/cu*/include", "nvidia/cuda_runtime/include")
_MOST, _READ = 4_000_000, 400_000
"""Bytes of a header in which its version stands, with room to spare."""


def find_toolkits(
    root: Path, environment: Mapping[str, str], configured: Sequence[Path], site: Path | None, limit: float = LIMIT
) -> tuple[Toolkit, ...]:
    """Every toolkit, each once, the one that a compile would take first.

    ``configured`` are the include directories of the configuration, ``site`` a package folder whose wheels may bring
    headers. The compiler is asked for its version only where no file says it.
    """
    found: dict[Path, Toolkit] = {}
    for toolkit in _candidates(root, environment, configured, site):
        found.setdefault((toolkit.include or toolkit.folder).resolve(), toolkit)
    return tuple(_with_version(toolkit, environment, limit) for toolkit in found.values())


def _candidates(
    root: Path, environment: Mapping[str, str], configured: Sequence[Path], site: Path | None
) -> Iterator[Toolkit]:
    yield from _with_header(configured, ToolkitOrigin.CONFIGURED)
    for folder, origin in _places(root, environment):
        yield from _at(folder, origin)
    wheels = [folder for pattern in _WHEELS for folder in sorted(site.glob(pattern))] if site else []
    yield from _with_header(wheels, ToolkitOrigin.WHEEL)


def _with_header(folders: Sequence[Path], origin: ToolkitOrigin) -> Iterator[Toolkit]:
    for folder in folders:
        if (folder / HEADER).is_file():
            yield Toolkit(folder=folder.parent, origin=origin, include=folder)


def _places(root: Path, environment: Mapping[str, str]) -> Iterator[tuple[Path, ToolkitOrigin]]:
    for variable in ("CUDA_HOME", "CUDA_PATH", "CUDAToolkit_ROOT"):
        if environment.get(variable):
            yield Path(environment[variable]), ToolkitOrigin.VARIABLE
    compiler = on_path("nvcc", environment)
    if compiler is not None:
        yield compiler.resolve().parent.parent, ToolkitOrigin.PATH
    local = root / "usr/local"
    for folder in (local / "cuda", *sorted(local.glob("cuda-*"), reverse=True)):
        yield folder, ToolkitOrigin.LOCAL
    if environment.get("CONDA_PREFIX"):
        yield Path(environment["CONDA_PREFIX"]), ToolkitOrigin.CONDA


def _at(folder: Path, origin: ToolkitOrigin) -> Iterator[Toolkit]:
    """A toolkit in ``folder``; of `/usr`, which holds everything, only if CUDA's headers are there."""
    include = next((path for part in _INCLUDES if ((path := folder / part) / "cuda.h").is_file()), None)
    compiler = (folder / "bin" / "nvcc").is_file()
    if include is not None or compiler:
        yield Toolkit(folder=folder, origin=origin, include=include, has_compiler=compiler)


def _with_version(toolkit: Toolkit, environment: Mapping[str, str], limit: float) -> Toolkit:
    """Read off `cuda.h`, then `version.json`, which a toolkit need not have, then by asking nvcc."""
    for file, pattern in _files(toolkit):
        found = pattern.search(_head(file))
        if found:
            return replace(toolkit, version=_split(found.groups()), told_by=str(file))
    if toolkit.has_compiler:
        compiler = toolkit.folder / "bin" / "nvcc"
        found = _RELEASE.search(say([compiler, "--version"], environment, limit=limit) or "")
        if found:
            return replace(toolkit, version=_split(found.groups()), told_by=f"{compiler} --version")
    return toolkit


def _files(toolkit: Toolkit) -> Iterator[tuple[Path, re.Pattern[str]]]:
    if toolkit.include is not None:
        yield toolkit.include / "cuda.h", _VERSION_MACRO
        yield toolkit.include / "cuda_runtime_api.h", _VERSION_MACRO
    yield toolkit.folder / "version.json", _VERSION_JSON


def _split(numbers: tuple[str, ...]) -> tuple[int, int]:
    """`13000` or (`13`, `0`) as (13, 0)."""
    if len(numbers) == 1:
        return int(numbers[0]) // 1000, int(numbers[0]) % 1000 // 10
    return int(numbers[0]), int(numbers[1])


def _head(file: Path) -> str:
    return read_text(file, _MOST)[:_READ]
