"""Each example of the README does what the README says, in a project on the small upstream."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from support.demo_upstream import build_environment, build_release_library, build_upstream, install_package, run_git

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
AWAY = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONHOME", "CI", "FORCE_COLOR", "CXX", "CXXFLAGS")

STATUS = {
    "trtheaders init my-app": 0,
    "trtheaders add v1.2.0rc4 installed latest": 0,
    "trtheaders verify": 0,
    "trtheaders matrix": 0,
    "trtheaders check src/*.cpp": 0,
    "trtheaders identify": 0,
    "trtheaders diff 1.1.0 1.2.0rc3 --used-by src/main.cpp": 0,
    "trtheaders report --html report.html": 0,
    "trtheaders adopt": 0,
    "trtheaders promises 1.1.0": 0,
    "trtheaders guard 1.1.0 -o guard.cpp": 0,
    "trtheaders stub v1.1.0 -o libtensorrt_llm.so": 0,
    "trtheaders rules missing-symbols": 0,
    "trtheaders cmake": 0,
    "cmake-dir": 0,
    "trtheaders list": 0,
    "status": 0,
    "sync": 0,
    "path": 0,
}
"""The table's commands, and how they end where 1.1.0 is installed; others stand apart."""


def block(language: str, containing: str = "") -> str:
    """The first block of ``language`` that has the words ``containing``."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    return next(text for text in blocks if containing in text)


def told_commands() -> list[str]:
    """What the first column's task is done with, as the table of commands has it."""
    table = README.partition("| to … | say |\n")[2].partition("\n\n")[0]
    cells = [line.split("|", 2)[2] for line in table.splitlines()[1:]]
    return [command.replace("\\|", "|") for cell in cells for command in re.findall(r"`([^`]+)`", cell)]


@pytest.fixture(scope="module", name="project")
def a_project(tmp_path_factory):
    """A repository with 1.1.0 installed in its `.venv`, sources, and the releases of which the README speaks."""
    base = tmp_path_factory.mktemp("readme")
    upstream = build_upstream(base / "upstream")
    for tag in ("v1.2.0rc3", "v1.2.0rc4"):
        run_git(upstream, "tag", tag, "v1.2.0rc1")
    project = base / "project"
    (project / "src").mkdir(parents=True)
    (project / "src" / "main.cpp").write_text(
        "#include <tensorrt_llm/executor/executor.h>\n"
        "#if TRTHEADERS_RELEASE_NUMBER >= 1020030\nstatic_assert(true);\n#endif\n"
        "int main() { return tensorrt_llm::executor::SamplingConfig(1).getBeamWidth(); }\n"
    )
    (project / "trtheaders.toml").write_text(f'remote = "{upstream}"\n')
    run_git(project, "init", "--quiet")
    build_environment(project / ".venv", "1.1.0")
    assert run(project, "trtheaders add v1.0.0 v1.2.0rc4 v1.2.0rc3 installed").returncode == 0
    return project


def run(project: Path, command: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """``command`` as a shell runs it, with this interpreter's `trtheaders`."""
    environment = {name: value for name, value in os.environ.items() if name not in AWAY}
    environment["HOME"] = str(project.parent)
    line = re.sub(r"^(?:trtheaders )?", lambda _: f"{shlex.quote(sys.executable)} -m trtheaders ", command)
    streams = {"capture_output": True, "text": True, "input": given}
    return subprocess.run(["sh", "-c", line], cwd=project, env=environment, **streams)


def test_every_command_of_the_table_is_tried():
    apart = {"make 2>&1 | trtheaders explain", "trtheaders doctor", "remove"}
    assert set(told_commands()) == STATUS.keys() | apart


@pytest.mark.parametrize("command", STATUS)
def test_a_command_of_the_table(project, command):
    done = run(project, f"{command} 1.1.0" if command == "path" else command)
    assert done.returncode == STATUS[command], done.stdout + done.stderr


def test_the_setup_is_looked_at(project):
    done = run(project, "trtheaders doctor")
    assert done.returncode in (0, 1), "how it ends depends on the machine"
    assert re.search(r"ok +TensorRT-LLM +1\.1\.0", done.stdout)


def test_a_failed_build_is_explained(project):
    log = "main.cpp:(.text+0x5): undefined reference to `tensorrt_llm::executor::Gone::Gone()'\n"
    done = run(project, "trtheaders explain", log)
    assert (done.returncode, "Gone::Gone()" in done.stdout) == (1, True), done.stdout + done.stderr


def test_sixty_seconds(project):
    commands = [line.partition("#")[0].strip() for line in block("", "add installed").splitlines()]
    assert commands == ["trtheaders add installed", "trtheaders verify"]
    for command in commands:
        done = run(project, command)
        assert done.returncode == 0, done.stdout + done.stderr
    (good,) = re.findall(r"a good pair so: `([^`]+)`", README)
    assert done.stdout.startswith(f"{good}\n")


def test_a_mismatch_looks_like_this(project, tmp_path):
    other = tmp_path / "project"
    shutil.copytree(project, other, symlinks=True)
    (site_packages,) = other.glob(".venv/lib/python3.*/site-packages")
    install_package(site_packages, "1.1.0", library=build_release_library("1.0.0"))
    told = [without_figures(line) for line in run(other, "trtheaders verify").stdout.splitlines()]
    place = -1
    for line in block("", "mismatch: headers").splitlines():
        place = told.index(without_figures(line), place + 1)


def without_figures(line: str) -> str:
    """``line`` without how much of the layouts was judged, which depends on the compiler that built the library."""
    return re.sub(r"\d+ of \d+ layouts judged", "layouts judged", line)


def test_the_python_example(project):
    text = block("python").replace("v1.2.0rc4", "v1.1.0")
    done = subprocess.run(
        [sys.executable, "-c", text],
        cwd=project,
        env={name: value for name, value in os.environ.items() if name not in AWAY},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert re.match(r"verified 1\.1\.0 \d+\n", done.stdout)


def test_the_cmake_example(project, tmp_path, tools):
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.18)\nproject(app CXX)\n"
        f"add_executable(app {project}/src/main.cpp)\n{block('cmake')}"
    )
    for name in ("trtheaders.toml", "include", ".venv"):
        (tmp_path / name).symlink_to(project / name)
    (folder,) = run(project, "trtheaders cmake-dir").stdout.splitlines()
    done = subprocess.run(
        [tools("cmake"), "-S", tmp_path, "-B", tmp_path / "build", f"-Dtrtheaders_DIR={folder}"],
        capture_output=True,
        text=True,
    )
    # The small upstream's libraries need nothing of CUDA, and its headers include nothing of it.
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_hooks_are_ours():
    (repository,) = yaml.safe_load(block("yaml"))["repos"]
    ours = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    assert {hook["id"] for hook in repository["hooks"]} < ours
    assert set(re.findall(r"`(trtheaders-[a-z-]+)`", README)) <= ours
