"""`trtheaders init` writes a project that configures, builds and passes its own smoke test without a GPU."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from support.demo_upstream import ROOT, build_upstream

from trtheaders.cli.main import run
from trtheaders.cmake import directory
from trtheaders.configuration import load_configuration
from trtheaders.errors import ReleaseError, StoreError
from trtheaders.verbs.init import init

PROGRAM = Path(sys.executable).with_name("trtheaders")


@pytest.fixture(autouse=True)
def nowhere(tmp_path, monkeypatch):
    """Neither an installation nor a toolkit of this machine counts."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "prefix"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "CUDA_HOME", "CUDA_PATH", "CUDAToolkit_ROOT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(name="cuda")
def cuda_headers(tmp_path, monkeypatch):
    folder = tmp_path / "cuda" / "include"
    folder.mkdir(parents=True)
    (folder / "cuda.h").write_text("#define CUDA_VERSION 13000\n")
    (folder / "cuda_fp16.h").write_text("struct __half;\n")
    monkeypatch.setenv("CUDA_HOME", str(folder.parent))
    return folder


def _texts(folder):
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_the_example_is_what_init_writes(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    rendered = importlib.import_module("write_example").render()
    there = {path for path in (ROOT / "examples" / "minimal").rglob("*") if path.is_file()}
    assert there == set(rendered)
    assert all(path.read_text() == text for path, text in rendered.items()), "run `python tools/write_example.py`"


def test_with_cudas_headers_here_the_configuration_names_them(tmp_path, cuda):
    project = init(tmp_path / "app", release="v1.1.0")
    assert project.wheels == ""
    configuration = load_configuration(tmp_path / "app")
    assert configuration.include_directories == (cuda,)
    assert configuration.sources == (tmp_path / "app" / "src" / "main.cpp",)


@pytest.mark.parametrize(("release", "wheel"), [("1.1.0", "nvidia-cuda-crt==13.*"), ("1.0.0", "nvidia-cuda-nvcc-cu12")])
def test_without_them_the_wheels_that_bring_them_are_named(tmp_path, release, wheel):
    project = init(tmp_path / "app", release=release, root=tmp_path)
    assert wheel in project.wheels
    assert load_configuration(tmp_path / "app").include_directories == ()
    workflow = (tmp_path / "app/.github/workflows/build.yml").read_text()
    assert wheel in workflow


def test_what_is_there_is_left_alone(tmp_path):
    (tmp_path / "app" / "src").mkdir(parents=True)
    (tmp_path / "app" / "src" / "main.cpp").write_text("mine\n")
    with pytest.raises(StoreError, match=r"already has `src/main\.cpp`; nothing was written"):
        init(tmp_path / "app", release="1.1.0")
    assert _texts(tmp_path / "app") == {"src/main.cpp": "mine\n"}


@pytest.mark.parametrize(("release", "words"), [("0.8.0", "absent"), ("1.3.0rc22", "removed")])
def test_a_release_without_the_api_is_refused(tmp_path, release, words):
    with pytest.raises(ReleaseError, match=f"no C.. Executor API: it is {words}"):
        init(tmp_path / "app", release=release)
    assert not (tmp_path / "app").exists()


def test_without_a_release_there_is_no_answer(tmp_path, capsys):
    assert run(["init", "app"]) == 2
    assert "trtheaders init --release" in capsys.readouterr().err
    assert not (tmp_path / "app").exists()


def test_everything_parses_and_the_next_steps_are_told(tmp_path, capsys):
    assert run(["init", "my app", "--release", "v1.1.0"]) == 0
    said = capsys.readouterr().out
    assert "cd 'my app'" in said
    assert "trtheaders add v1.1.0" in said
    folder = tmp_path / "my app"
    hooks = yaml.safe_load((folder / ".pre-commit-config.yaml").read_text())
    assert [hook["id"] for hook in hooks["repos"][0]["hooks"]] == ["trtheaders-files", "trtheaders-verify"]
    steps = yaml.safe_load((folder / ".github/workflows/build.yml").read_text())["jobs"]["build"]["steps"]
    assert any("trtheaders stub 1.1.0" in step.get("run", "") for step in steps)
    assert not [name for name, text in _texts(folder).items() if "@" in text.replace("actions/", "").split("uses:")[0]]
    assert "project(my-app " in (folder / "CMakeLists.txt").read_text()


@pytest.mark.slow
def test_a_project_builds_against_the_stub_and_passes_its_smoke_test(tmp_path, tools, monkeypatch, cuda):
    monkeypatch.undo()
    cmake = tools("cmake")
    upstream, project = build_upstream(tmp_path / "upstream"), tmp_path / "app"
    init(project, release="v1.1.0")
    (project / "trtheaders.toml").write_text(f'remote = "{upstream}"\n' + (project / "trtheaders.toml").read_text())

    def step(*words):
        done = subprocess.run(list(map(str, words)), cwd=project, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    step("git", "init", "--quiet")
    step(PROGRAM, "add", "v1.1.0")
    step(PROGRAM, "stub", "v1.1.0", "-o", "libtensorrt_llm.so")
    places = (f"-Dtrtheaders_DIR={directory()}", f"-DTRTHEADERS_EXECUTABLE={PROGRAM}")
    step(cmake, "-S", ".", "-B", "build", *places, f"-DTENSORRT_LLM_LIBRARY={project}/libtensorrt_llm.so")
    step(cmake, "--build", "build")
    assert step("build/app", "--version") == "headers 1.1.0, library 1.1.0+trtheaders.stub\n"
    step(Path(cmake).with_name("ctest"), "--test-dir", "build", "--output-on-failure")


@pytest.mark.parametrize("name", ["src", "CMakeLists.txt"])
def test_nothing_is_written_through_a_link_that_a_repository_brought(tmp_path, name):
    (tmp_path / "app").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "app" / name).symlink_to(tmp_path / "out" / ("" if name == "src" else "file"))
    with pytest.raises(StoreError, match="nothing was written"):
        init(tmp_path / "app", release="1.1.0")
    assert list((tmp_path / "out").iterdir()) == []
    assert [path.name for path in (tmp_path / "app").iterdir()] == [name]


def test_a_folder_of_any_name_is_written_as_the_configuration_reads_it(tmp_path, cuda, monkeypatch):
    odd = tmp_path / 'a"]\nsources = ["x' / "\\ü😀" / "include"
    odd.parent.mkdir(parents=True)
    cuda.rename(odd)
    monkeypatch.setenv("CUDA_HOME", str(odd.parent))
    made = init(tmp_path / "app", release="1.1.0")
    configuration = load_configuration(tmp_path / "app")
    assert configuration.include_directories in ((odd,), ())
    assert configuration.sources == (tmp_path / "app" / "src" / "main.cpp",)
    assert made.files


def test_quotes_and_backslashes_in_a_folder_are_kept(tmp_path, cuda, monkeypatch):
    odd = tmp_path / 'a"b' / "\\ü😀" / "include"
    odd.parent.mkdir(parents=True)
    cuda.rename(odd)
    monkeypatch.setenv("CUDA_HOME", str(odd.parent))
    init(tmp_path / "app", release="1.1.0")
    assert load_configuration(tmp_path / "app").include_directories == (odd,)
