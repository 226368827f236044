"""An engine against a release and GPUs, as sentences with a weight; pure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from trtheaders.errors import ReleaseError
from trtheaders.model.setup.engines import Engine, EngineJudgement, EngineWeight
from trtheaders.model.setup.figures import FigureName, ReleaseFigures
from trtheaders.model.vendoring.releases import canonical

WILL_SAY = "stdVersionRead == kSERIALIZATION_VERSION"
"""What TensorRT's runtime says of an engine that another TensorRT serialized."""
_NEEDS = (
    (re.compile(r"FP4"), (10, 0)),
    (re.compile(r"FP8|W4A8_(?:AWQ|GPTQ|MXFP4)"), (8, 9)),
)
"""Compute capability by quantisation. Upstream's precision page: FP4 from Blackwell, FP8 from Ada on."""


def judge_release(
    engine: Engine, installed: str, own: ReleaseFigures | None, builder: ReleaseFigures | None
) -> EngineJudgement:
    """The release that built it against the installed one; ``own`` and ``builder`` are the figures of both."""
    if not engine.version:
        return EngineJudgement(
            weight=EngineWeight.DOUBT,
            found="it does not say which release built it"
            + (" (the layout of before 0.8)" if engine.old_layout else ""),
            needed=installed,
            why=f"an engine loads in the TensorRT that built it; another says: {WILL_SAY}",
            fix=_rebuild(installed),
        )
    if _same(engine.version, installed):
        return EngineJudgement(
            weight=EngineWeight.FINE, found=f"built by TensorRT-LLM {engine.version}", needed=installed
        )
    theirs, ours = _tensorrt(builder), _tensorrt(own)
    found = f"built by TensorRT-LLM {_with(engine.version, theirs)}, installed is {_with(installed, ours)}"
    other = bool(theirs and ours) and _minor(theirs) != _minor(ours)
    return EngineJudgement(
        weight=EngineWeight.BROKEN if other else EngineWeight.DOUBT,
        found=found,
        needed=installed,
        why=f"will fail at load with: {WILL_SAY}"
        if other
        else f"the runtime only logs it; where TensorRT differs the load fails with: {WILL_SAY}",
        fix=f"{_rebuild(installed)}  # or: pip install {shlex.quote(f'tensorrt-llm=={engine.version}')}",
    )


def _rebuild(installed: str) -> str:
    return f"trtllm-build --checkpoint_dir CHECKPOINT --output_dir ENGINE  # again, with {installed}"


def _same(one: str, other: str) -> bool:
    try:
        return canonical(one) == canonical(other)
    except ReleaseError:
        return one == other


def _tensorrt(figures: ReleaseFigures | None) -> str:
    return (figures.get(FigureName.TENSORRT) if figures else None) or ""


def _with(release: str, tensorrt: str) -> str:
    return f"{release} (TensorRT {tensorrt})" if tensorrt else release


def _minor(version: str) -> list[str]:
    return version.split(".")[:2]


def judge_files(engine: Engine) -> EngineJudgement:
    """Whether every rank has a file, and each is whole as far as its size tells."""
    count = engine.parallelism.ranks
    fault = _find_missing_file(engine) or _find_faulty_file(engine) or _find_other_world(engine)
    if fault is None:
        found = f"{count} rank{'s' if count > 1 else ''}, all there"
        return EngineJudgement(weight=EngineWeight.FINE, found=found, needed=f"{count} rank files")
    found, why, fix = fault
    return EngineJudgement(weight=EngineWeight.BROKEN, found=found, needed=f"{count} rank files", why=why, fix=fix)


_Fault = tuple[str, str, str]
"""What was found, why that is of no use, and the command that mends it."""


def _find_missing_file(engine: Engine) -> _Fault | None:
    missing = engine.missing_ranks
    if not missing:
        return None
    ranks = ", ".join(map(str, missing[:8])) + (" …" if len(missing) > 8 else "")
    found = f"no file for rank {ranks}, {len(engine.files)} of {engine.parallelism.ranks} are there"
    return found, "each process loads the file of its rank", _copy_anew(engine)


def _find_faulty_file(engine: Engine) -> _Fault | None:
    faulty = [file for file in engine.files if file.fault]
    if not faulty or (engine.parallelism.pipeline > 1 and all("half" in file.fault for file in faulty)):
        return None
    fix = f"git -C {engine.folder} lfs pull" if "LFS" in faulty[0].fault else _copy_anew(engine)
    return f"{faulty[0].path.name} {faulty[0].fault}", "TensorRT cannot deserialize it", fix


def _find_other_world(engine: Engine) -> _Fault | None:
    world = engine.parallelism.world
    if not world or world == engine.parallelism.ranks:
        return None
    found = f"world_size {world} is not {engine.parallelism.text}"
    return found, "config.json is not of one build", _copy_anew(engine)


def _copy_anew(engine: Engine) -> str:
    return f"rsync -a SOURCE/ {engine.folder}/"


def judge_parallelism(engine: Engine, gpus: int, *, mig: bool) -> EngineJudgement:
    """The GPUs that the engine wants of one machine against the ``gpus`` that are visible."""
    parallelism = engine.parallelism
    wanted = min(parallelism.ranks, parallelism.per_node or parallelism.ranks)
    plural = "s" if wanted > 1 else ""
    if mig and wanted > 1:
        return EngineJudgement(
            weight=EngineWeight.BROKEN,
            found=f"{parallelism.text} on MIG instances",
            needed=f"{wanted} whole GPUs",
            why="instances have no peer access and NCCL does not span them",
            fix="nvidia-smi -mig 0",
        )
    if gpus < wanted:
        return EngineJudgement(
            weight=EngineWeight.BROKEN,
            found=f"engine wants {parallelism.text} = {wanted} GPU{plural}, {gpus} {'is' if gpus == 1 else 'are'} here",
            needed=f"{wanted} GPU{plural}",
            why="each rank needs a GPU of its own",
            fix=f"python convert_checkpoint.py --tp_size {max(gpus, 1)} …  # then trtllm-build again",
        )
    return EngineJudgement(
        weight=EngineWeight.FINE, found=f"{parallelism.text}, {gpus} here", needed=f"{wanted} GPU{plural}"
    )


def judge_quantisation(engine: Engine, capability: tuple[int, int]) -> EngineJudgement | None:
    """The engine's quantisations against the weakest GPU; None where it has none."""
    if not engine.algorithms:
        return None
    names = ", ".join(engine.algorithms)
    needed = max(_needs(engine), default=(0, 0))
    here = f"{capability[0]}.{capability[1]}"
    if capability < needed:
        return EngineJudgement(
            weight=EngineWeight.BROKEN,
            found=f"{names} on compute capability {here}",
            needed=f"compute capability ≥ {needed[0]}.{needed[1]}",
            why="these GPUs have no such arithmetic: the kernels are not there",
            fix="python quantize.py --qformat int4_awq …  # and trtllm-build: a quantisation that these GPUs have",
        )
    return EngineJudgement(weight=EngineWeight.FINE, found=f"{names}, here {here}", needed=f"≥ {needed[0]}.{needed[1]}")


def _needs(engine: Engine) -> Iterator[tuple[int, int]]:
    for name in engine.algorithms:
        yield from (capability for pattern, capability in _NEEDS if pattern.search(name.upper()))


def tell_limits(engine: Engine) -> str:
    """What the build fixed: requests beyond it are refused."""
    return ", ".join(f"{name} {value}" for name, value in engine.limits.items())
