"""Our stand-ins for foreign headers give the same symbols as the real ones, wherever those are installed."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.cxx import compile_cxx
from support.recording import promised, record_text

from trtheaders.headers.entrance import STAND_INS

API = """
#include <cuda.h>
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>
#include <cuda_runtime.h>
namespace lib {
void halves(half, half2 const&, __half*);
void brains(__nv_bfloat16, __nv_bfloat162*);
void eighths(__nv_fp8_e4m3, __nv_fp8_e5m2*);
void streams(cudaStream_t, cudaEvent_t, cudaGraph_t, cudaGraphExec_t, cudaError_t, cudaMemPool_t);
void kinds(cudaMemcpyKind, cudaDataType_t, cudaDataType, cudaIpcMemHandle_t, cudaMemoryType);
void driver(CUstream, CUmodule, CUfunction, CUdeviceptr, CUresult, CUmemGenericAllocationHandle, CUtensorMap const&);
void vectors(float2, float4, int4, uint4, dim3, char4, short2, double2);
struct Holder { half a; __nv_bfloat16 b; __nv_fp8_e4m3 c; float4 d; half2 e; cudaStream_t f; };
}
"""


def test_real_cuda_headers_give_the_same_promises_and_layouts(tmp_path, tools):
    cuda = Path(tools("CUDA headers"))
    stood_in = record_text(tmp_path, API)
    real = record_text(tmp_path, API, include_directories=(cuda,))
    assert stood_in.unverifiable == real.unverifiable == ()
    assert real.key.stand_ins == ()
    assert "cuda_fp16.h" in stood_in.key.stand_ins
    assert promised(stood_in) == promised(real)
    layouts = [
        [(item.name, item.size, [f.offset for f in item.fields]) for item in each.records] for each in (stood_in, real)
    ]
    assert layouts[0] == layouts[1]


@pytest.mark.parametrize("header", sorted(path.name for path in STAND_INS.glob("*.h")))
def test_each_stand_in_compiles_alone_with_gcc(header):
    compiled = compile_cxx(
        f"#include <{header}>\n", flags=("-c", "-std=c++17", "-Wall", "-Werror", f"-isystem{STAND_INS}")
    )
    assert compiled.status == 0, compiled.messages


def test_a_stand_in_takes_what_is_really_there_before_its_neighbours(tmp_path):
    """CUDA's runtime installed without cuBLAS, as pip has it: two headers must not both say what an error is."""
    real = tmp_path / "cuda"
    real.mkdir()
    (real / "driver_types.h").write_text(
        "#ifndef REAL_DRIVER_TYPES\n#define REAL_DRIVER_TYPES\nenum cudaError { cudaSuccess };\n"
        "typedef enum cudaError cudaError_t;\ntypedef struct CUstream_st* cudaStream_t;\n#endif\n"
    )
    text = "#include <cublas_v2.h>\n#include <driver_types.h>\nnamespace lib { void f(cublasHandle_t, cudaError_t); }\n"
    snapshot = record_text(tmp_path, text, include_directories=(real,))
    assert (snapshot.unverifiable, snapshot.key.stand_ins) == ((), ("cublas_v2.h",))
    assert promised(snapshot)
