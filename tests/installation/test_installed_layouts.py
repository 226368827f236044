"""An interpreter of an ordinary layout is read, not started: Debian's, an image's, Python's own build."""

from __future__ import annotations

import shutil
import sys

import pytest
from support.cxx import build_library

from trtheaders.installation import places
from trtheaders.installation.choice import find_installation


@pytest.fixture(autouse=True)
def nothing_of_the_machines_own(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "prefix"))
    monkeypatch.setattr(places, "TRITON", tmp_path / "triton")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PYTHONPATH", raising=False)


def make_interpreter(root):
    """`python3`, a link to a program that says that it was started, in the layout of an installed Python."""
    (root / "bin").mkdir(parents=True)
    (root / "lib" / "python3.12").mkdir(parents=True)
    (root / "lib" / "python3.12" / "os.py").write_text("")
    program = root / "bin" / "python3.12"
    program.write_bytes(b"\x7fELF and not a program at all")
    program.chmod(0o755)
    (root / "bin" / "python3").symlink_to("python3.12")
    return root / "bin"


def install(folder):
    (folder / "tensorrt_llm" / "libs").mkdir(parents=True)
    (folder / "tensorrt_llm" / "version.py").write_text('__version__ = "1.1.0"\n')
    shutil.copy(build_library("int f() { return 1; }"), folder / "tensorrt_llm" / "libs" / "libtensorrt_llm.so")


@pytest.mark.parametrize(
    "place",
    [
        "usr/lib/python3.12/site-packages",
        "usr/local/lib/python3.12/dist-packages",
        "usr/lib/python3/dist-packages",
        "home/.local/lib/python3.12/site-packages",
    ],
)
def test_every_package_folder_is_read_off_the_layout(tmp_path, place):
    search = make_interpreter(tmp_path / "usr")
    install(tmp_path / place)
    found = find_installation(tmp_path / "project", environment={"PATH": str(search)})
    assert (found.version, found.package) == ("1.1.0", tmp_path / place / "tensorrt_llm")


def test_an_absolute_folder_of_pythonpath_counts(tmp_path, monkeypatch):
    search = make_interpreter(tmp_path / "usr")
    install(tmp_path / "ros")
    monkeypatch.setenv("PYTHONPATH", f"relative::{tmp_path / 'ros'}")
    assert find_installation(tmp_path / "project", environment={"PATH": str(search)}).version == "1.1.0"


def test_the_users_packages_lie_where_pythonuserbase_says(tmp_path, monkeypatch):
    search = make_interpreter(tmp_path / "usr")
    install(tmp_path / "base" / "lib" / "python3.12" / "site-packages")
    monkeypatch.setenv("PYTHONUSERBASE", str(tmp_path / "base"))
    assert find_installation(tmp_path / "project", environment={"PATH": str(search)}).version == "1.1.0"
