"""Headers that upstream's build makes and no tag has: what stands in their place beside a vendored release.

From the 1.3 line on `executor/executor.h` includes `executor/version.h`, which upstream's CMake makes from its version
(seen at commit 04fa274f). Nobody can compile the tag's headers without. Headers of export macros (`TRTLLM_API`) are
what CMake's GenerateExportHeader makes in other projects: one macro for what is exported, one for what is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from trtheaders.model.vendoring.locks import GENERATED_FOLDER, HEADER_FOLDER, LockedFile
from trtheaders.vendoring.git.object_ids import object_id

_VERSION_HEADER = f"{HEADER_FOLDER}/executor/version.h"
_ASKED_FOR = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*[<"](?:tensorrt_llm/executor/)?version\.h[>"]', re.MULTILINE)
_EXPORT_HEADER = re.compile(
    rb'^[ \t]*#[ \t]*include[ \t]*[<"](tensorrt_llm/(?:\w+/)*(?:\w*_?export|\w+_api)\.h)[>"]', re.MULTILINE
)
_EXPORT_MACRO = re.compile(rb"\b(?:TRTLLM|TLLM|TENSORRT_LLM)_(?:\w+_)?(?:API|EXPORT|NO_EXPORT)\b")
_DEFINED = re.compile(rb"^[ \t]*#[ \t]*define[ \t]+(\w+)", re.MULTILINE)
_EXPORTS = """// Made by trtheaders for TensorRT-LLM {version}: upstream's build makes this header, no tag has it.
#pragma once

"""
_TEXT = """// Made by trtheaders for TensorRT-LLM {version}: upstream's build makes this header, no tag has it.
#pragma once

namespace tensorrt_llm::executor
{{
inline constexpr char const* kTensorRtLlmVersion = "{version}";
}}
"""


def make_generated(version: str, contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """What the headers of ``version``, ``contents`` by path, include and lack, and we know how to make, by path.

    Always the same bytes for one version, so that whoever runs `sync` gets what the lock names.
    """
    made = {path: _write_exports(version, contents) for path in sorted(_absent_export_headers(contents))}
    if _VERSION_HEADER not in contents and any(map(_asks, contents.items())):
        made[_VERSION_HEADER] = _TEXT.format(version=version)
    return {f"{GENERATED_FOLDER}/{path}": text.encode() for path, text in made.items()}


def _absent_export_headers(contents: Mapping[str, bytes]) -> set[str]:
    names = {match[1].decode(errors="replace") for text in contents.values() for match in _EXPORT_HEADER.finditer(text)}
    return {name for name in names if name not in contents and ".." not in name.split("/")}


def _write_exports(version: str, contents: Mapping[str, bytes]) -> str:
    """Definitions of the export macros that the tree uses and does not define."""
    used = {match.decode() for text in contents.values() for match in _EXPORT_MACRO.findall(text)}
    defined = {match.decode() for text in contents.values() for match in _DEFINED.findall(text)}
    lines = [f"#define {name} {_visibility(name)}\n" for name in sorted(used - defined)]
    return _EXPORTS.format(version=version) + "".join(lines)


def _visibility(macro: str) -> str:
    return f'__attribute__((visibility("{"hidden" if macro.endswith("_NO_EXPORT") else "default"}")))'


def _asks(item: tuple[str, bytes]) -> bool:
    """Whether a header includes the one with the version: by its full name, or from beside it."""
    path, text = item
    found = _ASKED_FOR.search(text)
    beside = path.startswith(f"{HEADER_FOLDER}/executor/")
    return found is not None and (b"executor/version.h" in found.group() or beside)


def lock_generated(contents: Mapping[str, bytes], digits: int) -> tuple[LockedFile, ...]:
    """The lock's rows for :func:`make_generated`; ids of ``digits`` hexadecimal digits, as git's for the release."""
    return tuple(
        LockedFile(path=path, blob=object_id("blob", data, digits=digits), size=len(data))
        for path, data in sorted(contents.items())
    )
