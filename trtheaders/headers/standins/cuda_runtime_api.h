// Stand-in of trtheaders: what inline bodies call of NVIDIA's cuda_runtime_api.h. None of it is TensorRT-LLM's to keep.
#pragma once
#include <driver_types.h>
#include <vector_types.h>
#include <math.h>
#include <stddef.h>
#include <cmath>
#define CUDART_VERSION 13000
#if !defined(__CUDACC__)
#ifndef __host__
#define __host__
#define __device__
#define __global__
#define __forceinline__ inline __attribute__((always_inline))
#define __constant__
#define __shared__
#define __restrict__ __restrict
#define __launch_bounds__(...)
#define __align__(n) __attribute__((aligned(n)))
#define __CUDA_ALIGN__(n) __align__(n)
#endif
#endif
#define CUDART_CB
#define cudaStreamDefault 0x00
#define cudaStreamNonBlocking 0x01
#define cudaEventDefault 0x00
#define cudaEventBlockingSync 0x01
#define cudaEventDisableTiming 0x02
#define cudaHostAllocDefault 0x00
#define cudaStreamLegacy ((cudaStream_t) 0x1)
#define cudaStreamPerThread ((cudaStream_t) 0x2)
extern "C"
{
    char const* cudaGetErrorString(cudaError_t);
    char const* cudaGetErrorName(cudaError_t);
    cudaError_t cudaGetLastError(void);
    cudaError_t cudaPeekAtLastError(void);
    cudaError_t cudaGetDevice(int*);
    cudaError_t cudaSetDevice(int);
    cudaError_t cudaGetDeviceCount(int*);
    cudaError_t cudaDeviceSynchronize(void);
    cudaError_t cudaDeviceGetAttribute(int*, enum cudaDeviceAttr, int);
    cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t*, int);
    cudaError_t cudaDriverGetVersion(int*);
    cudaError_t cudaRuntimeGetVersion(int*);
    cudaError_t cudaMalloc(void**, size_t);
    cudaError_t cudaMallocAsync(void**, size_t, cudaStream_t);
    cudaError_t cudaMallocManaged(void**, size_t, unsigned int = 1);
    cudaError_t cudaMallocHost(void**, size_t);
    cudaError_t cudaHostAlloc(void**, size_t, unsigned int);
    cudaError_t cudaHostGetDevicePointer(void**, void*, unsigned int);
    cudaError_t cudaHostRegister(void*, size_t, unsigned int);
    cudaError_t cudaHostUnregister(void*);
    cudaError_t cudaFree(void*);
    cudaError_t cudaFreeAsync(void*, cudaStream_t);
    cudaError_t cudaFreeHost(void*);
    cudaError_t cudaMemGetInfo(size_t*, size_t*);
    cudaError_t cudaMemcpy(void*, void const*, size_t, enum cudaMemcpyKind);
    cudaError_t cudaMemcpyAsync(void*, void const*, size_t, enum cudaMemcpyKind, cudaStream_t = 0);
    cudaError_t cudaMemset(void*, int, size_t);
    cudaError_t cudaMemsetAsync(void*, int, size_t, cudaStream_t = 0);
    cudaError_t cudaStreamCreate(cudaStream_t*);
    cudaError_t cudaStreamCreateWithFlags(cudaStream_t*, unsigned int);
    cudaError_t cudaStreamCreateWithPriority(cudaStream_t*, unsigned int, int);
    cudaError_t cudaStreamDestroy(cudaStream_t);
    cudaError_t cudaStreamSynchronize(cudaStream_t);
    cudaError_t cudaStreamQuery(cudaStream_t);
    cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t, unsigned int = 0);
    cudaError_t cudaStreamIsCapturing(cudaStream_t, enum cudaStreamCaptureStatus*);
    cudaError_t cudaStreamGetPriority(cudaStream_t, int*);
    cudaError_t cudaEventCreateWithFlags(cudaEvent_t*, unsigned int);
    cudaError_t cudaEventDestroy(cudaEvent_t);
    cudaError_t cudaEventQuery(cudaEvent_t);
    cudaError_t cudaEventRecord(cudaEvent_t, cudaStream_t = 0);
    cudaError_t cudaEventSynchronize(cudaEvent_t);
    cudaError_t cudaEventElapsedTime(float*, cudaEvent_t, cudaEvent_t);
    cudaError_t cudaPointerGetAttributes(struct cudaPointerAttributes*, void const*);
    cudaError_t cudaGraphDestroy(cudaGraph_t);
    cudaError_t cudaGraphExecDestroy(cudaGraphExec_t);
    cudaError_t cudaGraphLaunch(cudaGraphExec_t, cudaStream_t);
    cudaError_t cudaProfilerStart(void);
    cudaError_t cudaProfilerStop(void);
}
cudaError_t cudaEventCreate(cudaEvent_t*, unsigned int = 0);
template <class T>
cudaError_t cudaMalloc(T**, size_t);
