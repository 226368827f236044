"""CONTRIBUTING's recipe for a rule, followed: the skeleton is complete, and the project's own checks take it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(name="project")
def copied_project(tmp_path):
    for name in ("trtheaders", "tests/rules", "tools"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tests/fixtures/cases").mkdir(parents=True)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def run(project, *words):
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(project), "HOME": str(project)}
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)


def test_a_new_rule_has_row_check_and_case(project):
    made = run(project, "tools/new_rule.py", "lost-things")
    assert made.returncode == 0, made.stderr
    assert made.stdout.count("\n") == 5
    told = run(project, "-m", "trtheaders", "rules", "lost-things")
    assert "say in one line what is wrong" in told.stdout
    judged = run(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/rules", "-k", "lost-things")
    assert judged.returncode == 0, judged.stdout
    styled = run(project, "-m", "ruff", "check", "--no-cache", "trtheaders/rules", "trtheaders/checks/symbols")
    assert styled.returncode == 0, styled.stdout


@pytest.mark.parametrize("name", ["", "lost", "Lost-Things", "missing-symbols", "../x-y"])
def test_what_is_no_new_rule_is_refused_and_changes_nothing(project, name):
    before = (project / "trtheaders/rules/symbols.py").read_text()
    refused = run(project, "tools/new_rule.py", name)
    assert (refused.returncode, refused.stderr.partition(":")[0]) == (2, "error")
    assert (project / "trtheaders/rules/symbols.py").read_text() == before
