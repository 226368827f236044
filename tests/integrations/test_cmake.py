"""A real consumer configured by the real CMake, built, run; with the right library and with wrong ones.

Every CMake that is there is tried: the one on PATH and the oldest one supported, where `.cache/cmake-3.18` holds it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.demo_upstream import (
    ROOT,
    build_environment,
    build_release_library,
    build_upstream,
    header_root,
    install_package,
)

from trtheaders.cmake import directory, module_text
from trtheaders.version import __version__

pytestmark = pytest.mark.slow

CMAKES = ("cmake", "CMake 3.18")
PROGRAM = Path(sys.executable).with_name("trtheaders")
HIDDEN = (
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "PYTHONPATH",
    "CPATH",
    "CPLUS_INCLUDE_PATH",
    "CMAKE_GENERATOR",
    "LD_LIBRARY_PATH",
)


@dataclass
class Consumer:
    """A consumer's repository with an environment of its own."""

    folder: Path
    site_packages: Path
    cmake: str
    generator: str = "Unix Makefiles"

    def run(self, *command, **more):
        clean = {name: value for name, value in os.environ.items() if name not in HIDDEN}
        environment = {**clean, "VIRTUAL_ENV": str(self.folder / ".venv"), **more}
        words = [str(word) for word in command]
        return subprocess.run(words, cwd=self.folder, env=environment, capture_output=True, text=True)

    def configure(self, *options, import_arguments="", **more):
        arguments = ["-G", self.generator, f"-Dtrtheaders_DIR={directory()}", f"-DTRTHEADERS_EXECUTABLE={PROGRAM}"]
        wish = f"-DCONSUMER_IMPORT={import_arguments}"
        return self.run(self.cmake, "-S", ".", "-B", "build", *arguments, wish, *options, **more)

    def build(self):
        return self.run(self.cmake, "--build", "build")

    def say(self, program="build/consumer"):
        done = self.run(self.folder / program)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


def both(done):
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def vendored(tmp_path_factory):
    """A folder with `include/tensorrt-llm`: 1.0.0 and 1.1.0 vendored from the small upstream beside it."""
    folder = tmp_path_factory.mktemp("vendored")
    build_upstream(folder / "upstream")
    (folder / "project").mkdir()
    command = [PROGRAM, "add", "v1.0.0", "v1.1.0", "--remote", folder / "upstream"]
    subprocess.run(command, cwd=folder / "project", check=True, capture_output=True)
    return folder


@pytest.fixture(params=CMAKES)
def consumer(request, tmp_path, vendored, tools):
    cmake = tools(request.param)
    folder = tmp_path / "a consumer"
    shutil.copytree(ROOT / "tests" / "fixtures" / "consumer", folder)
    shutil.copytree(vendored / "project" / "include", folder / "include")
    (folder / "trtheaders.toml").write_text(f'remote = "{vendored / "upstream"}"\n')
    return Consumer(folder, build_environment(folder / ".venv", "1.1.0", needed=True), cmake)


def test_a_consumer_is_configured_verified_built_and_run(consumer):
    done = consumer.configure()
    assert done.returncode == 0, both(done)
    assert "0 missing" in done.stdout
    assert "found=TRUE release=1.1.0 version=1.1.0" in done.stdout
    assert consumer.build().returncode == 0
    assert consumer.say() == "1.1.0 with the library of 1.1.0: 2"


def build_guarded(consumer, import_arguments):
    done = consumer.configure(import_arguments=import_arguments)
    assert done.returncode == 0, both(done)
    built = consumer.build()
    assert built.returncode == 0, both(built)
    assert consumer.say() == "1.1.0 with the library of 1.1.0: 2"


def test_a_guarded_program_refuses_the_library_that_an_upgrade_brings(consumer):
    build_guarded(consumer, "GUARD")
    install_package(consumer.site_packages, "1.0.0", needed=True)
    refused = consumer.run(consumer.folder / "build/consumer")
    assert (refused.returncode, refused.stdout) == (127, "")
    assert "built for TensorRT-LLM 1.1.0" in refused.stderr
    assert "trtheaders guard:" not in consumer.run(consumer.folder / "build/consumer", TRTHEADERS_GUARD="off").stderr


def test_an_exact_guard_refuses_another_build_of_the_release(consumer):
    alone = consumer.configure(import_arguments="EXACT")
    assert (alone.returncode, "give both" in alone.stderr) == (1, True)
    known, other = (build_release_library("1.1.0", flags=(f"-Wl,--build-id={how}",)) for how in ("sha1", "md5"))
    install_package(consumer.site_packages, "1.1.0", library=known)
    build_guarded(consumer, "GUARD;EXACT")
    install_package(consumer.site_packages, "1.1.0", library=other)
    refused = consumer.run(consumer.folder / "build/consumer")
    assert (refused.returncode, refused.stdout) == (127, "")
    assert "is another build of it" in refused.stderr


def test_a_guard_reaches_programs_through_a_static_library(consumer, tools):
    (consumer.folder / "part.cpp").write_text("int part() { return 1; }\n")
    text = (consumer.folder / "CMakeLists.txt").read_text()
    text += "add_library(part STATIC part.cpp)\ntarget_link_libraries(part PRIVATE tensorrt_llm::tensorrt_llm)\n"
    text += "add_executable(whole whole.cpp)\ntarget_link_libraries(whole PRIVATE part)\n"
    (consumer.folder / "whole.cpp").write_text("int part(); int main() { return part() - 1; }\n")
    (consumer.folder / "CMakeLists.txt").write_text(text)
    assert consumer.configure(import_arguments="GUARD").returncode == 0
    built = consumer.build()
    assert built.returncode == 0, both(built)
    assert "trtheaders_guard" in consumer.run(tools("nm"), "build/whole").stdout


def test_an_installed_program_still_finds_its_libraries(consumer):
    consumer.configure()
    consumer.build()
    done = consumer.run(consumer.cmake, "--install", "build", "--prefix", consumer.folder / "installed")
    assert done.returncode == 0, both(done)
    assert consumer.say("installed/bin/consumer") == "1.1.0 with the library of 1.1.0: 2"


def test_a_wrong_library_stops_the_configuration_with_our_words(consumer):
    install_package(consumer.site_packages, "1.1.0", library=build_release_library("1.0.0"))
    done = consumer.configure()
    assert done.returncode != 0
    assert "SamplingConfig::SamplingConfig" in done.stderr
    assert "1.0.0" in done.stderr
    assert "do not belong together" in done.stderr


def test_a_wrong_library_is_let_through_on_request(consumer):
    install_package(consumer.site_packages, "1.1.0", library=build_release_library("1.0.0"))
    done = consumer.configure(import_arguments="NO_VERIFY")
    assert done.returncode == 0, both(done)
    assert "not verified" in done.stdout


@pytest.mark.parametrize("generator", ["Unix Makefiles", "Ninja"])
@pytest.mark.parametrize("old", [False, True], ids=["new files", "old files"])
def test_a_changed_wheel_is_noticed_by_the_next_build(consumer, tools, generator, old):
    if generator == "Ninja":
        tools("ninja")
    consumer.generator = generator
    assert consumer.configure().returncode == 0
    assert consumer.build().returncode == 0
    shutil.rmtree(consumer.site_packages / "tensorrt_llm")
    install_package(consumer.site_packages, "1.0.0", needed=True)
    if old:
        # Some installers link files from a cache, and their times with them.
        for path in [*consumer.site_packages.rglob("*"), consumer.site_packages]:
            os.utime(path, (1_500_000_000, 1_500_000_000))
    done = consumer.build()
    assert done.returncode == 0, both(done)
    assert "release=1.0.0" in done.stdout
    assert consumer.say() == "1.0.0 with the library of 1.0.0: 2"


@pytest.mark.parametrize("generator", ["Unix Makefiles", "Ninja"])
def test_nothing_is_configured_again_when_nothing_changed(consumer, tools, generator):
    if generator == "Ninja":
        tools("ninja")
    consumer.generator = generator
    consumer.configure()
    consumer.build()
    assert "release=" not in consumer.build().stdout


def test_a_library_exchanged_after_the_build_stops_the_next_build(consumer):
    consumer.configure()
    consumer.build()
    install_package(consumer.site_packages, "1.1.0", library=build_release_library("1.0.0"))
    for _ in range(2):
        done = consumer.build()
        assert done.returncode != 0
        assert "SamplingConfig::SamplingConfig" in both(done)


def test_a_missing_release_is_named_with_the_command_that_adds_it(consumer):
    install_package(consumer.site_packages, "1.2.0rc1", needed=True)
    done = consumer.configure()
    assert done.returncode != 0
    assert "trtheaders add v1.2.0rc1" in done.stderr


def test_a_missing_release_is_added_if_told_to(consumer):
    install_package(consumer.site_packages, "1.2.0rc1", needed=True)
    done = consumer.configure(import_arguments="ADD")
    assert done.returncode == 0, both(done)
    assert consumer.build().returncode == 0
    assert consumer.say() == "1.2.0rc1 with the library of 1.2.0rc1: 2"
    assert "1.2.0rc1" in (consumer.folder / "include/tensorrt-llm/trtheaders.lock").read_text()


# CMake 3.18 cannot look at targets that are made later.
@pytest.mark.parametrize("consumer", ["cmake"], indirect=True)
def test_other_headers_that_would_win_are_refused(consumer):
    done = consumer.configure(f"-DCONSUMER_OTHER_HEADERS={header_root('1.0.0')}")
    assert done.returncode != 0
    assert str(header_root("1.0.0")) in done.stderr
    assert "target consumer" in done.stderr


@pytest.mark.parametrize("variable", ["CPATH", "CPLUS_INCLUDE_PATH"])
def test_other_headers_from_the_environment_are_refused(consumer, variable):
    done = consumer.configure(**{variable: f"/nowhere:{header_root('1.0.0')}"})
    assert done.returncode != 0
    assert variable in done.stderr


def test_no_installation_is_an_error_unless_optional(consumer):
    shutil.rmtree(consumer.folder / ".venv")
    hidden = {"PATH": f"{Path(consumer.cmake).parent}:/usr/bin:/bin", "VIRTUAL_ENV": ""}
    done = consumer.configure(**hidden)
    assert done.returncode != 0
    assert "TensorRT-LLM cannot be used" in done.stderr
    done = consumer.configure(import_arguments="OPTIONAL", **hidden)
    assert done.returncode == 0, both(done)
    assert "found=FALSE" in done.stdout


def test_headers_alone_need_no_library(consumer):
    shutil.rmtree(consumer.site_packages / "tensorrt_llm")
    cmake_lists = consumer.folder / "CMakeLists.txt"
    text = cmake_lists.read_text().replace("tensorrt_llm::tensorrt_llm", "tensorrt_llm::headers")
    cmake_lists.write_text(text.replace("add_executable(consumer", "add_library(consumer OBJECT"))
    done = consumer.configure(import_arguments="HEADERS_ONLY;RELEASE;1.0.0")
    assert done.returncode == 0, both(done)
    assert consumer.build().returncode == 0


def test_the_string_abi_is_that_of_the_library(consumer):
    old = build_release_library("1.1.0", flags=("-O2", "-D_GLIBCXX_USE_CXX11_ABI=0"))
    install_package(consumer.site_packages, "1.1.0", library=old)
    done = consumer.configure()
    assert done.returncode == 0, both(done)
    done = consumer.build()
    assert done.returncode == 0, both(done)
    assert consumer.say() == "1.1.0 with the library of 1.1.0: 2"


def test_a_library_is_taken_where_it_is_named(consumer):
    library = build_release_library("1.0.0")
    done = consumer.configure(import_arguments=f"RELEASE;1.0.0;LIBRARY;{library}")
    assert done.returncode == 0, both(done)
    assert consumer.build().returncode == 0
    assert consumer.say() == "1.0.0 with the library of 1.0.0: 2"


def test_the_module_kept_in_a_repository_works_as_the_package_does(consumer):
    kept = consumer.folder / "trtheaders.cmake"
    kept.write_text(consumer.run(PROGRAM, "cmake").stdout)
    assert kept.read_text() == module_text()
    done = consumer.configure(f"-DCONSUMER_MODULE={kept}")
    assert done.returncode == 0, both(done)
    assert consumer.build().returncode == 0
    assert consumer.say() == "1.1.0 with the library of 1.1.0: 2"


def without_trtheaders(consumer):
    """Folders for PATH that have everything but trtheaders, and the module as a repository keeps it."""
    kept = consumer.folder / "trtheaders.cmake"
    kept.write_text(module_text())
    return [f"-DCONSUMER_MODULE={kept}", "-DTRTHEADERS_EXECUTABLE="], {"PATH": "/usr/bin:/bin"}


def test_without_trtheaders_the_module_warns_that_nothing_was_verified(consumer):
    options, hidden = without_trtheaders(consumer)
    done = consumer.configure(*options, **hidden)
    assert done.returncode == 0, both(done)
    assert "trtheaders is not installed" in done.stderr
    assert consumer.build().returncode == 0
    assert consumer.say() == "1.1.0 with the library of 1.1.0: 2"


def test_without_trtheaders_strict_is_an_error(consumer):
    options, hidden = without_trtheaders(consumer)
    done = consumer.configure(*options, import_arguments="STRICT", **hidden)
    assert done.returncode != 0
    assert "pip install trtheaders" in done.stderr


def test_an_argument_that_means_nothing_is_refused(consumer):
    done = consumer.configure(import_arguments="RELAESE;1.1.0")
    assert done.returncode != 0
    assert "RELAESE" in done.stderr


@pytest.mark.parametrize(("asked", "fits"), [(__version__, True), ("0.0.1", True), ("99", False)])
def test_find_package_compares_versions(consumer, asked, fits):
    lists = consumer.folder / "CMakeLists.txt"
    lists.write_text(lists.read_text().replace("find_package(trtheaders", f"find_package(trtheaders {asked}"))
    assert (consumer.configure().returncode == 0) is fits
