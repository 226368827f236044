// Stand-in of trtheaders: the types of NVIDIA's cuda_fp8.h by their real tags, as far as declarations need them.
#pragma once
#include <cuda_bf16.h>
#include <cuda_fp16.h>
typedef unsigned char __nv_fp8_storage_t;
typedef unsigned short __nv_fp8x2_storage_t;
typedef unsigned int __nv_fp8x4_storage_t;
struct alignas(1) __nv_fp8_e4m3
{
    __nv_fp8_storage_t __x;
    __nv_fp8_e4m3() = default;
    explicit __nv_fp8_e4m3(float);
    explicit operator float() const;
};
struct alignas(1) __nv_fp8_e5m2
{
    __nv_fp8_storage_t __x;
    __nv_fp8_e5m2() = default;
    explicit __nv_fp8_e5m2(float);
    explicit operator float() const;
};
struct alignas(2) __nv_fp8x2_e4m3
{
    __nv_fp8x2_storage_t __x;
};
struct alignas(4) __nv_fp8x4_e4m3
{
    __nv_fp8x4_storage_t __x;
};
struct alignas(2) __nv_fp8x2_e5m2
{
    __nv_fp8x2_storage_t __x;
};
struct alignas(4) __nv_fp8x4_e5m2
{
    __nv_fp8x4_storage_t __x;
};
