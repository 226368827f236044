"""The driver against the CUDA version that the library is built for."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from trtheaders.diagnosis.row import RUNNING, Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.model.setup.checkup import Purpose, SetupState
from trtheaders.model.setup.devices import Driver
from trtheaders.model.setup.figures import FigureName

MINIMUM = {12: "525.60.13", 13: "580.65.06"}
"""By CUDA major; CUDA Toolkit release notes, minimum driver for minor-version compatibility."""


class DriverSeen(Struct, frozen=True, kw_only=True):
    """``needed`` is the oldest driver that serves, empty where the CUDA version is unknown."""

    driver: Driver | None
    needed: str
    cuda: int | None
    container: bool
    to_run: bool


def _probe(site: Site) -> DriverSeen:
    cuda = site.cuda_major
    needed = MINIMUM.get(cuda, "") if cuda else (site.figures.get(FigureName.DRIVER) or "")
    return DriverSeen(
        driver=site.driver(),
        needed=needed,
        cuda=cuda,
        container=site.container(),
        to_run=site.purpose is Purpose.RUN,
    )


def _judge(seen: DriverSeen) -> Iterator[Judgement]:
    needed = f"≥ {seen.needed}" + (f" for CUDA {seen.cuda}" if seen.cuda else "") if seen.needed else ""
    if seen.driver is None:
        where = "in this container" if seen.container else "on this machine"
        yield Judgement(
            state=SetupState.FAIL if seen.to_run else SetupState.NOTE,
            found=f"none {where}" + ("" if seen.to_run else ": not judged"),
            needed=needed,
            why="a container sees the driver only with `--gpus all`" if seen.container else "nothing runs without it",
        )
    elif not seen.driver.version:
        yield Judgement(
            state=SetupState.FAIL,
            found=f"it does not answer: {seen.driver.complaint}",
            needed=needed,
            why="the device is there, and nothing can be asked of it",
        )
    else:
        yield _judge_version(seen, seen.driver, needed)


def _judge_version(seen: DriverSeen, driver: Driver, needed: str) -> Judgement:
    cuda = f" (CUDA {driver.cuda[0]}.{driver.cuda[1]})" if driver.cuda else ""
    found = f"{driver.version}{cuda}"
    details = (f"told by {driver.told_by}",)
    if driver.complaint:
        mismatch = "mismatch" in driver.complaint
        return Judgement(
            state=SetupState.FAIL if mismatch else SetupState.WARN,
            found=f"{found}; {driver.complaint}",
            needed=needed,
            why="after an upgrade the kernel still runs the old module"
            if mismatch
            else "nothing else can be said of it",
        )
    if seen.needed and _numbers(driver.version) < _numbers(seen.needed):
        return Judgement(
            state=SetupState.FAIL,
            found=found,
            needed=needed,
            why="CUDA driver version is insufficient for CUDA runtime version: the first CUDA call fails",
            details=details,
        )
    return Judgement(state=SetupState.OK, found=found, needed=needed, details=details)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _remedy(seen: DriverSeen, judgement: Judgement) -> str:
    if seen.driver is not None and seen.driver.complaint:
        return "reboot  # or: rmmod nvidia_uvm nvidia_drm nvidia_modeset nvidia && modprobe nvidia"
    if seen.driver is None and seen.container:
        return "docker run --gpus all …"
    major = seen.needed.partition(".")[0] or "580"
    return f"apt-get install nvidia-driver-{max(int(major), 570)}"


CHECK = SetupCheck(
    id="driver",
    title="driver",
    question="Does the driver run the CUDA version that the library is built for?",
    source="CUDA Toolkit release notes, minimum driver versions; NVML, else /proc/driver/nvidia/version",
    probe=_probe,
    judge=_judge,
    remedy=_remedy,
    purposes=RUNNING,
)
