"""`config.json` and the rank files of a built engine, in the new layout and in that of before 0.8.

Source: upstream's `trtllm-build` (`tensorrt_llm/builder.py`, `EngineConfig`), and its predecessor `build.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trtheaders.errors import EngineError
from trtheaders.model.setup.engines import Engine, Parallelism, RankFile
from trtheaders.programs.files import open_regular, read_text

CONFIG = "config.json"
_LARGEST = 16 << 20
_LIMITS = ("max_batch_size", "max_input_len", "max_seq_len", "max_num_tokens", "max_beam_width", "max_output_len")
_FILE = re.compile(r"(?:.*_)?rank(\d+)\.engine\Z")
_BUILD = "name the folder that `trtllm-build --output_dir` wrote"
_POINTER = b"version https://git-lfs"


def read_engine(folder: Path) -> Engine:
    """The engine in ``folder``. Raises :class:`EngineError` where there is none, or its `config.json` is none."""
    document = _read_config(folder)
    files = tuple(_rank_files(folder))
    if isinstance(document.get("builder_config"), dict):
        return _read_old(folder, document, files)
    if not isinstance(document.get("pretrained_config"), dict) or not isinstance(document.get("build_config"), dict):
        what = "a checkpoint's, not an engine's" if "architecture" in document else "no engine's"
        raise EngineError(f"`{folder / CONFIG}` is {what}: it has no `build_config`", hint=_BUILD)
    return _read_new(folder, document, files)


def _read_config(folder: Path) -> Mapping[str, Any]:
    file = folder / CONFIG
    try:
        document = json.loads(read_text(file, _LARGEST))
    except (FileNotFoundError, NotADirectoryError):
        inner = sorted(path.parent.name for path in folder.glob(f"*/{CONFIG}"))
        hint = f"name one of its folders: {', '.join(inner)}" if inner else _BUILD
        raise EngineError(f"there is no engine in `{folder}`: no {CONFIG}", hint=hint) from None
    except OSError as error:
        raise EngineError(
            f"`{file}` cannot be read: {error.strerror}", hint="copy or build the engine again"
        ) from error
    except (ValueError, RecursionError) as error:
        raise EngineError(f"`{file}` cannot be read: {error}", hint="copy or build the engine again") from error
    if not isinstance(document, dict):
        raise EngineError(f"`{file}` holds no table", hint="copy or build the engine again")
    return document


def _read_new(folder: Path, document: Mapping[str, Any], files: tuple[RankFile, ...]) -> Engine:
    model, build = document["pretrained_config"], document["build_config"]
    mapping, quantization = _table(model, "mapping"), _table(model, "quantization")
    names = (quantization.get("quant_algo"), quantization.get("kv_cache_quant_algo"))
    return Engine(
        folder=folder,
        version=_text(document.get("version")),
        parallelism=Parallelism(
            tensor=_count(mapping, "tp_size"),
            pipeline=_count(mapping, "pp_size"),
            context=_count(mapping, "cp_size"),
            world=_count(mapping, "world_size", 0),
            per_node=_count(mapping, "gpus_per_node", 0),
        ),
        files=files,
        limits=_limits(build),
        algorithms=tuple(dict.fromkeys(_text(name) for name in names if _text(name))),
        architecture=_text(model.get("architecture")),
        dtype=_text(model.get("dtype")),
    )


def _read_old(folder: Path, document: Mapping[str, Any], files: tuple[RankFile, ...]) -> Engine:
    build = document["builder_config"]
    return Engine(
        folder=folder,
        version=_text(document.get("version")),
        parallelism=Parallelism(
            tensor=_count(build, "tensor_parallel"),
            pipeline=_count(build, "pipeline_parallel"),
            world=_count(build, "world_size", 0),
        ),
        files=files,
        limits=_limits(build),
        algorithms=("FP8",) if build.get("fp8") is True else (),
        architecture=_text(build.get("name")),
        dtype=_text(build.get("precision")),
        old_layout=True,
    )


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = document.get(name)
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _count(table: Mapping[str, Any], name: str, otherwise: int = 1) -> int:
    value = table.get(name)
    return value if type(value) is int and 0 < value < 1_000_000 else otherwise


def _limits(table: Mapping[str, Any]) -> dict[str, int]:
    return {name: table[name] for name in _LIMITS if type(table.get(name)) is int}


def _rank_files(folder: Path) -> Iterator[RankFile]:
    found = sorted((int(match[1]), path) for path in folder.glob("*.engine") if (match := _FILE.match(path.name)))
    sizes = {path: path.stat().st_size for _, path in found if path.is_file()}
    largest = max(sizes.values(), default=0)
    for rank, path in found:
        if path in sizes:
            yield RankFile(rank=rank, path=path, size=sizes[path], fault=_fault(path, sizes[path], largest))


def _fault(path: Path, size: int, largest: int) -> str:
    """What speaks against a file's being whole: nothing of TensorRT's own format is known to us."""
    if size == 0:
        return "is empty"
    try:
        with open_regular(path) as file:
            start = file.read(len(_POINTER))
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if start == _POINTER:
        return "is a Git LFS pointer"
    return "is less than half of the largest: the copy broke off" if size * 2 < largest else ""
