"""Whether the GPUs reach each other's memory, and what it means for tensor parallelism."""

from __future__ import annotations

from collections.abc import Iterator

from trtheaders.diagnosis.row import RUNNING, Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.model.setup.checkup import SetupState
from trtheaders.model.setup.devices import Driver, PeerAccess


def _probe(site: Site) -> Driver | None:
    return site.driver()


def _judge(seen: Driver | None) -> Iterator[Judgement]:
    if seen is None or not seen.peers:
        return
    details = tuple(
        f"{item.first} - {item.second}: {item.status} ({item.path or 'path unknown'})" for item in seen.peers
    )
    without = [item for item in seen.peers if item.status != "OK"]
    if not without:
        yield Judgement(state=SetupState.OK, found=f"peer access between all {len(seen.gpus)}", details=details)
        return
    yield Judgement(
        state=SetupState.NOTE,
        found=f"peer access: not available between {_pairs(without)} ({without[0].status})",
        why="tensor parallelism goes through host memory, and custom all-reduce is off: slower, and right; "
        "consumer cards have it only with patched kernel modules",
        details=details,
    )


def _pairs(items: list[PeerAccess]) -> str:
    shown = ", ".join(f"{item.first} and {item.second}" for item in items[:3])
    return shown + (f" and {len(items) - 3} more pairs" if len(items) > 3 else "")


def _remedy(seen: Driver, judgement: Judgement) -> str:
    # NCCL tries peer access where the driver claims it, and some boards hang in it.
    return "export NCCL_P2P_DISABLE=1" if judgement.state is SetupState.NOTE else ""


CHECK = SetupCheck(
    id="peer-access",
    title="GPU-to-GPU",
    question="Can the GPUs read each other's memory?",
    source="NVML nvmlDeviceGetP2PStatus, nvmlDeviceGetTopologyCommonAncestor; `nvidia-smi topo -p2p r` shows the same",
    probe=_probe,
    judge=_judge,
    remedy=_remedy,
    purposes=RUNNING,
)
