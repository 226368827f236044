"""Which lines report a failure, whoever wrote them and in whatever language; and which of them name TensorRT-LLM.

A build's command lines, progress and warnings do not, however often they name the library.
"""

from __future__ import annotations

import re

from trtheaders.consumer.compile_complaints import CompilerMessage

_OURS = re.compile(
    r"tensorrt[-_ ]?llm(?![-/.\w]{0,300}\.(?:cpp|cc|cxx|cu|c)\b)|libth_common|libdecoder_attention|executorWorker", re.I
)
_HEADER_OF_OURS = re.compile(r"(?:^|/)tensorrt_llm/\S+\.(?:h|hpp|cuh|inl)$")
_MILD = re.compile(
    r"no version information available|\b(?:warning|note|remark|info|debug)\b\]?:"
    r"|\[(?:WARN(?:ING)?|INFO|DEBUG|TRACE)\]",
    re.I,
)
_SEVERE = re.compile(
    r"error while loading|lookup error|"
    r"(?:^|[\s:\[(])(?:\w*(?:[Ee]rror|Exception)|ERROR|FATAL|fatal)\b(?:\]|:(?!:)| at )|terminate called|\bwhat\(\):|"
    r"\bAssertion\b.*\bfailed\b|=> not found|Segmentation fault|: segfault at |(?:SUMMARY|ERROR): \w+Sanitizer: "
)
_LINKER = re.compile(r"(?:^|[/\s])(?:[\w.+]*-)*(?:ld|lld|gold|mold|collect2)(?:\.\w+)?: (?!\w*mode |internal)")
_LOADER = re.compile(
    r"^(?:\S+: )?'?\S*lib(?:tensorrt_llm|nvinfer_plugin_tensorrt_llm|th_common|decoder_attention)\w*\.so[\w.]*'?: "
    r"(?!ELF |file format|symbolic link|data\b|OK\b|done\b|cannot access)\S"
)
_SECTION = re.compile(r"\(\.[\w.$]{1,200}\+0x[0-9a-f]+\): ")
_FLAG = re.compile(r"(?<!\S)-(?:[IDLocOW]\S*|std=\S+|isystem|shared|l\w+|f\w\S*)(?!\S)")
_AFTERMATH = re.compile(
    r"collect2: error: ld returned|linker command failed|^make(?:\[\d+\])?: \*\*\*.* Error \d|^FAILED: "
)
_QUOTED = re.compile(r"[`'\"‘“«»„「][^`'\"‘’“”«»「」]{0,4000}['\"’”»«“」]")
_EXCEPTION = re.compile(r"\s*\w*(?:Error|Exception)\b")
"""A Python exception, whose own words are never translated."""
_ALWAYS_ENGLISH = re.compile(r"error while loading shared libraries:|symbol lookup error:|(?:fatal )?error:")
"""What the loader says before it knows the language, and what translators leave."""
_ENGLISH = re.compile(
    r"\b(?:undefined|cannot|failed|not|fatal|exception|terminate|has no|the|with|this|missing|named|and"
    r"|unexpected|available|required|could|unable|unknown|loading|invalid|module|by|out|bad|must|should)\b",
    re.I,
)
_FORM = re.compile(
    r":\d+(?::\d+)?[:,]|\+0x[0-9a-f]+\) ?[:：]|ld[\w.-]* ?[:：] |\.(?:o|a|so[\d.]*)\b[^ ]* ?[:：] | -l\w| from .*:\d"
)


def names_us(text: str) -> bool:
    """Whether ``text`` names TensorRT-LLM, its library, or a header of it."""
    return _OURS.search(text) is not None


def is_about_us(diagnostic: CompilerMessage) -> bool:
    """Whether a compiler's complaint is about TensorRT-LLM: by its words, or because it lies in a header of ours."""
    return names_us(diagnostic.text) or _HEADER_OF_OURS.search(diagnostic.file) is not None


def may_be_foreign(line: str) -> bool:
    """Whether ``line`` has the form of a tool's message, so that it may be one in another language."""
    return (not line.isascii() or _FORM.search(line) is not None) and not is_command(line)


def in_another_language(line: str) -> bool:
    """Whether what ``line`` says outside of quotes is no English."""
    if line.isascii() and _EXCEPTION.match(line):
        return False
    words = _ALWAYS_ENGLISH.sub("", "".join(_QUOTED.split(line)))
    return _ENGLISH.search(words) is None


def is_mild(line: str) -> bool:
    """Whether ``line`` is a warning or less, as logs mark them."""
    return _MILD.search(line) is not None


def is_command(line: str) -> bool:
    """Whether ``line`` is a compiler's command."""
    return len(_FLAG.findall(line[:4096])) > 1


def reports_failure(raw: str, line: str) -> bool:
    """Whether ``raw``, of which ``line`` is left without prefixes and with its known words in English, is a failure."""
    if any(_MILD.search(text) for text in (raw, line)) or _AFTERMATH.search(line) or is_command(raw):
        return False
    return any(form.search(text) for form in (_SEVERE, _LINKER, _LOADER, _SECTION) for text in (line, raw))
