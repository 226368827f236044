"""Three small releases of an Executor API, their library, and consumers that are built wrongly on purpose."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from support.cxx import CACHE, build_library, compile_cxx
from trtheaders.headers.entrance import HeaderQuestion, record_snapshot
from trtheaders.model.answers.symptoms import KnownRelease

_HEADER = """#pragma once
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
namespace tensorrt_llm {
namespace common { %(open)s
class TllmException : public std::exception {
public:
    TllmException(char const* file, std::size_t line, std::string const& message);
    ~TllmException() noexcept override;
    [[nodiscard]] int code() const;
};
%(close)s }
namespace executor {
enum class ModelType { kDECODER_ONLY = 0%(kind)s };
class SamplingConfig {
public:
    explicit SamplingConfig(int beamWidth, std::optional<int> const& topK%(parameter)s);
    [[nodiscard]] int getBeamWidth() const;
    %(method)s
private:
    int mBeamWidth;%(member)s
};
class Response {
public:
    explicit Response(int id);
    [[nodiscard]] std::string getErrorMsg() const;
    [[nodiscard]] int getId() const;
};
class Executor {
public:
    Executor(std::filesystem::path const& model, ModelType type, int workers);
    void shutdown();
};
} }
"""
_OLD = {"open": "", "close": "", "kind": "", "parameter": "", "method": "", "member": ""}
_NEW = {
    **_OLD,
    "kind": ", kENCODER_ONLY = 1",
    "parameter": ", std::optional<int> const& topPMin",
    "method": "void setTopK(int topK);",
    "member": " int mTopK;",
}
_VERSIONED = {**_NEW, "open": "inline namespace _v1 {", "close": "}"}
HEADERS = {"1.1.0": _HEADER % _OLD, "1.2.0rc3": _HEADER % _NEW, "1.2.0": _HEADER % _VERSIONED}

_SOURCE = """#include "tensorrt_llm/executor/executor.h"
namespace tensorrt_llm {
namespace common { %(open)s
TllmException::TllmException(char const*, std::size_t, std::string const&) {}
TllmException::~TllmException() noexcept = default;
int TllmException::code() const { return 1; }
%(close)s }
namespace executor {
SamplingConfig::SamplingConfig(int beamWidth, std::optional<int> const&%(parameter)s) : mBeamWidth(beamWidth) {}
int SamplingConfig::getBeamWidth() const { return mBeamWidth; }
%(definition)s
Response::Response(int) {}
std::string Response::getErrorMsg() const { return "none"; }
int Response::getId() const { return 7; }
Executor::Executor(std::filesystem::path const&, ModelType, int) {}
void Executor::shutdown() {}
} }
"""
_SOURCES = {
    "1.1.0": _SOURCE % {**_OLD, "definition": ""},
    "1.2.0rc3": _SOURCE % {**_NEW, "definition": "void SamplingConfig::setTopK(int) {}"},
    "1.2.0": _SOURCE % {**_VERSIONED, "definition": "void SamplingConfig::setTopK(int) {}"},
}
LIBRARY = "libtensorrt_llm.so"
PLACE = CACHE.parent / "consumers"
"""One place for all tests: an include path is part of what the compiler's results are kept by."""


def header_root(folder: Path, release: str) -> Path:
    """The folder for `-I` with the headers of ``release``, named as consumers name it."""
    root = folder / "include" / "tensorrt-llm" / release
    header = root / "tensorrt_llm" / "executor" / "executor.h"
    header.parent.mkdir(parents=True, exist_ok=True)
    if not header.exists() or header.read_text() != HEADERS[release]:
        header.write_text(HEADERS[release])
    return root


def known_releases(folder: Path, releases: Sequence[str] = ("1.1.0", "1.2.0rc3", "1.2.0")) -> tuple[KnownRelease, ...]:
    """What is known of ``releases``: their recorded snapshots."""
    return tuple(
        KnownRelease(
            release=release,
            origin="vendored",
            snapshot=record_snapshot(
                HeaderQuestion(root=header_root(folder, release), defines=(), release=release, both_string_abis=True)
            ),
        )
        for release in releases
    )


def build_release(folder: Path, release: str, *, flags: Sequence[str] = (), text: str = "") -> Path:
    """The library of ``release``, or with the source ``text`` in place of its own."""
    return build_library(
        text or _SOURCES[release],
        name=LIBRARY,
        flags=("-O1", *flags),
        include=[header_root(folder, release)],
    )


def compile_log(folder: Path, release: str, text: str, compiler: str = "g++", flags: Sequence[str] = ()) -> str:
    """What ``compiler`` says to ``text`` with the headers of ``release``."""
    return compile_cxx(
        text, compiler=compiler, flags=("-c", "-std=c++17", *flags), include=[header_root(folder, release)]
    ).messages


def link_log(
    folder: Path,
    release: str,
    text: str,
    inputs: Sequence[Path] = (),
    *,
    linker: str = "ld",
    flags: Sequence[str] = (),
) -> str:
    """What the linker says to a program ``text`` that uses the headers of ``release`` and is linked with ``inputs``."""
    chosen = () if linker == "ld" else (f"-fuse-ld={linker}",)
    return compile_cxx(
        text,
        name="program",
        flags=("-std=c++17", "-Wl,--no-as-needed", *chosen, *flags),
        include=[header_root(folder, release)],
        inputs=inputs,
    ).messages


def run_log(program: Path, *folders: Path) -> str:
    """What ``program`` and the dynamic loader say when it starts with libraries from ``folders``."""
    environment = {**os.environ, "LC_ALL": "C", "LD_BIND_NOW": "1", "LD_LIBRARY_PATH": ":".join(map(str, folders))}
    done = subprocess.run([program], capture_output=True, text=True, env=environment)
    return done.stdout + done.stderr
