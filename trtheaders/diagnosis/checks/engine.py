"""A built engine against what is here: release, files, GPUs, limits, quantisation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from trtheaders.compatibility.table import figures_of
from trtheaders.diagnosis.row import BOTH, RUNNING, Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.engines.folder import read_engine
from trtheaders.engines.judgement import (
    judge_files,
    judge_parallelism,
    judge_quantisation,
    judge_release,
    tell_limits,
)
from trtheaders.errors import EngineError
from trtheaders.model.setup.checkup import Purpose, SetupState
from trtheaders.model.setup.devices import Gpu
from trtheaders.model.setup.engines import Engine, EngineJudgement, EngineWeight

_STATES = {EngineWeight.FINE: SetupState.OK, EngineWeight.DOUBT: SetupState.WARN, EngineWeight.BROKEN: SetupState.FAIL}


class EngineSeen(Struct, frozen=True, kw_only=True):
    """``engine`` is None where it cannot be read, as ``error`` says; ``gpus`` None where no driver is visible."""

    engine: Engine | None
    installed: str
    gpus: tuple[Gpu, ...] | None
    error: str = ""
    hint: str = ""


def _probe(site: Site) -> EngineSeen | None:
    if site.engine is None:
        return None
    try:
        engine = read_engine(site.engine)
    except EngineError as error:
        return EngineSeen(engine=None, installed="", gpus=None, error=error.message, hint=error.hint)
    driver = site.driver()
    return EngineSeen(
        engine=engine,
        installed=site.version or "",
        gpus=_visible(site, driver.gpus) if driver and driver.gpus else None,
    )


def _visible(site: Site, gpus: tuple[Gpu, ...]) -> tuple[Gpu, ...]:
    """What CUDA_VISIBLE_DEVICES leaves of them, where it lists numbers."""
    words = site.environment.get("CUDA_VISIBLE_DEVICES")
    if words is None or not all(word.strip().isdigit() for word in words.split(",")):
        return gpus
    return tuple(gpu for gpu in gpus if str(gpu.index) in {word.strip() for word in words.split(",")})


def _say(item: EngineJudgement | None) -> Iterator[Judgement]:
    if item is not None:
        yield Judgement(state=_STATES[item.weight], found=item.found, needed=item.needed, why=item.why, fix=item.fix)


def _judge_release(seen: EngineSeen | None) -> Iterator[Judgement]:
    if seen is None:
        return
    if seen.engine is None:
        yield Judgement(state=SetupState.FAIL, found=seen.error, needed="a built engine", why=seen.hint)
    elif seen.installed:
        builder = figures_of(seen.engine.version)
        yield from _say(judge_release(seen.engine, seen.installed, figures_of(seen.installed), builder))


def _of_engine(judge: Callable[[Engine], Iterable[Judgement]]) -> Callable[[EngineSeen | None], Iterable[Judgement]]:
    return lambda seen: judge(seen.engine) if seen is not None and seen.engine is not None else ()


def _judge_limits(engine: Engine) -> Iterator[Judgement]:
    if engine.limits:
        details = (f"{engine.architecture}, {engine.dtype}",) if engine.architecture else ()
        yield Judgement(state=SetupState.OK, found=tell_limits(engine), needed="requests within them", details=details)


def _judge_parallelism(seen: EngineSeen | None) -> Iterator[Judgement]:
    if seen is None or seen.engine is None:
        return
    if seen.gpus is None:
        yield Judgement(
            state=SetupState.NOTE,
            found=f"{seen.engine.parallelism.text}; no GPUs are visible here: not judged",
            needed=f"{seen.engine.parallelism.ranks} GPUs",
        )
        return
    yield from _say(judge_parallelism(seen.engine, len(seen.gpus), mig=any(gpu.mig for gpu in seen.gpus)))


def _judge_quantisation(seen: EngineSeen | None) -> Iterator[Judgement]:
    if seen is not None and seen.engine is not None and seen.gpus:
        yield from _say(judge_quantisation(seen.engine, min(gpu.capability for gpu in seen.gpus)))


def _row(
    name: str,
    title: str,
    question: str,
    source: str,
    judge: Callable[[EngineSeen | None], Iterable[Judgement]],
    purposes: frozenset[Purpose] = BOTH,
) -> SetupCheck:
    return SetupCheck(
        id=name, title=title, question=question, source=source, probe=_probe, judge=judge, purposes=purposes
    )


CHECKS = (
    _row(
        "engine",
        "engine",
        "Was the engine built by the installed release?",
        "config.json `version`; TensorRT's serialization tag is the gate at load",
        _judge_release,
    ),
    _row(
        "engine-ranks",
        "engine ranks",
        "Is there a whole file for every rank?",
        "config.json `mapping`; rank*.engine",
        _of_engine(lambda engine: _say(judge_files(engine))),
    ),
    _row(
        "engine-parallelism",
        "parallelism",
        "Are there as many GPUs as the engine is spread over?",
        "config.json `mapping`; NVML",
        _judge_parallelism,
        RUNNING,
    ),
    _row(
        "engine-limits",
        "limits",
        "What does the engine allow?",
        "config.json `build_config`",
        _of_engine(_judge_limits),
    ),
    _row(
        "engine-quantisation",
        "quantisation",
        "Do the GPUs have the engine's arithmetic?",
        "config.json `quantization`; upstream's precision page: FP8 from 8.9, FP4 from 10.0",
        _judge_quantisation,
        RUNNING,
    ),
)
