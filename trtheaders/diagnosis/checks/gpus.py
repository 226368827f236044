"""The GPUs against the architectures that the release supports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from trtheaders.diagnosis.row import RUNNING, Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.model.setup.checkup import Purpose, SetupState
from trtheaders.model.setup.devices import Driver, Gpu
from trtheaders.model.setup.figures import FigureName

_GIB = 1 << 30


class GpusSeen(Struct, frozen=True, kw_only=True):
    """``needed`` is the lowest compute capability that the release supports, empty where it is unknown."""

    driver: Driver | None
    needed: str
    release: str
    container: bool
    to_run: bool


def _probe(site: Site) -> GpusSeen:
    figures = site.figures
    return GpusSeen(
        driver=site.driver(),
        needed=figures.get(FigureName.CAPABILITY) or "",
        release=figures.release,
        container=site.container(),
        to_run=site.purpose is Purpose.RUN,
    )


def _judge(seen: GpusSeen) -> Iterator[Judgement]:
    needed = f"compute capability ≥ {seen.needed}" if seen.needed else ""
    if seen.driver is None:
        yield Judgement(
            state=SetupState.FAIL if seen.to_run else SetupState.NOTE,
            found="none visible here (no /dev/nvidia0)" + ("" if seen.to_run else ": not judged"),
            needed=needed,
            why="a container sees them only with `--gpus all`" if seen.container else "",
        )
    elif not seen.driver.gpus:
        told = bool(seen.driver.cuda)
        yield Judgement(
            state=SetupState.FAIL if told else SetupState.UNKNOWN,
            found="the driver has none" if told else "the driver is there, NVML is not: nobody can say",
            needed=needed,
            why="" if told else "libnvidia-ml.so.1 comes with the driver's user-space part",
        )
    else:
        yield from _judge_capabilities(seen.driver.gpus, seen, needed)


def _judge_capabilities(gpus: tuple[Gpu, ...], seen: GpusSeen, needed: str) -> Iterator[Judgement]:
    details = tuple(_tell_one(gpu) for gpu in gpus)
    old = [gpu for gpu in gpus if seen.needed and _text(gpu) and gpu.capability < _split(seen.needed)]
    if not old:
        yield Judgement(state=SetupState.OK, found=_tell(gpus), needed=needed, details=details)
        return
    yield Judgement(
        state=SetupState.FAIL if len(old) == len(gpus) else SetupState.WARN,
        found=_tell(tuple(old)),
        needed=needed,
        why=f"{seen.release} has no kernels for them (Volta was dropped at 0.16.0): no kernel image is available",
        details=details,
    )


def _split(text: str) -> tuple[int, int]:
    major, _, minor = text.partition(".")
    return int(major), int(minor or 0)


def _text(gpu: Gpu) -> str:
    return f"{gpu.capability[0]}.{gpu.capability[1]}"


def _tell(gpus: tuple[Gpu, ...]) -> str:
    kinds = Counter((gpu.name, _text(gpu), round(gpu.memory / _GIB)) for gpu in gpus)
    return ", ".join(f"{count} × {name} ({text}), {memory} GiB" for (name, text, memory), count in kinds.items())


def _tell_one(gpu: Gpu) -> str:
    return f"GPU {gpu.index}: {gpu.name}, compute capability {_text(gpu)}" + (", MIG" if gpu.mig else "")


def _remedy(seen: GpusSeen, judgement: Judgement) -> str:
    if seen.driver is None:
        return "docker run --gpus all …" if seen.container else ""
    if judgement.state is SetupState.WARN:
        keep = ",".join(str(gpu.index) for gpu in seen.driver.gpus if gpu.capability >= _split(seen.needed))
        return f"export CUDA_VISIBLE_DEVICES={keep}"
    if judgement.state is SetupState.FAIL and seen.driver.gpus:
        return "trtheaders matrix --fits  # releases that this machine can run"
    return ""


CHECK = SetupCheck(
    id="gpus",
    title="GPUs",
    question="Are there GPUs, and does the release support them?",
    source="NVML compute capability; compatibility table",
    probe=_probe,
    judge=_judge,
    remedy=_remedy,
    purposes=RUNNING,
)
