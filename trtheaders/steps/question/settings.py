"""What an invocation asks for: the configuration with the invocation's own wishes over it."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from trtheaders.configuration import Configuration, find_sources, load_configuration
from trtheaders.errors import ToolchainError, UsageError
from trtheaders.model.headers.standards import STANDARD_HINT, STANDARDS
from trtheaders.programs.flags import split_command, tell_dropped
from trtheaders.programs.trust import allow, find_program

_MOST_TOLD = 5


def settle_configuration(
    start: Path | None = None,
    *,
    entries: Sequence[str] = (),
    include_directories: Sequence[Path] = (),
    defines: Sequence[str] = (),
    standard: str = "",
    compiler: str = "",
    compile_commands: Path | None = None,
) -> Configuration:
    """The configuration that governs ``start`` (by default the working folder); what is given here wins.

    What the C++ sources of the database ``compile_commands`` have in common goes into the compiler's command.
    Raises :class:`~trtheaders.errors.ConfigurationError` where the configuration cannot be read, and
    :class:`~trtheaders.errors.UsageError` or :class:`~trtheaders.errors.ToolchainError` for a ``standard``, folder or
    ``compiler`` that there is not: a recorded snapshot would answer without ever asking for it.
    """
    if standard and standard not in STANDARDS:
        raise UsageError(f"`{standard}` is no C++ standard", hint=STANDARD_HINT)
    for folder in include_directories:
        require_folder(folder)
    if compiler:
        require_compiler(compiler)
    found = load_configuration(start or Path.cwd())
    if compile_commands is not None:
        found = _read_commands(found, compile_commands, compiler)
        compiler = ""
    return replace(
        found,
        entries=tuple(entries) or found.entries,
        include_directories=tuple(include_directories) or found.include_directories,
        defines=add_defines(found.defines, defines),
        standard=standard or found.standard,
        compiler=compiler or found.compiler,
    )


def _read_commands(found: Configuration, database: Path, compiler: str) -> Configuration:
    """``found`` with compiler, flags and standard of ``database``; a ``compiler`` that is given or configured stays."""
    from trtheaders.consumer.compile_commands import read_shared

    shared = read_shared(database, find_sources(found))
    of_database = shlex.join(filter(None, [shared.compiler]))
    command = compiler or found.compiler or of_database or os.environ.get("CXX", "") or _find_usual()
    apart = ", ".join(f"`{flag}`" for flag in shared.apart[:_MOST_TOLD])
    return replace(
        found,
        compiler=f"{command} {shlex.join(shared.flags)}".strip(),
        standard=shared.standard or found.standard,
        set_aside=(
            *found.set_aside,
            *tell_dropped(shared.dropped),
            *([f"{apart}: some sources of `{database}` alone are compiled so, and it is left out"] if apart else []),
        ),
    )


def _find_usual() -> str:
    return next((name for name in ("g++", "clang++", "c++") if find_program(name) is not None), "g++")


def add_defines(known: Sequence[str], added: Sequence[str]) -> tuple[str, ...]:
    """``known`` and ``added`` macros, of one name the last, as a compiler takes its `-D`."""
    return tuple({text.partition("=")[0]: text for text in (*known, *added)}.values())


def require_folder(folder: Path) -> None:
    """Raise :class:`~trtheaders.errors.UsageError` unless the ``folder`` of an `--include-dir` is one."""
    if not is_folder(folder):
        hint = "name the folder that your own build gives to -I, or leave it out"
        raise UsageError(f"`--include-dir {folder}` {_tell_no_folder(folder)}", hint=hint)


def require_compiler(command: str) -> None:
    """Let the program of a `--compiler` start. Raises :class:`~trtheaders.errors.ToolchainError` if it is not there."""
    words = split_command(command)
    if words:
        allow(words[0])
    if _lacks_program(command):
        raise ToolchainError(f"there is no compiler `{command}`", hint="name yours: `--compiler g++`, or install it")


def tell_absent(configuration: Configuration) -> tuple[str, ...]:
    """What ``configuration`` names and this machine does not have, as sentences.

    A configuration is shared by machines, and not all of them have to parse: a recorded snapshot needs neither.
    """
    where = f"of `{configuration.file}`"
    folders = [
        f"`{folder}` {_tell_no_folder(folder)}: `include-directories` {where} names it"
        for folder in configuration.include_directories
        if not is_folder(folder)
    ]
    command = configuration.compiler
    compilers = [f"there is no compiler `{command}`: `compiler` {where} names it"] if _lacks_program(command) else []
    return (*folders, *compilers, *configuration.set_aside)


def is_folder(path: Path) -> bool:
    """Whether ``path`` is a folder, as far as that may be seen."""
    try:
        return path.is_dir()
    except PermissionError:
        return False


def _tell_no_folder(path: Path) -> str:
    try:
        return "is no folder" if path.exists() else "is not there"
    except PermissionError:
        return "may not be looked at"


def _lacks_program(command: str) -> bool:
    words = split_command(command)
    return bool(words) and find_program(words[0]) is None
