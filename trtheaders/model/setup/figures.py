"""What a release was built for: figures, each with the source that says so."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct


class FigureName(Enum):
    """The columns of the compatibility table."""

    CUDA = "cuda"
    CUBLAS = "cublas"
    TENSORRT = "tensorrt"
    PYTORCH = "pytorch"
    PYTHON = "python"
    DRIVER = "driver"
    CAPABILITY = "capability"
    ARCHITECTURES = "architectures"
    STANDARD = "standard"
    STRING_ABI = "string-abi"
    EXECUTOR = "executor"
    NGC_IMAGE = "ngc-image"
    TRITON_IMAGES = "triton-images"


class Figure(Struct, frozen=True, kw_only=True):
    """What is known, as one value or several, and who says so."""

    values: tuple[str, ...]
    source: str

    @property
    def text(self) -> str:
        """The values in words."""
        return ", ".join(self.values)

    @property
    def range(self) -> str:
        """The values as a range."""
        return "–".join(self.values)


class ReleaseFigures(Struct, frozen=True, kw_only=True):
    """One row of the table. A figure that nobody has stated is not in ``figures``."""

    release: str
    figures: Mapping[FigureName, Figure]

    def get(self, name: FigureName) -> str | None:
        """The figure in words, None where it is unknown."""
        figure = self.figures.get(name)
        return figure.text if figure else None

    def all(self, name: FigureName) -> tuple[str, ...]:
        """Every value of a figure; empty where it is unknown."""
        figure = self.figures.get(name)
        return figure.values if figure else ()

    def source(self, name: FigureName) -> str:
        """Who says it; empty where it is unknown."""
        figure = self.figures.get(name)
        return figure.source if figure else ""
