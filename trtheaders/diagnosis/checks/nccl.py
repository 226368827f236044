"""NCCL: which one would be loaded, and that it is of the library's CUDA."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from trtheaders.diagnosis.probes.distributions import version_in_name, versions_of
from trtheaders.diagnosis.row import RUNNING, Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.model.setup.checkup import SetupState

_LIBRARY = "libnccl.so.2"
_SUFFIX = re.compile(r"_cu(\d+)\Z")


class NcclSeen(Struct, frozen=True, kw_only=True):
    """``packages`` are pip's, by name; ``major`` the CUDA of the library that needs NCCL."""

    library: Path | None
    packages: dict[str, str]
    major: int | None


def _probe(site: Site) -> NcclSeen | None:
    loadings = site.loadings()
    library = loadings.linked.path_of(_LIBRARY) if loadings else None
    if loadings is None or library is None:
        return None
    return NcclSeen(library=library, packages=versions_of("nvidia_nccl", site.package_folders), major=site.cuda_major)


def _judge(seen: NcclSeen | None) -> Iterator[Judgement]:
    if seen is None or seen.library is None:
        return
    by_pip = "nvidia/nccl/lib" in seen.library.as_posix()
    wrong = [name for name in seen.packages if by_pip and _other_cuda(name, seen.major)]
    version = version_in_name(seen.library) or (next(iter(seen.packages.values()), "") if by_pip else "")
    if wrong:
        yield Judgement(
            state=SetupState.WARN,
            found=f"{wrong[0]} {seen.packages[wrong[0]]}",
            needed=f"nvidia-nccl-cu{seen.major}",
            why="two packages put one file into nvidia/nccl/lib: the last one installed wins",
        )
    else:
        yield Judgement(state=SetupState.OK, found=f"{version}   {seen.library}".strip(), needed=_LIBRARY)


def _other_cuda(name: str, major: int | None) -> bool:
    suffix = _SUFFIX.search(name)
    return suffix is not None and major is not None and int(suffix[1]) != major


def _remedy(seen: NcclSeen, judgement: Judgement) -> str:
    if judgement.state is not SetupState.WARN:
        return ""
    wrong = [name.replace("_", "-") for name in seen.packages if _other_cuda(name, seen.major)]
    return f"pip uninstall -y {' '.join(wrong)} && pip install --force-reinstall nvidia-nccl-cu{seen.major}"


CHECK = SetupCheck(
    id="nccl",
    title="NCCL",
    question="Which NCCL would be loaded, and is it of the library's CUDA?",
    source="the file that libnccl.so.2 resolves to; names of nvidia-nccl packages",
    probe=_probe,
    judge=_judge,
    remedy=_remedy,
    purposes=RUNNING,
)
