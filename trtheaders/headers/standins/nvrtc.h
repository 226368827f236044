// Stand-in of trtheaders: the handles of NVIDIA's NVRTC by their real tags.
#pragma once
#include <stddef.h>
typedef enum
{
    NVRTC_SUCCESS = 0
} nvrtcResult;
typedef struct _nvrtcProgram* nvrtcProgram;
extern "C"
{
    char const* nvrtcGetErrorString(nvrtcResult);
    nvrtcResult nvrtcCreateProgram(nvrtcProgram*, char const*, char const*, int, char const* const*, char const* const*);
    nvrtcResult nvrtcDestroyProgram(nvrtcProgram*);
    nvrtcResult nvrtcCompileProgram(nvrtcProgram, int, char const* const*);
    nvrtcResult nvrtcGetCUBINSize(nvrtcProgram, size_t*);
    nvrtcResult nvrtcGetCUBIN(nvrtcProgram, char*);
    nvrtcResult nvrtcGetProgramLogSize(nvrtcProgram, size_t*);
    nvrtcResult nvrtcGetProgramLog(nvrtcProgram, char*);
}
