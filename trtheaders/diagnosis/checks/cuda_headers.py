"""Whether a compile reaches `cuda_fp16.h`, which the Executor API's headers include."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from trtheaders.diagnosis.probes.toolkits import HEADER
from trtheaders.diagnosis.row import BUILDING, Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.model.setup.checkup import SetupState
from trtheaders.model.setup.devices import Toolkit, ToolkitOrigin

_TAKEN_BY_ITSELF = frozenset(
    {ToolkitOrigin.CONFIGURED, ToolkitOrigin.VARIABLE, ToolkitOrigin.PATH, ToolkitOrigin.LOCAL}
)
_CUDA_12 = "nvidia-cuda-runtime-cu12 nvidia-cuda-nvcc-cu12 nvidia-cuda-cccl-cu12"
_CUDA_13 = "'nvidia-cuda-runtime==13.*' 'nvidia-cuda-crt==13.*' 'nvidia-cuda-cccl==13.*'"


class CudaHeadersSeen(Struct, frozen=True, kw_only=True):
    """Toolkits whose headers are whole, folders of the compiler's own search that have the header, and CUDA's major."""

    toolkits: tuple[Toolkit, ...]
    searched: tuple[Path, ...]
    major: int | None


def _probe(site: Site) -> CudaHeadersSeen:
    whole = tuple(item for item in site.toolkits() if item.include and (item.include / HEADER).is_file())
    variables = (site.environment.get(name, "") for name in ("CPATH", "CPLUS_INCLUDE_PATH"))
    named = [Path(part) for text in variables for part in text.split(":") if part.startswith("/")]
    searched = [folder for folder in (*named, site.below("/usr/include")) if (folder / HEADER).is_file()]
    return CudaHeadersSeen(toolkits=whole, searched=tuple(searched), major=site.cuda_major)


def _judge(seen: CudaHeadersSeen) -> Iterator[Judgement]:
    if seen.searched:
        yield Judgement(state=SetupState.OK, found=f"{seen.searched[0]}/{HEADER}", needed=HEADER)
    elif not seen.toolkits:
        yield Judgement(
            state=SetupState.FAIL,
            found=f"no {HEADER}",
            needed=HEADER,
            why="executor/executor.h includes it: every compile ends there",
        )
    else:
        first = seen.toolkits[0]
        version = ".".join(map(str, first.version)) if first.version else ""
        own = first.origin in _TAKEN_BY_ITSELF
        yield Judgement(
            state=SetupState.OK if own else SetupState.WARN,
            found=f"{first.include}   {HEADER} {version}".rstrip(),
            needed=HEADER,
            why="" if own else "no compile searches that folder unless it is told to",
        )


def _remedy(seen: CudaHeadersSeen, judgement: Judgement) -> str:
    if judgement.state is SetupState.WARN:
        return f"export CPLUS_INCLUDE_PATH={seen.toolkits[0].include}  # or `include-directories` in trtheaders.toml"
    return f"pip install {_CUDA_12 if seen.major == 12 else _CUDA_13}" if judgement.state is SetupState.FAIL else ""


CHECK = SetupCheck(
    id="cuda-headers",
    title="CUDA headers",
    question="Does a compile find CUDA's headers?",
    source="executor/executor.h reaches cuda_fp16.h whatever is defined",
    probe=_probe,
    judge=_judge,
    remedy=_remedy,
    purposes=BUILDING,
)
