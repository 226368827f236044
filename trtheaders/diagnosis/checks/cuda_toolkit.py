"""The CUDA toolkit that a compile would take, against the CUDA that the library is built for."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from trtheaders.diagnosis.row import BUILDING, Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.model.setup.checkup import SetupState
from trtheaders.model.setup.devices import Toolkit
from trtheaders.model.setup.figures import FigureName


class ToolkitsSeen(Struct, frozen=True, kw_only=True):
    """Every toolkit, the one that is taken first; ``major`` of the library; ``version`` of the release, if known."""

    toolkits: tuple[Toolkit, ...]
    major: int | None
    version: str


def _probe(site: Site) -> ToolkitsSeen:
    return ToolkitsSeen(
        toolkits=site.toolkits(), major=site.cuda_major, version=site.figures.get(FigureName.CUDA) or ""
    )


def tell(toolkit: Toolkit) -> str:
    """A toolkit in words: version, folder, how it was met."""
    version = ".".join(map(str, toolkit.version)) if toolkit.version else "of an unknown version"
    return f"{version}   {toolkit.folder} ({toolkit.origin.value})"


def _judge(seen: ToolkitsSeen) -> Iterator[Judgement]:
    needed = f"CUDA {seen.major}" if seen.major else ""
    details = tuple(tell(item) for item in seen.toolkits[1:])
    if not seen.toolkits:
        yield Judgement(
            state=SetupState.NOTE,
            found="none",
            needed=needed,
            why="building against the Executor API needs CUDA's headers only, which pip brings as well",
            fix="",
        )
        return
    taken = seen.toolkits[0]
    if taken.version is None or seen.major is None or taken.version[0] == seen.major:
        yield Judgement(state=SetupState.OK, found=tell(taken), needed=needed, details=details)
        return
    yield Judgement(
        state=SetupState.WARN,
        found=tell(taken),
        needed=f"{needed} (the library is built for it)",
        why="code compiled with one CUDA's headers and linked with another's runtime fails at its first call",
        details=details,
    )


def _remedy(seen: ToolkitsSeen, judgement: Judgement) -> str:
    if judgement.state is not SetupState.WARN:
        return ""
    fitting = next((item for item in seen.toolkits if item.version and item.version[0] == seen.major), None)
    if fitting is not None:
        return f"export CUDA_HOME={fitting.folder} PATH={fitting.folder}/bin:$PATH"
    parts = seen.version.split(".")
    minor = parts[1] if len(parts) > 1 and parts[0] == str(seen.major) else "0"
    return f"apt-get install cuda-toolkit-{seen.major}-{minor}"


CHECK = SetupCheck(
    id="cuda-toolkit",
    title="CUDA toolkit",
    question="Which CUDA toolkit would a compile take, and is it of the library's CUDA major?",
    source="cuda.h (CUDA_VERSION), version.json, nvcc --version; DT_NEEDED of the library",
    probe=_probe,
    judge=_judge,
    remedy=_remedy,
    purposes=BUILDING,
)
