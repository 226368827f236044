"""Python environments and interpreters to the folders that they import packages from; no package is imported."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from trtheaders.errors import InstallationError
from trtheaders.installation.editable import linked_folders
from trtheaders.installation.files import is_file, is_folder, matching, read_text

_ASK = "import sys; print('\\n'.join(path for path in sys.path if path))"
_PATIENCE = 20
"""Seconds: an interpreter on a slow network drive may take some."""
_NAMED = re.compile(r"python(3\.\d+)t?")


def environment_folders(environment: Path) -> tuple[Path, ...]:
    """The package folders of a virtual or conda environment, read off its layout without starting anything."""
    folders = [
        folder
        for pattern in ("lib/python3*/site-packages", "lib64/python3*/site-packages", "lib/python3*/dist-packages")
        for folder in matching(environment, pattern)
    ]
    if _setting(environment, "include-system-site-packages") == "true":
        folders += _system_folders(environment)
    return _with_linked(folders)


def _setting(environment: Path, key: str) -> str:
    """A value of `pyvenv.cfg` (PEP 405), empty where there is none."""
    pairs = (line.partition("=") for line in read_text(environment / "pyvenv.cfg").splitlines())
    return next((value.strip() for name, _, value in pairs if name.strip().lower() == key), "")


def _system_folders(environment: Path) -> tuple[Path, ...]:
    home = Path(_setting(environment, "home") or "/usr/bin")
    python = next((home / name for name in ("python3", "python") if is_file(home / name)), None)
    if python is None:
        return ()
    return installed_folders(python) or interpreter_folders(python)


def _with_linked(folders: Iterable[Path]) -> tuple[Path, ...]:
    folders = list(folders)
    every = [*folders, *(target for folder in folders for target in linked_folders(folder))]
    # lib64 is often a link to lib.
    return tuple({folder.resolve(): folder for folder in reversed(every)}.values())[::-1]


def environment_of(python: Path) -> Path | None:
    """The virtual environment that an interpreter belongs to, None for an ordinary installation."""
    folder = python.absolute().parent.parent
    return folder if is_file(folder / "pyvenv.cfg") else None


def python_path() -> tuple[Path, ...]:
    """The folders of PYTHONPATH, but for empty and relative ones: these mean the working folder, which is not ours."""
    return tuple(Path(part) for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part.startswith("/"))


def installed_folders(python: Path) -> tuple[Path, ...]:
    """The package folders of an interpreter that is installed as Python's own build or Debian's does it.

    They are read off its layout; nothing where that is another. What a `sitecustomize` adds is not seen.
    """
    real = python.resolve()
    named = _NAMED.fullmatch(real.name)
    prefix = real.parent.parent
    if named is None or not is_file(prefix / "lib" / f"python{named[1]}" / "os.py"):
        return ()
    version = f"python{named[1]}"
    user = [] if os.environ.get("PYTHONNOUSERSITE") else [Path.home() / ".local/lib" / version / "site-packages"]
    own = (
        f"lib/{version}/site-packages",
        f"lib64/{version}/site-packages",
        f"local/lib/{version}/dist-packages",
        "lib/python3/dist-packages",
        f"lib/{version}/dist-packages",
    )
    return _with_linked(
        folder for folder in (*python_path(), *user, *(prefix / name for name in own)) if is_folder(folder)
    )


def interpreter_folders(python: Path, chosen: Mapping[str, str] | None = None) -> tuple[Path, ...]:
    """What ``python`` itself says that it imports from. Raises :class:`InstallationError` if it does not run.

    It is run in a temporary folder that holds nothing but the files ``chosen`` (names to contents).
    """
    with tempfile.TemporaryDirectory(prefix="trtheaders-") as folder:
        for name, content in (chosen or {}).items():
            Path(folder, name).write_text(content, encoding="utf-8")
        said = _ask(python.absolute(), Path(folder))
    return _with_linked(path for line in said.splitlines() if line and is_folder(path := Path(line)))


def _ask(python: Path, folder: Path) -> str:
    import subprocess

    # The consumer's own modules or start-up file must not answer in the interpreter's place.
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONSTARTUP", "PYTHONPATH", "PWD")}
    if python_path():
        environment["PYTHONPATH"] = os.pathsep.join(map(str, python_path()))
    try:
        done = subprocess.run(
            [python, "-c", _ASK],
            capture_output=True,
            text=True,
            errors="surrogateescape",
            timeout=_PATIENCE,
            check=True,
            cwd=folder,
            env=environment,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise InstallationError(
            f"`{python}` does not run as a Python interpreter", hint="name another with `--python PYTHON`"
        ) from error
    return done.stdout
