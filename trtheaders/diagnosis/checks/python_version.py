"""The environment's Python against the one that the wheel is for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from trtheaders.diagnosis.row import Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.model.setup.checkup import SetupState
from trtheaders.model.setup.figures import FigureName
from trtheaders.programs.files import read_text

_FOLDER = re.compile(r"/python(3\.\d+)/(?:site|dist)-packages\Z")
_TAG = re.compile(r"^Tag:\s*cp(3)(\d+)-", re.MULTILINE)
_BINDINGS = re.compile(r"bindings\.cpython-(3)(\d+)")


class PythonSeen(Struct, frozen=True, kw_only=True):
    """The environment's version, the one that the wheel's tag or bindings name, and those that the release has."""

    version: str
    built_for: str
    known: tuple[str, ...]
    release: str


def _probe(site: Site) -> PythonSeen | None:
    found = site.installation
    if found is None or found.package is None:
        return None
    folder = _FOLDER.search(str(found.package.parent))
    figures = site.figures
    built_for = _tag(found.package) or _bindings(found.package)
    return PythonSeen(
        version=folder[1] if folder else "",
        built_for=built_for,
        known=figures.all(FigureName.PYTHON),
        release=figures.release,
    )


def _tag(package: Path) -> str:
    for file in sorted(package.parent.glob("tensorrt_llm-*.dist-info/WHEEL")):
        found = _TAG.search(read_text(file, errors="replace"))
        if found:
            return f"{found[1]}.{found[2]}"
    return ""


def _bindings(package: Path) -> str:
    found = (match for path in package.glob("bindings.cpython-*") if (match := _BINDINGS.match(path.name)))
    return next((f"{match[1]}.{match[2]}" for match in found), "")


def _judge(seen: PythonSeen | None) -> Iterator[Judgement]:
    if seen is None or not seen.version:
        return
    if seen.built_for and seen.built_for != seen.version:
        yield Judgement(
            state=SetupState.FAIL,
            found=f"{seen.version}, the wheel is for {seen.built_for}",
            needed=seen.built_for,
            why="its Python modules do not load here; trtllm-build and engines need them",
        )
    elif seen.known and seen.version not in seen.known:
        yield Judgement(
            state=SetupState.WARN,
            found=seen.version,
            needed=" or ".join(seen.known),
            why=f"wheels of {seen.release} are known for these only",
        )
    else:
        told = f"the wheel is for {seen.built_for}" if seen.built_for else ""
        yield Judgement(state=SetupState.OK, found=f"{seen.version}   {told}".rstrip(), needed=" or ".join(seen.known))


def _remedy(seen: PythonSeen, judgement: Judgement) -> str:
    version = seen.built_for if judgement.state is SetupState.FAIL else seen.known[-1]
    return f"python{version} -m venv .venv && .venv/bin/pip install tensorrt-llm" if version else ""


CHECK = SetupCheck(
    id="python",
    title="Python",
    question="Is the environment's Python the one that the wheel is built for?",
    source="the wheel's WHEEL file (PEP 425 tags); compatibility table",
    probe=_probe,
    judge=_judge,
    remedy=_remedy,
)
