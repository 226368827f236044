"""Every shared object of real wheels loads what `ldd` says: PyTorch, a part of CUDA, TensorRT-LLM's own kernels."""

from __future__ import annotations

import os
import re
import subprocess

import pytest
from packages.fetch import LOADED, PACKAGES, need
from support.tools import tool

from trtheaders.errors import LibraryError
from trtheaders.library.loading import read_loadable, read_system
from trtheaders.loader.resolve import load
from trtheaders.model.library.exports import Machine

pytestmark = [pytest.mark.packages, pytest.mark.slow]
_FOUND = re.compile(r"\s+(\S+) => (.*?)(?: \(0x[0-9a-f]+\))?$")


def shared_objects(folder):
    paths = (path for path in sorted(folder.rglob("*.so*")) if not path.is_symlink())
    return [item for item in map(_read, paths) if item is not None]


def _read(path):
    try:
        return read_loadable(path)
    except LibraryError:
        return None


def ask_ldd(path):
    lines = subprocess.run([tool("ldd"), path], capture_output=True, text=True).stdout.splitlines()
    found = (match for line in lines if (match := _FOUND.match(line)))
    rows = {item[1]: None if item[2].startswith("not found") else os.path.realpath(item[2]) for item in found}
    return {name: path for name, path in rows.items() if not name.startswith("ld-linux")}


@pytest.mark.parametrize("requirement", LOADED)
def test_every_shared_object_of_a_wheel_loads_what_ldd_says(requirement):
    folder = PACKAGES / requirement.partition("==")[0]
    need(next(folder.rglob("*.so*"), folder / "libraries"))
    system = read_system(Machine.X86_64, os.environ)
    items = shared_objects(folder)
    assert items
    for item in items:
        loading = load(item, system)
        ours = {row.name: row.path and os.path.realpath(row.path) for row in loading.resolved}
        theirs = {name: path for name, path in ours.items() if not name.startswith("ld-linux")}
        assert theirs == ask_ldd(item.path), item.path
