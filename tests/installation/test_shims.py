"""Shims choose as the project's folder has them choose, and never by what a clone would have them run."""

import sys
from pathlib import Path

import pytest

from trtheaders.errors import InstallationError
from trtheaders.installation import places
from trtheaders.installation.choice import find_installation

SHIM = """#!/bin/sh
# As pyenv's: the nearest file upwards from the working folder names versions, and the first that is there is taken.
dir=$PWD; while [ -n "$dir" ] && [ ! -f "$dir/{file}" ]; do dir=${{dir%/*}}; done
versions=global; if [ -f "$dir/{file}" ]; then versions=$(cat "$dir/{file}"); fi
echo "$PWD" >"{root}/asked"; ls -A >>"{root}/asked"
for version in ${{versions#python }}; do
  python="{root}/versions/$version/bin/python3"; if [ -x "$python" ]; then exec "$python" "$@"; fi
done
exit 127
"""


@pytest.fixture(autouse=True)
def no_installation_of_the_machines_own(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "prefix"))
    monkeypatch.setattr(places, "TRITON", tmp_path / "triton")


def make_version(root: Path, name: str, release: str) -> None:
    site = root / "versions" / name / "site"
    (site / "tensorrt_llm" / "libs").mkdir(parents=True)
    (site / "tensorrt_llm" / "version.py").write_text(f'__version__ = "{release}"\n')
    (site / "tensorrt_llm" / "libs" / "libtensorrt_llm.so").write_text("")
    python = root / "versions" / name / "bin" / "python3"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{site}" exec "{Path(sys.executable).resolve()}" "$@"\n')
    python.chmod(0o755)


@pytest.fixture(name="root")
def shims(tmp_path):
    root = tmp_path / "shims"
    for name, release in (("global", "1.0.0"), ("proj", "1.1.0")):
        make_version(root, name, release)
    (tmp_path / "project").mkdir()
    return root


def shim_for(root: Path, file: str) -> str:
    (root / "bin").mkdir()
    shim = root / "bin" / "python3"
    shim.write_text(SHIM.format(file=file, root=root))
    shim.chmod(0o755)
    return str(shim.parent)


def find(root: Path, file: str):
    return find_installation(root.parent / "project", environment={"PATH": shim_for(root, file)})


@pytest.mark.parametrize(
    ("written", "content", "read"),
    [
        (".python-version", "# mine\nproj\n3.11\n", ".python-version"),
        (".tool-versions", "nodejs 20\npython proj 3.11 # both\n", ".tool-versions"),
        ("mise.toml", '[tools]\npython = ["proj", "3.11"]\n', ".tool-versions"),
        (".mise.toml", '[tools]\npython = { version = "proj" }\n', ".tool-versions"),
    ],
)
def test_the_projects_choice_is_handed_over_alone(root, tmp_path, written, content, read):
    (tmp_path / "project" / written).write_text(content)
    found = find(root, read)
    assert found.version == "1.1.0"
    folder, *files = (root / "asked").read_text().splitlines()
    assert files == [read]
    assert not Path(folder).exists()
    assert not Path(folder).is_relative_to(tmp_path / "project")


@pytest.mark.parametrize(
    ("written", "content"),
    [
        (".python-version", "3.99\r\nproj\r\n"),
        (".python-version", "3.99\nproj\n../../evil\n"),
        (".tool-versions", "python 3.99 proj system\n"),
        ("mise.toml", '[tools]\npython = ["3.99", { version = "proj" }]\n'),
    ],
)
def test_a_version_that_is_not_there_has_the_next_as_its_fallback(root, tmp_path, written, content):
    (tmp_path / "project" / written).write_text(content, newline="")
    assert find(root, ".python-version" if written == ".python-version" else ".tool-versions").version == "1.1.0"


def test_a_choice_above_the_project_counts(root, tmp_path):
    (tmp_path / ".python-version").write_text("proj\n")
    assert find(root, ".python-version").version == "1.1.0"


def test_without_a_choice_the_shim_is_asked_in_an_empty_folder(root):
    assert find(root, ".python-version").version == "1.0.0"
    assert (root / "asked").read_text().count("\n") == 1


@pytest.mark.parametrize(
    ("written", "content"),
    [
        (".python-version", "../../evil\n"),
        (".python-version", "-c\n"),
        (".tool-versions", "python path:../evil\n"),
        (".tool-versions", "python ref:main\n"),
        ("mise.toml", '[tools]\npython = "path:/clone/evil"\n'),
        ("mise.toml", "[tools]\npython = \"{{ exec(command='evil') }}\"\n"),
    ],
)
def test_a_choice_that_is_no_plain_version_starts_nothing_and_is_told(root, tmp_path, written, content):
    (tmp_path / "project" / written).write_text(content)
    with pytest.raises(InstallationError, match="is no plain version name, so that no shim was asked") as caught:
        find(root, ".python-version")
    assert written in caught.value.message
    assert not (root / "asked").exists()
