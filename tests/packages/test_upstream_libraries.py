"""A library built from TensorRT-LLM's own sources, and real headers of another state: nm and ld have the word."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from packages.fetch import PACKAGES, UPSTREAMS, need
from support.oracle import linker_misses
from support.tools import tool

from trtheaders.library.upstream_symbols import read_upstream_symbols
from trtheaders.model.answers.candidates import Fit
from trtheaders.report.candidates import render_identification
from trtheaders.steps.memory.recorded_snapshots import HeaderRequest, obtain_snapshot
from trtheaders.steps.question.settings import settle_configuration
from trtheaders.verbs.identify import identify
from trtheaders.verbs.verify import verify

pytestmark = [pytest.mark.packages, pytest.mark.slow]
KERNELS, HEADERS = (PACKAGES / f"{name}-{version}" for name, version in UPSTREAMS.items())
LIBRARY = KERNELS / "trtllm_kernel" / "libtrtllm_kernel.so"
INCLUDE = HEADERS / "flashinfer" / "data" / "csrc" / "nv_internal" / "include"
ENTRIES = ("tllmException", "logger", "stringUtils")


@pytest.fixture(autouse=True)
def _need_packages() -> None:
    need(LIBRARY, INCLUDE)


def test_what_it_exports_of_upstream_is_what_nm_lists():
    command = [tool("nm"), "-D", "--defined-only", LIBRARY]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    names = {line.split()[-1].split("@")[0] for line in lines.splitlines() if "12tensorrt_llm" in line}
    found = read_upstream_symbols([LIBRARY])
    assert found.symbols == names
    assert (found.inline_namespaces, found.cuda, found.has_executor) == (("_v1",), "13", False)


def test_it_is_no_release_and_what_is_known_of_it_is_told(tmp_path: Path):
    known = identify([LIBRARY], start=tmp_path)
    assert known.fit is Fit.UNKNOWN
    text = render_identification(known)
    assert "score" not in text
    assert all(words in text for words in ("`_v1`", "CUDA 13", "`kernels`", "nothing of `tensorrt_llm::executor`"))


@pytest.mark.parametrize("entry", ENTRIES)
def test_headers_without_the_inline_namespace_miss_what_the_linker_misses(entry: str, tmp_path: Path):
    name = f"tensorrt_llm/common/{entry}.h"
    configuration = settle_configuration(tmp_path, entries=(name,))
    snapshot = obtain_snapshot(HeaderRequest(root=INCLUDE, configuration=configuration))
    findings = verify(headers=INCLUDE, entries=(name,), libraries=[LIBRARY], start=tmp_path).findings
    assert findings[0].rule == "moved-inline-namespaces"
    missed = linker_misses(INCLUDE, name, snapshot, [LIBRARY])
    owed = {symbol for promise in snapshot.promises for symbol in promise.symbols}
    assert missed & owed == {symbol for item in findings for symbol in item.symbols} & missed != set()
    assert {symbol for symbol in missed if "12tensorrt_llm" in symbol} <= owed
