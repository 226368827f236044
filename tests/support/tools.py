"""Programs and places that tests use beside python3, git, g++, make and sh: one table, and one way to get them.

    def test_what_the_other_compiler_says(tools):
        subprocess.run([tools("clang++"), "-c", source])

``tools(NAME)`` gives the path. Where NAME is not installed, the test ends there as *not run*, and the last lines of the
run count it: `not run: clang++ (31 tests), lld (4 tests)`. Helpers call :func:`tool`, which is the same function.
`support.cxx.compile_cxx` and all that is built on it ask by themselves, for their ``compiler`` and for `-fuse-ld=`.

Another tool is another row of `TOOLS`. With `pytest --complete`, as continuous integration runs where everything is
installed, "not run" fails the run, unless `NEVER_THERE` has the reason. No test skips in another way, and
`tests/frame/test_tools.py` holds that none starts one of these programs in another way.

The table needs nothing beyond the standard library: `python3 tests/support/tools.py` prints the Debian packages, and
with `--table` what the README says of them.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
CROSS = "aarch64-linux-gnu-g++"
ALWAYS = frozenset({"g++", "git", "make", "sh"})
"""What every machine has that can run the tests: a missing one fails them."""


@dataclass(frozen=True)
class Tool:
    """A row: the ``program`` on PATH (else ``name``), or what ``find`` gives.

    ``adds`` is what is tested with it; it comes from the Debian ``package``, or from elsewhere, as ``source`` says.
    """

    name: str
    adds: str
    package: str = ""
    program: str = ""
    source: str = ""
    find: Callable[[], str | None] | None = None

    @property
    def path(self) -> str | None:
        """Where it is; nothing if it is not there."""
        return self.find() if self.find else shutil.which(self.program or self.name)


def _at(path: str) -> Callable[[], str | None]:
    place = ROOT / path
    return lambda: str(place) if place.exists() else None


def _find_root() -> str | None:
    return "root" if os.geteuid() == 0 else None


def _find_cuda() -> str | None:
    candidates = (os.environ.get("CUDA_HOME", ""), os.environ.get("CUDA_PATH", ""), "/usr/local/cuda")
    folders = (Path(item) / "include" for item in candidates if item)
    return next((str(folder) for folder in folders if (folder / "cuda_fp16.h").is_file()), None)


_OLD_CMAKE = ".cache/cmake-3.18/bin/cmake"
_BINUTILS = "what g++'s own tools say of symbols, sections and archives"
TOOLS = {
    row.name: row
    for row in (
        Tool("clang++", "the other compiler's libraries, messages and debug information", "clang"),
        Tool("clang++-19", "headers in C++23", "clang-19"),
        Tool("gold", "libraries and messages of GNU gold", "binutils", "ld.gold"),
        Tool("lld", "libraries and messages of LLVM's linker", "lld", "ld.lld"),
        Tool("mold", "libraries and messages of mold", "mold", "ld.mold"),
        Tool(CROSS, "libraries for aarch64", "g++-aarch64-linux-gnu"),
        Tool("nm", _BINUTILS, "binutils"),
        Tool("readelf", _BINUTILS, "binutils"),
        Tool("objcopy", _BINUTILS, "binutils"),
        Tool("strip", _BINUTILS, "binutils"),
        Tool("ar", _BINUTILS, "binutils"),
        Tool("c++filt", _BINUTILS, "binutils"),
        Tool("addr2line", "the source lines of references in objects", "binutils"),
        Tool("ldd", "what the dynamic loader finds", "libc-bin"),
        Tool("dwz", "debug information that dwz has packed", "dwz"),
        Tool("cmake", "the CMake module", "cmake"),
        Tool("CMake 3.18", "the CMake module in the oldest CMake", source="`make ci`", find=_at(_OLD_CMAKE)),
        Tool("ninja", "the CMake module with Ninja", "ninja-build"),
        Tool("bash", "completion, and the script of continuous integration", "bash"),
        Tool("setpriv", "files that may not be read or written", "util-linux"),
        Tool("mount", "full and read-only disks", "mount"),
        Tool("strace", "what is read, written and started", "strace"),
        Tool("chromium", "pages as a browser shows them", "chromium"),
        Tool("chromedriver", "pages as a browser shows them", "chromium-driver"),
        Tool("packages", "large libraries and their headers", source="`make ci`", find=_at(".cache/packages")),
        Tool("PyPI", "our hooks as pre-commit installs them", source="the network, once", find=_at(".cache/wheels")),
        Tool("CUDA headers", "our stand-ins for CUDA's headers", source="NVIDIA", find=_find_cuda),
        Tool("root", "full disks, and what only root may set up", source="`sudo`", find=_find_root),
    )
}
NEVER_THERE = {"CUDA headers": "they come with NVIDIA's toolkit, which is in no archive that anybody may install from"}
"""What the complete run may go without, and why."""


def tool(name: str) -> str:
    """The path of the tool ``name``; a test that asks for one that is not installed ends here, as not run."""
    if name in ALWAYS:
        return name
    path = TOOLS[name].path
    return path if path is not None else not_run(name)


def not_run(name: str, reason: str = "") -> NoReturn:
    """End a test as not run for want of the tool ``name``, where its mere presence does not settle it."""
    # Imported here, since the demonstration uses the helpers too, in an environment without pytest.
    import pytest

    skipped = pytest.skip.Exception(f"not run: {name} {reason or 'is not installed'}", _use_item_location=True)
    skipped.tool = name  # type: ignore[attr-defined]
    raise skipped


def have_compiler(compiler: str, flags: Sequence[str]) -> str:
    """The name ``compiler``, once it is known that it and the linkers that ``flags`` name are there."""
    tool(compiler)
    for flag in flags:
        if flag.startswith("-fuse-ld=") and flag != "-fuse-ld=bfd":
            tool(flag.removeprefix("-fuse-ld="))
    return compiler


def packages() -> tuple[str, ...]:
    """The Debian packages that bring the tools."""
    return tuple(dict.fromkeys(row.package for row in TOOLS.values() if row.package))


def table() -> str:
    """What each tool adds, as a table in Markdown; tools that add the same are one row."""
    rows: dict[str, list[Tool]] = {}
    for row in TOOLS.values():
        rows.setdefault(row.adds, []).append(row)
    lines = [
        f"| {adds} | {', '.join(f'`{row.name}`' if not row.find else row.name for row in group)} | {_source(group)} |"
        for adds, group in rows.items()
    ]
    return "\n".join(("| what is tested with it | tool | from |", "|---|---|---|", *lines, ""))


def _source(group: list[Tool]) -> str:
    return ", ".join(dict.fromkeys(f"`{row.package}`" if row.package else row.source for row in group))


if __name__ == "__main__":
    sys.stdout.write(table() if "--table" in sys.argv else " ".join(packages()) + "\n")
