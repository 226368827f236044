"""Every library that the installed ones need, as the dynamic loader would find it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from trtheaders.counting import count_of
from trtheaders.diagnosis.probes.loading import Loadings, is_readable, neighbours
from trtheaders.diagnosis.row import RUNNING, Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.errors import LibraryError
from trtheaders.model.library.loading import Loading, Resolved
from trtheaders.model.setup.checkup import SetupState
from trtheaders.model.setup.figures import FigureName
from trtheaders.suppliers import (
    SupplierKind,
    cuda_major_of,
    debian_package,
    is_of_driver,
    pip_requirement,
    supplier_of,
)

_TOLD = ("libcublasLt.so", "libnvinfer.so", "libnccl.so", "libmpi.so", "libtorch.so")


class Missing(Struct, frozen=True, kw_only=True):
    """A library that is not found, who asks for it, and what lies near: the same elsewhere, or another version."""

    item: Resolved
    same: tuple[Path, ...]
    near: tuple[Path, ...]


class NeedsSeen(Struct, frozen=True, kw_only=True):
    """What would be loaded; ``missing`` is of a program linked with our module, ``plain`` only of one without it."""

    loadings: Loadings
    missing: tuple[Missing, ...]
    plain: tuple[str, ...]
    directories: tuple[Path, ...]
    cuda: int | None
    cuda_version: str
    versions: dict[SupplierKind, str]


def _probe(site: Site) -> NeedsSeen | LibraryError | None:
    loadings, found = site.loadings(), site.installation
    if site.unreadable is not None:
        return site.unreadable
    if loadings is None or found is None:
        return None
    missing = [item for item in loadings.linked.missing if not is_of_driver(item.name)]
    folders = _near_folders(site)
    absent = {item.name for item in missing}
    plain = [
        item.name for loading in loadings.plain for item in loading.missing
        if item.name not in absent and not is_of_driver(item.name)
    ]  # fmt: skip
    figures = site.figures
    return NeedsSeen(
        loadings=loadings,
        missing=tuple(_look_around(item, folders) for item in missing),
        plain=tuple(dict.fromkeys(plain)),
        directories=found.directories,
        cuda=site.cuda_major,
        cuda_version=figures.get(FigureName.CUDA) or "",
        versions={
            SupplierKind.TENSORRT: figures.get(FigureName.TENSORRT) or "",
            SupplierKind.TORCH: (figures.all(FigureName.PYTORCH) or ("",))[0],
            SupplierKind.OWN: found.version or "",
        },
    )


def _near_folders(site: Site) -> tuple[Path, ...]:
    """Where a library may lie that the loader does not find: toolkits, wheels, the loader's own folders."""
    local = site.root / "usr/local"
    toolkits = [path for pattern in ("cuda*/lib64", "cuda*/targets/*/lib") for path in sorted(local.glob(pattern))]
    toolkits += [part for item in site.toolkits() for part in (item.folder / "lib64", item.folder / "lib")]
    wheels = [path for folder in site.package_folders for path in sorted(folder.glob("nvidia/*/lib"))]
    system = site.system()
    cached = {path.parent for path in system.cache.values()}
    everything = [*toolkits, *wheels, *sorted(cached), *system.default_folders]
    return tuple({path.resolve(): path for path in reversed(everything)}.values())[::-1]


def _look_around(item: Resolved, folders: tuple[Path, ...]) -> Missing:
    found = list(neighbours(item.name, iter(folders)))
    same = tuple(path for path in found if path.name == item.name and is_readable(path))
    return Missing(item=item, same=same, near=tuple(path for path in found if path.name != item.name))


def _judge(seen: NeedsSeen | LibraryError | None) -> Iterator[Judgement]:
    if seen is None:
        return
    if isinstance(seen, LibraryError):
        yield Judgement(
            state=SetupState.FAIL,
            found=seen.message,
            needed="a whole library",
            why="no program starts with it; nothing more can be said of what it needs",
            fix="pip install --force-reinstall --no-deps tensorrt-llm",
        )
        return
    for group in _by_remedy(seen):
        yield _judge_missing(group[0], seen, [missing.item.name for missing in group[1:]])
    yield _summarise(seen)
    if seen.plain:
        yield _judge_plain(seen)


def _by_remedy(seen: NeedsSeen) -> list[list[Missing]]:
    """Libraries that one command brings are one problem."""
    groups: dict[str, list[Missing]] = {}
    for missing in seen.missing:
        groups.setdefault(_remedy_missing(missing, seen) or missing.item.name, []).append(missing)
    return list(groups.values())


def _judge_missing(missing: Missing, seen: NeedsSeen, others: list[str]) -> Judgement:
    name = missing.item.name
    supplier = supplier_of(name)
    owner = f" ({supplier.owner})" if supplier else ""
    details = [f"here: {path.name} ({path.parent})" for path in missing.near[:3]]
    details += [f"here, where the loader does not look: {path}" for path in missing.same[:2]]
    details += [f"passed over: {path} is no library for this machine" for path in missing.item.misfits]
    return Judgement(
        title=name,
        state=SetupState.FAIL,
        found="not found" + (f", nor {', '.join(others)}" if others else "") + (f"; {details[0]}" if details else ""),
        needed=f"{name}{owner}, by {missing.item.by.name}",
        why=_why(name, missing),
        fix=_remedy_missing(missing, seen),
        details=tuple(details[1:]),
    )


def _why(name: str, missing: Missing) -> str:
    major = cuda_major_of(name)
    wrong = next((found for path in missing.near if (found := cuda_major_of(path.name)) is not None), None)
    if major is not None and wrong is not None and wrong != major:
        since = "1.1.0 and 1.2.0rc2 and later are built for CUDA 13" if major >= 13 else "it is built for CUDA 12"
        return f"CUDA {wrong}'s does not serve: {since}"
    return f"the program ends at once: `{name}: cannot open shared object file`"


def _remedy_missing(missing: Missing, seen: NeedsSeen) -> str:
    name = missing.item.name
    if missing.same:
        return f"export LD_LIBRARY_PATH={missing.same[0].parent}:$LD_LIBRARY_PATH"
    supplier = supplier_of(name)
    version = seen.versions.get(supplier.kind, "") if supplier else ""
    wanted = pip_requirement(name, cuda_major_of(name) or seen.cuda, version)
    package = debian_package(name, _apt_version(name, seen))
    lines = [f"pip install '{wanted}'" if wanted else "", f"apt-get install {package}" if package else ""]
    given = [line for line in lines if line]
    return "  # or: ".join(given)


def _apt_version(name: str, seen: NeedsSeen) -> tuple[int, int] | None:
    """The CUDA version whose Debian packages bring ``name``: the release's own, as far as it is known."""
    parts = seen.cuda_version.split(".")
    major = cuda_major_of(name) or seen.cuda
    if len(parts) > 1 and all(part.isdigit() for part in parts[:2]) and int(parts[0]) == major:
        return int(parts[0]), int(parts[1])
    return (major, 0) if major and major >= 13 else None


def _summarise(seen: NeedsSeen) -> Judgement:
    linked: Loading = seen.loadings.linked
    asked = [item for item in linked.resolved if not is_of_driver(item.name)]
    there = [item for item in asked if item.path is not None]
    told = [item.name for item in there if item.name.startswith(_TOLD)]
    count = f"{len(there)} of {len(asked)} resolve"
    return Judgement(
        title="other libraries" if seen.missing else "libraries",
        state=SetupState.OK if len(there) == len(asked) else SetupState.NOTE,
        found=count + (f"   ({', '.join(told)})" if told else ""),
        needed=count_of(len(asked), "library", "libraries"),
        details=tuple(f"{item.name} => {item.path or 'not found'} [{item.way.value}]" for item in linked.resolved),
    )


def _judge_plain(seen: NeedsSeen) -> Judgement:
    shown = ", ".join(seen.plain[:3]) + (f" and {len(seen.plain) - 3} more" if len(seen.plain) > 3 else "")
    folders = ":".join(str(folder) for folder in seen.directories)
    return Judgement(
        title="without CMake module",
        state=SetupState.NOTE,
        found=f"a program not linked with the module would not find {shown}",
        why="Python preloads what a C++ program has to find by its own run path, or by LD_LIBRARY_PATH",
        fix=f"export LD_LIBRARY_PATH={folders}",
    )


CHECK = SetupCheck(
    id="needed-libraries",
    title="libraries",
    question="Does the dynamic loader find everything that the library needs?",
    source="DT_NEEDED of the libraries; ld.so(8); the compatibility table for versions",
    probe=_probe,
    judge=_judge,
    purposes=RUNNING,
)
