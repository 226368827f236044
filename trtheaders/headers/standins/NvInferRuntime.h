// Stand-in of trtheaders: the types of TensorRT 10's NvInferRuntime.h by their real names, as declarations need them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <exception>
#define NV_TENSORRT_MAJOR 10
namespace nvinfer1
{
using char_t = char;
using AsciiChar = char_t;
enum class DataType : int32_t
{
    kFLOAT = 0,
    kHALF = 1,
    kINT8 = 2,
    kINT32 = 3,
    kBOOL = 4,
    kUINT8 = 5,
    kFP8 = 6,
    kBF16 = 7,
    kINT64 = 8,
    kINT4 = 9,
    kFP4 = 10,
    kE8M0 = 11
};
enum class TensorIOMode : int32_t
{
    kNONE = 0,
    kINPUT = 1,
    kOUTPUT = 2
};
enum class TensorLocation : int32_t
{
    kDEVICE = 0,
    kHOST = 1
};
class Dims64
{
public:
    static constexpr int32_t MAX_DIMS{8};
    int32_t nbDims;
    int64_t d[MAX_DIMS];
};
using Dims = Dims64;
struct Weights
{
    DataType type;
    void const* values;
    int64_t count;
};
class ILogger
{
public:
    enum class Severity : int32_t
    {
        kINTERNAL_ERROR = 0,
        kERROR = 1,
        kWARNING = 2,
        kINFO = 3,
        kVERBOSE = 4
    };
    virtual void log(Severity severity, AsciiChar const* msg) noexcept = 0;
    ILogger() = default;
    virtual ~ILogger() = default;
};
class ILoggerFinder
{
public:
    virtual ILogger* findLogger() = 0;

protected:
    virtual ~ILoggerFinder() = default;
};
class IHostMemory
{
public:
    virtual ~IHostMemory() noexcept = default;
    void* data() const noexcept;
    std::size_t size() const noexcept;
    DataType type() const noexcept;
};
class IRuntime;
class ICudaEngine;
class IExecutionContext;
class IEngineInspector;
class INetworkDefinition;
class IBuilder;
class IStreamReader;
class IGpuAllocator;
class IErrorRecorder;
} // namespace nvinfer1
