// Stand-in of trtheaders: the handles of Open MPI by their real tags (TensorRT-LLM's wheels need libmpi.so.40).
#pragma once
#include <stddef.h>
struct ompi_communicator_t;
struct ompi_datatype_t;
struct ompi_message_t;
struct ompi_op_t;
struct ompi_request_t;
struct ompi_status_public_t
{
    int MPI_SOURCE, MPI_TAG, MPI_ERROR, _cancelled;
    size_t _ucount;
};
typedef struct ompi_communicator_t* MPI_Comm;
typedef struct ompi_datatype_t* MPI_Datatype;
typedef struct ompi_message_t* MPI_Message;
typedef struct ompi_op_t* MPI_Op;
typedef struct ompi_request_t* MPI_Request;
typedef struct ompi_status_public_t MPI_Status;
extern "C"
{
    extern struct ompi_communicator_t* trtheaders_mpi_comm_world;
    int MPI_Wait(MPI_Request*, MPI_Status*);
    int MPI_Cancel(MPI_Request*);
}
#define MPI_COMM_WORLD ((MPI_Comm) trtheaders_mpi_comm_world)
#define MPI_COMM_NULL ((MPI_Comm) 0)
#define MPI_STATUS_IGNORE ((MPI_Status*) 0)
#define MPI_SUCCESS 0
#define MPI_THREAD_SINGLE 0
#define MPI_THREAD_FUNNELED 1
#define MPI_THREAD_SERIALIZED 2
#define MPI_THREAD_MULTIPLE 3
