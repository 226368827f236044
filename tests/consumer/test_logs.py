"""Logs are other people's text: whatever they hold, reading them neither fails nor takes long."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trtheaders.consumer.logs import read_log
from trtheaders.model.answers.symptoms import SymptomKind

REFERENCE = "a.cpp:(.text+0x12): undefined reference to `tensorrt_llm::f(int)'"


@pytest.mark.parametrize(
    "line",
    [
        "a.cpp:(.text+0x12): nicht definierter Verweis auf »tensorrt_llm::f(int)«",
        "a.cpp:(.text+0x12): référence indéfinie vers « tensorrt_llm::f(int) »",
        "a.cpp:(.text+0x12): referencia a «tensorrt_llm::f(int)» sin definir",
        "a.cpp:(.text+0x12): undefined reference to `tensorrt_llm::f(int)'",
        "a.cpp:(.text+0x12): undefined reference to ‘tensorrt_llm::f(int)’",
        "[3/7] \x1b[1m/usr/bin/ld: a.cpp:(.text+0x12): undefined reference to `tensorrt_llm::f(int)'\x1b[0m\r",
        "2026-01-02T03:04:05.678Z a.cpp:(.text+0x12): undefined reference to `tensorrt_llm::f(int)@@V1'",
    ],
)
def test_quotes_and_words_of_other_locales(line):
    (symptom,) = read_log([line]).symptoms
    assert (symptom.kind, symptom.subject) == (SymptomKind.UNDEFINED_REFERENCE, "tensorrt_llm::f(int)")


@given(st.lists(st.text(max_size=200), max_size=20))
def test_no_text_makes_it_fail(lines):
    assert read_log(lines).lines == len(lines)


@given(st.text(alphabet="`'‘’:(). _Zundefirctol-", max_size=400))
def test_no_mixture_of_what_it_looks_for_makes_it_fail(text):
    read_log([text, f"undefined reference to `{text}'", f"a.cpp:1:2: error: no member named '{text}' in '{text}'"])


def test_a_huge_log_is_read_in_a_stream():
    started = time.perf_counter()
    log = read_log(line for _ in range(100_000) for line in (REFERENCE, "g++ -O2 -c a.cpp -o a.o"))
    assert log.lines == 200_000
    assert 0 < len(log.symptoms) <= 20_000
    assert time.perf_counter() - started < 30


def test_one_endless_line():
    assert read_log(["undefined reference to `" + "x" * 50_000_000]).lines == 1
    assert read_log(["error: " * 2_000_000]).lines == 1


def run_explain(data: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "trtheaders", "explain", *arguments]
    return subprocess.run(command, input=data, capture_output=True)


def test_exit_codes_of_the_command():
    assert run_explain(REFERENCE.encode()).returncode == 1
    assert run_explain(b"all is well\n").returncode == 0
    empty = run_explain(b"")
    assert empty.returncode == 2
    assert b"2>&1" in empty.stderr


def test_bytes_that_are_no_text():
    done = run_explain(bytes(range(256)) * 50 + b"\n" + REFERENCE.encode(), "--format", "json")
    assert done.returncode == 1
    assert b"tensorrt_llm::f(int)" in done.stdout


def test_a_log_that_is_not_there(tmp_path):
    done = run_explain(b"", str(tmp_path / "gone.log"))
    assert done.returncode == 2
    assert b"cannot be read" in done.stderr
    assert b"Traceback" not in done.stderr


def test_one_line_is_no_plural():
    assert b"1 line read" in run_explain(b"all is well\n").stdout
    assert b"2 lines read" in run_explain(b"all is well\nand better\n").stdout
