"""What users of TensorRT-LLM reported about symbols, rebuilt small: each is explained as its cause, in one finding.

The headers and libraries are our own; the names are those of the reports.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from support.cxx import build_library

from trtheaders.model.answers.findings import Severity
from trtheaders.verbs.verify import verify

EXCEPTION = """
#include <stdexcept>
#include <string>
namespace tensorrt_llm { OPEN namespace common {
class TllmException : public std::runtime_error
{
public:
    explicit TllmException(char const* file, std::size_t line, std::string const& msg);
    ~TllmException() noexcept override;
    std::string getTrace() const;
};
} CLOSE }
"""
EXCEPTION_BODY = """
namespace tensorrt_llm { OPEN namespace common {
TllmException::TllmException(char const*, std::size_t, std::string const& msg) : std::runtime_error(msg) {}
TllmException::~TllmException() noexcept {}
std::string TllmException::getTrace() const { return ""; }
} CLOSE }
"""
EXECUTOR = """
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
namespace tensorrt_llm::executor {
enum class ModelType { kDECODER_ONLY = 0 };
class ExecutorConfig { public: ExecutorConfig(); private: std::int32_t mA = 0; };
class Response { public: std::string getErrorMsg() const; bool hasError() const; };
class SamplingConfig
{
public:
    explicit SamplingConfig(std::int32_t beamWidth = 1, std::optional<std::int32_t> const& topK = std::nullopt,
        std::optional<float> const& topP = std::nullopt NEW);
};
class Executor
{
public:
    Executor(std::filesystem::path const& modelPath, ModelType modelType, ExecutorConfig const& executorConfig);
};
}
"""
EXECUTOR_BODY = """
namespace tensorrt_llm::executor {
ExecutorConfig::ExecutorConfig() {}
std::string Response::getErrorMsg() const { return ""; }
bool Response::hasError() const { return false; }
SamplingConfig::SamplingConfig(std::int32_t, std::optional<std::int32_t> const&, std::optional<float> const& NEW) {}
Executor::Executor(std::filesystem::path const&, ModelType, ExecutorConfig const&) {}
}
"""
COUNTERS = """
#include <string>
namespace tensorrt_llm::runtime {
class MemoryCounters { public: std::string toString() const; void allocate(int size); void deallocate(int size); };
}
"""
OLD = "#define _GLIBCXX_USE_CXX11_ABI 0\n"


def plain(text: str) -> str:
    return text.replace("OPEN", "").replace("CLOSE", "").replace("NEW", "")


def versioned(text: str) -> str:
    return text.replace("OPEN", "inline namespace _v1 {").replace("CLOSE", "}")


def grown(text: str) -> str:
    return text.replace("NEW", ", std::optional<std::int32_t> const& promptIgnoreLength = std::nullopt")


@dataclass(frozen=True)
class Report:
    """Where it was reported, what is given, and what the one finding must say."""

    where: str
    header: str
    library: str
    symbol: str
    rule: str
    says: str


REPORTS = [
    Report(
        "a C++ port, July 2026",
        versioned(EXCEPTION),
        plain(EXCEPTION + EXCEPTION_BODY),
        "_ZN12tensorrt_llm3_v16common13TllmExceptionD1Ev",
        "moved-inline-namespaces",
        "`inline namespace _v1`",
    ),
    Report(
        "tensorrtllm_backend 618 and 662",
        plain(EXECUTOR),
        OLD + plain(EXECUTOR + EXECUTOR_BODY),
        "_ZNK12tensorrt_llm8executor8Response11getErrorMsgB5cxx11Ev",
        "string-abi-mismatches",
        "_GLIBCXX_USE_CXX11_ABI=0",
    ),
    Report(
        "TensorRT-LLM 2609",
        grown(EXECUTOR),
        plain(EXECUTOR + EXECUTOR_BODY),
        "_ZN12tensorrt_llm8executor14SamplingConfigC1EiRKSt8optionalIiERKS2_IfES5_",
        "missing-symbols",
        "`SamplingConfig::SamplingConfig(…)` takes 4 parameters here, the library has it with 3",
    ),
    Report(
        "tensorrtllm_backend 542",
        plain(EXECUTOR),
        OLD + plain(EXECUTOR + EXECUTOR_BODY),
        "_ZN12tensorrt_llm8executor8ExecutorC1ERKNSt10filesystem7__cxx114pathENS0_9ModelTypeERKNS0_14ExecutorConfigE",
        "string-abi-mismatches",
        "_GLIBCXX_USE_CXX11_ABI=0",
    ),
    Report(
        "TensorRT-LLM 277",
        plain(EXCEPTION),
        OLD + plain(EXCEPTION + EXCEPTION_BODY),
        "_ZN12tensorrt_llm6common13TllmExceptionC1EPKcmRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE",
        "string-abi-mismatches",
        "_GLIBCXX_USE_CXX11_ABI=0",
    ),
    Report(
        "TensorRT-LLM 733",
        COUNTERS,
        'extern "C" int something_else() { return 1; }',
        "_ZNK12tensorrt_llm7runtime14MemoryCounters8toStringB5cxx11Ev",
        "wrong-libraries",
        "0 of 3 promises are kept",
    ),
    Report(
        "flashinfer 1167",
        plain(EXCEPTION) + COUNTERS,
        COUNTERS
        + """
namespace tensorrt_llm::runtime {
std::string MemoryCounters::toString() const { return ""; }
void MemoryCounters::allocate(int) {}
void MemoryCounters::deallocate(int) {}
}
""",
        "_ZTIN12tensorrt_llm6common13TllmExceptionE",
        "uncompiled-features",
        "nothing of class `common::TllmException` is in `libfixture.so`",
    ),
]


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.where)
def test_a_report_is_explained_in_one_finding(report, tmp_path):
    (tmp_path / "inc").mkdir()
    (tmp_path / "inc" / "api.h").write_text(f"#pragma once\n{report.header}")
    library = build_library(report.library)
    found = verify(headers=tmp_path / "inc", entries=["api.h"], libraries=[library], start=tmp_path)
    errors = [item for item in found.findings if item.severity is Severity.ERROR]
    assert len(errors) == 1, [item.message for item in errors]
    assert errors[0].rule == report.rule
    assert report.says in errors[0].message
    assert report.symbol in errors[0].symbols
    assert errors[0].hint
    assert found.counts.missing == errors[0].explains
