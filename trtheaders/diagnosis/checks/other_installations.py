"""Other installations of TensorRT-LLM, which a build or a program may meet instead."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from trtheaders.diagnosis.row import Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.errors import InstallationError
from trtheaders.installation.packages import find_package, libraries_in, version_of
from trtheaders.installation.places import TRITON, likely_places
from trtheaders.model.setup.checkup import SetupState


class Other(Struct, frozen=True, kw_only=True):
    """One more installation: in whose words, where, and its version."""

    words: str
    place: Path
    version: str | None


def _probe(site: Site) -> tuple[Other, ...]:
    found = site.installation
    if found is None:
        return ()
    own = {path.resolve() for path in found.libraries}
    others: dict[Path, Other] = {}
    for words, package in _packages(site):
        libraries = libraries_in(package / "libs")
        if not own.intersection(path.resolve() for path in libraries):
            place = package.resolve()
            others.setdefault(place, Other(words=words, place=package.parent, version=version_of(package)))
    triton = site.root / str(TRITON).lstrip("/")
    if not own.intersection(path.resolve() for path in libraries_in(triton)) and libraries_in(triton):
        others[triton] = Other(words="Triton's folder", place=triton, version=None)
    return tuple(others.values())


def _packages(site: Site) -> Iterator[tuple[str, Path]]:
    for place in likely_places(site.configuration.root, site.environment):
        try:
            package = find_package(place.folders())
        except InstallationError:
            continue
        if package is not None:
            yield place.words, package


def _judge(seen: tuple[Other, ...]) -> Iterator[Judgement]:
    if seen:
        names = "; ".join(f"{item.version or '?'} in {item.place}" for item in seen)
        yield Judgement(
            state=SetupState.NOTE,
            found=names,
            why="another shell or build may take one of these: name yours in trtheaders.toml (`python` or `library`)",
            details=tuple(f"{item.words}: {item.place}" for item in seen),
        )


CHECK = SetupCheck(
    id="other-installations",
    title="other installs",
    question="Is there another TensorRT-LLM that a build or program may take?",
    source="environments, interpreters on PATH, conda, user site and Triton's folder",
    probe=_probe,
    judge=_judge,
)
