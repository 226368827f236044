"""The CMake package in projects of several shapes: presets, sub-projects, exports, other interpreters and compilers."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.demo_upstream import ROOT, build_environment, build_release_library, build_upstream, install_package
from support.tools import CROSS

from trtheaders.cmake import directory

pytestmark = pytest.mark.slow

PROGRAM = Path(sys.executable).with_name("trtheaders")
HIDDEN = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "CPATH", "CPLUS_INCLUDE_PATH", "CMAKE_GENERATOR", "CUDA_HOME")
HEAD = "cmake_minimum_required(VERSION 3.18)\nproject({name} LANGUAGES CXX)\nfind_package(trtheaders REQUIRED)\n"
SAY = 'message(STATUS "found=${tensorrt_llm_FOUND} release=${tensorrt_llm_RELEASE}")\n'
INCLUDE = "#include <tensorrt_llm/executor/executor.h>\n"
TOOLS: dict[str, str] = {}
PACKAGE = {"trtheaders_DIR": str(directory()), "TRTHEADERS_EXECUTABLE": str(PROGRAM)}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A consumer with 1.0.0 and 1.1.0 vendored, and 1.1.0 installed in `.venv`."""
    base = tmp_path_factory.mktemp("template")
    build_upstream(base / "upstream")
    folder = base / "project"
    shutil.copytree(ROOT / "tests" / "fixtures" / "consumer", folder)
    (folder / "trtheaders.toml").write_text(f'remote = "{base / "upstream"}"\n')
    subprocess.run([PROGRAM, "add", "v1.0.0", "v1.1.0"], cwd=folder, check=True, capture_output=True)
    build_environment(folder / ".venv", "1.1.0", needed=True)
    return folder


@pytest.fixture
def project(tmp_path, template, tools):
    TOOLS["cmake"] = tools("cmake")
    folder = tmp_path / "project"
    shutil.copytree(template, folder, symlinks=True)
    return folder


def cmake(folder, *arguments):
    environment = {name: value for name, value in os.environ.items() if name not in HIDDEN}
    words = [TOOLS["cmake"], *map(str, arguments)]
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def configure(folder, *options):
    given = [f"-D{name}={value}" for name, value in PACKAGE.items()]
    shutil.rmtree(folder / "build", ignore_errors=True)
    return cmake(folder, "-S", ".", "-B", "build", *given, *options)


def write(folder, *lines):
    folder.mkdir(exist_ok=True)
    (folder / "CMakeLists.txt").write_text(HEAD.format(name=folder.name.replace(" ", "_")) + "\n".join(lines) + "\n")


def other_environment(folder, release="1.0.0"):
    build_environment(folder, release, needed=True)
    return folder / "bin" / "python"


@pytest.mark.parametrize("prefix", ["Python3", "Python"])
def test_an_interpreter_that_cmake_found_by_itself_is_looked_at_last(project, prefix):
    write(project, f"find_package({prefix} COMPONENTS Interpreter REQUIRED)", "trtheaders_import()", SAY)
    code, said = configure(project)
    assert (code, "found=TRUE release=1.1.0" in said) == (0, True), said
    (project / "trtheaders.toml").write_text('python = ".venv/bin/python"\n')
    assert "found=TRUE release=1.1.0" in configure(project)[1]


def test_what_cmake_found_stays_found_when_python_is_looked_for_again(project):
    again = "find_package(Python3 COMPONENTS Development)"
    write(project, "find_package(Python3 COMPONENTS Interpreter REQUIRED)", again, "trtheaders_import()", SAY)
    code, said = configure(project)
    assert (code, "found=TRUE release=1.1.0" in said) == (0, True), said


def test_libraries_beside_it_may_be_linked_by_name(project):
    (project / "torch.cpp").write_text('extern "C" int torch();\nint main() { return torch() < 0; }\n')
    write(
        project,
        "trtheaders_import()",
        "add_executable(named torch.cpp)",
        "target_link_libraries(named PRIVATE tensorrt_llm::tensorrt_llm -ltorch)",
    )
    code, said = configure(project)
    assert code == 0, said
    code, said = cmake(project, "--build", "build")
    assert code == 0, said


@pytest.mark.parametrize("prefix", ["Python3", "Python"])
def test_an_interpreter_that_the_user_gives_to_cmake_is_obeyed(project, tmp_path, prefix):
    python = other_environment(tmp_path / "other")
    write(project, f"find_package({prefix} COMPONENTS Interpreter)", "trtheaders_import()", SAY)
    assert "found=TRUE release=1.0.0" in configure(project, f"-D{prefix}_EXECUTABLE={python}")[1]
    write(project, f'set({prefix}_EXECUTABLE "{python}")', "trtheaders_import()", SAY)
    assert "found=TRUE release=1.0.0" in configure(project)[1]


def test_what_cmake_found_is_taken_where_nothing_else_has_it(project, tmp_path):
    shutil.rmtree(project / ".venv")
    root = tmp_path / "other"
    other_environment(root)
    write(project, "find_package(Python3 COMPONENTS Interpreter)", "trtheaders_import()", SAY)
    code, said = configure(project, f"-DPython3_ROOT_DIR={root}", "-DPython3_FIND_VIRTUALENV=STANDARD")
    assert (code, "found=TRUE release=1.0.0" in said) == (0, True), said


@pytest.mark.parametrize(
    ("first", "second", "ends"),
    [
        ("", "", "release=1.1.0"),
        ("", "RELEASE 1.1.0", "release=1.1.0"),
        ("HEADERS_ONLY RELEASE 1.1.0", "", "release=1.1.0"),
        ("HEADERS_ONLY RELEASE 1.1.0", "HEADERS_ONLY RELEASE 1.0.0", "1.0.0 is asked for here, and 1.1.0 was"),
        ("", "HEADERS_ONLY RELEASE v1.0.0", "1.0.0 is asked for here, and 1.1.0 was"),
        ("", "PYTHON other/bin/python RELEASE 1.1.0", "do not belong together"),
        ("", "PYTHON other/bin/python RELEASE 1.1.0 NO_VERIFY", "is meant here"),
        ("OPTIONAL RELEASE 1.9.0", "", "release=1.1.0"),
    ],
)
def test_a_second_import_gets_what_it_asks_for_or_an_error(project, first, second, ends):
    other_environment(project / "other")
    write(
        project,
        f"trtheaders_import({first})",
        f"trtheaders_import({second})",
        SAY,
        "add_executable(consumer main.cpp)",
        f"target_link_libraries(consumer PRIVATE tensorrt_llm::{'headers' if 'ONLY' in second else 'tensorrt_llm'})",
    )
    code, said = configure(project)
    assert ends in " ".join(said.split()), said
    assert (code == 0) == ends.startswith("release=")


def test_a_second_import_is_verified_though_the_first_was_not(project):
    (site,) = (project / ".venv" / "lib").glob("python3*/site-packages")
    install_package(site, "1.1.0", library=build_release_library("1.0.0"))
    write(project, "trtheaders_import(NO_VERIFY)", "trtheaders_import()")
    code, said = configure(project)
    assert code != 0
    assert "mismatch: headers 1.1.0 do not belong to" in said


def test_another_architecture_is_a_mismatch_before_the_link(project, tools):
    compiler = tools(CROSS)
    code, said = configure(
        project, "-DCMAKE_SYSTEM_NAME=Linux", "-DCMAKE_SYSTEM_PROCESSOR=aarch64", f"-DCMAKE_CXX_COMPILER={compiler}"
    )
    assert code != 0
    assert "your compiler builds for aarch64, `libtensorrt_llm.so` is built for x86-64" in said


@pytest.mark.parametrize("compiler", ["g++", "launcher g++"])
def test_flags_of_every_source_are_the_headers_flags(project, monkeypatch, compiler):
    """CXX="ccache g++" makes the compiler an argument of what CMake calls the compiler."""
    launcher = project / "launcher"
    launcher.write_text('#!/bin/sh\nexec "$@"\n')
    launcher.chmod(0o755)
    monkeypatch.setenv("CXX", compiler.replace("launcher", str(launcher)))
    write(project, "trtheaders_import()")
    code, said = configure(project, "-DCMAKE_CXX_FLAGS=-Wall -include cstdio")
    assert code == 0, said
    code, said = configure(project, "-DCMAKE_CXX_FLAGS=-Wall -D_GLIBCXX_USE_CXX11_ABI=0")
    assert code != 0
    assert "was built with `_GLIBCXX_USE_CXX11_ABI=1`, the headers are read with 0" in said


def test_another_standard_library_is_a_mismatch_before_the_link(project, tools):
    tools("clang++-19")
    write(project, "trtheaders_import()")
    given = [f"-DCMAKE_CXX_COMPILER={tools('clang++-19')}"]
    assert configure(project, *given)[0] == 0
    code, said = configure(project, *given, "-DCMAKE_CXX_FLAGS=-stdlib=libc++")
    assert code != 0
    assert "was built with libstdc++, the headers are read with libc++" in said


def test_an_edited_header_stops_the_next_build(project):
    write(project, "trtheaders_import()")
    assert configure(project)[0] == 0
    header = project / "include/tensorrt-llm/1.1.0/tensorrt_llm/executor/executor.h"
    header.write_text(f"{header.read_text()}// edited\n")
    code, said = cmake(project, "--build", "build")
    assert code != 0
    assert "are not what the lock says" in said


def test_an_import_before_the_project_is_refused(project):
    (project / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.18)\nfind_package(trtheaders REQUIRED)\n"
        "trtheaders_import()\nproject(late LANGUAGES CXX)\n"
    )
    code, said = configure(project)
    assert code != 0
    assert "call it after project()" in said


@pytest.fixture
def foreign(project):
    """A vendored release whose header includes CUDA's, and a source that uses it."""
    header = project / "include/tensorrt-llm/1.2.0/tensorrt_llm/executor/executor.h"
    header.parent.mkdir(parents=True)
    header.write_text("#pragma once\n#include <cuda_fp16.h>\nnamespace tensorrt_llm { void f(half const&); }\n")
    subprocess.run([PROGRAM, "adopt", "1.2.0"], cwd=project, check=True, capture_output=True)
    (project / "use.cpp").write_text(
        "#include <tensorrt_llm/executor/executor.h>\nvoid g(half const& h) { tensorrt_llm::f(h); }\n"
    )
    write(
        project,
        "trtheaders_import(HEADERS_ONLY RELEASE 1.2.0)",
        "add_library(use STATIC use.cpp)",
        "target_link_libraries(use PRIVATE tensorrt_llm::headers)",
    )
    return project


def test_cudas_headers_that_are_nowhere_are_said_when_configuring(foreign):
    code, said = configure(foreign, "-DTRTHEADERS_CUDA_ROOT=/nowhere")
    assert code == 0
    assert re.search(r"include cuda_fp16\.h,.* found nowhere", " ".join(said.split()))


def test_cudas_headers_are_brought_by_the_target(foreign, tmp_path, monkeypatch):
    (tmp_path / "cuda" / "include").mkdir(parents=True)
    (tmp_path / "cuda" / "include" / "cuda_fp16.h").write_text("#pragma once\nstruct half { unsigned short value; };\n")
    code, said = configure(foreign, f"-DCUDAToolkit_ROOT={tmp_path / 'cuda'}")
    assert (code, "found nowhere" in said) == (0, False), said
    code, said = cmake(foreign, "--build", "build")
    assert code == 0, said


def test_presets_hold_the_packages_place(project):
    preset = {"name": "default", "binaryDir": "${sourceDir}/build", "cacheVariables": PACKAGE}
    text = json.dumps({"version": 3, "configurePresets": [preset]})
    (project / "CMakePresets.json").write_text(text)
    code, said = cmake(project, "--preset", "default")
    assert (code, "found=TRUE release=1.1.0" in said) == (0, True), said


LIBRARY = (
    "trtheaders_import()",
    "add_library(mine STATIC mine.cpp)",
    "target_link_libraries(mine PUBLIC tensorrt_llm::tensorrt_llm)",
)
MINE = f"{INCLUDE}int mine() {{ return tensorrt_llm::executor::SamplingConfig{{2}}.getBeamWidth(); }}\n"
MAIN = "int mine();\nint main() { return mine() - 2; }\n"


def build_and_run(folder):
    code, said = cmake(folder, "--build", "build")
    assert code == 0, said
    assert subprocess.run([folder / "build" / "app"], check=False).returncode == 0


@pytest.mark.parametrize("how", ["add_subdirectory", "FetchContent"])
def test_a_sub_project_brings_the_target_to_the_whole_build(project, tmp_path, how):
    write(project, *LIBRARY)
    (project / "mine.cpp").write_text(MINE)
    if how == "FetchContent":
        fetch = f'FetchContent_Declare(mine SOURCE_DIR "{project}")\nFetchContent_MakeAvailable(mine)'
        lines = ["include(FetchContent)", fetch]
    else:
        lines = [f'add_subdirectory("{project}" mine)']
    application = tmp_path / "application"
    write(application, *lines, "add_executable(app main.cpp)", "target_link_libraries(app PRIVATE mine)")
    (application / "main.cpp").write_text(MAIN)
    code, said = configure(application)
    assert code == 0, said
    build_and_run(application)


def test_an_exported_library_is_used_by_who_imports_as_well(project, tmp_path):
    write(
        project,
        *LIBRARY,
        "install(TARGETS mine EXPORT mine DESTINATION lib)",
        "install(EXPORT mine FILE mineConfig.cmake NAMESPACE mine:: DESTINATION lib/cmake/mine)",
    )
    (project / "mine.cpp").write_text(MINE)
    assert configure(project)[0] == 0
    assert cmake(project, "--build", "build")[0] == 0
    assert cmake(project, "--install", "build", "--prefix", tmp_path / "prefix")[0] == 0
    application = tmp_path / "application"
    shutil.copytree(project / "include", application / "include")
    shutil.copytree(project / ".venv", application / ".venv", symlinks=True)
    write(
        application,
        "trtheaders_import()",
        "find_package(mine REQUIRED)",
        "add_executable(app main.cpp)",
        "target_link_libraries(app PRIVATE mine::mine)",
    )
    (application / "main.cpp").write_text(MAIN)
    code, said = configure(application, f"-DCMAKE_PREFIX_PATH={tmp_path / 'prefix'}")
    assert code == 0, said
    build_and_run(application)


def test_hints_name_arguments_of_cmake(project):
    shutil.rmtree(project / ".venv")
    code, said = configure(project)
    assert code != 0
    hint = " ".join(said.partition("hint:")[2].split())
    assert "trtheaders_import(PYTHON <interpreter>)" in hint
    assert "--python" not in hint
