"""The user's own C++ compiler, asked where it looks for headers and what it is."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from functools import cache
from itertools import pairwise, takewhile
from pathlib import Path

from msgspec import Struct

from trtheaders.errors import ToolchainError
from trtheaders.programs.flags import environment_flags, find_words, parser_flags, shaping_flags, without_folders
from trtheaders.programs.quoting import first_complaint
from trtheaders.programs.start import Finished, run_program
from trtheaders.programs.trust import allow, find_program

_START, _END = "#include <...> search starts here:", "End of search list."
_SEARCHED = ("CPATH", "CPLUS_INCLUDE_PATH")
_MACHINES = ("x86_64", "aarch64")
_INSTALL = 'install one: `apt-get install g++` (or `dnf install gcc-c++`), or name yours: `compiler = "…"`'


class Compiler(Struct, frozen=True, kw_only=True):
    """A compiler and its answers: where it looks for headers, its version line, its standard library, its target.

    ``target`` is the triplet that Debian gives the machine, whatever vendor the compiler names in it. ``family`` is
    "gcc" or "clang", ``abi`` its `__GXX_ABI_VERSION`.
    """

    command: str
    search_path: tuple[Path, ...]
    version: str
    standard_library: str
    target: str
    family: str = "gcc"
    abi: int = 0

    @property
    def words(self) -> list[str]:
        """The command's words, for :func:`~trtheaders.programs.start.run_program`."""
        return find_words(self.command)

    @property
    def flags(self) -> tuple[str, ...]:
        """Those in the command with which headers may mean something else."""
        return shaping_flags(self.words[1:])

    @property
    def forced(self) -> tuple[str, ...]:
        """The files that its command includes before everything, each behind its flag."""
        return tuple(word for pair in pairwise(self.words) if pair[0] in ("-include", "-imacros") for word in pair)

    @property
    def machine_path(self) -> tuple[Path, ...]:
        """The part of the search path that neither flags nor the environment name: the system's folders."""
        plain = without_folders(self.words)
        emptied = {name: "" for name in _SEARCHED if os.environ.get(name)}
        if len(plain) == len(self.words) and not emptied:
            return self.search_path
        return _read_search_path(_run(shlex.join(plain), **emptied).said)


def has_rtti(compiler: Compiler) -> bool:
    """Whether it knows types when the program runs: the last of its flags about that says so."""
    told = [flag for flag in compiler.flags if flag in ("-frtti", "-fno-rtti")]
    return told[-1:] != ["-fno-rtti"]


def find_compiler(command: str = "", *, environment: bool = True) -> Compiler:
    """Ask ``command``, or $CXX, or g++, clang++ or c++ on PATH.

    Flags in $CXX and $CXXFLAGS with which headers mean something else count as well; not without ``environment``.
    Raises :class:`ToolchainError` if there is none, or if it has no C++ standard library to offer.
    """
    own = os.environ.get("CXX", "")
    more = environment_flags() if environment else ()
    for candidate in (command, own, "g++", "clang++", "c++"):
        words = find_words(candidate)
        if words and candidate == own:
            allow(words[0])
        if words and find_program(words[0]):
            kept = shlex.join(_program(words)) if candidate == own and not environment and not command else candidate
            return _ask(f"{kept} {shlex.join(more)}" if more else kept)
        if candidate and candidate in (command, own):
            raise ToolchainError(f"there is no compiler `{candidate}`", hint=_INSTALL)
    raise ToolchainError("there is no C++ compiler on PATH", hint=_INSTALL)


def tell_parser(compiler: Compiler) -> list[str]:
    """What the flags in the compiler's command mean, for libclang: macros that they define or undefine, and few flags.

    The macros are those that the compiler has with the flags and not without, so that `-fopenmp`, `-mavx2` and
    `-fchar8_t` count as `-DNDEBUG` does.
    """
    flags = compiler.flags
    if not flags:
        return []
    plain = _read_macros(_run(shlex.join(_program(compiler.words))).text)
    told = _read_macros(_run(shlex.join([*_program(compiler.words), *flags])).text)
    return [
        *parser_flags(flags),
        *(f"-U{name}" for name in plain if name not in told),
        *(f"-D{name}={value}" for name, value in told.items() if plain.get(name) != value),
    ]


def _program(words: Sequence[str]) -> list[str]:
    """The words of a compiler's command before its first flag: `ccache g++` has two."""
    return list(takewhile(lambda word: not word.startswith("-"), words))


@cache
def _ask(command: str) -> Compiler:
    """One run of the compiler tells everything: its macros on stdout, its search path and version on stderr."""
    done = _run(command)
    macros = _read_macros(done.text)
    return Compiler(
        command=command,
        search_path=_read_search_path(done.said),
        version=next((line.strip() for line in done.said.splitlines() if " version " in line), command),
        standard_library=_name_standard_library(macros),
        target=_read_target(done.said),
        family="clang" if "__clang__" in macros else "gcc",
        abi=int(macros.get("__GXX_ABI_VERSION", "0")),
    )


@cache
def _run(command: str, **variables: str) -> Finished:
    question = ["-E", "-dM", "-x", "c++", "-std=c++17", "-include", "cstddef", "-v", "/dev/null"]
    try:
        done = run_program([*find_words(command), *question], seconds=60, variables=variables)
    except OSError as error:
        raise ToolchainError(f"`{command}` cannot be run: {error.strerror}", hint=_INSTALL) from error
    if done.status != 0:
        reason = first_complaint(done.said) or f"exit status {done.status}"
        hint = "install the C++ standard library's headers: `apt-get install g++` brings them"
        raise ToolchainError(f"`{command}` cannot compile C++: {reason}", hint=hint)
    return done


def _read_macros(text: str) -> dict[str, str]:
    return dict(_read_define(line) for line in text.splitlines() if line.startswith("#define "))


def _read_define(line: str) -> tuple[str, str]:
    name, _, value = line[len("#define ") :].partition(" ")
    return name, value


def _read_search_path(text: str) -> tuple[Path, ...]:
    lines = text.partition(_START)[2].partition(_END)[0].splitlines()
    return tuple(Path(line.strip()).resolve() for line in lines if line.strip())


def _name_standard_library(macros: dict[str, str]) -> str:
    if "__GLIBCXX__" in macros:
        return f"libstdc++ {macros.get('_GLIBCXX_RELEASE', '?')} ({macros['__GLIBCXX__']})"
    if "_LIBCPP_VERSION" in macros:
        return f"libc++ {macros['_LIBCPP_VERSION']}"
    return "an unknown standard library"


def _read_target(text: str) -> str:
    triplet = next((line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("Target:")), "")
    machine = triplet.partition("-")[0]
    return f"{machine}-linux-gnu" if "-linux" in triplet and machine in _MACHINES else triplet
