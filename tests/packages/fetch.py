"""Fetch the real libraries that `test_real_libraries.py` compares: `python tests/packages/fetch.py`.

They lie under `.cache/packages`, where a second run finds them. Needs pip, and apt-get and dpkg-deb for Debian's.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGES = Path(__file__).resolve().parents[2] / ".cache" / "packages"
ARROWS = ("18.1.0", "19.0.1")
LOADED = ("torch==2.13.0", "nvidia-cuda-runtime==13.0.96", "tokenspeed-trtllm-kernel==1.3.0.post20260924")
"""Wheels whose libraries are only resolved as the dynamic loader does."""
UPSTREAMS = {"tokenspeed-trtllm-kernel": "1.3.0.post20260924", "flashinfer-python": "0.7.4"}
"""A library built from TensorRT-LLM's own sources, and a copy of some of its headers, without `_v1`."""
DEBIAN = ("libpoco-dev", "libpocofoundation80", "libfmt-dev", "libfmt9")


def need(*places: Path) -> None:
    """End a test as not run unless all ``places`` below :data:`PACKAGES` are there."""
    from support.tools import not_run

    absent = [place for place in places if not place.exists()]
    if absent:
        not_run("packages", f"lack `{absent[0].name}`; run `python tests/packages/fetch.py`")


@contextmanager
def _whole(folder: Path) -> Iterator[Path]:
    """A folder to fill, which becomes ``folder`` once it is full: an interrupted run leaves none that looks fetched."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".") as made:
        yield Path(made) / folder.name
        (Path(made) / folder.name).rename(folder)


def fetch_wheel(name: str, version: str) -> None:
    folder = PACKAGES / f"{name}-{version}"
    if folder.is_dir():
        return
    wheels = PACKAGES / "wheels"
    only = ["--no-deps", "--only-binary", ":all:", "--python-version", "3.12", "--platform", "manylinux_2_28_x86_64"]
    command = [sys.executable, "-m", "pip", "download", "-q", *only, "-d", str(wheels), f"{name}=={version}"]
    subprocess.run(command, check=True)
    (wheel,) = wheels.glob(f"{name.replace('-', '_')}-{version}-*.whl")
    with zipfile.ZipFile(wheel) as archive, _whole(folder) as made:
        archive.extractall(made)


def fetch_libraries(requirement: str) -> None:
    """A wheel of shared objects, for this Python or for 3.12, whichever there is."""
    folder = PACKAGES / requirement.partition("==")[0]
    if folder.is_dir():
        return
    with tempfile.TemporaryDirectory() as wheels:
        base = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "-d", wheels]
        other = ["--python-version", "3.12", "--platform", "manylinux_2_28_x86_64"]
        if subprocess.run([*base, requirement]).returncode != 0:
            subprocess.run([*base, *other, requirement], check=True)
        (wheel,) = Path(wheels).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive, _whole(folder) as made:
            archive.extractall(made)


def fetch_debian(name: str) -> None:
    folder = PACKAGES / name
    if folder.is_dir():
        return
    debs = PACKAGES / "debs"
    debs.mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "download", "-q", name], cwd=debs, check=True)
    (package,) = debs.glob(f"{name}_*.deb")
    with _whole(folder) as made:
        subprocess.run(["dpkg-deb", "-x", package, made], check=True)


if __name__ == "__main__":
    for release in ARROWS:
        fetch_wheel("pyarrow", release)
    for library_wheel in LOADED:
        fetch_libraries(library_wheel)
    for upstream, release in UPSTREAMS.items():
        fetch_wheel(upstream, release)
    for package_name in DEBIAN:
        fetch_debian(package_name)
