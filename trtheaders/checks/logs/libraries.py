"""Libraries that were not found, not loadable or not fit: whose they are, and where they come from."""

from __future__ import annotations

import re

from msgspec.structs import replace

from trtheaders.checks.logs.symbols import Judged
from trtheaders.demangling import demangle
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
_OWN_FOLDER = re.compile(r"(?:^|/)tensorrt_llm/\S*\.so")
_TORCH = (r"(?:^|[\s(&])(?:c10|at|torch|caffe2)::|^_ZN?K?\d?(?:3c10|2at|5torch|6caffe2)", "PyTorch", "torch")
_SYMBOLS_OF = (
    _TORCH,
    (r"\bnvinfer1::|createInfer\w+|getInferLibVersion", "TensorRT", "tensorrt"),
    (r"^cublas", "cuBLAS", "nvidia-cublas"),
    (r"^nccl", "NCCL", "nvidia-nccl"),
    (r"^cudnn", "cuDNN", "nvidia-cudnn"),
    (r"^curand", "cuRAND", "nvidia-curand"),
    (r"^nvrtc", "NVRTC", "nvidia-cuda-nvrtc"),
    (r"^cuda[A-Z]", "the CUDA runtime", "nvidia-cuda-runtime"),
    (r"^cu[A-Z]|^nvml", "the NVIDIA driver", ""),
    (r"^MPI_|^ompi_|^MPIX_", "Open MPI", ""),
    (r"^uc[pstm]_|nixl", "UCX or NIXL", ""),
)
_SYSTEM = re.compile(r"^(?:GLIBC|GLIBCXX|CXXABI|GCC)_")
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


def owner_of(symbol: str) -> tuple[str, str]:
    """Whose symbol it is, and the package that brings it; ('', '') where its name does not tell."""
    plain = demangle(symbol)
    found = (row for row in _SYMBOLS_OF if re.search(row[0], plain))
    return next(((owner, package) for _, owner, package in found), ("", ""))


def is_own(path: str) -> bool:
    """Whether ``path`` is a library of TensorRT-LLM's package: by its name, or by the package's folder."""
    return bool(path) and (OWN.match(library_name(path)) is not None or _OWN_FOLDER.search(path) is not None)


def judge_foreign_symbol(symptom: Symptom) -> Judged | None:
    """A symbol of CUDA, TensorRT, PyTorch, MPI or the system that a library of TensorRT-LLM asks for."""
    if not is_own(symptom.referrer):
        return None
    if _SYSTEM.match(symptom.scope):
        return _judge_runtime(replace(symptom, subject=symptom.scope))
    if symptom.kind is SymptomKind.UNDEFINED_REFERENCE:
        return Judged(symptom=symptom, cause=Cause.FOREIGN_LIBRARIES)
    # The loader would name a library that is missing: what is here lacks the symbol.
    return Judged(symptom=symptom, cause=Cause.OTHER_DEPENDENCY, library=owner_of(symptom.subject)[0])


def _judge_runtime(symptom: Symptom) -> Judged:
    if not _SYSTEM.match(symptom.subject):
        return Judged(symptom=symptom, cause=Cause.OTHER_DEPENDENCY, library="")
    old_c = symptom.subject.startswith("GLIBC_")
    return Judged(symptom=symptom, cause=Cause.C_LIBRARY_TOO_OLD if old_c else Cause.RUNTIME_TOO_OLD)


_OF_FILES = {
    SymptomKind.OTHER_ARCHITECTURE: Cause.OTHER_ARCHITECTURE,
    SymptomKind.NO_LIBRARY: Cause.DAMAGED_LIBRARY,
    SymptomKind.NO_STATIC_TLS: Cause.STATIC_TLS,
    SymptomKind.MAPPING_REFUSED: Cause.REFUSED_LIBRARY,
}


def judge_library(symptom: Symptom) -> Judged | None:
    """The cause behind a complaint about a library file; None if it does not concern TensorRT-LLM."""
    name = library_name(symptom.subject)
    if symptom.kind is SymptomKind.RUNTIME_TOO_OLD:
        return _judge_runtime(symptom) if is_own(symptom.referrer) else None
    own = is_own(symptom.subject) or OWN.match(name) is not None
    if symptom.kind in _OF_FILES:
        return Judged(symptom=symptom, cause=_OF_FILES[symptom.kind], library=name) if own else None
    if own and "denied" in symptom.scope:
        return Judged(symptom=symptom, cause=Cause.REFUSED_LIBRARY, library=name)
    plugin = _PLUGIN.match(name)
    if plugin:
        return Judged(symptom=symptom, cause=Cause.PLUGIN_NAME, library=name)
    if symptom.kind is SymptomKind.INDIRECTLY_LINKED:
        return Judged(symptom=symptom, cause=Cause.NOT_LINKED, library=name) if own else None
    if own:
        return Judged(symptom=symptom, cause=Cause.NOT_INSTALLED, library=name)
    if provider(name) or is_own(symptom.referrer):
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
