"""Versions of symbols that the found libraries lack: a machine that is older than the one it was built on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trtheaders.diagnosis.row import RUNNING, Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.model.library.loading import LackingVersion
from trtheaders.model.setup.checkup import SetupState
from trtheaders.suppliers import supplier_of

_RUNTIME = ("libstdc++.so.6", "libc.so.6", "libm.so.6", "libgcc_s.so.1")


def _probe(site: Site) -> tuple[LackingVersion, ...] | None:
    loadings = site.loadings()
    return loadings.linked.lacking if loadings else None


def _judge(seen: tuple[LackingVersion, ...] | None) -> Iterator[Judgement]:
    if seen is None:
        return
    if not seen:
        yield Judgement(state=SetupState.OK, found="GLIBC, GLIBCXX, CXXABI and all others are there")
    by_library: dict[str, list[LackingVersion]] = {}
    for item in seen:
        by_library.setdefault(item.library, []).append(item)
    for library, items in by_library.items():
        versions = sorted({item.version for item in items}, key=_numbers)
        yield Judgement(
            title=versions[-1],
            state=SetupState.FAIL,
            found=f"{items[0].path} does not have {', '.join(versions)}",
            needed=f"{', '.join(versions)} of {library}, by {items[0].by.name}",
            why=f"the program ends at once: version `{versions[-1]}' not found (required by {items[0].by.name})",
        )


def _numbers(version: str) -> tuple[list[int], str]:
    """Versions in their order, the oldest first: `GLIBCXX_3.4.9` before `GLIBCXX_3.4.29`."""
    return [int(part) for part in re.findall(r"\d+", version)], version


def _remedy(seen: tuple[LackingVersion, ...], judgement: Judgement) -> str:
    item = next(item for item in seen if item.version == judgement.title)
    if item.library in ("libc.so.6", "libm.so.6"):
        return "docker run --gpus all -it nvcr.io/nvidia/tensorrt-llm/release:RELEASE  # glibc cannot be added"
    if item.library in _RUNTIME:
        supplier = supplier_of(item.library)
        package = supplier.debian if supplier else ""
        return f"apt-get install --only-upgrade {package}  # or: conda install -c conda-forge libstdcxx-ng"
    return f"ldd {item.path}  # an older {item.library} is found first: take its folder out of LD_LIBRARY_PATH"


CHECK = SetupCheck(
    id="symbol-versions",
    title="symbol versions",
    question="Do the libraries that are found have the versions of symbols that are asked for?",
    source="LSB core specification 10.7 (.gnu.version_r, .gnu.version_d)",
    probe=_probe,
    judge=_judge,
    remedy=_remedy,
    purposes=RUNNING,
)
