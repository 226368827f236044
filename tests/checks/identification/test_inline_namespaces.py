"""A release whose names lie in a versioned inline namespace is recognised; of a stranger it is told what is known."""

from __future__ import annotations

import re
from pathlib import Path

from support.exporting import library, symbols

from trtheaders.demangling import demangle
from trtheaders.model.answers.candidates import Fit
from trtheaders.report.candidates import render_identification
from trtheaders.verbs.identify import identify

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def in_version(symbol: str) -> str:
    """``symbol`` of `tensorrt_llm` as it is called in `tensorrt_llm::_v1`: one component and substitution more."""

    def later(match: re.Match[str]) -> str:
        number = _DIGITS.index(match[1]) + 1 if match[1] else 0
        return f"S{_DIGITS[number]}_"

    head, name, tail = symbol.partition("12tensorrt_llm")
    return f"{head}{name}3_v1{re.sub('S([0-9A-Y]?)_', later, tail)}"


def versioned(release: str) -> set[str]:
    pairs = ((symbol, in_version(symbol)) for symbol in symbols(release))
    found = {new for old, new in pairs if demangle(new).replace("_v1::", "") == demangle(old) != old}
    assert len(found) > 0.9 * len(symbols(release))
    return found


def test_a_release_in_an_inline_namespace_is_the_nearest(tmp_path: Path) -> None:
    known = identify([library(versioned("1.2.0rc3"))], start=tmp_path)
    best = known.candidates[0]
    assert (known.fit, best.release) == (Fit.NEAR, "1.2.0rc3")
    assert best.kept > 0.9 * best.promised
    assert any("`_v1`" in remark and str(best.kept) in remark for remark in known.remarks)


def test_it_is_said_that_the_executor_is_gone(tmp_path: Path) -> None:
    kept = {name for name in symbols("1.2.0rc3") if "8Executor" not in name}
    told = identify([library(kept)], start=tmp_path).remarks
    assert any("`tensorrt_llm::executor::Executor` is not in it" in remark for remark in told)
    whole = {name for name in symbols("1.2.0rc3") if "SamplingConfig" not in name}
    assert not any("is not in it" in remark for remark in identify([library(whole)], start=tmp_path).remarks)


def test_of_a_stranger_it_is_told_what_is_known(tmp_path: Path) -> None:
    names = {f"_ZN12tensorrt_llm3_v17kernels{len(name)}{name}Ev" for name in ("one", "three", "seven")}
    known = identify([library(names)], start=tmp_path)
    assert known.fit is Fit.UNKNOWN
    text = render_identification(known)
    assert "score 0.0000" not in text
    for words in ("3 symbols of `tensorrt_llm`", "`kernels`", "`_v1`", "nothing of `tensorrt_llm::executor`"):
        assert words in text


def test_of_another_library_it_is_said_that_it_is_one(tmp_path: Path) -> None:
    text = render_identification(identify([library({"adler32", "_ZN1n1fEv"})], start=tmp_path))
    assert "it exports no symbol of `tensorrt_llm`" in text
    assert "score" not in text
