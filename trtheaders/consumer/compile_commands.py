"""How a consumer compiles a source: the flags that shape its meaning, from compile_commands.json or given by hand."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from trtheaders.errors import UsageError
from trtheaders.model.headers.standards import STANDARD_HINT, STANDARDS
from trtheaders.programs.files import read_text
from trtheaders.programs.flags import Flags, vet_flags

NAME = "compile_commands.json"
_PATHS = ("-I", "-isystem", "-iquote", "-idirafter", "-include", "-imacros")
_KEPT = ("-D", "-U", "-std=", "-fchar8_t", "-fno-rtti", "-fno-exceptions", "-fshort-enums", "-fpack-struct", "-pthread")
_STANDARD = "-std="
_MOST_BYTES = 256 * 1024**2
_MOST_ALIKE = 10_000
"""Sources of one name, in folders that may be links."""
_HINT = "CMake writes one with `CMAKE_EXPORT_COMPILE_COMMANDS`; or give flags after `--`"


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
    try:
        rows: Any = json.loads(read_text(database, _MOST_BYTES))
        found = _find_row(rows, source)
        if found is None:
            return Flags()
        words = found.get("arguments") or shlex.split(found["command"])
        folder = Path(found["directory"])
        vetted = vet_flags(words[1:], folder)
        return Flags(kept=keep_flags(vetted.kept, folder), dropped=vetted.dropped)
    except OSError as error:
        raise UsageError(f"`{database}` cannot be read: {error.strerror}", hint=_HINT) from error
    except KeyError as error:
        raise UsageError(f"`{database}` is no compilation database: an entry has no {error}", hint=_HINT) from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"`{database}` is no compilation database: {error}", hint=_HINT) from error


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
