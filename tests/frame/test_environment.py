"""What a newcomer lacks is said in one line, with the command that installs it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "environment.py"


def run_with(folder, *programs, python=sys.executable):
    """`tools/environment.py` where nothing but ``programs`` is on PATH."""
    folder.mkdir()
    for name in programs:
        (folder / name).symlink_to(shutil.which(name))
    command = [python, TOOL, "--folder", folder / "environment"]
    return subprocess.run(command, env={"PATH": str(folder)}, capture_output=True, text=True)


@pytest.mark.parametrize(("there", "missing"), [(("git",), "g++"), (("g++",), "git"), ((), "git")])
def test_a_missing_program_is_one_line(tmp_path, there, missing):
    done = run_with(tmp_path / "bin", *there)
    assert done.returncode == 1
    assert done.stderr == f"error: `{missing}` is missing; install it with `apt-get install {missing}`\n"


def test_a_python_without_venv_is_one_line(tmp_path):
    (tmp_path / "ensurepip.py").write_text("raise ImportError\n")
    code = (
        f"import sys, runpy; sys.path.insert(0, {str(tmp_path)!r}); runpy.run_path({str(TOOL)!r}, run_name='__main__')"
    )
    command = [sys.executable, "-c", code, "--folder", tmp_path / "environment"]
    done = subprocess.run(command, capture_output=True, text=True)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert done.returncode == 1
    assert (
        done.stderr
        == f"error: Python {version} has no `venv`; install it with `apt-get install python{version}-venv`\n"
    )


def test_make_without_python_is_one_line(tmp_path):
    done = subprocess.run(["make", "-C", ROOT, "environment", "PYTHON=no-such-python"], capture_output=True, text=True)
    assert done.returncode != 0
    assert "`no-such-python` is missing; install it with" in done.stderr


def test_the_run_of_continuous_integration_is_a_script_that_bash_reads(tools):
    subprocess.run([tools("bash"), "-n", ROOT / ".ci" / "run"], check=True)
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
