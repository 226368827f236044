"""C++ compiled at test time, and the tools whose word is law: g++, ld, nm.

Results are kept under `.cache/cxx` by the hash of everything that shapes them, since the same fixture is compiled by
many tests; a changed source or flag is another hash.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from support.tools import have_compiler, tool

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "cxx"


@dataclass(frozen=True)
class Compiled:
    """A finished compilation or link: its exit status, what it said, and the file if there is one."""

    status: int
    messages: str
    path: Path


def compile_cxx(
    text: str,
    *,
    name: str = "unit.o",
    flags: Sequence[str] = ("-c",),
    compiler: str = "g++",
    inputs: Sequence[Path] = (),
    include: Sequence[Path] = (),
) -> Compiled:
    """Compile (or link, without `-c`) ``text`` as C++; never raises for a failing compiler.

    ``inputs`` are objects or libraries put after the source; ``include`` are header folders, whose contents count in
    the hash.
    """
    command = [
        have_compiler(compiler, flags),
        *flags,
        *(f"-I{folder}" for folder in include),
        "-x",
        "c++",
        "unit.cpp",
        "-x",
        "none",
    ]
    key = hashlib.sha256(repr((command, name, text, _compiler_version(compiler))).encode())
    for path in (*inputs, *(file for folder in include for file in sorted(folder.rglob("*")) if file.is_file())):
        key.update(str(path).encode() + path.read_bytes())
    folder = CACHE / key.hexdigest()[:32]
    if not (folder / "status").exists():
        _run_compiler(folder, [*command, *map(str, inputs), "-o", name], text)
    return Compiled(int((folder / "status").read_text()), (folder / "messages").read_text(), folder / name)


def _run_compiler(folder: Path, command: list[str], text: str) -> None:
    # Several test processes may want the same result: each works apart, the first one to finish is kept.
    work = folder.with_name(f"{folder.name}.{os.getpid()}")
    work.mkdir(parents=True)
    (work / "unit.cpp").write_text(text)
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
    (work / "messages").write_text(done.stdout + done.stderr)
    (work / "status").write_text(str(done.returncode))
    try:
        work.rename(folder)
    except OSError:
        shutil.rmtree(work)


@cache
def _compiler_version(compiler: str) -> str:
    return subprocess.run([tool(compiler), "--version"], capture_output=True, text=True, check=True).stdout


def build_library(
    text: str,
    *,
    name: str = "libfixture.so",
    flags: Sequence[str] = ("-O2",),
    compiler: str = "g++",
    inputs: Sequence[Path] = (),
    include: Sequence[Path] = (),
) -> Path:
    """A shared library made of ``text``; fails the test with the compiler's words if that does not build."""
    built = compile_cxx(
        text,
        name=name,
        flags=("-shared", "-fPIC", "-std=c++17", f"-Wl,-soname,{name}", *flags),
        compiler=compiler,
        inputs=inputs,
        include=include,
    )
    assert built.status == 0, built.messages
    return built.path


def undefined_symbols(path: Path) -> set[str]:
    """The symbols that an object or program leaves undefined (`nm -u`, weak ones too)."""
    lines = subprocess.run(
        [tool("nm"), "-u", "--format=posix", path], capture_output=True, text=True, check=True
    ).stdout
    return {line.split()[0].split("@")[0] for line in lines.splitlines() if line.strip()}


def exported_symbols(path: Path) -> set[str]:
    """The symbols that a shared library exports (`nm -D --defined-only`), without versions."""
    command = [tool("nm"), "-D", "--defined-only", "--format=posix", path]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {line.split()[0].split("@")[0] for line in lines.splitlines() if line.strip()}
