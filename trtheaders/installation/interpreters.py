"""Python environments and interpreters to the folders that they import packages from; no package is imported."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from trtheaders.errors import InstallationError

_ASK = "import sys; print('\\n'.join(path for path in sys.path if path))"
_PATIENCE = 20
"""Seconds: an interpreter on a slow network drive may take some."""


def environment_folders(environment: Path) -> tuple[Path, ...]:
    """The package folders of a virtual or conda environment, read off its layout without starting anything."""
    folders = [
        folder
        for pattern in ("lib/python3*/site-packages", "lib64/python3*/site-packages", "lib/python3*/dist-packages")
        for folder in sorted(environment.glob(pattern))
    ]
    if _sees_system(environment):
        folders += _system_folders(environment)
    return _distinct([*folders, *(target for folder in folders for target in _pth_targets(folder))])


def _sees_system(environment: Path) -> bool:
    return _setting(environment, "include-system-site-packages") == "true"


def _setting(environment: Path, key: str) -> str:
    """A value of `pyvenv.cfg` (PEP 405), empty where there is none."""
    try:
        lines = (environment / "pyvenv.cfg").read_text(errors="replace").splitlines()
    except OSError:
        return ""
    pairs = (line.partition("=") for line in lines)
    return next((value.strip() for name, _, value in pairs if name.strip().lower() == key), "")


def _system_folders(environment: Path) -> list[Path]:
    home = Path(_setting(environment, "home") or "/usr/bin")
    for name in ("python3", "python"):
        if (home / name).is_file():
            return list(interpreter_folders(home / name))
    return []


def _pth_targets(folder: Path) -> Iterator[Path]:
    """What `*.pth` files add: development installs (site module, "path configuration files")."""
    for file in sorted(folder.glob("*.pth")):
        try:
            lines = file.read_text(errors="replace").splitlines()
        except OSError:
            continue
        for line in lines:
            target = folder / line.strip()
            if line.strip() and not line.startswith(("#", "import ", "import\t")) and target.is_dir():
                yield target


def _distinct(folders: list[Path]) -> tuple[Path, ...]:
    # lib64 is often a link to lib.
    return tuple({folder.resolve(): folder for folder in reversed(folders)}.values())[::-1]


def environment_of(python: Path) -> Path | None:
    """The virtual environment that an interpreter belongs to, None for an ordinary installation."""
    folder = python.absolute().parent.parent
    return folder if (folder / "pyvenv.cfg").is_file() else None


def interpreter_folders(python: Path) -> tuple[Path, ...]:
    """What ``python`` itself says that it imports from. Raises :class:`InstallationError` if it does not run."""
    import subprocess

    # The consumer's own modules or start-up file must not answer in the interpreter's place.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONSTARTUP"}
    try:
        done = subprocess.run(
            [python, "-c", _ASK],
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=True,
            cwd="/",
            env=environment,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise InstallationError(
            f"`{python}` does not run as a Python interpreter", hint="name another with `--python PYTHON`"
        ) from error
    return tuple(Path(line) for line in done.stdout.splitlines() if line and Path(line).is_dir())
