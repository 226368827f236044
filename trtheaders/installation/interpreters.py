"""Python environments and interpreters to the folders that they import packages from; no package is imported."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from trtheaders.errors import InstallationError
from trtheaders.installation.editable import PACKAGE, linked_folders
from trtheaders.installation.files import matching, read_text
from trtheaders.programs.files import expand_home, is_file, is_folder
from trtheaders.programs.start import run_program
from trtheaders.programs.trust import find_refusal

_ASK = "import sys; print('\\n'.join(path for path in sys.path if path))"
_PATIENCE = 20
"""Seconds: an interpreter on a slow network drive may take some."""
_NAME = re.compile(r"(?:python|pypy)[\d.]*t?\Z")
"""What a file of the repository may name as an interpreter."""
_LAYOUT = ("lib/python3*/site-packages", "lib64/python3*/site-packages", "lib/python3*/dist-packages")
_NAMED = re.compile(r"python(3\.\d+)t?")


def environment_folders(environment: Path, named_in: Path | None = None) -> tuple[Path, ...]:
    """The package folders of a virtual or conda environment, read off its layout.

    Only where it says that it sees the system's packages, and the layout of the interpreter that it was made from shows
    none, that one is asked, unless it came with a repository; ``named_in`` is as for :func:`interpreter_folders`.
    """
    folders = _read_layout(environment)
    if _setting(environment, "include-system-site-packages") == "true":
        folders += _system_folders(environment, named_in)
    return _with_linked(folders)


def _read_layout(prefix: Path) -> list[Path]:
    return [folder for pattern in _LAYOUT for folder in matching(prefix, pattern) if is_folder(folder)]


def _setting(environment: Path, key: str) -> str:
    """A value of `pyvenv.cfg` (PEP 405), empty where there is none."""
    pairs = (line.partition("=") for line in read_text(environment / "pyvenv.cfg").splitlines())
    return next((value.strip() for name, _, value in pairs if name.strip().lower() == key), "")


def _system_folders(environment: Path, named_in: Path | None) -> tuple[Path, ...]:
    home = Path(_setting(environment, "home") or "/usr/bin")
    python = next((home / name for name in ("python3", "python") if is_file(home / name)), None)
    if python is None:
        return ()
    folders = installed_folders(python)
    if folders or find_refusal(environment / "pyvenv.cfg", named_in):
        return folders or tuple(_read_layout(python.resolve().parent.parent))
    return interpreter_folders(python, None, named_in)


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


def relative_python_path() -> tuple[str, ...]:
    """The relative entries of PYTHONPATH below which a `tensorrt_llm` lies; they are not looked in."""
    parts = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return tuple(part for part in parts if part and part[0] != "/" and is_folder(Path(part) / PACKAGE))


def named_interpreter(python: Path) -> Path:
    """The interpreter that a user means who names it, its environment's folder, or a command on PATH.

    Raises :class:`InstallationError` where none is there.
    """
    if is_file(python):
        return python
    places = [python / "bin" / name for name in ("python", "python3")]
    if len(python.parts) == 1:
        places += [Path(part) / python for part in os.environ.get("PATH", "").split(":") if part[:1] == "/"]
    found = next((path for path in places if is_file(path)), None)
    if found is None:
        raise _does_not_run(python, f": {_why_absent(python)}")
    return found


def _why_absent(python: Path) -> str:
    if is_folder(python):
        return "it is a folder without `bin/python`"
    if python.is_symlink():
        return f"it is a link to `{python.readlink()}`, which is not there; make the environment anew"
    return "there is no such file"


def _user_folder(version: str) -> list[Path]:
    """Where `pip install --user` puts packages (site module, ENABLE_USER_SITE, PYTHONUSERBASE)."""
    base = expand_home(Path(os.environ.get("PYTHONUSERBASE") or "~/.local"))
    closed = os.environ.get("PYTHONNOUSERSITE") or not base.is_absolute()
    return [] if closed else [base / "lib" / version / "site-packages"]


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
    own = (
        f"lib/{version}/site-packages",
        f"lib64/{version}/site-packages",
        f"local/lib/{version}/dist-packages",
        "lib/python3/dist-packages",
        f"lib/{version}/dist-packages",
    )
    return _with_linked(
        folder
        for folder in (*python_path(), *_user_folder(version), *(prefix / name for name in own))
        if is_folder(folder)
    )


def interpreter_folders(
    python: Path, chosen: Mapping[str, str] | None = None, named_in: Path | None = None
) -> tuple[Path, ...]:
    """What ``python`` itself says that it imports from, or what its layout says where it may not be started.

    It is run in a temporary folder that holds nothing but the files ``chosen`` (names to contents). ``named_in`` is the
    folder of the file that names it, None if the user or PATH does. Raises :class:`InstallationError` if it does not
    run.
    """
    if find_refusal(python, named_in) or (named_in is not None and not _NAME.match(python.name)):
        return _with_linked(_read_layout(environment_of(python) or python.resolve().parent.parent))
    import tempfile

    with tempfile.TemporaryDirectory(prefix="trtheaders-") as folder:
        for name, content in (chosen or {}).items():
            Path(folder, name).write_text(content, encoding="utf-8")
        said = _ask(python.absolute(), Path(folder))
    return _with_linked(path for line in said.splitlines() if line and is_folder(path := Path(line)))


def _ask(python: Path, folder: Path) -> str:
    # The consumer's own modules or start-up file must not answer in the interpreter's place.
    variables = {"PYTHONPATH": os.pathsep.join(map(str, python_path())), "PWD": str(folder)}
    try:
        done = run_program([python, "-c", _ASK], seconds=_PATIENCE, folder=folder, variables=variables)
    except OSError as error:
        raise _does_not_run(python) from error
    if done.status:
        raise _does_not_run(python)
    return os.fsdecode(done.output)


def _does_not_run(python: Path, why: str = "") -> InstallationError:
    return InstallationError(
        f"`{python}` does not run as a Python interpreter{why}", hint="name another with `--python PYTHON`"
    )
