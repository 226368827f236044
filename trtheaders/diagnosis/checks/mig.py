"""GPUs that are cut into instances (MIG): one engine cannot span several of them."""

from __future__ import annotations

from collections.abc import Iterator

from trtheaders.diagnosis.row import RUNNING, Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.model.setup.checkup import SetupState
from trtheaders.model.setup.devices import Gpu


def _probe(site: Site) -> tuple[Gpu, ...]:
    driver = site.driver()
    return tuple(gpu for gpu in driver.gpus if gpu.mig) if driver else ()


def _judge(seen: tuple[Gpu, ...]) -> Iterator[Judgement]:
    if seen:
        yield Judgement(
            state=SetupState.NOTE,
            found=f"GPU {', '.join(str(gpu.index) for gpu in seen)} is cut into MIG instances",
            why="a process sees one instance, and instances have no peer access: tensor parallelism stays at 1",
        )


CHECK = SetupCheck(
    id="mig",
    title="MIG",
    question="Is a GPU cut into instances?",
    source="NVML nvmlDeviceGetMigMode; NVIDIA Multi-Instance GPU user guide, application considerations",
    probe=_probe,
    judge=_judge,
    remedy=lambda seen, _: f"nvidia-smi -i {','.join(str(gpu.index) for gpu in seen)} -mig 0  # whole GPUs again",
    purposes=RUNNING,
)
