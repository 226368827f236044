"""What a build system needs to know in order to compile and link against TensorRT-LLM."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct
from packaging.version import Version


class BuildFacts(Struct, frozen=True, kw_only=True):
    """Headers of one release and the library that they belong to, as a build system sees them.

    ``version`` is what the installed package says of itself (`1.2.0rc3+cu130`), empty where nothing is installed.
    ``library`` is None for headers alone. ``siblings`` are the libraries beside it; ``run_path`` the folders where the
    run-time linker has to look; ``needed`` what the library needs of other packages, in the order of loading;
    ``absent`` the names of what it needs and nobody has. ``watched`` are the files whose change calls for a new look,
    ``foreign`` the headers of others (`cuda_fp16.h`) that the headers include and that were not found.
    """

    release: str
    version: str
    include_directory: Path
    include_directories: tuple[Path, ...] = ()
    defines: tuple[str, ...] = ()
    library: Path | None = None
    soname: str = ""
    siblings: tuple[Path, ...] = ()
    run_path: tuple[Path, ...] = ()
    needed: tuple[Path, ...] = ()
    absent: tuple[str, ...] = ()
    watched: tuple[Path, ...] = ()
    foreign: tuple[str, ...] = ()


def release_number(version: Version) -> int:
    """A number that sources can compare: a later release has a greater one.

    Major, minor (two digits) and micro (one), then three digits that tell a candidate from the final release:
    `1.2.0rc3` is 1020030, `1.2.0rc6.post2` is 1020062, `1.2.0` is 1020900, `1.2.0.post1` is 1020901.
    """
    base = ((version.major * 100 + version.minor) * 10 + min(version.micro, 9)) * 1000
    post = min(version.post or 0, 9)
    if version.pre is None:
        return base + 900 + post
    kind, count = version.pre
    return base + (min(count, 89) * 10 + post if kind == "rc" else 0)
