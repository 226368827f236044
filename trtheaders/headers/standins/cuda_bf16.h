// Stand-in of trtheaders: the types of NVIDIA's cuda_bf16.h by their real tags, as far as declarations need them.
#pragma once
#include <cuda_runtime_api.h>
struct __nv_bfloat16_raw
{
    unsigned short x;
};
struct alignas(2) __nv_bfloat16
{
    unsigned short __x;
    __nv_bfloat16() = default;
    __nv_bfloat16(float);
    __nv_bfloat16(double);
    __nv_bfloat16(int);
    operator float() const;
};
struct alignas(4) __nv_bfloat162
{
    __nv_bfloat16 x, y;
    __nv_bfloat162() = default;
    __nv_bfloat162(__nv_bfloat16, __nv_bfloat16);
};
float __bfloat162float(__nv_bfloat16);
__nv_bfloat16 __float2bfloat16(float);
typedef __nv_bfloat16 nv_bfloat16;
typedef __nv_bfloat162 nv_bfloat162;
