// Stand-in of trtheaders: a type of NVIDIA's cuda_fp4.h by its real tag.
#pragma once
struct __nv_fp4_e2m1
{
    unsigned char __x;
};
