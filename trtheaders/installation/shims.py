"""Shims of pyenv, mise and asdf: programs that choose an interpreter by files around the working folder.

A clone can bring such a file, and `path:…`, `../../x` or a whole `mise.toml` in it lead the shim to whatever it names.
So the shim is run where nothing of the clone is: in a temporary folder that holds what was read here, as far as
these are plain names of versions.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from trtheaders.errors import UnaskedInterpreterError
from trtheaders.programs.files import is_file, open_regular
from trtheaders.programs.quoting import read_quotable
from trtheaders.programs.toml import parse_toml

_PLAIN = re.compile(r"[A-Za-z0-9][\w.+-]*")
"""`3.12`, `miniconda3-24.1`, `tools`: no path, no `path:` or `ref:`, no option."""

_PYENV, _ASDF = ".python-version", ".tool-versions"
_MISE = ("mise.toml", ".mise.toml")
_HINT = "name the interpreter with `--python PYTHON`"


def is_shim(python: Path) -> bool:
    """Whether ``python`` is another program that stands in for an interpreter: a script, or a link to `mise`."""
    if not python.resolve().name.startswith(("python", "pypy")):
        return True
    try:
        with open_regular(python) as file:
            return file.read(2) == b"#!"
    except OSError:
        return False


def chosen_versions(start: Path) -> dict[str, str]:
    """The lines by which a shim chooses in ``start``: file names to contents, empty where nothing is chosen there.

    Raises :class:`~trtheaders.errors.UnaskedInterpreterError` for one that is no plain version name.
    """
    found = {}
    for name, (file, versions) in _nearest(start).items():
        plain = list(itertools.takewhile(_PLAIN.fullmatch, versions))
        if not plain:
            message = (
                f"`{file}` chooses Python by `{versions[0]}`, which is no plain version name, so that no shim was asked"
            )
            raise UnaskedInterpreterError(message, hint=_HINT)
        found[name] = "".join(f"{it}\n" for it in plain) if name == _PYENV else f"python {' '.join(plain)}\n"
    return found


def _nearest(start: Path) -> dict[str, tuple[Path, list[str]]]:
    """The nearest choice of each kind, upwards from ``start``; mise's own files count as asdf's, which it reads too."""
    found: dict[str, tuple[Path, list[str]]] = {}
    for folder in (start, *start.parents):
        for name, file, versions in _choices(folder):
            found.setdefault(name, (file, versions))
    return found


def _choices(folder: Path) -> Iterator[tuple[str, Path, list[str]]]:
    readers = (
        (_PYENV, _PYENV, _pyenv_lines),
        *((_ASDF, name, _mise_line) for name in _MISE),
        (_ASDF, _ASDF, _asdf_line),
    )
    for kind, name, read in readers:
        if is_file(folder / name) and (versions := read(_read(folder / name))):
            yield kind, folder / name, versions


def _read(file: Path) -> str:
    try:
        return read_quotable(file)
    except (OSError, UnicodeDecodeError):
        return ""


def _lines(text: str) -> Iterator[str]:
    return (line for raw in text.splitlines() if (line := raw.partition("#")[0].strip()))


def _pyenv_lines(text: str) -> list[str]:
    """pyenv's: a version a line, of which the first that has the program gives it."""
    return list(_lines(text))


def _asdf_line(text: str) -> list[str]:
    """asdf's: `python 3.12.1 3.11.4 system`, each of which is the fallback of those before it."""
    words = (line.split() for line in _lines(text))
    return next((row[1:] for row in words if row[0] == "python" and len(row) > 1), [])


def _mise_line(text: str) -> list[str]:
    """mise's: `python = "3.12"` under `[tools]`, or a list, or a table with `version`."""
    try:
        tools = parse_toml(text).get("tools", {})
    except ValueError:
        return []
    wanted = tools.get("python", "") if isinstance(tools, dict) else ""
    rows = wanted if isinstance(wanted, list) else [wanted]
    versions = (str(row.get("version", "") if isinstance(row, dict) else row) for row in rows)
    return [version for version in versions if version]
