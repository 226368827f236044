"""Who brings a library that TensorRT-LLM needs, or a symbol: pip package, Debian package, toolkit, driver."""

from __future__ import annotations

import re
from enum import Enum

from msgspec import Struct


class SupplierKind(Enum):
    """How a library comes onto a machine."""

    CUDA = "CUDA"
    TORCH = "PyTorch"
    TENSORRT = "TensorRT"
    MESSAGES = "message passing"
    SYSTEM = "the system"
    DRIVER = "the NVIDIA driver"
    OWN = "TensorRT-LLM"


class Supplier(Struct, frozen=True, kw_only=True):
    """Whose a library is. ``package`` is the pip package without its CUDA suffix, ``debian`` the package's name;
    `{major}` and `{minor}` in it stand for the CUDA version.
    """

    owner: str
    kind: SupplierKind
    package: str = ""
    debian: str = ""

    @property
    def family(self) -> str:
        """The pip package, without what the CUDA version adds to its name; '' where pip does not bring it."""
        return self.package.partition("-cu{major}")[0]


OWN_NAMES = r"tensorrt_llm\w*|nvinfer_plugin_tensorrt_llm|th_common|decoder_attention\w*|pg_utils"
"""TensorRT-LLM's own libraries, without `lib` and `.so`."""
_CUDA = {
    r"cublas(?:Lt)?": ("cuBLAS", "nvidia-cublas", "libcublas-{major}-{minor}"),
    r"cudart": ("the CUDA runtime", "nvidia-cuda-runtime", "cuda-cudart-{major}-{minor}"),
    r"curand": ("cuRAND", "nvidia-curand", "libcurand-{major}-{minor}"),
    r"nvrtc(?:-builtins)?": ("NVRTC", "nvidia-cuda-nvrtc", "cuda-nvrtc-{major}-{minor}"),
    r"cufft\w*": ("cuFFT", "nvidia-cufft", "libcufft-{major}-{minor}"),
    r"cusparse": ("cuSPARSE", "nvidia-cusparse", "libcusparse-{major}-{minor}"),
    r"cusolver\w*": ("cuSOLVER", "nvidia-cusolver", "libcusolver-{major}-{minor}"),
    r"nvJitLink": ("nvJitLink", "nvidia-nvjitlink", "libnvjitlink-{major}-{minor}"),
    r"cupti": ("CUPTI", "nvidia-cuda-cupti", "cuda-cupti-{major}-{minor}"),
    r"nvToolsExt": ("NVTX", "nvidia-nvtx", "cuda-nvtx-{major}-{minor}"),
    r"cufile\w*": ("cuFile", "nvidia-cufile", "libcufile-{major}-{minor}"),
    r"cudnn\w*": ("cuDNN", "nvidia-cudnn-cu{major}", "libcudnn9-cuda-{major}"),
    r"cusparseLt": ("cuSPARSELt", "nvidia-cusparselt-cu{major}", "libcusparselt0"),
    r"nccl": ("NCCL", "nvidia-nccl-cu{major}", "libnccl2"),
    r"nvshmem\w*": ("NVSHMEM", "nvidia-nvshmem-cu{major}", "libnvshmem3-cuda-{major}"),
}
_OTHERS = {
    r"nvinfer(?!_plugin_tensorrt_llm)\w*|nvonnxparser": (
        Supplier(owner="TensorRT", kind=SupplierKind.TENSORRT, package="tensorrt-cu{major}-libs", debian="libnvinfer10")
    ),
    r"torch\w*|c10\w*|shm|caffe2\w*": Supplier(owner="PyTorch", kind=SupplierKind.TORCH, package="torch"),
    r"cuda|nvidia-\w[\w-]*|nvcuvid|nvidia-ml": Supplier(owner="the NVIDIA driver", kind=SupplierKind.DRIVER),
    r"mpi(?:_cxx|_mpifh)?|open-rte|open-pal": Supplier(
        owner="Open MPI", kind=SupplierKind.MESSAGES, debian="openmpi-bin openmpi-common"
    ),
    r"ucp|ucs|uct|ucm": Supplier(owner="UCX", kind=SupplierKind.MESSAGES, debian="libucx0"),
    r"nixl\w*": Supplier(owner="NIXL", kind=SupplierKind.MESSAGES),
    r"ibverbs": Supplier(owner="libibverbs", kind=SupplierKind.SYSTEM, debian="libibverbs1"),
    r"rdmacm": Supplier(owner="librdmacm", kind=SupplierKind.SYSTEM, debian="librdmacm1"),
    r"numa": Supplier(owner="libnuma", kind=SupplierKind.SYSTEM, debian="libnuma1"),
    r"gomp": Supplier(owner="GCC's OpenMP", kind=SupplierKind.SYSTEM, debian="libgomp1"),
    r"stdc\+\+": Supplier(owner="libstdc++", kind=SupplierKind.SYSTEM, debian="libstdc++6"),
    r"gcc_s": Supplier(owner="GCC", kind=SupplierKind.SYSTEM, debian="libgcc-s1"),
    r"c|m|dl|pthread|rt|util|resolv": Supplier(owner="glibc", kind=SupplierKind.SYSTEM, debian="libc6"),
    r"hwloc": Supplier(owner="hwloc", kind=SupplierKind.SYSTEM, debian="libhwloc15"),
    r"zmq": Supplier(owner="ZeroMQ", kind=SupplierKind.SYSTEM, debian="libzmq5"),
    OWN_NAMES: Supplier(owner="TensorRT-LLM", kind=SupplierKind.OWN, package="tensorrt-llm"),
}
_SYMBOLS = {
    r"(?:^|[\s(&])(?:c10|at|torch|caffe2)::|^_ZN?K?\d?(?:3c10|2at|5torch|6caffe2)": "libtorch.so",
    r"\bnvinfer1::|createInfer\w+|getInferLibVersion": "libnvinfer.so",
    r"^cublas": "libcublas.so",
    r"^nccl": "libnccl.so",
    r"^cudnn": "libcudnn.so",
    r"^curand": "libcurand.so",
    r"^nvrtc": "libnvrtc.so",
    r"^cuda[A-Z]": "libcudart.so",
    r"^cu[A-Z]|^nvml": "libcuda.so",
    r"^MPI_|^ompi_|^MPIX_": "libmpi.so",
    r"^uc[pstm]_": "libucp.so",
    r"nixl": "libnixl.so",
}
_SUFFIXLESS_FROM = 13
"""CUDA's pip packages end with `-cu12` up to CUDA 12, and have no suffix from 13 on."""
_FOLDERS = {
    SupplierKind.TORCH: "torch/lib",
    SupplierKind.TENSORRT: "tensorrt_libs",
    SupplierKind.OWN: "tensorrt_llm/libs",
}
_CUDA_VERSIONED = re.compile(r"lib(?:cublas(?:Lt)?|cudart|nvrtc|nvJitLink)\.so\.(\d+)")


def supplier_of(name: str) -> Supplier | None:
    """Whose the library called ``name`` (`libcublasLt.so.13`) is; None for one that nobody here knows."""
    for pattern, (owner, package, debian) in _CUDA.items():
        if re.match(rf"lib(?:{pattern})\.so", name):
            return Supplier(owner=owner, kind=SupplierKind.CUDA, package=package, debian=debian)
    return next((row for pattern, row in _OTHERS.items() if re.match(rf"lib(?:{pattern})\.so", name)), None)


def supplier_of_symbol(symbol: str) -> Supplier | None:
    """Whose ``symbol``, demangled, is; None where its name does not tell."""
    return next((supplier_of(library) for pattern, library in _SYMBOLS.items() if re.search(pattern, symbol)), None)


def is_of_driver(name: str) -> bool:
    """Whether the driver brings it, so that a machine without a GPU need not have it."""
    supplier = supplier_of(name)
    return supplier is not None and supplier.kind is SupplierKind.DRIVER


def cuda_major_of(name: str) -> int | None:
    """The CUDA major that a library's name carries (`libcublasLt.so.13`: 13); None where it carries none."""
    found = _CUDA_VERSIONED.match(name)
    return int(found[1]) if found else None


def pip_requirement(name: str, cuda: int | None, version: str = "") -> str:
    """What to say to pip for the library ``name`` on CUDA ``cuda``; '' where pip does not bring it.

    ``version`` is the wanted version of what brings it, as far as it is known (`10.13`).
    """
    supplier = supplier_of(name)
    if supplier is None or not supplier.package or (cuda is None and supplier.kind is not SupplierKind.OWN):
        return "" if supplier is None or supplier.kind is not SupplierKind.TORCH else _pinned("torch", version)
    package = supplier.package.format(major=cuda)
    if supplier.kind is SupplierKind.CUDA and package == supplier.package:
        return f"{package}-cu{cuda}" if cuda and cuda < _SUFFIXLESS_FROM else f"{package}{_major_pin(name, cuda)}"
    return _pinned(package, version) if supplier.kind is not SupplierKind.CUDA else package


def _major_pin(name: str, cuda: int | None) -> str:
    # Only the packages that are numbered as CUDA itself is may be pinned to its major.
    return f"=={cuda}.*" if cuda_major_of(name) == cuda else ""


def _pinned(package: str, version: str) -> str:
    if not version:
        return package
    return f"{package}=={version}" if version.count(".") > 1 else f"{package}=={version}.*"


def wheel_folder(name: str, cuda: int | None) -> str:
    """Where under site-packages pip puts the library ``name``; '' where it does not bring it.

    Up to CUDA 12 each package has a folder, from 13 on they share one; without ``cuda``, both are told.
    """
    supplier = supplier_of(name)
    if supplier is None or supplier.kind is not SupplierKind.CUDA:
        return _FOLDERS.get(supplier.kind, "") if supplier else ""
    own = f"nvidia/{supplier.family.removeprefix('nvidia-').replace('-', '_')}/lib"
    if supplier.family != supplier.package or (cuda and cuda < _SUFFIXLESS_FROM):
        return own
    return f"nvidia/cu{cuda}/lib" if cuda else f"{own} (CUDA 12) or nvidia/cu13/lib (CUDA 13)"


def debian_package(name: str, cuda: tuple[int, int] | None) -> str:
    """What to say to apt-get; '' where no package is known, or the CUDA version that its name wants is not."""
    supplier = supplier_of(name)
    if supplier is None or not supplier.debian:
        return ""
    if "{" not in supplier.debian:
        return supplier.debian
    return supplier.debian.format(major=cuda[0], minor=cuda[1]) if cuda else ""
