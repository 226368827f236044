"""Whose a library or a symbol is, and where pip puts it, is told alike by the diagnosis and by explained logs."""

from __future__ import annotations

import pytest

from trtheaders.checks.logs.libraries import judge_library, owner_of
from trtheaders.model.answers.symptoms import Cause, Symptom, SymptomKind
from trtheaders.suppliers import pip_requirement, supplier_of, supplier_of_symbol, wheel_folder


@pytest.mark.parametrize(
    ("library", "cuda", "package", "folder"),
    [
        ("libcublas.so.12", 12, "nvidia-cublas-cu12", "nvidia/cublas/lib"),
        ("libcublas.so.13", 13, "nvidia-cublas==13.*", "nvidia/cu13/lib"),
        ("libcudart.so.12", 12, "nvidia-cuda-runtime-cu12", "nvidia/cuda_runtime/lib"),
        ("libcudnn.so.9", 13, "nvidia-cudnn-cu13", "nvidia/cudnn/lib"),
        ("libnvinfer.so.10", 13, "tensorrt-cu13-libs", "tensorrt_libs"),
        ("libtorch.so", None, "torch", "torch/lib"),
        ("libmpi.so.40", 13, "", ""),
    ],
)
def test_pip_is_told_the_package_that_brings_a_library(library: str, cuda: int | None, package: str, folder: str):
    assert (pip_requirement(library, cuda), wheel_folder(library, cuda)) == (package, folder)


@pytest.mark.parametrize(
    ("symbol", "library"),
    [
        ("cublasCreate_v2", "libcublas.so.12"),
        ("cudaMalloc", "libcudart.so.12"),
        ("cuInit", "libcuda.so.1"),
        ("_ZN3c105ErrorC1ENS_14SourceLocationE", "libc10.so"),
        ("nvinfer1::IRuntime", "libnvinfer.so.10"),
        ("MPI_Init", "libmpi.so.40"),
        ("ucp_worker_create", "libucp.so.0"),
    ],
)
def test_a_symbol_is_whose_its_library_is(symbol: str, library: str):
    owner = supplier_of(library)
    assert owner is not None
    assert supplier_of_symbol(symbol) == owner
    assert owner_of(symbol) == (owner.owner, owner.family)


def missing(name: str) -> Symptom:
    return Symptom(kind=SymptomKind.LIBRARY_NOT_LOADED, subject=name, line=1)


def test_a_library_that_everybody_has_is_no_matter_of_ours():
    assert judge_library(missing("libm.so.6")) is None
    assert judge_library(missing("libstdc++.so.6")) is None


def test_an_explained_log_names_the_package_of_the_right_cuda():
    judged = judge_library(missing("libcublasLt.so.13"))
    assert judged is not None
    assert judged.cause is Cause.FOREIGN_LIBRARIES
    assert "`nvidia-cublas==13.*` in site-packages/nvidia/cu13/lib" in judged.evidence[0]
