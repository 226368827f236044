"""Assembly to a shared library, by the user's own compiler; the same input gives the same bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from trtheaders.errors import LibraryError, ToolchainError
from trtheaders.library.facts import read_facts
from trtheaders.model.library.exports import Machine
from trtheaders.programs.flags import PATH_FLAGS, find_words
from trtheaders.programs.outputs import require_own_way
from trtheaders.programs.start import run_program
from trtheaders.programs.trust import allow, find_program
from trtheaders.stubs.assembly import CALLED

_COMPILERS = {
    Machine.X86_64: ("g++", "gcc", "clang++", "clang", "x86_64-linux-gnu-g++", "x86_64-linux-gnu-gcc"),
    Machine.AARCH64: ("aarch64-linux-gnu-g++", "aarch64-linux-gnu-gcc", "g++", "gcc", "clang++", "clang"),
}
_TRIPLETS = {Machine.X86_64: "x86_64", Machine.AARCH64: "aarch64"}
_PATIENCE = 300
# Paths and flags of the user's build would end up in the stub.
_VARIABLES = {"LD_RUN_PATH": "", "SOURCE_DATE_EPOCH": "0"}

_HANDLER = """\
extern "C" long write(int, void const*, unsigned long);
extern "C" void abort() __attribute__((noreturn));
extern "C" __attribute__((visibility("hidden"), noreturn)) void {called}(char const* name);
static void say(char const* text)
{{
    unsigned long size = 0;
    while (text[size]) ++size;
    if (write(2, text, size) < 0) abort();
}}
void {called}(char const* name)
{{
    say("trtheaders: `");
    say(name);
    say("` was called in a stub of TensorRT-LLM {release}, which only serves to link; "
        "run against the real library\\n");
    abort();
}}
"""


def build_stub(assembly: str, *, release: str, output: Path, soname: str, machine: Machine, compiler: str = "") -> None:
    """Assemble and link ``assembly`` into ``output``, which is replaced whole or left as it was.

    Raises :class:`ToolchainError` where no compiler for ``machine`` is there or it fails, :class:`LibraryError` where
    ``output`` is something other than a stub or cannot be written.
    """
    require_own_way(output)
    _refuse_to_overwrite(output)
    command = find_linker(machine, compiler)
    try:
        with TemporaryDirectory(prefix=".trtheaders-", dir=output.parent) as folder:
            built = _compile(command, Path(folder), assembly, _HANDLER.format(called=CALLED, release=release), soname)
            built.replace(output)
    except OSError as error:
        raise LibraryError(
            f"`{output}` cannot be written: {error.strerror}", hint="name another file with -o"
        ) from error


def _refuse_to_overwrite(output: Path) -> None:
    if not output.exists():
        return
    try:
        stub = read_facts(output).stub_of is not None
    except LibraryError:
        stub = False
    if not stub:
        raise LibraryError(f"`{output}` is there and is no stub", hint="name another file with -o, or remove it first")


def find_linker(machine: Machine, compiler: str = "") -> list[str]:
    """The command of a compiler that makes code for ``machine``: ``compiler``, $CXX, or one on PATH."""
    for candidate in (compiler, os.environ.get("CXX", ""), *_COMPILERS[machine]):
        words = _without_headers(find_words(candidate))
        if words and candidate == os.environ.get("CXX"):
            allow(words[0])
        if words and find_program(words[0]) and _makes(words, machine):
            return words
    names = " or ".join(f"`{name}`" for name in _COMPILERS[machine][:1])
    raise ToolchainError(
        f"there is no compiler for {machine.value} on PATH", hint=f"install {names}, or name yours with `--compiler`"
    )


def _without_headers(words: list[str]) -> list[str]:
    """``words`` of a compiler without its flags for headers: a stub has none, and all of it runs in programs."""
    kept = []
    row = iter(words)
    for word in row:
        flag = next((flag for flag in PATH_FLAGS if word.startswith(flag)), None)
        if flag is None:
            kept.append(word)
        elif word == flag:
            next(row, "")
    return kept


def _makes(command: list[str], machine: Machine) -> bool:
    try:
        done = run_program([*command, "-dumpmachine"], seconds=60)
    except OSError:
        return False
    return done.text.startswith(_TRIPLETS[machine])


def _compile(command: list[str], folder: Path, assembly: str, handler: str, soname: str) -> Path:
    (folder / "stub.s").write_text(assembly)
    (folder / "handler.cpp").write_text(handler)
    arguments = [*command, *_flags(soname), "handler.cpp", "stub.s", "-nodefaultlibs", "-lc", "-o", "stub.so"]
    try:
        done = run_program(arguments, folder=folder, seconds=_PATIENCE, variables=_VARIABLES)
    except OSError as error:
        story = f"`{command[0]}` cannot be run: {error.strerror}"
        raise ToolchainError(story, hint="try another `--compiler`") from error
    if done.status:
        said = next((line for line in done.said.splitlines() if "error" in line or "cannot" in line), done.said)
        raise ToolchainError(
            f"`{' '.join(command)}` cannot link a stub: {said.strip()}", hint="try another `--compiler`"
        )
    return folder / "stub.so"


def _flags(soname: str) -> Iterator[str]:
    yield from ("-shared", "-fPIC", "-O1", "-s", "-fno-exceptions", "-fno-rtti", "-fno-stack-protector")
    yield from (f"-Wl,-soname,{soname}", "-Wl,--build-id=sha1", "-Wl,-z,noexecstack")
