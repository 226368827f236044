"""Libraries that were not found, not loadable or not fit: whose they are, and where they come from."""

from __future__ import annotations

import re

from trtheaders.checks.logs.symbols import Judged
from trtheaders.model.answers.symptoms import Cause, Symptom, SymptomKind

OWN = re.compile(r"(?:lib)?(?:tensorrt_llm|nvinfer_plugin_tensorrt_llm|th_common|decoder_attention|executorWorker)")
_PLUGIN = re.compile(r"libnvinfer_plugin_tensorrt_llm\.so\.(\d+)")
_SERVED_BY = (
    (r"cublas(?:Lt)?", "cuBLAS", "nvidia-cublas", "nvidia/cublas/lib (CUDA 12) or nvidia/cu13/lib (CUDA 13)"),
    (r"cudart", "the CUDA runtime", "nvidia-cuda-runtime", "nvidia/cuda_runtime/lib or nvidia/cu13/lib"),
    (r"curand", "cuRAND", "nvidia-curand", "nvidia/curand/lib or nvidia/cu13/lib"),
    (r"nvrtc(?:-builtins)?", "NVRTC", "nvidia-cuda-nvrtc", "nvidia/cuda_nvrtc/lib or nvidia/cu13/lib"),
    (r"cusparse|cusolver|cufft|cudnn\w*|nvJitLink", "a CUDA library", "torch", "nvidia/*/lib"),
    (r"nccl", "NCCL", "nvidia-nccl", "nvidia/nccl/lib"),
    (r"nvinfer(?:_\w+)?|nvonnxparser", "TensorRT", "tensorrt", "tensorrt_libs"),
    (r"torch\w*|c10\w*", "PyTorch", "torch", "torch/lib"),
    (r"cuda|nvidia-ml", "the NVIDIA driver", "", ""),
    (r"mpi|mpi_cxx|open-rte|open-pal", "Open MPI", "", ""),
    (r"ucp|ucs|uct|ucm|nixl", "UCX or NIXL", "", ""),
)
_CUDA_SYMBOLS = re.compile(
    r"^(?:cu[A-Z]|cublas|cuda[A-Z]|curand|nccl|MPI_|nvrtc|cudnn|cusparse|cusolver)|nvinfer1::|^at::|c10::|^torch::"
)
_CUDA_MAJOR = re.compile(r"lib(?:cublas|cublasLt|cudart)\.so\.(\d+)")


def library_name(text: str) -> str:
    """The file's name without its folder; `-lname` becomes `libname.so`."""
    name = text.rsplit("/", 1)[-1].lstrip(":")
    return name if ".so" in name or name.endswith((".a", ".o")) else f"lib{name}.so"


def provider(name: str) -> tuple[str, str, str] | None:
    """Whose library ``name`` is, the package that brings it, and its folder in site-packages; None if unknown."""
    for pattern, owner, package, folder in _SERVED_BY:
        if re.match(rf"lib(?:{pattern})\.so", name):
            return owner, package, folder
    return None


def is_foreign_symbol(symptom: Symptom) -> bool:
    """Whether TensorRT-LLM's own library asks for a symbol of CUDA, TensorRT, PyTorch or MPI."""
    return bool(OWN.search(library_name(symptom.referrer))) and bool(symptom.referrer)


def judge_library(symptom: Symptom) -> Judged | None:
    """The cause behind a complaint about a library file; None if it does not concern TensorRT-LLM."""
    name = library_name(symptom.subject)
    if symptom.kind is SymptomKind.RUNTIME_TOO_OLD:
        ours = OWN.search(symptom.referrer or symptom.scope)
        return Judged(symptom=symptom, cause=Cause.RUNTIME_TOO_OLD) if ours else None
    own = OWN.match(name) is not None
    if symptom.kind is SymptomKind.OTHER_ARCHITECTURE:
        return Judged(symptom=symptom, cause=Cause.OTHER_ARCHITECTURE) if own else None
    plugin = _PLUGIN.match(name)
    if plugin:
        return Judged(symptom=symptom, cause=Cause.PLUGIN_NAME, library=name)
    if symptom.kind is SymptomKind.INDIRECTLY_LINKED:
        return Judged(symptom=symptom, cause=Cause.NOT_LINKED, library=name) if own else None
    if own:
        return Judged(symptom=symptom, cause=Cause.NOT_INSTALLED, library=name)
    asked_by_us = bool(symptom.referrer) and OWN.search(library_name(symptom.referrer)) is not None
    if provider(name) or asked_by_us:
        return Judged(symptom=symptom, cause=Cause.FOREIGN_LIBRARIES, library=name, evidence=(_tell_provider(name),))
    return None


def _tell_provider(name: str) -> str:
    found = provider(name)
    if found is None:
        return f"`{name}` is needed by TensorRT-LLM"
    owner, package, folder = found
    major = _CUDA_MAJOR.match(name)
    suits = ""
    if major:
        suits = (
            "; CUDA 13 came with TensorRT-LLM 1.1.0 and 1.2.0rc2"
            if int(major[1]) >= 13
            else "; TensorRT-LLM up to 1.0.0, 1.1.0rc5 and 1.2.0rc1 is built for CUDA 12"
        )
    brought = f", brought by `{package}` in site-packages/{folder}" if package else ""
    return f"`{name}` is {owner}{brought}{suits}"


def plugin_major(name: str) -> str:
    """The TensorRT major that a plugin's file name carries."""
    found = _PLUGIN.match(name)
    return found[1] if found else ""
