"""One name to one file, by the loader's steps (ld.so(8), "DESCRIPTION"; glibc, `_dl_map_object`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from trtheaders.loader.system import LoaderSystem, NoLoadableObjectError
from trtheaders.loader.tokens import expand
from trtheaders.model.library.loading import LoadableObject, Way


class Mapped(Struct, frozen=True, kw_only=True):
    """An object that is loaded, and the one that asked for it first; None for the program."""

    item: LoadableObject
    asked_by: Mapped | None = None


class Found(Struct, frozen=True, kw_only=True):
    """What a search came to; ``item`` is None where nothing fits."""

    item: LoadableObject | None
    way: Way
    misfits: tuple[Path, ...] = ()


def find_object(name: str, asker: Mapped, system: LoaderSystem) -> Found:
    """The file that the loader would load for the DT_NEEDED entry ``name`` of ``asker``."""
    if "/" in name:
        return _open_named(expand(name, asker.item.path.parent, system), system)
    misfits: list[Path] = []
    for way, candidates in _steps(name, asker, system):
        for path in candidates:
            if not system.exists(path):
                continue
            item, stops = _open(path, system)
            if item is not None:
                return Found(item=item, way=way, misfits=tuple(misfits))
            misfits.append(path)
            if stops:
                return Found(item=None, way=Way.NOWHERE, misfits=tuple(misfits))
    return Found(item=None, way=Way.NOWHERE, misfits=tuple(misfits))


def _open(path: Path, system: LoaderSystem) -> tuple[LoadableObject | None, bool]:
    """The object at ``path``, and whether the loader stops there: no ELF file is an error, another machine's is not."""
    try:
        return system.open(path), False
    except NoLoadableObjectError:
        return None, True


def _open_named(path: Path, system: LoaderSystem) -> Found:
    item = _open(path, system)[0] if system.exists(path) else None
    if item is None:
        return Found(item=None, way=Way.NOWHERE, misfits=(path,) if system.exists(path) else ())
    return Found(item=item, way=Way.NAMED)


def _steps(name: str, asker: Mapped, system: LoaderSystem) -> Iterator[tuple[Way, Iterable[Path]]]:
    if asker.item.run_path is None:
        for folders in _inherited(asker, system):
            yield Way.RPATH, _in(folders, name, system)
    yield Way.ENVIRONMENT, _in(_of_environment(system), name, system)
    yield Way.RUN_PATH, _in(_expanded(asker.item.run_path, asker.item, system), name, system)
    cached = system.cache.get(name)
    if cached is not None and not (asker.item.skips_defaults and cached.parent in system.default_folders):
        yield Way.CACHE, (cached,)
    if not asker.item.skips_defaults:
        yield Way.DEFAULT, _in(system.default_folders, name, system)


def _inherited(asker: Mapped, system: LoaderSystem) -> Iterator[tuple[Path, ...]]:
    """DT_RPATH of the object and of those that loaded it, up to the program; one with a DT_RUNPATH has none."""
    mapped: Mapped | None = asker
    while mapped is not None:
        if mapped.item.run_path is None:
            yield _expanded(mapped.item.rpath, mapped.item, system)
        mapped = mapped.asked_by


def _expanded(parts: tuple[str, ...] | None, item: LoadableObject, system: LoaderSystem) -> tuple[Path, ...]:
    return tuple(expand(part, item.path.parent, system) for part in parts or ())


def _of_environment(system: LoaderSystem) -> tuple[Path, ...]:
    return tuple(expand(part, system.working_folder, system) for part in system.environment_folders)


def _in(folders: Iterable[Path], name: str, system: LoaderSystem) -> Iterator[Path]:
    """The places of ``name`` in each folder: under `glibc-hwcaps` first, then older capabilities, then itself."""
    for folder in folders:
        yield from (folder / "glibc-hwcaps" / part / name for part in system.capabilities)
        yield from (folder / part / name for part in system.legacy_capabilities)
        yield folder / name
