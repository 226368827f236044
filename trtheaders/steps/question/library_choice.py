"""Which libraries are meant: those that are named, or those of the installation that is found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from trtheaders.configuration import Configuration, place_of
from trtheaders.errors import InstallationError
from trtheaders.installation.choice import INSTALL_HINT, find_installation
from trtheaders.library.elf.image import open_image
from trtheaders.model.library.exports import Machine
from trtheaders.model.library.installations import Installation
from trtheaders.programs.files import is_file

_MAIN = "libtensorrt_llm.so"


def find_libraries(
    configuration: Configuration,
    libraries: Sequence[Path] = (),
    python: Path | None = None,
    *,
    fallback: Path | None = None,
    hint: str = INSTALL_HINT,
) -> Installation:
    """The ``libraries``, or what ``python`` sees, or what ``configuration`` names, or the likeliest one around.

    ``fallback`` is an interpreter to look at last.

    ``hint`` is what an error says to do where there is none, in the words of the command that asks.
    Raises :class:`~trtheaders.errors.InstallationError` where there is none and
    :class:`~trtheaders.errors.LibraryError` where it cannot be read.
    """
    if not libraries and python is None and not configuration.libraries:
        _require_configured(configuration)
    found = find_installation(
        configuration.root,
        libraries=libraries,
        python=python,
        configured_libraries=configuration.libraries,
        configured_python=configuration.python,
        fallback=fallback,
        hint=hint,
    )
    if libraries or configuration.libraries:
        return found
    return replace(found, libraries=_main_first(found.libraries), linked=_main_first(found.linked))


def _require_configured(configuration: Configuration) -> None:
    """Raise for an interpreter that the configuration names and this machine does not have, with the line."""
    python, file = configuration.python, configuration.file
    if python is not None and file is not None and not is_file(python):
        message = f"there is no `{python}`, which `python` in `{place_of(file, 'python')}` names"
        raise InstallationError(message, hint="mend it, or name another with `--python PYTHON`")


def _main_first(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The library that everybody links before its neighbours."""
    return tuple(sorted(paths, key=lambda path: path.name != _MAIN))


def machines_of(found: Installation) -> dict[Path, Machine]:
    """The architecture of each library, linked ones first. Raises :class:`~trtheaders.errors.LibraryError`."""
    machines = {}
    for path in dict.fromkeys((*found.linked, *found.libraries)):
        with open_image(path) as image:
            machines[path] = image.machine
    return machines


def machine_of(found: Installation) -> Machine:
    """The architecture of the first library. Raises :class:`~trtheaders.errors.LibraryError`."""
    return next(iter(machines_of(found).values()))


def of_one_machine(found: Installation) -> Installation:
    """``found`` without the libraries whose architecture is not that of the first."""
    machines = machines_of(found)
    first = next(iter(machines.values()))
    same = {path for path, machine in machines.items() if machine is first}
    return replace(
        found,
        libraries=tuple(path for path in found.libraries if path in same),
        linked=tuple(path for path in found.linked if path in same),
    )


def folder_of(found: Installation) -> Path:
    """The folder that people know it by: the environment's, else that of the package or of the first library."""
    if found.package is None:
        return found.linked[0].parent
    packages = found.package.parent
    python, lib = packages.parent, packages.parent.parent
    usual = packages.name in ("site-packages", "dist-packages") and lib.name in ("lib", "lib64")
    return lib.parent if usual and python.name.startswith("python3") else found.package


def tell_installation(found: Installation) -> tuple[str, ...]:
    """Which installation was taken and why, as sentences."""
    version = f" {found.version}" if found.version else ""
    first, *others = found.linked
    names = f"`{first}`{''.join(f' and `{path.name}`' for path in others)}"
    passed = f" (nothing in {', '.join(found.passed_over)})" if found.passed_over else ""
    return (f"took{version} {names}: {found.reason.rstrip(',')}{passed}", *found.remarks)
