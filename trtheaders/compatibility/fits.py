"""Which releases a machine can run: driver, GPUs and Python against a release's figures."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from trtheaders.model.setup.devices import Driver
from trtheaders.model.setup.figures import FigureName, ReleaseFigures


class Means(Struct, frozen=True, kw_only=True):
    """What a machine has to run a release with. Nothing is said of what is None or empty."""

    driver: Driver | None = None
    pythons: tuple[str, ...] = ()


def obstacles(row: ReleaseFigures, means: Means) -> tuple[str, ...] | None:
    """Why the release of ``row`` does not run with ``means``; empty where it does, None where nobody can say."""
    judged = [*_judge_driver(row, means), *_judge_gpus(row, means), *_judge_python(row, means)]
    found = tuple(text for text in judged if text)
    if found:
        return found
    return () if judged and means.driver is not None and row.get(FigureName.DRIVER) else None


def _judge_driver(row: ReleaseFigures, means: Means) -> Iterator[str]:
    needed = row.get(FigureName.DRIVER)
    if means.driver is not None and needed and means.driver.version:
        short = _numbers(means.driver.version) < _numbers(needed)
        yield f"driver {means.driver.version} < {needed}" if short else ""


def _judge_gpus(row: ReleaseFigures, means: Means) -> Iterator[str]:
    needed = row.get(FigureName.CAPABILITY)
    if means.driver is not None and needed and means.driver.gpus:
        best = max(gpu.capability for gpu in means.driver.gpus)
        yield f"compute capability {best[0]}.{best[1]} < {needed}" if best < _numbers(needed) else ""


def _judge_python(row: ReleaseFigures, means: Means) -> Iterator[str]:
    known = row.all(FigureName.PYTHON)
    if means.pythons and known:
        yield "" if set(known).intersection(means.pythons) else f"no Python {' or '.join(known)}"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
