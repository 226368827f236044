"""TensorRT against the version that the release is built for: engines carry its serialization tag."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from trtheaders.diagnosis.probes.distributions import version_in_name, versions_of
from trtheaders.diagnosis.row import RUNNING, Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.model.setup.checkup import SetupState
from trtheaders.model.setup.figures import FigureName


class TensorRtSeen(Struct, frozen=True, kw_only=True):
    """The libnvinfer that would be loaded, its version, the wanted one ('' where unknown), and CUDA's major."""

    library: Path
    version: str
    wanted: str
    major: int | None


def _probe(site: Site) -> TensorRtSeen | None:
    loadings = site.loadings()
    names = [item.name for item in loadings.linked.resolved] if loadings else []
    name = next((name for name in names if name.startswith("libnvinfer.so.")), None)
    library = loadings.linked.path_of(name) if loadings and name else None
    if library is None:
        return None
    packages = versions_of("tensorrt", site.package_folders)
    by_pip = library.parent.name == "tensorrt_libs"
    packaged = next((version for key, version in packages.items() if key.endswith("_libs")), "") if by_pip else ""
    return TensorRtSeen(
        library=library,
        version=packaged or version_in_name(library),
        wanted=site.figures.get(FigureName.TENSORRT) or "",
        major=site.cuda_major,
    )


def _judge(seen: TensorRtSeen | None) -> Iterator[Judgement]:
    if seen is None:
        return
    needed = f"TensorRT {seen.wanted}" if seen.wanted else ""
    if not seen.version:
        yield Judgement(state=SetupState.NOTE, found=f"of an unknown version   {seen.library}", needed=needed)
    elif seen.wanted and _minor(seen.version) != _minor(seen.wanted):
        yield Judgement(
            state=SetupState.WARN,
            found=f"{seen.version}   {seen.library}",
            needed=needed,
            why="its engines do not load in another TensorRT: stdVersionRead == kSERIALIZATION_VERSION failed",
        )
    else:
        yield Judgement(state=SetupState.OK, found=f"{seen.version}   {seen.library}", needed=needed)


def _minor(version: str) -> list[str]:
    return version.split(".")[:2]


def _remedy(seen: TensorRtSeen, judgement: Judgement) -> str:
    if judgement.state is not SetupState.WARN:
        return ""
    suffix = f"-cu{seen.major}" if seen.major else ""
    wanted = ".".join(_minor(seen.wanted))
    return f"pip install --extra-index-url https://pypi.nvidia.com 'tensorrt{suffix}=={wanted}.*'"


CHECK = SetupCheck(
    id="tensorrt",
    title="TensorRT",
    question="Is the TensorRT that would be loaded the one that the release is built for?",
    source="the file that libnvinfer.so resolves to, pip's metadata; compatibility table",
    probe=_probe,
    judge=_judge,
    remedy=_remedy,
    purposes=RUNNING,
)
