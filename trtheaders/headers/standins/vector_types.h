// Stand-in of trtheaders: NVIDIA's vector_types.h.
#pragma once
struct dim3
{
    unsigned int x, y, z;
    constexpr dim3(unsigned int vx = 1, unsigned int vy = 1, unsigned int vz = 1)
        : x(vx)
        , y(vy)
        , z(vz)
    {
    }
};
struct alignas(8) float2
{
    float x, y;
};
struct alignas(16) float4
{
    float x, y, z, w;
};
struct alignas(8) int2
{
    int x, y;
};
struct alignas(16) int4
{
    int x, y, z, w;
};
struct alignas(8) uint2
{
    unsigned int x, y;
};
struct alignas(16) uint4
{
    unsigned int x, y, z, w;
};
struct float3
{
    float x, y, z;
};
struct int3
{
    int x, y, z;
};
struct char2
{
    signed char x, y;
};
struct char3
{
    signed char x, y, z;
};
struct char4
{
    signed char x, y, z, w;
};
struct uchar2
{
    unsigned char x, y;
};
struct uchar3
{
    unsigned char x, y, z;
};
struct uchar4
{
    unsigned char x, y, z, w;
};
struct short2
{
    short x, y;
};
struct short3
{
    short x, y, z;
};
struct short4
{
    short x, y, z, w;
};
struct ushort2
{
    unsigned short x, y;
};
struct ushort3
{
    unsigned short x, y, z;
};
struct ushort4
{
    unsigned short x, y, z, w;
};
struct long2
{
    long x, y;
};
struct long3
{
    long x, y, z;
};
struct long4
{
    long x, y, z, w;
};
struct ulong2
{
    unsigned long x, y;
};
struct ulong3
{
    unsigned long x, y, z;
};
struct ulong4
{
    unsigned long x, y, z, w;
};
struct double2
{
    double x, y;
};
struct double3
{
    double x, y, z;
};
struct double4
{
    double x, y, z, w;
};
struct uint3
{
    unsigned int x, y, z;
};
float2 make_float2(float x, float y);
float3 make_float3(float x, float y, float z);
float4 make_float4(float x, float y, float z, float w);
int2 make_int2(int x, int y);
int3 make_int3(int x, int y, int z);
int4 make_int4(int x, int y, int z, int w);
uint2 make_uint2(unsigned int x, unsigned int y);
uint3 make_uint3(unsigned int x, unsigned int y, unsigned int z);
uint4 make_uint4(unsigned int x, unsigned int y, unsigned int z, unsigned int w);
char2 make_char2(signed char x, signed char y);
char3 make_char3(signed char x, signed char y, signed char z);
char4 make_char4(signed char x, signed char y, signed char z, signed char w);
