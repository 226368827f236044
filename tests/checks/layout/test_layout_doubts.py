"""Functions that look like accessors and are none, and layouts that look alike: no false alarm."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.layout_builds import snapshot_of, stripped_library

from trtheaders.checks.layout.judgement import judge_layouts
from trtheaders.library.layout.evidence import read_evidence

FOLDER = Path(__file__).parent / "cxx"
HEADER = (FOLDER / "honest.h").read_text()
BODIES = (FOLDER / "honest.cpp").read_text().replace('#include "honest.h"', "")


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize("level", ["-O0", "-O1", "-O2", "-O3"])
def test_honest_classes_yield_nothing(level, compiler):
    snapshot = snapshot_of(HEADER)
    library = stripped_library(HEADER + BODIES, level, compiler=compiler)
    judgement = judge_layouts(snapshot, read_evidence([library], snapshot))
    assert judgement.findings == ()
    assert judgement.accessors >= 20
