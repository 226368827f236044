// Stand-in of trtheaders: the handles of NVIDIA's cuBLASLt by their real tags, as far as declarations need them.
#pragma once
#include <cublas_v2.h>
#include <stddef.h>
#include <stdint.h>
struct cublasLtContext;
typedef struct cublasLtContext* cublasLtHandle_t;
typedef struct
{
    uint64_t data[8];
} cublasLtMatmulAlgo_t;
typedef struct cublasLtMatrixLayoutOpaque_t* cublasLtMatrixLayout_t;
typedef struct cublasLtMatmulDescOpaque_t* cublasLtMatmulDesc_t;
typedef struct cublasLtMatmulPreferenceOpaque_t* cublasLtMatmulPreference_t;
typedef struct
{
    cublasLtMatmulAlgo_t algo;
    size_t workspaceSize;
    cublasStatus_t state;
    float wavesCount;
    int reserved[4];
} cublasLtMatmulHeuristicResult_t;
