"""Which TensorRT-LLM is meant, where it lies and why that one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from trtheaders.diagnosis.row import Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.errors import TrtHeadersError
from trtheaders.model.setup.checkup import SetupState

INDEX = "https://pypi.nvidia.com"


class InstalledSeen(Struct, frozen=True, kw_only=True):
    """``wanted`` is the release that the project vendors, where it is one; the rest is of the installation."""

    version: str | None = None
    place: Path | None = None
    reason: str = ""
    passed_over: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    error: str = ""
    hint: str = ""
    wanted: str = ""


def install_command(release: str = "") -> str:
    """The line that installs ``release``, or the newest one."""
    pin = f"'tensorrt-llm=={release}'" if release else "tensorrt-llm"
    return f"pip install --extra-index-url {INDEX} {pin}"


def _probe(site: Site) -> InstalledSeen:
    wanted = only_vendored(site)
    try:
        found = site.require_installation()
    except TrtHeadersError as error:
        return InstalledSeen(error=error.message, hint=error.hint, wanted=wanted)
    if found is None:
        return InstalledSeen(wanted=wanted)
    place = found.package.parent if found.package else found.linked[0]
    return InstalledSeen(
        version=found.version,
        place=place,
        reason=found.reason.rstrip(","),
        passed_over=found.passed_over,
        remarks=found.remarks,
        wanted=wanted,
    )


def only_vendored(site: Site) -> str:
    """The release that the project vendors, if it vendors exactly one."""
    from trtheaders.vendoring.folder.store import Store

    try:
        releases = Store(site.configuration.destination).lock().ordered()
    except TrtHeadersError:
        return ""
    return releases[0].version if len(releases) == 1 else ""


def _judge(seen: InstalledSeen) -> Iterator[Judgement]:
    if seen.error:
        yield Judgement(state=SetupState.FAIL, found=seen.error, needed="one installation")
    elif seen.place is None:
        yield Judgement(
            state=SetupState.FAIL,
            found="none",
            needed=seen.wanted or "a release with the C++ Executor API",
            why="without it nothing says which headers, CUDA and libraries this machine needs",
        )
    else:
        told = [f"passed over: {place}" for place in seen.passed_over]
        state = SetupState.OK if seen.version else SetupState.WARN
        yield Judgement(
            state=state,
            found=f"{seen.version or 'of an unknown version'}   {seen.place}   ({seen.reason})",
            details=(*told, *seen.remarks),
            why="" if seen.version else "neither version.py nor metadata lies beside it: `trtheaders identify` tells",
        )


def _remedy(seen: InstalledSeen, judgement: Judgement) -> str:
    if judgement.state is SetupState.WARN:
        return f"trtheaders identify {seen.place}"
    if seen.error:
        return "" if seen.hint == "" else f"trtheaders doctor --python PYTHON  # {seen.hint}"
    return install_command(seen.wanted)


CHECK = SetupCheck(
    id="tensorrt-llm",
    title="TensorRT-LLM",
    question="Which TensorRT-LLM is installed, and why is it the one that is meant?",
    source="the places of README, in their order; nothing is imported",
    probe=_probe,
    judge=_judge,
    remedy=_remedy,
)
