"""The small upstream is what its README says; git, g++ and nm are asked."""

from __future__ import annotations

import subprocess

import pytest
from support.cxx import compile_cxx, exported_symbols
from support.demo_upstream import (
    RELEASES,
    build_environment,
    build_release_library,
    build_upstream,
    header_root,
    release_tree,
    run_git,
)
from support.tools import tool

pytestmark = pytest.mark.slow


def test_each_release_is_a_tag_with_the_released_tree(tmp_path):
    upstream = build_upstream(tmp_path / "upstream")
    assert run_git(upstream, "tag", "--sort=v:refname").split() == ["v1.0.0", "v1.1.0", "v1.2.0rc1"]
    for release in RELEASES:
        names = run_git(upstream, "ls-tree", "-r", "--name-only", f"v{release}").split("\n")
        assert names == sorted(f.relative_to(release_tree(release)).as_posix() for f in _files(release))


def test_two_builds_give_the_same_commits(tmp_path):
    first, second = (build_upstream(tmp_path / name) for name in ("one", "two"))
    assert run_git(first, "rev-parse", "v1.1.0") == run_git(second, "rev-parse", "v1.1.0")
    assert run_git(first, "cat-file", "-t", "v1.1.0") == "tag"
    assert run_git(first, "cat-file", "-t", "v1.2.0rc1") == "commit"


def test_sampling_config_takes_one_parameter_more_in_1_1_0():
    older, newer = (_sampling_constructor(release) for release in ("1.0.0", "1.1.0"))
    assert older != newer
    assert len(older) < len(newer)


def test_executor_config_grows_in_1_2_0rc1_and_its_constructor_keeps_its_name():
    older, newer = (exported_symbols(build_release_library(release)) for release in ("1.1.0", "1.2.0rc1"))
    assert {name for name in newer if "14ExecutorConfig" in name} == {
        name for name in older if "14ExecutorConfig" in name
    }
    assert _size("1.2.0rc1") == _size("1.1.0") + 8


def test_common_moves_into_an_inline_namespace_in_1_2_0rc1():
    older, newer = (exported_symbols(build_release_library(release)) for release in ("1.1.0", "1.2.0rc1"))
    assert "_ZTIN12tensorrt_llm6common13TllmExceptionE" in older - newer
    assert "_ZTIN12tensorrt_llm6common3_v113TllmExceptionE" in newer - older


@pytest.mark.parametrize("release", RELEASES)
def test_a_consumer_of_a_release_links_with_its_library_only(release):
    for other in RELEASES:
        built = compile_cxx(
            _CONSUMER,
            name="consumer",
            flags=("-std=c++17",),
            inputs=(build_release_library(other),),
            include=(header_root(release),),
        )
        assert (built.status == 0) is (other == release), built.messages


def test_an_installed_package_says_its_version_without_being_imported(tmp_path):
    site_packages = build_environment(tmp_path / "venv", "1.1.0")
    code = "import importlib.metadata as m, sys; print(m.version('tensorrt-llm'))"
    done = subprocess.run([tmp_path / "venv/bin/python", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1.1.0"
    assert (site_packages / "tensorrt_llm" / "libs" / "libtensorrt_llm.so").is_file()


_CONSUMER = """
#include <tensorrt_llm/executor/executor.h>
namespace tle = tensorrt_llm::executor;
int main()
{
    tle::SamplingConfig config{2};
    TLLM_CHECK(config.getBeamWidth() == 2);
    tle::Executor executor{"model", tle::ModelType::kDECODER_ONLY, tle::ExecutorConfig{}};
    return tensorrt_llm::common::fmtstr("%d", config.getBeamWidth()) == "2" ? 0 : 1;
}
"""


def _files(release):
    return [file for file in release_tree(release).rglob("*") if file.is_file()]


def _sampling_constructor(release):
    names = exported_symbols(build_release_library(release))
    return next(name for name in names if name.startswith("_ZN12tensorrt_llm8executor14SamplingConfigC1E"))


def _size(release):
    text = "#include <tensorrt_llm/executor/executor.h>\nchar n[sizeof(tensorrt_llm::executor::ExecutorConfig)];\n"
    unit = compile_cxx(text, flags=("-c", "-std=c++17"), include=(header_root(release),))
    lines = subprocess.run([tool("nm"), "-S", unit.path], capture_output=True, text=True, check=True).stdout
    return int(next(line.split()[1] for line in lines.splitlines() if line.endswith(" n")), 16)
