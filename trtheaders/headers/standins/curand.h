// Stand-in of trtheaders: the handles of NVIDIA's cuRAND by their real tags.
#pragma once
#include <driver_types.h>
enum curandStatus
{
    CURAND_STATUS_SUCCESS = 0
};
typedef enum curandStatus curandStatus_t;
struct curandGenerator_st;
typedef struct curandGenerator_st* curandGenerator_t;
