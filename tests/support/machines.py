"""A machine with everything on it, below a folder: real ELF files, a driver's library of our own, a project.

Tests take one part away, or put a wrong one there, and ask what `doctor` says.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from support.cxx import CACHE, build_library
from support.demo_upstream import build_environment, build_release_library, build_upstream

RELEASE = "1.1.0"
PYTHON = "3.12"
TRIPLET = "aarch64-linux-gnu" if os.uname().machine == "aarch64" else "x86_64-linux-gnu"
_LOADER = "lib/ld-linux-aarch64.so.1" if TRIPLET.startswith("aarch64") else "lib64/ld-linux-x86-64.so.2"
_RUNTIME = ("libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1")

TORCH = "torch/lib/libtorch.so"
C10 = "torch/lib/libc10.so"
CUBLAS = "nvidia/cu13/lib/libcublasLt.so.13"
NCCL = "nvidia/nccl/lib/libnccl.so.2"
NVINFER = "tensorrt_libs/libnvinfer.so.10"
WHEELS = (CUBLAS, "nvidia/cu13/lib/libcublas.so.13", "nvidia/cu13/lib/libcurand.so.10", NCCL, NVINFER, TORCH, C10)
"""Libraries of other packages that the installed one needs, as places below site-packages."""
SYSTEM = ("libmpi.so.40", "libcuda.so.1")
"""Those that the system and the driver bring."""
METADATA = {
    "nvidia_cublas": "13.0.2.14",
    "nvidia_nccl_cu13": "2.28.3",
    "tensorrt_cu13_libs": "10.13.3.9",
    "torch": "2.9.0",
}

_TEXTS = {
    "libmpi.so.40": 'extern "C" { int ompi_mpi_comm_world; int MPI_Init() { return 0; } }\n',
    "libc10.so": "#include <string>\nnamespace c10 { std::string what(std::string const& s) { return s; } }\n",
}


@dataclass(frozen=True)
class FakeGpu:
    """What NVML says of one GPU."""

    name: str = "NVIDIA H200"
    capability: tuple[int, int] = (9, 0)
    mig: bool = False


def stub_of(name: str, text: str = "", flags: tuple[str, ...] = ()) -> Path:
    """A library called ``name``, with that SONAME."""
    word = "".join(letter if letter.isalnum() else "_" for letter in name)
    body = text or _TEXTS.get(name) or f'extern "C" int {word}() {{ return 1; }}\n'
    return build_library(body, name=name, flags=("-O1", *flags))


def build_nvml(gpus: tuple[FakeGpu, ...], *, driver: str, cuda: int, peer: int = 0, body: str = "return 0;") -> Path:
    """A `libnvidia-ml.so.1` for ``gpus``; ``peer`` is the P2P status of every pair, ``body`` that of `nvmlInit_v2`."""
    names = ", ".join(f'"{gpu.name}"' for gpu in gpus) or '""'
    majors = ", ".join(str(gpu.capability[0]) for gpu in gpus) or "0"
    minors = ", ".join(str(gpu.capability[1]) for gpu in gpus) or "0"
    migs = ", ".join(str(int(gpu.mig)) for gpu in gpus) or "0"
    text = f"""
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <unistd.h>
static char const* names[] = {{{names}}};
static int majors[] = {{{majors}}}, minors[] = {{{minors}}}, migs[] = {{{migs}}};
static long index_of(void* handle) {{ return reinterpret_cast<intptr_t>(handle) - 1; }}
struct Memory {{ unsigned long long total, free, used; }};
extern "C" {{
int nvmlInit_v2() {{ {body} }}
char const* nvmlErrorString(int code) {{ return code == 18 ? "Driver/library version mismatch" : "other"; }}
int nvmlSystemGetDriverVersion(char* text, unsigned) {{ strcpy(text, "{driver}"); return 0; }}
int nvmlSystemGetCudaDriverVersion_v2(int* version) {{ *version = {cuda}; return 0; }}
int nvmlDeviceGetCount_v2(unsigned* count) {{ *count = {len(gpus)}; return 0; }}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** handle)
{{ *handle = reinterpret_cast<void*>(intptr_t(index) + 1); return 0; }}
int nvmlDeviceGetName(void* handle, char* text, unsigned) {{ strcpy(text, names[index_of(handle)]); return 0; }}
int nvmlDeviceGetCudaComputeCapability(void* handle, int* major, int* minor)
{{ *major = majors[index_of(handle)]; *minor = minors[index_of(handle)]; return 0; }}
int nvmlDeviceGetMemoryInfo(void*, Memory* memory) {{ memory->total = 150754820096ull; return 0; }}
int nvmlDeviceGetMigMode(void* handle, unsigned* mode, unsigned* pending)
{{ *mode = *pending = migs[index_of(handle)]; return 0; }}
int nvmlDeviceGetP2PStatus(void*, void*, int, int* status) {{ *status = {peer}; return 0; }}
int nvmlDeviceGetTopologyCommonAncestor(void*, void*, int* level) {{ *level = 50; return 0; }}
}}
"""
    return build_library(text, name="libnvidia-ml.so.1")


@cache
def vendored_project() -> Path:
    """`include/tensorrt-llm` with :data:`RELEASE` vendored and recorded, made once for all runs."""
    folder = CACHE.parent / "vendored" / str(os.getpid())
    shutil.rmtree(folder, ignore_errors=True)
    upstream = build_upstream(folder / "upstream")
    (folder / "project" / ".git").mkdir(parents=True)
    command = [sys.executable, "-m", "trtheaders", "add", f"v{RELEASE}", "--remote", str(upstream)]
    done = subprocess.run(command, cwd=folder / "project", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "project"


@dataclass
class Machine:
    """``root`` stands for `/`, ``project`` is the consumer's repository with its `.venv`."""

    root: Path
    project: Path
    site: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def libraries(self) -> Path:
        return self.root / "lib" / TRIPLET

    @property
    def package(self) -> Path:
        return self.site / "tensorrt_llm"

    @property
    def library(self) -> Path:
        return self.package / "libs" / "libtensorrt_llm.so"

    def put(self, place: str, source: Path) -> Path:
        """A library below site-packages."""
        target = self.site / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        shutil.copy(source, target)
        return target

    def say(self, name: str, text: str) -> None:
        """A program on PATH that prints ``text``."""
        program = self.root / "usr" / "bin" / name
        program.unlink(missing_ok=True)
        program.write_text(f"#!/bin/sh\necho '{text}'\n")
        program.chmod(0o755)

    def state(self, name: str, version: str) -> None:
        """Metadata of a package in site-packages, in place of any other of it."""
        for stale in self.site.glob(f"{name}-*.dist-info"):
            shutil.rmtree(stale)
        (self.site / f"{name}-{version}.dist-info").mkdir()

    def drive(self, *gpus: FakeGpu, driver: str = "580.95.05", cuda: int = 13000, **more: object) -> None:
        """A driver with these GPUs."""
        library = build_nvml(gpus, driver=driver, cuda=cuda, **more)  # type: ignore[arg-type]
        (self.libraries / library.name).unlink(missing_ok=True)
        shutil.copy(library, self.libraries / library.name)

    def toolkit(self, version: str, *, headers: bool = True) -> Path:
        """A toolkit in `/usr/local`, without `version.json`, as real ones may be."""
        folder = self.root / "usr" / "local" / f"cuda-{version}"
        major, _, minor = version.partition(".")
        (folder / "include").mkdir(parents=True)
        (folder / "include" / "cuda.h").write_text(f"#define CUDA_VERSION {int(major) * 1000 + int(minor) * 10}\n")
        if headers:
            (folder / "include" / "cuda_fp16.h").write_text("struct __half;\n")
        return folder

    def engine(self, *, version: str = RELEASE, ranks: int = 1, quantisation: str = "", **mapping: int) -> Path:
        """A built engine of the new layout."""
        folder = self.project / "engine"
        folder.mkdir()
        parallel = {"world_size": ranks, "tp_size": ranks, "pp_size": 1, "cp_size": 1, **mapping}
        config = {
            "version": version,
            "pretrained_config": {
                "architecture": "LlamaForCausalLM",
                "dtype": "float16",
                "quantization": {"quant_algo": quantisation or None, "kv_cache_quant_algo": None},
                "mapping": parallel,
            },
            "build_config": {"max_batch_size": 8, "max_input_len": 1024, "max_seq_len": 2048, "plugin_config": {}},
        }
        (folder / "config.json").write_text(json.dumps(config))
        for rank in range(ranks):
            (folder / f"rank{rank}.engine").write_bytes(b"an engine " * 100)
        return folder

    def torch(self, version: str = "2.9.0+cu130", cuda: str | None = "13.0") -> None:
        """What PyTorch says of itself."""
        word = f"'{cuda}'" if cuda else "None"
        text = f"__version__ = '{version}'\ndebug = False\ncuda: Optional[str] = {word}\n"
        (self.site / "torch" / "version.py").write_text(text)


def build_machine(folder: Path) -> Machine:
    """A machine on which nothing is wrong."""
    root, project = folder / "machine", folder / "home" / "somebody" / "project"
    for place in (f"lib/{TRIPLET}", "usr/bin", "usr/local", "etc", "proc", _LOADER.rpartition("/")[0]):
        (root / place).mkdir(parents=True, exist_ok=True)
    project.parent.mkdir(parents=True)
    shutil.copytree(vendored_project(), project)
    build_environment(project / ".venv", RELEASE)
    # One of the Pythons that the release has wheels for, whichever runs the tests.
    site = project / ".venv" / "lib" / f"python{PYTHON}" / "site-packages"
    if site.parent != (own := next((project / ".venv" / "lib").iterdir())):
        own.rename(site.parent)
    machine = Machine(root, project, site)
    (root / _LOADER).symlink_to(f"/{_LOADER}")
    for name in (*_RUNTIME, _LOADER.rpartition("/")[2]):
        (machine.libraries / name).symlink_to(_find_runtime(name))
    _install(machine)
    for name in ("g++", "c++"):
        (root / "usr/bin" / name).symlink_to(shutil.which("g++") or "/usr/bin/g++")
    machine.say("mpirun", "mpirun (Open MPI) 4.1.6")
    machine.drive(FakeGpu(), FakeGpu())
    machine.toolkit("13.0")
    machine.environment = {
        "PATH": str(root / "usr/bin"),
        "VIRTUAL_ENV": str(project / ".venv"),
        "HOME": str(project.parent),
    }
    return machine


def _find_runtime(name: str) -> Path:
    done = subprocess.run(["g++", f"-print-file-name={name}"], capture_output=True, text=True, check=True)
    return Path(done.stdout.strip()).resolve()


def _install(machine: Machine) -> None:
    needed = [stub_of(Path(place).name) for place in WHEELS] + [stub_of(name) for name in SYSTEM]
    shutil.copy(build_release_library(RELEASE, inputs=needed), machine.library)
    for place in WHEELS:
        machine.put(place, stub_of(Path(place).name))
    for name in SYSTEM:
        shutil.copy(stub_of(name), machine.libraries / name)
    for name, version in METADATA.items():
        machine.state(name, version)
    machine.torch()
    wheel = machine.site / f"tensorrt_llm-{RELEASE}.dist-info" / "WHEEL"
    wheel.write_text("Wheel-Version: 1.0\nTag: cp312-cp312-linux_x86_64\n")
