// Stand-in of trtheaders: the handles of NVIDIA's cuda.h (the driver's API) by their real tags.
#pragma once
#include <driver_types.h>
#include <vector_types.h>
#include <stddef.h>
#include <stdint.h>
#define CUDA_VERSION 13000
#define CUDAAPI
typedef unsigned long long CUdeviceptr;
typedef int CUdevice;
struct CUctx_st;
struct CUmod_st;
struct CUlib_st;
struct CUkern_st;
struct CUlinkState_st;
typedef struct CUctx_st* CUcontext;
typedef struct CUmod_st* CUmodule;
typedef struct CUfunc_st* CUfunction;
typedef struct CUlib_st* CUlibrary;
typedef struct CUkern_st* CUkernel;
typedef struct CUstream_st* CUstream;
typedef struct CUevent_st* CUevent;
typedef struct CUlinkState_st* CUlinkState;
typedef struct CUmemPoolHandle_st* CUmemoryPool;
typedef unsigned long long CUmemGenericAllocationHandle;
typedef enum cudaError_enum
{
    CUDA_SUCCESS = 0,
    CUDA_ERROR_INVALID_VALUE = 1,
    CUDA_ERROR_OUT_OF_MEMORY = 2,
    CUDA_ERROR_NOT_INITIALIZED = 3,
    CUDA_ERROR_DEINITIALIZED = 4,
    CUDA_ERROR_UNKNOWN = 999
} CUresult;
typedef enum CUmemAllocationHandleType_enum
{
    CU_MEM_HANDLE_TYPE_NONE = 0,
    CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR = 1,
    CU_MEM_HANDLE_TYPE_FABRIC = 8
} CUmemAllocationHandleType;
typedef struct CUmemFabricHandle_st
{
    unsigned char data[64];
} CUmemFabricHandle;
typedef enum CUmemLocationType_enum
{
    CU_MEM_LOCATION_TYPE_INVALID = 0,
    CU_MEM_LOCATION_TYPE_DEVICE = 1,
    CU_MEM_LOCATION_TYPE_HOST = 2
} CUmemLocationType;
typedef struct CUmemLocation_st
{
    CUmemLocationType type;
    int id;
} CUmemLocation;
typedef enum CUmemAllocationType_enum
{
    CU_MEM_ALLOCATION_TYPE_INVALID = 0,
    CU_MEM_ALLOCATION_TYPE_PINNED = 1
} CUmemAllocationType;
typedef struct CUmemAllocationProp_st
{
    CUmemAllocationType type;
    CUmemAllocationHandleType requestedHandleTypes;
    CUmemLocation location;
    void* win32HandleMetaData;
    struct
    {
        unsigned char compressionType, gpuDirectRDMACapable;
        unsigned short usage;
        unsigned char reserved[4];
    } allocFlags;
} CUmemAllocationProp;
typedef struct CUmemAccessDesc_st
{
    CUmemLocation location;
    int flags;
} CUmemAccessDesc;
typedef struct CUlaunchAttribute_st
{
    int id;
    char pad[4];
    char value[64];
} CUlaunchAttribute;
typedef struct CUlaunchConfig_st
{
    unsigned int gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY, blockDimZ, sharedMemBytes;
    CUstream hStream;
    CUlaunchAttribute* attrs;
    unsigned int numAttrs;
} CUlaunchConfig;
// Aligned as in CUDA 13; in CUDA 12 it was 64.
typedef struct alignas(128) CUtensorMap_st
{
    unsigned long long opaque[16];
} CUtensorMap;
typedef enum CUtensorMapDataType_enum
{
    CU_TENSOR_MAP_DATA_TYPE_UINT8 = 0,
    CU_TENSOR_MAP_DATA_TYPE_UINT16,
    CU_TENSOR_MAP_DATA_TYPE_UINT32,
    CU_TENSOR_MAP_DATA_TYPE_INT32,
    CU_TENSOR_MAP_DATA_TYPE_UINT64,
    CU_TENSOR_MAP_DATA_TYPE_INT64,
    CU_TENSOR_MAP_DATA_TYPE_FLOAT16,
    CU_TENSOR_MAP_DATA_TYPE_FLOAT32,
    CU_TENSOR_MAP_DATA_TYPE_FLOAT64,
    CU_TENSOR_MAP_DATA_TYPE_BFLOAT16
} CUtensorMapDataType;
typedef enum CUjit_option_enum
{
    CU_JIT_MAX_REGISTERS = 0
} CUjit_option;
typedef enum CUjitInputType_enum
{
    CU_JIT_INPUT_CUBIN = 0
} CUjitInputType;
typedef enum CUfunction_attribute_enum
{
    CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES = 8
} CUfunction_attribute;
typedef enum CUdevice_attribute_enum
{
    CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75
} CUdevice_attribute;
typedef enum CUlimit_enum
{
    CU_LIMIT_STACK_SIZE = 0
} CUlimit;
typedef enum CUmulticastGranularity_flags_enum
{
    CU_MULTICAST_GRANULARITY_MINIMUM = 0
} CUmulticastGranularity_flags;
typedef struct CUmulticastObjectProp_st
{
    unsigned int numDevices;
    size_t size;
    unsigned long long handleTypes, flags;
} CUmulticastObjectProp;
typedef enum CUmemAllocationGranularity_flags_enum
{
    CU_MEM_ALLOC_GRANULARITY_MINIMUM = 0
} CUmemAllocationGranularity_flags;
extern "C"
{
    CUresult cuGetErrorString(CUresult, char const**);
    CUresult cuGetErrorName(CUresult, char const**);
    CUresult cuMemGetAllocationGranularity(size_t*, CUmemAllocationProp const*, CUmemAllocationGranularity_flags);
    CUresult cuMemCreate(CUmemGenericAllocationHandle*, size_t, CUmemAllocationProp const*, unsigned long long);
    CUresult cuMemMap(CUdeviceptr, size_t, size_t, CUmemGenericAllocationHandle, unsigned long long);
    CUresult cuMemUnmap(CUdeviceptr, size_t);
    CUresult cuMemRelease(CUmemGenericAllocationHandle);
    CUresult cuMemSetAccess(CUdeviceptr, size_t, CUmemAccessDesc const*, size_t);
    CUresult cuMemsetD8Async(CUdeviceptr, unsigned char, size_t, CUstream);
    CUresult cuMulticastBindMem(
        CUmemGenericAllocationHandle, size_t, CUmemGenericAllocationHandle, size_t, size_t, unsigned long long);
    CUresult cuMulticastUnbind(CUmemGenericAllocationHandle, CUdevice, size_t, size_t);
}
