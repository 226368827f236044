"""The NVIDIA driver: by NVML in a child that can be killed, else by what the kernel module says of itself."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from trtheaders.loader.system import LoaderSystem
from trtheaders.model.setup.devices import Driver
from trtheaders.programs.files import read_text
from trtheaders.programs.start import run_program
from trtheaders.programs.trust import allow, find_refusal

LIBRARY = "libnvidia-ml.so.1"
LIMIT = 2.0
"""Seconds: a driver that wakes a GPU up takes one."""
_APART = ("usr/local/nvidia/lib64", "usr/local/nvidia/lib", "usr/lib/wsl/lib")
"""Where container runtimes and WSL put the driver's libraries, beside the loader's own folders."""
_KERNEL_VERSION = re.compile(r"NVRM version:.*?\s(\d+\.\d+(?:\.\d+)?)\s")


def find_driver(
    root: Path, environment: Mapping[str, str], system: LoaderSystem, limit: float = LIMIT
) -> Driver | None:
    """The driver of the machine below ``root``; None where there is none, as in a container without GPUs."""
    complaint = ""
    for library in _libraries(root, system):
        driver = ask_nvml(library, environment, limit)
        if driver is not None and driver.version:
            return driver
        complaint = driver.complaint if driver is not None else f"`{library}` did not answer within {limit:g} s"
        break
    version = _kernel_version(root)
    if version is None:
        return Driver(version="", complaint=complaint) if complaint and _has_devices(root) else None
    return Driver(version=version, told_by="/proc/driver/nvidia/version", complaint=complaint)


def _libraries(root: Path, system: LoaderSystem) -> Iterator[Path]:
    cached = system.cache.get(LIBRARY)
    folders = [Path(part) for part in system.environment_folders if part.startswith("/")]
    folders += [*([cached.parent] if cached else []), *system.default_folders, *(root / part for part in _APART)]
    # A toolkit's stub has the driver's name and none of it.
    candidates = (folder / LIBRARY for folder in folders if folder.name != "stubs")
    # It is loaded, so that what it does when it is loaded is done: none that came with a repository.
    yield from (path for path in candidates if system.exists(path) and not find_refusal(path))


def ask_nvml(library: Path, environment: Mapping[str, str], limit: float = LIMIT) -> Driver | None:
    """What NVML in ``library`` says; a :class:`Driver` with only a complaint where it refuses, None where it hangs.

    The child is killed when ``limit`` (seconds) is over.
    """
    command = [sys.executable, "-I", "-S", str(Path(__file__).with_name("nvml.py")), str(library)]
    # It is running already, wherever it lies.
    allow(sys.executable)
    try:
        done = run_program(command, seconds=limit, variables=environment)
    except TimeoutError:
        return None
    except OSError as error:
        return Driver(version="", complaint=str(error))
    try:
        told = msgspec.json.decode(done.output, type=_Told)
    except msgspec.MsgspecError:
        return Driver(version="", complaint=f"`{library}` ended the program that asked it")
    return Driver(
        version=told.version,
        cuda=told.cuda,
        gpus=tuple(told.gpus),
        peers=tuple(told.peers),
        told_by=str(library),
        complaint=told.complaint,
    )


class _Told(Driver, frozen=True, kw_only=True):
    """The child's document."""

    version: str = ""


def _kernel_version(root: Path) -> str | None:
    try:
        text = read_text(root / "proc/driver/nvidia/version", errors="replace")
    except OSError:
        return None
    found = _KERNEL_VERSION.search(text)
    return found[1] if found else None


def _has_devices(root: Path) -> bool:
    return (root / "dev/nvidiactl").exists() or (root / "dev/nvidia0").exists()
