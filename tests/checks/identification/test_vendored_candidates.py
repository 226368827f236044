"""What is vendored counts beside what ships: in `identify` as a candidate, in `diff` as a side."""

from pathlib import Path

import pytest
from support.cxx import build_library

from trtheaders.headers.snapshot_files import write_snapshot
from trtheaders.model.answers.candidates import Fit
from trtheaders.vendoring.folder.store import Store
from trtheaders.verbs.adopt import adopt
from trtheaders.verbs.diff import diff
from trtheaders.verbs.identify import identify
from trtheaders.verbs.promises import promises

DECLARED = "namespace tensorrt_llm::executor { int first(); int second(int a); }"
DEFINED = "namespace tensorrt_llm::executor { int first() { return 1; } int second(int a) { return a; } }"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    for version, text in (("9.0.0", DECLARED), ("9.1.0", DECLARED.replace("int a", "long a"))):
        folder = tmp_path / "include" / "tensorrt-llm" / version / "tensorrt_llm" / "executor"
        folder.mkdir(parents=True)
        (folder / "executor.h").write_text(f"#pragma once\n{text}\n")
    adopt()
    return tmp_path


def test_vendored_releases_are_sides(project: Path) -> None:
    comparison = diff("9.0.0", "v9.1.0")
    assert comparison.old.origin == "the vendored headers"
    assert [(change.kind, change.impact.value) for change in comparison.changes] == [("function-changed", "link")]


def test_vendored_releases_are_candidates_once_they_are_recorded(project: Path) -> None:
    library = build_library(DEFINED, name="libtensorrt_llm.so")
    for version in ("9.0.0", "9.1.0"):
        Store(project / "include" / "tensorrt-llm").snapshot_path(version).unlink()
    unknown = identify([library])
    assert unknown.fit is Fit.UNKNOWN
    assert unknown.remarks[0] == "9.0.0 is vendored, but its promises are not recorded"
    for version in ("9.0.0", "9.1.0"):
        write_snapshot(promises(version), Store(project / "include" / "tensorrt-llm").snapshot_path(version))
    known = identify([library])
    best = known.candidates[0]
    assert (known.fit, best.release, best.origin, best.kept, best.promised) == (
        Fit.IDENTIFIED,
        "9.0.0",
        "vendored",
        2,
        2,
    )
