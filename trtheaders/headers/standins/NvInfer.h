// Stand-in of trtheaders for TensorRT: see NvInferRuntime.h.
#pragma once
#include <NvInferRuntime.h>
