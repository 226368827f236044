"""How a consumer compiles a source: the flags that shape its meaning, from compile_commands.json or given by hand."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.errors import UsageError
from trtheaders.model.headers.standards import STANDARD_HINT, STANDARDS
from trtheaders.programs.files import read_text
from trtheaders.programs.flags import PATH_FLAGS, Command, Flags, vet_command, vet_flags
from trtheaders.programs.trust import find_refusal

NAME = "compile_commands.json"
_PATHS = ("-I", "-isystem", "-iquote", "-idirafter", "-include", "-imacros")
_KEPT = ("-D", "-U", "-std=", "-fchar8_t", "-fno-rtti", "-fno-exceptions", "-fshort-enums", "-fpack-struct", "-pthread")
_STANDARD = "-std="
_CPP = frozenset({".cpp", ".cc", ".cxx", ".c++", ".C", ".cp", ".CPP"})
_MOST_BYTES = 256 * 1024**2
_MOST_ALIKE = 10_000
"""Sources of one name, in folders that may be links."""
_HINT = "CMake writes one with `CMAKE_EXPORT_COMPILE_COMMANDS`; or give flags after `--`"
_HINT_FOR_HEADERS = "CMake writes one with `CMAKE_EXPORT_COMPILE_COMMANDS`; or give flags in `--compiler`"


def find_database(source: Path, root: Path) -> Path | None:
    """The compilation database for ``source``: in a folder above it up to ``root``, or in a `build*` folder there.

    A ``root`` that nothing marks as one (no `.git`) is merely where the user stands: folders above it count as long as
    they are the user's own.
    """
    for folder in _folders_above(source.resolve(), root):
        for candidate in (folder / NAME, *sorted(folder.glob(f"build*/{NAME}")), *sorted(folder.glob(f"out/*/{NAME}"))):
            if candidate.is_file():
                return candidate
    return None


def _folders_above(source: Path, root: Path) -> Iterator[Path]:
    inside = root in source.parents
    for folder in source.parents:
        beyond = not inside or not (folder == root or root in folder.parents)
        if beyond and ((inside and (root / ".git").exists()) or not _is_users(folder)):
            return
        yield folder
        if (folder / ".git").exists():
            return


def _is_users(folder: Path) -> bool:
    try:
        return folder.stat().st_uid == os.getuid() and folder != Path.home()
    except (OSError, RuntimeError):
        return False


def read_flags(database: Path, source: Path) -> Flags:
    """The flags of ``source`` in ``database``, none if it is not in there, as far as a file may give them.

    Raises :class:`UsageError` for a bad one.
    """
    with _opened(database, _HINT) as rows:
        found = _find_row(rows, source)
        if found is None:
            return Flags()
        folder = Path(found["directory"])
        vetted = vet_flags(_words_of(found)[1:], folder)
        return Flags(kept=keep_flags(vetted.kept, folder), dropped=vetted.dropped)


class SharedCommand(Struct, frozen=True, kw_only=True):
    """How all C++ sources of a database are compiled: the ``compiler`` if they name one that may be started, the
    ``flags`` that they have in common, paths with the flag in front, and the ``standard``; each empty if they differ.
    ``apart`` are flags of some of them alone, ``dropped`` those that a file may not give.
    """

    compiler: str = ""
    flags: tuple[str, ...] = ()
    standard: str = ""
    apart: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


def read_shared(database: Path, sources: Collection[Path] = ()) -> SharedCommand:
    """What the C++ sources in ``database`` have in common; of them ``sources``, where it has any of these.

    Raises :class:`UsageError` for a bad database, and for one without C++ sources.
    """
    with _opened(database, _HINT_FOR_HEADERS) as rows:
        own = {str(path.resolve()) for path in sources}
        met = [(os.path.normpath(os.path.join(row["directory"], row["file"])), row) for row in rows]  # noqa: PTH118
        compiled = [(file, row) for file, row in met if Path(file).suffix in _CPP]
        chosen = [row for file, row in compiled if file in own] or [row for _, row in compiled]
        if not chosen:
            raise UsageError(f"`{database}` compiles no C++ source", hint=_HINT_FOR_HEADERS)
        shared = _share([_vet(row) for row in _once(chosen)])
    if shared.compiler and find_refusal(Path(shared.compiler), database.parent):
        return replace(shared, compiler="")
    return shared


def _vet(row: Any) -> Command:
    """What of the row's command may be passed on; without a program where that is none to start."""
    words, folder = _words_of(row), Path(row["directory"])
    command = vet_command(words, folder)
    if command.words:
        return command
    flags = vet_flags(words[1:], folder)
    return Command(words=("", *flags.kept), dropped=flags.dropped)


def _once(rows: Iterable[Any]) -> Iterator[Any]:
    """One row for each way of compiling: the sources' and the objects' own names apart."""
    met: set[tuple[str, ...]] = set()
    for row in rows:
        named = {row["file"], Path(row["file"]).name, row.get("output")}
        words = tuple(word for word in _words_of(row) if word not in named and not word.endswith((".o", ".d")))
        if (row["directory"], *words) not in met:
            met.add((row["directory"], *words))
            yield row


def _share(commands: Sequence[Command]) -> SharedCommand:
    lists = [list(_pair(command.words[1:])) for command in commands]
    common = [flag for flag in dict.fromkeys(lists[0]) if all(flag in flags for flags in lists)]
    apart = dict.fromkeys(" ".join(flag) for flags in lists for flag in flags if flag not in common)
    compilers = {command.words[0] for command in commands}
    standards = [flag[0][len(_STANDARD) :] for flag in common if flag[0].startswith(_STANDARD)]
    return SharedCommand(
        compiler=compilers.pop() if len(compilers) == 1 else "",
        flags=tuple(word for flag in common for word in flag if not word.startswith(_STANDARD)),
        standard=standards[-1] if standards and standards[-1] in STANDARDS else "",
        apart=tuple(apart),
        dropped=tuple(dict.fromkeys(flag for command in commands for flag in command.dropped)),
    )


def _pair(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Each flag with the path behind it, if it takes one."""
    row = iter(words)
    for word in row:
        yield (word, next(row, "")) if word in PATH_FLAGS else (word,)


def _words_of(row: Any) -> list[str]:
    words: list[str] = row.get("arguments") or shlex.split(row["command"])
    return words


@contextmanager
def _opened(database: Path, hint: str) -> Iterator[Any]:
    """The rows of ``database``; what goes wrong with them inside of the block is told."""
    try:
        yield json.loads(read_text(database, _MOST_BYTES))
    except OSError as error:
        raise UsageError(f"`{database}` cannot be read: {error.strerror}", hint=hint) from error
    except KeyError as error:
        raise UsageError(f"`{database}` is no compilation database: an entry has no {error}", hint=hint) from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"`{database}` is no compilation database: {error}", hint=hint) from error


def _find_row(rows: Any, source: Path) -> Any:
    """The entry of ``source``; None where there is none. Only what is called as it is is looked for on the disk."""
    real = source.resolve()
    names = {os.path.abspath(source), str(real)}  # noqa: PTH100 (as it is named, not where links lead)
    called = {os.path.basename(name) for name in names}  # noqa: PTH119
    alike: list[Any] = []
    for row in rows:
        file = os.path.join(row["directory"], row["file"])  # noqa: PTH118 (a row of millions)
        if os.path.normpath(file) in names:
            return row
        if len(alike) < _MOST_ALIKE and os.path.basename(file) in called:  # noqa: PTH119
            alike.append((file, row))
    return next((row for file, row in alike if Path(file).resolve() == real), None)


def keep_flags(words: Sequence[str], folder: Path) -> tuple[str, ...]:
    """Those of ``words`` that shape what a source means, paths made absolute from ``folder``; the rest is left out.

    Raises :class:`UsageError` for a C++ standard that there is not.
    """
    kept = tuple(_keep(iter(words), folder))
    for word in kept:
        if word.startswith(_STANDARD) and word[len(_STANDARD) :] not in STANDARDS:
            raise UsageError(f"`{word}` names no C++ standard", hint=STANDARD_HINT)
    return kept


def _keep(words: Iterator[str], folder: Path) -> Iterator[str]:
    for word in words:
        path = next((flag for flag in _PATHS if word.startswith(flag)), None)
        if path is not None:
            value = word[len(path) :] or next(words, "")
            yield from (path, str(folder / value)) if value else ()
        elif word in ("-D", "-U"):
            yield f"{word}{next(words, '')}"
        elif word.startswith(_KEPT):
            yield word
