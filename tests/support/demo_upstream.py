"""A small upstream at test time: a git repository with tags, a library of each release, and an installed package.

The sources are those of `tests/fixtures/upstream`; a release is its folder laid over those of all earlier ones.
Finished trees lie under `.cache/upstream`, so that what is compiled from them is found again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from support.cxx import CACHE, build_library

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "upstream"
RELEASES = ("1.0.0", "1.1.0", "1.2.0rc1")
LIGHTWEIGHT = frozenset({"1.2.0rc1"})
"""Releases whose tag is lightweight; the others' are annotated."""

NEEDED = {"tensorrt_libs/libnvinfer.so.10": "nvinfer", "torch/lib/libtorch.so": "torch"}
"""What the library needs from other packages: place below site-packages, and the one function that it provides."""


@cache
def release_tree(release: str) -> Path:
    """The whole upstream tree of ``release``: `cpp/include/tensorrt_llm/…`, `cpp/tensorrt_llm/…`, LICENSE."""
    layers = [FIXTURES / name for name in RELEASES[: RELEASES.index(release) + 1]]
    files = {file.relative_to(layer): file for layer in layers for file in sorted(layer.rglob("*")) if file.is_file()}
    files[Path("LICENSE")] = ROOT / "LICENSE"
    key = hashlib.sha256(b"".join(str(name).encode() + file.read_bytes() for name, file in files.items())).hexdigest()
    folder = CACHE.parent / "upstream" / key[:16] / release
    if not folder.exists():
        _lay_out(folder, files)
    return folder


def _lay_out(folder: Path, files: dict[Path, Path]) -> None:
    # Test processes run side by side: each lays out apart, the first one to finish is kept.
    work = folder.with_name(f"{folder.name}.{os.getpid()}")
    for name, file in files.items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, work / name)
    try:
        work.rename(folder)
    except OSError:
        shutil.rmtree(work)


def header_root(release: str) -> Path:
    """The folder to give to `-I` for the pristine headers of ``release``."""
    return release_tree(release) / "cpp" / "include"


def build_upstream(folder: Path, releases: Sequence[str] = RELEASES) -> Path:
    """A git repository in ``folder`` with one commit and one tag (`v1.0.0`) a release; ids never differ."""
    folder.mkdir(parents=True)
    run_git(folder, "init", "--quiet", "--initial-branch=main")
    for release in releases:
        commit_tree(folder, release_tree(release), f"Release {release}")
        annotation = () if release in LIGHTWEIGHT else ("--annotate", "--message", f"Release {release}")
        run_git(folder, "tag", *annotation, f"v{release}")
    return folder


def commit_tree(repository: Path, tree: Path, message: str) -> None:
    """Make the work tree equal to ``tree`` and commit it."""
    for path in repository.iterdir():
        if path.name != ".git":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(tree, repository, dirs_exist_ok=True)
    # Files of one size and one second look unchanged to the index of the release before.
    run_git(repository, "read-tree", "--empty")
    run_git(repository, "add", "--all")
    run_git(repository, "commit", "--quiet", "--message", message)


def run_git(folder: Path, *arguments: str) -> str:
    """What `git` says in ``folder``, by nobody's configuration and at a fixed time."""
    identity = {f"GIT_{who}_{what}": text for who in ("AUTHOR", "COMMITTER") for what, text in _WHO.items()}
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env={**clean, **alone, **identity})
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout.strip()


_WHO = {"NAME": "Nobody", "EMAIL": "nobody@example.com", "DATE": "2026-01-01T00:00:00+0000"}


def build_release_library(
    release: str,
    *,
    name: str = "libtensorrt_llm.so",
    flags: Sequence[str] = ("-O2",),
    compiler: str = "g++",
    inputs: Sequence[Path] = (),
) -> Path:
    """The library of ``release``, compiled from its sources as one unit; its run path is `$ORIGIN`, as upstream's."""
    sources = release_tree(release) / "cpp" / "tensorrt_llm"
    names = sorted(file.relative_to(sources.parent).as_posix() for file in sources.rglob("*.cpp"))
    return build_library(
        "".join(f'#include "{name}"\n' for name in names),
        name=name,
        flags=(*flags, "-Wl,-rpath,$ORIGIN", "-Wl,--no-as-needed"),
        compiler=compiler,
        inputs=inputs,
        include=(header_root(release), release_tree(release) / "cpp"),
    )


def build_needed(place: str) -> Path:
    """One of :data:`NEEDED`, compiled."""
    return build_library(f'extern "C" int {NEEDED[place]}() {{ return 1; }}\n', name=Path(place).name)


def install_package(
    site_packages: Path, release: str, *, library: Path | None = None, version: str = "", needed: bool = False
) -> Path:
    """An installed `tensorrt_llm` package in ``site_packages``; its `libs/libtensorrt_llm.so` comes back.

    ``library`` replaces the library of ``release`` (a wrong wheel); ``version`` is what the package says of itself if
    that is not the release (`1.1.0+cu130`). With ``needed`` the library needs libraries of other packages, which are
    installed beside it, and which are not on its run path.
    """
    package = site_packages / "tensorrt_llm"
    (package / "libs").mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text("raise RuntimeError('nobody may import this')\n")
    (package / "version.py").write_text(f'__version__ = "{version or release}"\n')
    others = [build_needed(place) for place in NEEDED] if needed else []
    installed = package / "libs" / "libtensorrt_llm.so"
    installed.unlink(missing_ok=True)
    shutil.copy(library or build_release_library(release, inputs=others), installed)
    plugin = build_library("int plugin_anchor;\n", name="libnvinfer_plugin_tensorrt_llm.so")
    shutil.copy(plugin, package / "libs" / plugin.name)
    for place, other in zip(NEEDED, others, strict=False):
        (site_packages / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(other, site_packages / place)
    _write_metadata(site_packages, version or release)
    return installed


def _write_metadata(site_packages: Path, version: str) -> None:
    for stale in site_packages.glob("tensorrt_llm-*.dist-info"):
        shutil.rmtree(stale)
    folder = site_packages / f"tensorrt_llm-{version}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: tensorrt-llm\nVersion: {version}\n")
    (folder / "INSTALLER").write_text("pip\n")
    packaged = [file for file in sorted((site_packages / "tensorrt_llm").rglob("*")) if file.is_file()]
    (folder / "RECORD").write_text("".join(f"{file.relative_to(site_packages)},,\n" for file in packaged))


def build_environment(folder: Path, release: str, *, needed: bool = False, library: Path | None = None) -> Path:
    """A virtual environment's skeleton in ``folder`` with the package installed; its site-packages comes back.

    It has what finds an environment without running it (`pyvenv.cfg`, `lib/pythonX.Y/site-packages`) and an
    interpreter that is a link to the running one.
    """
    site_packages = folder / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    site_packages.mkdir(parents=True)
    (folder / "bin").mkdir()
    for name in ("python", "python3"):
        (folder / "bin" / name).symlink_to(sys.executable)
    home = Path(sys.executable).resolve().parent
    (folder / "pyvenv.cfg").write_text(f"home = {home}\nversion = 3.{sys.version_info.minor}\n")
    install_package(site_packages, release, needed=needed, library=library)
    return site_packages
