"""From what the user says, or does not say, to one installed TensorRT-LLM."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from trtheaders.errors import AmbiguousInstallationError, InstallationError, LibraryError, UnaskedInterpreterError
from trtheaders.installation.editable import PACKAGE
from trtheaders.installation.interpreters import named_interpreter, relative_python_path
from trtheaders.installation.packages import (
    find_bare_package,
    find_metadata,
    find_package,
    is_linked,
    libraries_in,
    need_directories,
    split_readable,
    tell_versions,
    version_of,
)
from trtheaders.installation.places import TRITON, SearchPlace, likely_places, of_interpreter
from trtheaders.library.elf.image import open_image
from trtheaders.model.library.installations import Installation
from trtheaders.programs.trust import allow

INSTALL_HINT = "install tensorrt-llm, or name it with `--python PYTHON` or `--library FILE`"


def find_installation(
    start: Path,
    *,
    python: Path | None = None,
    libraries: Sequence[Path] = (),
    configured_python: Path | None = None,
    configured_libraries: Sequence[Path] = (),
    fallback: Path | None = None,
    environment: Mapping[str, str] | None = None,
    hint: str = INSTALL_HINT,
) -> Installation:
    """The TensorRT-LLM that is meant, without importing it.

    ``libraries`` and ``python`` are the user's arguments, the ``configured`` ones those of the configuration; what is
    named is taken, or it is an error. Otherwise the likeliest places around ``start`` (the consumer's root) and in
    ``environment`` (`os.environ` if None) are looked through, and the interpreter ``fallback`` at last. ``hint`` is
    what an error says to do where there is none. Raises :class:`InstallationError` where there is none or where equals
    disagree, and :class:`LibraryError` for a named file that is no library.
    """
    if libraries:
        return _from_files(libraries, "`--library` names it")
    if python is not None:
        python = named_interpreter(python)
        allow(python)
        return _from_interpreter(python, "the interpreter named with `--python`,", hint, start)
    if configured_libraries:
        return _from_files(configured_libraries, "the configuration's `library` names it")
    if configured_python is not None:
        configured_python = named_interpreter(configured_python)
        return _from_interpreter(configured_python, "the configuration's `python`,", hint, start, named_in=start)
    places = list(likely_places(start, os.environ if environment is None else environment))
    if fallback is not None:
        places.append(of_interpreter("the interpreter that the build found,", fallback, start=start))
    return _search(places, hint)


def _from_files(files: Sequence[Path], reason: str) -> Installation:
    paths = tuple(dict.fromkeys(files))
    for path in paths:
        _require_library(path)
    package = _package_around(paths[0])
    return Installation(
        libraries=paths,
        linked=paths,
        reason=reason,
        version=version_of(package) if package else None,
        package=package,
        directories=need_directories(package, ()) if package else tuple(dict.fromkeys(path.parent for path in paths)),
    )


def _require_library(path: Path) -> None:
    """Raise :class:`LibraryError` for what cannot be read, and for a program: it would lack every symbol."""
    with open_image(path) as image:
        if image.is_program:
            hint = "name the shared library (`.so`); `trtheaders check` tries programs"
            raise LibraryError(f"`{path}` is a program, not a library", hint=hint)


def _package_around(library: Path) -> Path | None:
    """The installed package whose `libs` folder holds the library, also through a link to either."""
    ways = (library.absolute(), library.parent.resolve() / library.name, library.resolve())
    folders = (way.parent for way in ways)
    return next((it.parent for it in folders if (it.name, it.parent.name) == ("libs", PACKAGE)), None)


def _from_interpreter(python: Path, words: str, hint: str, start: Path, named_in: Path | None = None) -> Installation:
    place = of_interpreter(words, python, start=start, named_in=named_in)
    found = _look(place)
    if found is None:
        raise InstallationError(f"`{python}` has no tensorrt_llm with libraries{_tell_bare(place)}", hint=hint)
    return found


def _search(places: Sequence[SearchPlace], hint: str) -> Installation:
    passed: list[str] = []
    doubts = [
        f"`{part}` in PYTHONPATH has a tensorrt_llm, and was not looked in, since it is relative"
        for part in relative_python_path()
    ]
    for group in _grouped(places):
        found = [installation for place in group if (installation := _try(place, passed, doubts)) is not None]
        _refuse_rivals(found)
        if found:
            doubts += [*found[0].doubts, *_tell_others(found[0], places, passed)]
            return replace(found[0], passed_over=tuple(passed), doubts=tuple(doubts))
    triton = libraries_in(TRITON)
    if any(is_linked(path) for path in triton):
        taken = _install(triton, f"Triton's folder `{TRITON}`")
        return replace(taken, directories=(TRITON,), passed_over=tuple(passed), doubts=tuple(doubts))
    told = "".join(f"; {doubt}" for doubt in doubts)
    raise InstallationError(
        f"no installed TensorRT-LLM was found in {', '.join([*passed, f'`{TRITON}`'])}{told}",
        hint=hint,
    )


def _tell_others(taken: Installation, places: Sequence[SearchPlace], passed: Sequence[str]) -> list[str]:
    """What else is installed, of another version, where nothing has to be started to know."""
    told = {}
    for place in places:
        if not place.read or place.words in (taken.reason, *passed):
            continue
        package = find_package(folders := place.folders())
        version = version_of(package, folders) if package else None
        if package and version and taken.version not in (None, version):
            told[package.resolve()] = f"{place.words} has {version}"
    if not told:
        return []
    return [f"installations disagree: {', '.join(told.values())}; {taken.version} was taken, from {_own(taken.reason)}"]


def _own(reason: str) -> str:
    return f"{reason.rstrip(',')} (`--python` names another)"


def _grouped(places: Sequence[SearchPlace]) -> Iterator[list[SearchPlace]]:
    """Places that have no order among them together, every other one alone, lazily."""
    group: list[SearchPlace] = []
    for place in places:
        if group and place.group != group[0].group:
            yield group
            group = []
        if place.group:
            group.append(place)
        else:
            yield [place]
    if group:
        yield group


def _try(place: SearchPlace, passed: list[str], doubts: list[str]) -> Installation | None:
    try:
        found = _look(place)
        words = place.words if found else f"{place.words}{_tell_bare(place)}"
    except UnaskedInterpreterError as error:
        found, words = None, place.words
        doubts.append(error.message)
    except InstallationError:
        found, words = None, place.words
    if found is None and words not in passed:
        passed.append(words)
    return found


def _tell_bare(place: SearchPlace) -> str:
    """What is there of the package without what is looked for, in brackets; '' where nothing is."""
    folders = place.folders()
    if package := find_bare_package(folders):
        return f" (`{package}` is there, without a `libtensorrt_llm.so` in its `libs`)"
    metadata = find_metadata(folders)
    return f" (`{metadata[0]}` is there, without its package)" if metadata else ""


def _refuse_rivals(found: Sequence[Installation]) -> None:
    packages = {installation.package.resolve() for installation in found if installation.package}
    if len(packages) > 1:
        both = " and ".join(f"{installation.reason} ({installation.version})" for installation in found)
        raise AmbiguousInstallationError(
            f"more than one TensorRT-LLM is installed: {both}", hint="say which one is meant with `--python PYTHON`"
        )


def _look(place: SearchPlace) -> Installation | None:
    folders = place.folders()
    package = find_package(folders)
    if package is None:
        return None
    found = _install(libraries_in(package / "libs"), place.words)
    return replace(
        found,
        version=version_of(package, folders),
        package=package,
        python=place.python,
        directories=need_directories(package, folders),
        doubts=tell_versions(package, folders),
    )


def _install(libraries: Sequence[Path], reason: str) -> Installation:
    kept, remarks = split_readable(libraries)
    linked = tuple(path for path in kept if is_linked(path))
    return Installation(libraries=kept, linked=linked or kept, reason=reason, remarks=remarks)
