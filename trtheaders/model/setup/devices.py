"""The driver and its GPUs, and the CUDA toolkits, as they were found."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from msgspec import Struct


class Gpu(Struct, frozen=True, kw_only=True):
    """One GPU. ``capability`` is (major, minor), ``memory`` bytes, ``mig`` whether it is cut into instances."""

    index: int
    name: str
    capability: tuple[int, int]
    memory: int = 0
    mig: bool = False


class PeerAccess(Struct, frozen=True, kw_only=True):
    """Whether two GPUs read each other's memory: NVML's word for it (`OK`, `chipset not supported`, …)."""

    first: int
    second: int
    status: str
    path: str = ""


class Driver(Struct, frozen=True, kw_only=True):
    """The kernel's driver. ``cuda`` is the newest CUDA version that it runs; ``told_by`` who said all this."""

    version: str
    cuda: tuple[int, int] | None = None
    gpus: tuple[Gpu, ...] = ()
    peers: tuple[PeerAccess, ...] = ()
    told_by: str = ""
    complaint: str = ""


class ToolkitOrigin(Enum):
    """Where a toolkit was met."""

    CONFIGURED = "include-directories"
    VARIABLE = "CUDA_HOME"
    PATH = "nvcc on PATH"
    LOCAL = "/usr/local"
    CONDA = "conda"
    WHEEL = "pip"


class Toolkit(Struct, frozen=True, kw_only=True):
    """A CUDA toolkit, or only its headers. ``version`` is (major, minor), None where nothing says it."""

    folder: Path
    origin: ToolkitOrigin
    include: Path | None = None
    version: tuple[int, int] | None = None
    told_by: str = ""
    has_compiler: bool = False
