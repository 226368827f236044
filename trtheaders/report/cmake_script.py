"""What a build needs, as a CMake script of `set` commands."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from trtheaders.errors import UsageError
from trtheaders.model.library.builds import BuildFacts


def render_facts(facts: BuildFacts) -> str:
    """``facts`` as the variables that the module `trtheaders.cmake` reads: `tensorrt_llm_*` and `answer_*`."""
    return "".join(f"set({name}{values})\n" for name, values in _variables(facts))


def _variables(facts: BuildFacts) -> Iterable[tuple[str, str]]:
    yield "tensorrt_llm_FOUND", " TRUE"
    yield "tensorrt_llm_RELEASE", _list([facts.release])
    yield "tensorrt_llm_VERSION", _list([facts.version or facts.release])
    yield "tensorrt_llm_INCLUDE_DIR", _list([facts.include_directory])
    yield "tensorrt_llm_LIBRARY", _list([facts.library] if facts.library else [""])
    yield "answer_SONAME", _list([facts.soname])
    yield "answer_INCLUDE_DIRECTORIES", _list(facts.include_directories)
    yield "answer_DEFINES", _list(facts.defines)
    yield "answer_SIBLINGS", _list(facts.siblings)
    yield "answer_RUN_PATH", _list(facts.run_path)
    yield "answer_NEEDED", _list(facts.needed)
    yield "answer_ABSENT", _list(facts.absent)
    yield "answer_FOREIGN", _list(facts.foreign)
    yield "answer_WATCHED", _list(facts.watched)


def _list(items: Iterable[str | Path]) -> str:
    values = [str(item) for item in items]
    return "".join(f" {_quote(value)}" for value in values) if values else ' ""'


def _quote(text: str) -> str:
    """A bracket argument, in which nothing is special; a semicolon would still end a list's item."""
    if ";" in text:
        raise UsageError(f"CMake cannot hold `{text}`: it has a semicolon", hint="give the folder another name")
    marks = ""
    while f"]{marks}]" in text or text.endswith(f"]{marks}"):
        marks += "="
    return f"[{marks}[{text}]{marks}]"
