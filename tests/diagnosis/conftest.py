"""A whole machine for each test, to break one thing of."""

from __future__ import annotations

import sys

import pytest
from support.machines import build_machine

from trtheaders.installation import places


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Nothing of the real machine's own counts: no installation, no GPU, no toolkit."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "prefix"))
    monkeypatch.setattr(places, "TRITON", tmp_path / "triton")
    return build_machine(tmp_path)
