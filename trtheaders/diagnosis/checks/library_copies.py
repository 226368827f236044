"""Several copies of the library on the loader's path: the wrong one may be loaded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from trtheaders.diagnosis.row import RUNNING, Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.model.setup.checkup import SetupState

_NAME = "libtensorrt_llm.so"


class CopiesSeen(Struct, frozen=True, kw_only=True):
    """The installed library, others in LD_LIBRARY_PATH (which win over a DT_RUNPATH), and others behind it."""

    own: Path
    before: tuple[Path, ...]
    behind: tuple[Path, ...]


def _probe(site: Site) -> CopiesSeen | None:
    found = site.installation
    own = next((path for path in found.libraries if path.name == _NAME), None) if found else None
    if own is None:
        return None
    system = site.system()
    before = [Path(part) / _NAME for part in system.environment_folders if part.startswith("/")]
    cached = system.cache.get(_NAME)
    behind = [*([cached] if cached else []), *(folder / _NAME for folder in system.default_folders)]
    return CopiesSeen(own=own, before=_others(own, before), behind=_others(own, behind))


def _others(own: Path, candidates: list[Path]) -> tuple[Path, ...]:
    there = {path.resolve(): path for path in candidates if path.is_file() and path.resolve() != own.resolve()}
    return tuple(there.values())


def _judge(seen: CopiesSeen | None) -> Iterator[Judgement]:
    if seen is None:
        return
    if seen.before:
        yield Judgement(
            state=SetupState.WARN,
            found=f"LD_LIBRARY_PATH has another {_NAME}: {seen.before[0]}",
            needed=str(seen.own),
            why="it wins over the run path of an ordinary build (DT_RUNPATH), though not over our module's DT_RPATH",
        )
    elif seen.behind:
        yield Judgement(
            state=SetupState.NOTE,
            found=f"another {_NAME} is on the loader's path: {seen.behind[0]}",
            why="a program without a run path loads that one",
        )


def _remedy(seen: CopiesSeen, judgement: Judgement) -> str:
    if not seen.before:
        return ""
    folders = ":".join(str(path.parent) for path in seen.before)
    return f"export LD_LIBRARY_PATH={seen.own.parent}:$LD_LIBRARY_PATH  # or take {folders} out of it"


CHECK = SetupCheck(
    id="library-copies",
    title="copies",
    question="Would the loader meet another copy of the library first?",
    source="ld.so(8): DT_RPATH, LD_LIBRARY_PATH, DT_RUNPATH, ld.so.cache, default folders",
    probe=_probe,
    judge=_judge,
    remedy=_remedy,
    purposes=RUNNING,
)
