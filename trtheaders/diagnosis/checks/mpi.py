"""MPI: that it is Open MPI, whose libmpi.so.40 the library is built for, and that its launcher is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from trtheaders.diagnosis.probes.programs import on_path, say
from trtheaders.diagnosis.row import RUNNING, Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.errors import LibraryError
from trtheaders.library.symbols.exports import open_library
from trtheaders.model.names import SymbolName
from trtheaders.model.setup.checkup import SetupState

_LIBRARY = "libmpi.so.40"
_OWN = SymbolName("ompi_mpi_comm_world")
"""Open MPI's MPI_COMM_WORLD is the address of this; other implementations have a number."""
_VERSION = re.compile(r"\(Open MPI\) (\d+(?:\.\d+)+)")


class MpiSeen(Struct, frozen=True, kw_only=True):
    """``said`` is what mpirun prints, None without one; ``library`` the libmpi.so.40 that would be loaded."""

    needed: bool
    library: Path | None
    genuine: bool
    launcher: Path | None
    said: str | None


def _probe(site: Site) -> MpiSeen:
    loadings = site.loadings()
    library = loadings.linked.path_of(_LIBRARY) if loadings else site.system().cache.get(_LIBRARY)
    needed = bool(loadings) and any(_LIBRARY in item.needed for item in loadings.own) if loadings else False
    launcher = on_path("mpirun", site.environment)
    return MpiSeen(
        needed=needed,
        library=library,
        genuine=library is not None and _is_open_mpi(library),
        launcher=launcher,
        said=say([launcher, "--version"], site.environment, limit=site.patience / 2) if launcher else None,
    )


def _is_open_mpi(library: Path) -> bool:
    try:
        with open_library(library) as opened:
            return opened.look_up_old(_OWN) is not None
    except LibraryError:
        return False


def _judge(seen: MpiSeen) -> Iterator[Judgement]:
    version = _VERSION.search(seen.said or "")
    name = f"mpirun {version[1]} (Open MPI)" if version else ""
    if seen.library is not None and not seen.genuine:
        yield Judgement(
            state=SetupState.FAIL if seen.needed else SetupState.WARN,
            found=f"{seen.library} is not Open MPI's",
            needed=f"Open MPI's {_LIBRARY}",
            why="MPI implementations share names and no ABI: handles are addresses here and numbers there",
        )
    elif seen.launcher is not None and not version:
        yield Judgement(
            state=SetupState.WARN,
            found=f"{seen.launcher} is not Open MPI's" if seen.said else f"{seen.launcher} does not run",
            needed="Open MPI's mpirun",
            why="the launcher and the library must be of one MPI; only needed for tensor parallelism",
        )
    elif version:
        yield Judgement(state=SetupState.OK, found=f"{name}   only needed for tensor parallelism", needed="Open MPI")
    else:
        there = f"{_LIBRARY} is there, mpirun is not" if seen.library else "none"
        yield Judgement(
            state=SetupState.NOTE,
            found=there,
            needed="Open MPI",
            why="only needed for tensor parallelism (`mpirun -n 2 …`)",
        )


def _remedy(seen: MpiSeen, judgement: Judgement) -> str:
    return "apt-get install openmpi-bin openmpi-common"


CHECK = SetupCheck(
    id="mpi",
    title="MPI",
    question="Is Open MPI there, and is it Open MPI?",
    source="DT_NEEDED libmpi.so.40; Open MPI exports ompi_mpi_comm_world",
    probe=_probe,
    judge=_judge,
    remedy=_remedy,
    purposes=RUNNING,
)
