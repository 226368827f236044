from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.upstream import Upstream, headers

from trtheaders.configuration import Configuration


@pytest.fixture(autouse=True)
def _own_surroundings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's git configuration, cache or proxies."""
    for name in [*os.environ]:
        if name.startswith("GIT_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def upstream(tmp_path: Path) -> Upstream:
    """A repository with `v1.0.0` (annotated) and `v1.2.0rc3` (lightweight)."""
    repository = Upstream(tmp_path / "upstream.git")
    repository.release("v1.0.0", headers(assert_="#pragma once\n// 1.0.0\n"))
    repository.release("v1.2.0rc3", headers(assert_="#pragma once\n// 1.2.0rc3\n", logger="\n"), annotated=False)
    return repository


@pytest.fixture
def consumer(tmp_path: Path) -> Configuration:
    """An empty consumer's configuration, at its defaults."""
    root = tmp_path / "consumer"
    root.mkdir()
    return Configuration(root=root, destination=root / "include" / "tensorrt-llm")
