"""Development installs lead to a checkout; what leads there is read, not run."""

import json
import shutil
import venv
from pathlib import Path

import pytest
from support.cxx import build_library

from trtheaders.installation.choice import find_installation

FINDER = """from __future__ import annotations
raise SystemExit("the finder was run")
MAPPING: dict[str, str] = {mapping!r}
NAMESPACES: dict[str, list[str]] = {{}}
"""


@pytest.fixture(name="site")
def package_folder(tmp_path):
    venv.create(tmp_path / ".venv", symlinks=True, with_pip=False)
    (site,) = (tmp_path / ".venv" / "lib").glob("python3*/site-packages")
    return site


def checkout(folder: Path, *, version: bool = True) -> Path:
    (folder / "tensorrt_llm" / "libs").mkdir(parents=True)
    if version:
        (folder / "tensorrt_llm" / "version.py").write_text('__version__ = "1.1.0"\n')
    shutil.copy(build_library("int f() { return 1; }"), folder / "tensorrt_llm" / "libs" / "libtensorrt_llm.so")
    return folder


def write_record(site: Path, folder: Path, *, editable: bool = True) -> None:
    about = site / "tensorrt_llm-1.1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: tensorrt-llm\nVersion: 1.1.0\n")
    (about / "direct_url.json").write_text(json.dumps({"url": folder.as_uri(), "dir_info": {"editable": editable}}))


def find(tmp_path):
    return find_installation(tmp_path, python=tmp_path / ".venv" / "bin" / "python")


def test_a_finder_module_is_read(tmp_path, site):
    source = checkout(tmp_path / "check out")
    mapping = {"other": "/x", "tensorrt_llm": str(source / "tensorrt_llm")}
    (site / "__editable___tensorrt_llm_1_1_0_finder.py").write_text(FINDER.format(mapping=mapping))
    found = find(tmp_path)
    assert (found.version, found.package) == ("1.1.0", source / "tensorrt_llm")


@pytest.mark.parametrize("layout", [".", "src"])
def test_the_installers_record_is_enough(tmp_path, site, layout):
    source = checkout(tmp_path / "check out" / layout, version=False)
    write_record(site, tmp_path / "check out")
    found = find(tmp_path)
    assert found.package is not None
    assert found.package.samefile(source / "tensorrt_llm")
    assert found.version == "1.1.0"


def test_an_ordinary_install_from_a_folder_does_not_lead_back_to_it(tmp_path, site):
    checkout(tmp_path / "source")
    write_record(site, tmp_path / "source", editable=False)
    with pytest.raises(Exception, match="has no tensorrt_llm"):
        find(tmp_path)


@pytest.mark.parametrize("text", ["MAPPING = f()", "MAPPING = 3", "(", "MAPPING = {'tensorrt_llm': 3}", ""])
def test_a_finder_that_says_nothing_is_passed_over(tmp_path, site, text):
    (site / "__editable___tensorrt_llm_1_1_0_finder.py").write_text(text)
    with pytest.raises(Exception, match="has no tensorrt_llm"):
        find(tmp_path)
