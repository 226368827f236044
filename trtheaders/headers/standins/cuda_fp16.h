// Stand-in of trtheaders: the types of NVIDIA's cuda_fp16.h by their real tags, as far as declarations need them.
#pragma once
#include <cuda_runtime_api.h>
struct __half_raw
{
    unsigned short x;
};
struct alignas(2) __half
{
    unsigned short __x;
    __half() = default;
    __half(float);
    __half(double);
    __half(int);
    operator float() const;
};
struct alignas(4) __half2
{
    __half x, y;
    __half2() = default;
    __half2(__half, __half);
};
float __half2float(__half);
__half __float2half(float);
float2 __half22float2(__half2);
__half2 __float22half2_rn(float2);
typedef __half half;
typedef __half2 half2;
