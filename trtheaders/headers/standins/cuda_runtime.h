// Stand-in of trtheaders for NVIDIA's cuda_runtime.h.
#pragma once
#include <cuda_runtime_api.h>
