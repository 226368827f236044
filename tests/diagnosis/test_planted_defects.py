"""On a whole machine all is well; each defect that is planted is named, by its check, with what to do."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.cxx import build_library
from support.demo_upstream import build_release_library
from support.machines import C10, CUBLAS, NCCL, NVINFER, RELEASE, TORCH, WHEELS, FakeGpu, stub_of

from trtheaders.configuration import load_configuration
from trtheaders.diagnosis.checks.registry import CHECKS
from trtheaders.model.setup.checkup import Purpose, SetupState, SetupVerdict
from trtheaders.verbs.adopt import adopt
from trtheaders.verbs.doctor import doctor

SERIAL = "stdVersionRead == kSERIALIZATION_VERSION"
FAIL, WARN, NOTE, OK = SetupState.FAIL, SetupState.WARN, SetupState.NOTE, SetupState.OK


def look(machine, **more):
    engine = machine.project / "engine"
    more.setdefault("engine", engine if engine.exists() else None)
    # However busy the machine is that runs the tests.
    return doctor(patience=60, start=machine.project, environment=machine.environment, root=machine.root, **more)


def answers(checkup, identifier):
    return [answer for answer in checkup.answers if answer.id == identifier]


def words_of(answer):
    return "\n".join([answer.title, answer.found, answer.needed, answer.why, *answer.details])


def test_on_a_whole_machine_all_is_well(machine):
    checkup = look(machine)
    assert checkup.verdict is SetupVerdict.HEALTHY
    assert {answer.state for answer in checkup.answers} <= {OK, NOTE}, checkup
    assert [answer.id for answer in checkup.answers if answer.state is NOTE] == ["needed-libraries"]


def test_every_check_has_a_defect_here():
    assert {row.check for row in DEFECTS} == {check.id for check in CHECKS}


def test_identifiers_are_kebab_case_and_unique():
    names = [check.id for check in CHECKS]
    assert len(set(names)) == len(names)
    assert all(name == name.lower() and "_" not in name for name in names)


@dataclass(frozen=True)
class Defect:
    """What is broken (``plant``), which check says so, how badly, and words of what it says and of the remedy."""

    name: str
    check: str
    state: SetupState
    plant: object
    says: tuple[str, ...]
    fix: str = ""
    purpose: Purpose | None = None


def _uninstall(machine):
    shutil.rmtree(machine.package)


def _second_environment(machine):
    target = machine.project.parent / "other" / "lib" / "python3.10" / "site-packages"
    shutil.copytree(machine.package, target / "tensorrt_llm")
    (machine.project.parent / "other" / "pyvenv.cfg").write_text("home = /usr/bin\n")
    (target / "tensorrt_llm" / "version.py").write_text('__version__ = "1.0.0"\n')
    machine.environment["CONDA_PREFIX"] = str(machine.project.parent / "other")


def _stale_metadata(machine):
    machine.state("tensorrt_llm", "1.0.0")
    folder = machine.site / "tensorrt_llm-1.0.0.dist-info"
    (folder / "METADATA").write_text("Name: tensorrt-llm\nVersion: 1.0.0\n")


def _other_python(machine):
    wheel = machine.site / f"tensorrt_llm-{RELEASE}.dist-info" / "WHEEL"
    wheel.write_text("Wheel-Version: 1.0\nTag: cp310-cp310-linux_x86_64\n")


def _unknown_python(machine):
    (machine.site / f"tensorrt_llm-{RELEASE}.dist-info" / "WHEEL").unlink()
    machine.site.parent.rename(machine.site.parent.with_name("python3.13"))


def _copy_before(machine):
    (machine.root / "opt" / "copy").mkdir(parents=True)
    shutil.copy(build_release_library("1.0.0"), machine.root / "opt" / "copy" / "libtensorrt_llm.so")
    machine.environment["LD_LIBRARY_PATH"] = str(machine.root / "opt" / "copy")


def _copy_behind(machine):
    shutil.copy(build_release_library("1.0.0"), machine.libraries / "libtensorrt_llm.so")


def _not_vendored(machine):
    shutil.rmtree(machine.project / "include")


def _edited_header(machine):
    header = machine.project / "include/tensorrt-llm" / RELEASE / "tensorrt_llm/executor/executor.h"
    header.write_text(header.read_text() + "// mine\n")


def _other_library(machine):
    needed = [stub_of(Path(place).name) for place in WHEELS]
    shutil.copy(build_release_library("1.0.0", inputs=needed), machine.library)


def _no_snapshot(machine):
    next((machine.project / "include/tensorrt-llm" / RELEASE).glob("*.json.gz")).unlink()


def _damaged_snapshot(machine):
    next((machine.project / "include/tensorrt-llm" / RELEASE).glob("*.json.gz")).write_bytes(b"of another version")


def _drop(place):
    return lambda machine: (machine.site / place).unlink()


def _no_torch(machine):
    (machine.site / TORCH).unlink()
    (machine.site / C10).unlink()


def _only_cublas_12(machine):
    (machine.site / CUBLAS).unlink()
    shutil.copy(stub_of("libcublasLt.so.12"), machine.libraries / "libcublasLt.so.12")


def _cublas_elsewhere(machine):
    folder = machine.root / "usr/local/cuda-13.0/lib64"
    folder.mkdir()
    shutil.move(machine.site / CUBLAS, folder)


def _no_mpi_library(machine):
    (machine.libraries / "libmpi.so.40").unlink()


def _text_for_a_library(machine):
    (machine.site / NVINFER).write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")


def _cut_library(machine):
    machine.library.write_bytes(machine.library.read_bytes()[:5000])


def _two_neighbours(machine):
    del machine.environment["VIRTUAL_ENV"]
    shutil.copytree(machine.project / ".venv", machine.project / "venv", symlinks=True)
    file = next((machine.project / "venv/lib").glob("python3*/site-packages/tensorrt_llm/version.py"))
    file.write_text('__version__ = "1.0.0"\n')


def _old_runtime(machine):
    script = machine.root / "map"
    script.write_text("GLIBCXX_3.4 { global: *; };\n")
    old = build_library("int nothing;\n", name="libstdc++.so.6", flags=(f"-Wl,--version-script={script}", "-nostdlib"))
    (machine.libraries / "libstdc++.so.6").unlink()
    shutil.copy(old, machine.libraries / "libstdc++.so.6")


def _other_torch_symbols(machine):
    # The library refers to a function of libc10 that the installed one does not have.
    text = 'namespace c10 { int gone(int); } extern "C" int use() { return c10::gone(1); }\n'
    new = build_library("namespace c10 { int gone(int) { return 1; } }\n", name="libc10.so")
    library = build_library(text, name="libtensorrt_llm.so", inputs=(new,), flags=("-Wl,--no-as-needed",))
    shutil.copy(library, machine.library)


def _python_symbols(machine):
    text = 'extern "C" void* PyList_New(long); extern "C" void* use() { return PyList_New(1); }\n'
    shutil.copy(build_library(text, name="libtensorrt_llm.so"), machine.library)


def _torch(version, cuda):
    return lambda machine: machine.torch(version, cuda)


def _old_abi_torch(machine):
    flags = ("-D_GLIBCXX_USE_CXX11_ABI=0",)
    machine.put(C10, stub_of("libc10.so", flags=flags))


def _tensorrt(version):
    return lambda machine: machine.state("tensorrt_cu13_libs", version)


def _foreign_nccl(machine):
    machine.state("nvidia_nccl_cu12", "2.27.5")


def _foreign_mpi(machine):
    shutil.copy(stub_of("libmpi.so.40", 'extern "C" int MPI_Init() { return 0; }\n'), machine.libraries)


def _hydra(machine):
    machine.say("mpirun", "HYDRA build details: Version: 4.2.0")


def _no_launcher(machine):
    (machine.root / "usr/bin/mpirun").unlink()


def _no_driver(machine):
    (machine.libraries / "libnvidia-ml.so.1").unlink()


def _container(machine):
    _no_driver(machine)
    (machine.root / ".dockerenv").touch()


def _old_driver(machine):
    machine.drive(FakeGpu(), driver="575.57.08", cuda=12090)


def _mismatched_driver(machine):
    _kernel_only(machine)
    machine.drive(FakeGpu(), body="return 18;")


def _kernel_only(machine):
    (machine.libraries / "libnvidia-ml.so.1").unlink()
    (machine.root / "proc/driver/nvidia").mkdir(parents=True)
    line = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.10  Release Build  (somebody@somewhere)\n"
    (machine.root / "proc/driver/nvidia/version").write_text(line)


def _volta(machine):
    machine.drive(FakeGpu("Tesla V100", (7, 0)))


def _mixed(machine):
    machine.drive(FakeGpu("Tesla V100", (7, 0)), FakeGpu())


def _mig(machine):
    machine.drive(FakeGpu(mig=True))


def _no_peers(machine):
    machine.drive(FakeGpu("NVIDIA GeForce RTX 4090", (8, 9)), FakeGpu("NVIDIA GeForce RTX 4090", (8, 9)), peer=1)


def _toolkit_12(machine):
    shutil.rmtree(machine.root / "usr/local/cuda-13.0")
    machine.toolkit("12.9")


def _two_toolkits(machine):
    machine.environment["CUDA_HOME"] = str(machine.toolkit("12.9"))


def _no_toolkit(machine):
    shutil.rmtree(machine.root / "usr/local/cuda-13.0")


def _headers_by_wheel(machine):
    _no_toolkit(machine)
    folder = machine.site / "nvidia/cu13/include"
    folder.mkdir()
    (folder / "cuda_fp16.h").write_text("struct __half;\n")
    (folder / "cuda.h").write_text("#define CUDA_VERSION 13000\n")


def _no_compiler(machine):
    (machine.root / "usr/bin/g++").unlink()
    (machine.root / "usr/bin/c++").unlink()


def _old_abi_library(machine):
    needed = [stub_of(Path(place).name) for place in WHEELS]
    flags = ("-O2", "-D_GLIBCXX_USE_CXX11_ABI=0")
    shutil.copy(build_release_library(RELEASE, inputs=needed, flags=flags), machine.library)


def _stale_cache(machine):
    (machine.project / "build").mkdir()
    text = "TENSORRT_LLM_VERSION:STRING=1.2.0rc3\nTRT_INC:PATH=/src/include/tensorrt-llm/1.2.0rc3\n"
    (machine.project / "build/CMakeCache.txt").write_text(text)


def _own_cache(machine):
    _stale_cache(machine)
    (machine.project / "build/trtheaders-answers.cmake").write_text("set(tensorrt_llm_VERSION [[1.2.0rc3]])\n")


def _engine(**wish):
    return lambda machine: machine.engine(**wish) and None


def _half_an_engine(machine):
    (machine.engine(ranks=2) / "rank1.engine").unlink()


def _many_ranks(machine):
    machine.engine(ranks=4)


def _fp8_on_ampere(machine):
    machine.drive(FakeGpu("NVIDIA A100", (8, 0)))
    machine.engine(quantisation="FP8")


def _no_engine(machine):
    (machine.project / "engine").mkdir()


RUN = Purpose.RUN
DEFECTS = [
    Defect("nothing-installed", "tensorrt-llm", FAIL, _uninstall, ("none", RELEASE), f"'tensorrt-llm=={RELEASE}'"),
    Defect("two-neighbours", "tensorrt-llm", FAIL, _two_neighbours, ("more than one", "1.0.0"), "--python"),
    Defect("another-environment", "other-installations", NOTE, _second_environment, ("1.0.0", "other/lib")),
    Defect("stale-metadata", "package-metadata", WARN, _stale_metadata, ("1.1.0", "1.0.0"), "pip install --force-re"),
    Defect("other-python", "python", FAIL, _other_python, ("3.12", "wheel is for 3.10"), "python3.10 -m venv"),
    Defect("unknown-python", "python", WARN, _unknown_python, ("3.13", "3.10 or 3.12"), "python3.12 -m venv"),
    Defect("copy-before", "library-copies", WARN, _copy_before, ("LD_LIBRARY_PATH", "opt/copy"), "export LD_LIB"),
    Defect("copy-behind", "library-copies", NOTE, _copy_behind, ("on the loader's path",)),
    Defect("not-vendored", "headers", FAIL, _not_vendored, (f"{RELEASE} is not vendored",), "trtheaders add installed"),
    Defect("edited-header", "headers", FAIL, _edited_header, ("executor.h",), "trtheaders sync"),
    Defect("other-library", "headers", FAIL, _other_library, ("does not match", "SamplingConfig"), "trtheaders "),
    Defect("no-snapshot", "headers", WARN, _no_snapshot, ("no recorded snapshot",), "trtheaders verify"),
    Defect(
        "stale-snapshot",
        "headers",
        WARN,
        _damaged_snapshot,
        ("no recorded snapshot that is current",),
        "trtheaders verify",
    ),
    Defect(
        "only-cublas-12",
        "needed-libraries",
        FAIL,
        _only_cublas_12,
        ("libcublasLt.so.13", "libcublasLt.so.12", "CUDA 13"),
        "pip install 'nvidia-cublas==13.*'  # or: apt-get install libcublas-13-0",
    ),
    Defect("cublas-elsewhere", "needed-libraries", FAIL, _cublas_elsewhere, ("cuda-13.0/lib64",), "export LD_LIBRARY_"),
    Defect(
        "no-mpi", "needed-libraries", FAIL, _no_mpi_library, ("libmpi.so.40", "Open MPI"), "openmpi-bin openmpi-com"
    ),
    Defect("no-nccl", "needed-libraries", FAIL, _drop(NCCL), ("libnccl.so.2",), "nvidia-nccl-cu13"),
    Defect(
        "no-tensorrt", "needed-libraries", FAIL, _drop(NVINFER), ("libnvinfer.so.10",), "tensorrt-cu13-libs==10.13.*"
    ),
    Defect(
        "all-torch", "needed-libraries", FAIL, _no_torch, ("libtorch.so", "not found, nor libc10.so"), "torch==2.9.0"
    ),
    Defect("no-torch", "needed-libraries", FAIL, _drop(TORCH), ("libtorch.so",), "torch==2.9.0"),
    Defect(
        "a-text", "needed-libraries", FAIL, _text_for_a_library, ("libnvinfer.so.10", "no library for this machine")
    ),
    Defect("cut-library", "needed-libraries", FAIL, _cut_library, ("is truncated or damaged",), "--force-reinstall"),
    Defect("old-libstdc++", "symbol-versions", FAIL, _old_runtime, ("GLIBCXX_3.4.", "libstdc++.so.6"), "libstdc++6"),
    Defect("other-torch", "library-symbols", FAIL, _other_torch_symbols, ("c10::gone(int)",), "torch==2.9.0"),
    Defect("a-python-module", "library-symbols", WARN, _python_symbols, ("PyList_New", "Python process"), "--embed"),
    Defect("torch-2.8", "pytorch", WARN, _torch("2.8.0+cu130", "13.0"), ("2.8.0", "2.9.0"), "torch==2.9.0"),
    Defect("torch-cu12", "pytorch", FAIL, _torch("2.9.0+cu128", "12.8"), ("CUDA 12.8", "CUDA 13"), "whl/cu130"),
    Defect("torch-cpu", "pytorch", FAIL, _torch("2.9.0+cpu", None), ("without CUDA",), "torch==2.9.0"),
    Defect("torch-old-abi", "pytorch", FAIL, _old_abi_torch, ("old std::string ABI",), "torch==2.9.0"),
    Defect(
        "tensorrt-10.11", "tensorrt", WARN, _tensorrt("10.11.0.33"), ("10.11", "kSERIALIZATION_VERSION"), "==10.13.*"
    ),
    Defect("nccl-cu12", "nccl", WARN, _foreign_nccl, ("nvidia_nccl_cu12",), "nvidia-nccl-cu13"),
    Defect("foreign-mpi", "mpi", FAIL, _foreign_mpi, ("is not Open MPI's",), "openmpi-bin openmpi-common"),
    Defect("foreign-launcher", "mpi", WARN, _hydra, ("mpirun is not Open MPI's",), "openmpi-bin openmpi-common"),
    Defect("no-launcher", "mpi", NOTE, _no_launcher, ("tensor parallelism",), "openmpi-bin openmpi-common"),
    Defect("no-driver", "driver", NOTE, _no_driver, ("none on this machine: not judged",)),
    Defect("no-driver-to-run", "driver", FAIL, _no_driver, ("none on this machine", "580"), "nvidia-driver-580", RUN),
    Defect("container", "driver", FAIL, _container, ("in this container",), "docker run --gpus all", RUN),
    Defect("old-driver", "driver", FAIL, _old_driver, ("575.57.08", "CUDA 13"), "nvidia-driver-580"),
    Defect("mismatched-driver", "driver", FAIL, _mismatched_driver, ("Driver/library version mismatch",), "reboot"),
    Defect("kernel-only", "driver", FAIL, _kernel_only, ("570.86.10",), "nvidia-driver-580"),
    Defect("no-gpu-to-run", "gpus", FAIL, _no_driver, ("none visible here",), "", RUN),
    Defect("volta", "gpus", FAIL, _volta, ("V100 (7.0)", "Volta was dropped"), "trtheaders matrix --fits"),
    Defect("volta-beside", "gpus", WARN, _mixed, ("V100",), "CUDA_VISIBLE_DEVICES=1"),
    Defect("mig", "mig", NOTE, _mig, ("GPU 0", "tensor parallelism"), "-mig 0"),
    Defect("no-peer-access", "peer-access", NOTE, _no_peers, ("0 and 1", "patched kernel modules"), "NCCL_P2P_DISABLE"),
    Defect("toolkit-12", "cuda-toolkit", WARN, _toolkit_12, ("12.9", "CUDA 13"), "apt-get install cuda-toolkit-13-0"),
    Defect("wrong-cuda-home", "cuda-toolkit", WARN, _two_toolkits, ("12.9", "CUDA_HOME"), "export CUDA_HOME="),
    Defect("no-cuda-headers", "cuda-headers", FAIL, _no_toolkit, ("no cuda_fp16.h",), "nvidia-cuda-crt==13.*"),
    Defect(
        "headers-by-wheel", "cuda-headers", WARN, _headers_by_wheel, ("cu13/include",), "export CPLUS_INCLUDE_PATH="
    ),
    Defect("no-compiler", "compiler", FAIL, _no_compiler, ("no C++ compiler",), "apt-get install g++"),
    Defect("old-abi", "compiler", WARN, _old_abi_library, ("old std::string ABI",), "_GLIBCXX_USE_CXX11_ABI=0"),
    Defect("stale-cache", "build-folders", WARN, _stale_cache, ("1.2.0rc3",), "rm "),
    Defect("old-engine", "engine", FAIL, _engine(version="1.0.0"), ("1.0.0 (TensorRT 10.11)", SERIAL), "trtllm-build"),
    Defect("near-engine", "engine", WARN, _engine(version="1.2.0rc3"), ("1.2.0rc3 (TensorRT 10.13)",), "trtllm-build"),
    Defect("no-engine", "engine", FAIL, _no_engine, ("no config.json",)),
    Defect("half-an-engine", "engine-ranks", FAIL, _half_an_engine, ("no file for rank 1",), "rsync"),
    Defect("four-ranks", "engine-parallelism", FAIL, _many_ranks, ("tp 4 × pp 1 = 4 GPUs, 2 are here",), "--tp_size 2"),
    Defect("limits", "engine-limits", OK, _engine(), ("max_batch_size 8", "max_seq_len 2048")),
    Defect("fp8-on-ampere", "engine-quantisation", FAIL, _fp8_on_ampere, ("FP8", "8.0", "≥ 8.9"), "quantize.py"),
    Defect("own-cache", "build-folders", NOTE, _own_cache, ("reconfigures by itself",)),
]


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_a_defect_is_named_with_its_remedy(machine, defect, monkeypatch):
    defect.plant(machine)
    monkeypatch.setenv("PATH", machine.environment["PATH"])
    checkup = look(machine, only=[defect.check], purpose=defect.purpose)
    found = [answer for answer in answers(checkup, defect.check) if answer.state is defect.state]
    assert found, checkup
    assert any(
        all(word in words_of(answer) for word in defect.says) and defect.fix in answer.fix for answer in found
    ), found
    assert all("\n" not in answer.fix for answer in found)


def test_the_needs_of_a_program_without_a_run_path_are_told_apart(machine):
    plain = answers(look(machine), "needed-libraries")[-1]
    assert plain.state is NOTE
    assert "libcublasLt.so.13" in plain.found
    machine.environment["LD_LIBRARY_PATH"] = plain.fix.partition("=")[2]
    assert [answer.state for answer in answers(look(machine), "needed-libraries")] == [OK]


def test_what_the_driver_brings_is_no_missing_library(machine):
    (machine.libraries / "libcuda.so.1").unlink()
    assert look(machine).verdict is SetupVerdict.HEALTHY


def test_headers_that_were_adopted_and_not_yet_compared_are_no_fault(machine):
    store = machine.project / "include/tensorrt-llm"
    (store / "trtheaders.lock").unlink()
    adopt(destination=store, configuration=load_configuration(machine.project))
    assert [answer.state for answer in answers(look(machine), "headers")] == [OK]


def test_a_machine_for_building_needs_no_gpu(machine):
    _no_driver(machine)
    (machine.libraries / "libcuda.so.1").unlink()
    checkup = look(machine, purpose=Purpose.BUILD)
    assert checkup.verdict is SetupVerdict.HEALTHY
    assert not answers(checkup, "gpus")
    assert look(machine, purpose=Purpose.RUN).verdict is SetupVerdict.PROBLEMS


def test_a_library_that_cannot_be_read_is_one_problem_and_no_puzzle(machine):
    _cut_library(machine)
    checkup = look(machine, purpose=Purpose.RUN)
    assert checkup.verdict is SetupVerdict.PROBLEMS
    assert [answer.id for answer in checkup.answers if answer.state in (FAIL, SetupState.UNKNOWN)] == [
        "needed-libraries"
    ]


def test_where_nothing_says_which_is_meant_there_is_no_answer_and_one_row_says_why(machine):
    _two_neighbours(machine)
    checkup = look(machine)
    assert checkup.verdict is SetupVerdict.UNANSWERED
    assert not [answer for answer in checkup.answers if answer.state is SetupState.UNKNOWN]


def test_where_nothing_is_installed_there_is_no_answer(machine):
    _uninstall(machine)
    assert look(machine).verdict is SetupVerdict.UNANSWERED
