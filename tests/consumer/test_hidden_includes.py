"""An include that the preprocessor passes over, and what would let it in."""

from __future__ import annotations

import pytest

from trtheaders.consumer.hidden_includes import find_hidden_include

INCLUDE = "#include <tensorrt_llm/executor/executor.h>\n"


@pytest.mark.parametrize(
    ("before", "condition", "macro"),
    [
        ("#ifdef ENABLE_TENSORRT // here\n", "#ifdef ENABLE_TENSORRT", "ENABLE_TENSORRT"),
        ("#if defined(WITH_TRT)\n", "#if defined(WITH_TRT)", "WITH_TRT"),
        ("# if defined WITH_TRT\n", "#if defined WITH_TRT", "WITH_TRT"),
        ("#if WITH_TRT\n", "#if WITH_TRT", "WITH_TRT"),
        ("#if WITH_TRT && CUDA >= 12\n", "#if WITH_TRT && CUDA >= 12", ""),
        ("#ifndef NO_TRT\n", "#ifndef NO_TRT", ""),
        ("#ifndef TRT\nint f();\n#else\n", "#else of #ifndef TRT", "TRT"),
        ("#ifdef CPU\n#elif defined(TRT)\n", "#elif defined(TRT)", "TRT"),
        ("#ifndef A_H\n#define A_H\n#ifdef TRT\n", "#ifdef TRT", "TRT"),
        ("#ifdef A\n#endif\n#ifdef B\n#ifdef C\n", "#ifdef C", "C"),
    ],
)
def test_the_nearest_condition_and_the_macro_that_lets_it_in(before, condition, macro):
    found = find_hidden_include(before + INCLUDE, "a.cpp")
    assert found is not None
    assert (found.line, found.condition, found.macro) == (before.count("\n") + 1, condition, macro)


@pytest.mark.parametrize(
    "text",
    [
        INCLUDE,
        f"#ifndef A_H\n#define A_H\n{INCLUDE}#endif\n",
        f"#ifdef A\n#endif\n{INCLUDE}",
        "#ifdef A\n#include <vector>\n",
    ],
)
def test_nothing_hides_an_include_in_the_open(text):
    assert find_hidden_include(text, "a.cpp") is None
