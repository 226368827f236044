"""Optional tools come to tests by one way, and the end of a run tells what was not run."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.tools import CROSS, ROOT, TOOLS, packages, table

TESTS = Path(__file__).resolve().parents[1]
PROGRAMS = {name for row in TOOLS.values() for name in (row.name, row.program) if name and not row.find}
VARIABLES = frozenset({"compiler", "linker", "cxx", "cmake", "tool", "clang", "program_name"})
"""Names under which a program of somebody's choice is started."""
STARTERS = frozenset({"run", "Popen", "call", "check_call", "check_output", "which", "system", "popen"})


def _ways_around(tree: ast.AST) -> Iterator[int]:
    """Lines that start an optional tool, or look for one, without asking `tools`.

    A command is a list whose first item is the program; what pytest's own marks and fixtures hold is data.
    """
    data = {id(inner) for call in ast.walk(tree) if _is_pytest(call) for inner in ast.walk(call)}
    for node in ast.walk(tree):
        if id(node) in data:
            continue
        if isinstance(node, ast.List) and node.elts and _is_program(node.elts[0]):
            yield node.lineno
        if isinstance(node, ast.Call) and node.args and _name(node.func) in STARTERS:
            first = node.args[0]
            first = first.elts[0] if isinstance(first, ast.Tuple) and first.elts else first
            if isinstance(first, ast.Constant) and _is_program(first):
                yield node.lineno


def _is_pytest(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).startswith("pytest.")


def _is_program(node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        return node.id in VARIABLES
    return (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and (node.value.split() or [""])[0] in PROGRAMS
    )


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _skips(tree: ast.AST) -> Iterator[int]:
    """Lines that skip without a tool."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("skip", "skipif", "importorskip"):
            yield node.lineno


@pytest.mark.parametrize("faults", [_ways_around, _skips])
def test_no_test_goes_around_the_fixture(faults):
    files = [path for path in TESTS.rglob("*.py") if path != TESTS / "support" / "tools.py"]
    found = {str(path.relative_to(TESTS)): list(faults(ast.parse(path.read_text()))) for path in files}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "text",
    [
        'subprocess.run(["clang++", "-c"])',
        'command = ["nm", "-u", path]',
        "subprocess.run([compiler, path])",
        'consumer.run("cmake", "-S", ".")',
        'subprocess.run(("ld.lld", path))',
        'shutil.which("mold")',
        'subprocess.run("strip libx.so", shell=True)',
        'os.system("ninja -C build")',
    ],
)
def test_a_way_around_the_fixture_is_found(text):
    assert list(_ways_around(ast.parse(text))) == [1]


@pytest.mark.parametrize(
    "text",
    [
        'subprocess.run([tools("clang++"), "-c"])',
        'subprocess.run(["g++", "-c"])',
        'build_library(text, compiler="clang++")',
        'pytest.fixture(params=["clang++"])',
        'assert "clang++" in said',
    ],
)
def test_what_asks_for_a_tool_or_needs_none_is_left_alone(text):
    assert list(_ways_around(ast.parse(text))) == []


WANTING = """
import pytest

@pytest.fixture(scope="module")
def wanted(tools):
    return tools("mold")

@pytest.mark.parametrize("number", range(3))
def test_with_a_fixture_that_wants_a_tool(wanted, number):
    raise AssertionError

def test_that_wants_a_tool(tools):
    tools("CUDA headers")

def test_that_wants_what_is_always_there(tools):
    assert tools("g++") == "g++"
"""


def _run_wanting(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Tests that want tools, run where there are none, with the hooks of this folder's `conftest.py`."""
    (folder / "test_wanting.py").write_text(WANTING)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "conftest", "-p", "no:cacheprovider", *options, str(folder)]
    bare = {**os.environ, "PATH": "/nonexistent", "PYTHONPATH": str(TESTS), "CUDA_HOME": "", "CUDA_PATH": ""}
    return subprocess.run(command, cwd=folder, env=bare, capture_output=True, text=True)


@pytest.mark.parametrize("options", [(), ("-n", "2")])
def test_what_was_not_run_is_counted_at_the_end(tmp_path, options):
    done = _run_wanting(tmp_path, *options)
    assert done.returncode == 0, done.stdout + done.stderr
    told = [line for line in done.stdout.splitlines() if line.startswith("not run: ")]
    assert told[0].startswith("not run: mold (3 tests)")


def test_in_a_complete_run_it_is_an_error_unless_its_reason_is_known(tmp_path):
    done = _run_wanting(tmp_path, "--complete")
    assert done.returncode == 1
    errors = [line for line in done.stdout.splitlines() if line.startswith("error: ")]
    assert errors == ["error: mold is not there, and support/tools.py has no reason for it"]
    assert _run_wanting(tmp_path, "--complete", "--deselect", "test_wanting.py::test_with_a_fixture").returncode == 0


def test_a_tool_without_a_row_is_a_mistake(tools):
    with pytest.raises(KeyError):
        tools("no-such-tool")


def test_the_readme_says_what_each_tool_adds():
    assert table() in (ROOT / "README.md").read_text(), "put in what `python3 tests/support/tools.py --table` prints"


def test_the_packages_are_told_by_any_python():
    said = subprocess.run([sys.executable, "-I", ROOT / "tests/support/tools.py"], capture_output=True, text=True)
    assert said.stdout.split() == list(packages())


def test_every_tool_is_asked_for():
    files = [path for kind in ("*.py", "*.toml") for path in TESTS.rglob(kind) if path.name != "tools.py"]
    text = "\n".join(path.read_text() for path in files)
    assert [name for name in TOOLS if f'"{name}"' not in text and name != CROSS] == []
