"""A built engine's folder, as its `config.json` and files tell."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from msgspec import Struct


class RankFile(Struct, frozen=True, kw_only=True):
    """The engine of one rank; ``fault`` says why it cannot be whole, empty where nothing speaks against it."""

    rank: int
    path: Path
    size: int
    fault: str = ""


class Parallelism(Struct, frozen=True, kw_only=True):
    """Over how many GPUs an engine is spread, and how; ``per_node`` are those of one machine."""

    tensor: int = 1
    pipeline: int = 1
    context: int = 1
    world: int = 0
    per_node: int = 0

    @property
    def ranks(self) -> int:
        """How many processes, each with a GPU, run it."""
        return self.tensor * self.pipeline * self.context

    @property
    def text(self) -> str:
        """As people write it: `tp 4 × pp 1`."""
        context = f" × cp {self.context}" if self.context > 1 else ""
        return f"tp {self.tensor} × pp {self.pipeline}{context}"


class Engine(Struct, frozen=True, kw_only=True):
    """``version`` is the release that built it, empty where the file does not say (before 0.8 none did).

    ``limits`` are those that the build fixed (`max_batch_size`, …), ``algorithms`` the quantisations that its kernels
    use. ``old_layout`` is that of before 0.8.
    """

    folder: Path
    version: str
    parallelism: Parallelism
    files: tuple[RankFile, ...]
    limits: dict[str, int] = {}
    algorithms: tuple[str, ...] = ()
    architecture: str = ""
    dtype: str = ""
    old_layout: bool = False

    @property
    def missing_ranks(self) -> tuple[int, ...]:
        """The ranks that have no file."""
        there = {file.rank for file in self.files}
        return tuple(rank for rank in range(self.parallelism.ranks) if rank not in there)


class EngineWeight(Enum):
    """Whether the engine loads."""

    FINE = "fine"
    DOUBT = "doubt"
    BROKEN = "broken"


class EngineJudgement(Struct, frozen=True, kw_only=True):
    """What was found, what is needed, why it matters and what to do."""

    weight: EngineWeight
    found: str
    needed: str = ""
    why: str = ""
    fix: str = ""
