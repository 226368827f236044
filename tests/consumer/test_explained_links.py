"""Logs that linkers and the loader write in the test, and the cause that stands behind each."""

from __future__ import annotations

import shutil

import pytest
from support.consumers import LIBRARY, PLACE, build_release, header_root, known_releases, link_log, run_log
from support.cxx import build_library, compile_cxx

from trtheaders.model.answers.symptoms import Cause, SymptomKind
from trtheaders.verbs.explain import explain

pytestmark = pytest.mark.slow

LINKERS = ("ld", "gold", "lld", "mold")
USES_NEW = """#include "tensorrt_llm/executor/executor.h"
using namespace tensorrt_llm::executor;
int main() { SamplingConfig c(1, 2, 3); c.setTopK(1); return c.getBeamWidth(); }
"""
USES_STRINGS = """#include "tensorrt_llm/executor/executor.h"
using namespace tensorrt_llm;
int main() { return executor::Response(1).getErrorMsg().size(); }
"""
THROWS = """#include "tensorrt_llm/executor/executor.h"
int main() { throw tensorrt_llm::common::TllmException("f", 1, "m"); }
"""
PLAIN = """#include "tensorrt_llm/executor/executor.h"
int main() { return tensorrt_llm::executor::Response(1).getId(); }
"""


@pytest.fixture(scope="module")
def place():
    return PLACE


@pytest.fixture(scope="module")
def releases(place):
    return known_releases(place)


@pytest.fixture(scope="module")
def older(place):
    return known_releases(place, ("1.1.0", "1.2.0rc3"))


def causes(account):
    return [item.cause for item in account.explanations]


@pytest.mark.parametrize("linker", LINKERS)
def test_a_constructor_with_one_parameter_more_is_another_release(place, older, linker):
    library = build_release(place, "1.1.0")
    log = link_log(place, "1.2.0rc3", USES_NEW, [library], linker=linker)
    account = explain(log.splitlines(), releases=older, libraries=[library])
    assert causes(account) == [Cause.OTHER_RELEASE]
    found = account.explanations[0]
    assert "the headers are those of 1.2.0rc3" in found.message
    assert any("SamplingConfig" in line for line in found.evidence)
    assert {item.kind for item in found.symptoms} == {SymptomKind.UNDEFINED_REFERENCE}


@pytest.mark.parametrize("linker", LINKERS)
def test_without_any_installed_library_the_releases_tell(place, older, linker):
    log = link_log(place, "1.2.0rc3", USES_NEW, [build_release(place, "1.1.0")], linker=linker)
    account = explain(log.splitlines(), releases=older, start=place)
    assert causes(account) == [Cause.OTHER_RELEASE]
    text = "\n".join(account.explanations[0].evidence)
    assert "with 3 parameters is declared by 1.2.0rc3" in text
    assert "1.1.0: it is there with 2 parameters" in text


@pytest.mark.parametrize("linker", LINKERS)
def test_mangled_names_tell_the_same(place, older, linker):
    library = build_release(place, "1.1.0")
    plain = link_log(place, "1.2.0rc3", USES_NEW, [library], linker=linker)
    mangled = link_log(place, "1.2.0rc3", USES_NEW, [library], linker=linker, flags=["-Wl,--no-demangle"])
    assert "_ZN12tensorrt_llm" in mangled
    messages = [
        explain(log.splitlines(), releases=older, start=place).explanations[0].message for log in (plain, mangled)
    ]
    assert messages[0] == messages[1]


@pytest.mark.parametrize("linker", LINKERS)
def test_an_old_abi_consumer_of_a_new_abi_library(place, releases, linker):
    library = build_release(place, "1.1.0")
    flags = ["-D_GLIBCXX_USE_CXX11_ABI=0"]
    text = """#include "tensorrt_llm/executor/executor.h"
    int main() { tensorrt_llm::executor::Executor e("x", tensorrt_llm::executor::ModelType::kDECODER_ONLY, 1); }"""
    log = link_log(place, "1.1.0", text, [library], linker=linker, flags=flags)
    for libraries in ([library], []):
        account = explain(log.splitlines(), releases=releases, libraries=libraries, start=place)
        found = [item for item in account.explanations if item.cause is Cause.STRING_ABI]
        assert len(found) == 1, account
        assert "CXX11_ABI=1" in found[0].remedy


def test_an_exception_thrown_across_both_string_abis(place, older):
    flags = ["-D_GLIBCXX_USE_CXX11_ABI=0"]
    log = link_log(place, "1.1.0", THROWS, [build_release(place, "1.1.0")], flags=flags)
    assert "TllmException::TllmException(char const*, unsigned long, std::string const&)" in log
    assert causes(explain(log.splitlines(), releases=older, start=place)) == [Cause.STRING_ABI]


@pytest.mark.parametrize("linker", LINKERS)
def test_headers_with_the_versioned_namespace_and_a_library_without(place, releases, linker):
    library = build_release(place, "1.2.0rc3")
    log = link_log(place, "1.2.0", THROWS, [library], linker=linker)
    for libraries in ([library], []):
        account = explain(log.splitlines(), releases=releases, libraries=libraries, start=place)
        assert set(causes(account)) == {Cause.INLINE_NAMESPACE}
        assert "headers with the inline namespace `_v1`, a library without it" in account.explanations[0].message


@pytest.mark.parametrize("linker", LINKERS)
def test_a_library_that_is_not_on_the_link_line(place, older, linker):
    log = link_log(place, "1.1.0", PLAIN, linker=linker)
    for libraries in ([build_release(place, "1.1.0")], []):
        account = explain(log.splitlines(), releases=older, libraries=libraries, start=place)
        assert causes(account) == [Cause.NOT_LINKED]
        assert "-ltensorrt_llm" in account.explanations[0].remedy


@pytest.mark.parametrize("linker", LINKERS)
def test_a_library_that_the_linker_does_not_find(place, older, linker):
    log = link_log(place, "1.1.0", "int main() {}", linker=linker, flags=["-ltensorrt_llm"])
    assert causes(explain(log.splitlines(), releases=older, start=place)) == [Cause.NOT_INSTALLED]


@pytest.mark.parametrize("linker", LINKERS)
def test_complaints_about_other_things_are_left_alone(place, older, linker):
    log = link_log(place, "1.1.0", "int other(int); int main() { return other(1); }", linker=linker)
    account = explain(log.splitlines(), releases=older, start=place)
    assert not account.explanations
    assert [item.subject for item in account.foreign] == ["other(int)"]


def test_a_library_of_cuda_that_is_missing_at_link_time(place, older):
    blas = build_library('extern "C" int cublasCreate_v2() { return 0; }', name="libcublas.so.13")
    text = 'extern "C" int cublasCreate_v2(); int use() { return cublasCreate_v2(); }'
    library = build_library(text, name=LIBRARY, flags=("-Wl,--no-as-needed",), inputs=[blas])
    log = link_log(place, "1.1.0", "int use(); int main() { return use(); }", [library])
    assert "libcublas.so.13, needed by" in log
    account = explain(log.splitlines(), releases=older, start=place)
    assert causes(account) == [Cause.FOREIGN_LIBRARIES]
    found = account.explanations[0]
    assert "`libcublas.so.13`" in found.message
    assert any("CUDA 13" in line for line in found.evidence)
    assert "rpath-link" in found.remedy


def test_a_symbol_that_only_a_needed_library_has(place, older):
    inner = build_release(place, "1.1.0")
    outer = build_library(
        "int outer() { return 1; }", name="libouter.so", flags=("-Wl,--no-as-needed",), inputs=[inner]
    )
    flags = [f"-Wl,-rpath-link,{inner.parent}", "-Wl,--no-copy-dt-needed-entries"]
    log = link_log(place, "1.1.0", PLAIN, [outer], flags=flags)
    assert "DSO missing from command line" in log
    account = explain(log.splitlines(), releases=older, start=place)
    assert causes(account) == [Cause.NOT_LINKED]


def test_a_program_that_starts_with_an_older_library(place, older):
    program = compile_cxx(
        USES_NEW,
        name="program",
        flags=("-std=c++17",),
        include=[header_root(place, "1.2.0rc3")],
        inputs=[build_release(place, "1.2.0rc3")],
    ).path
    log = run_log(program, build_release(place, "1.1.0").parent)
    assert "undefined symbol" in log
    account = explain(log.splitlines(), releases=older, start=place)
    assert causes(account) == [Cause.OTHER_RELEASE]
    # The installed one is right: it is another one that was loaded.
    account = explain(log.splitlines(), releases=older, libraries=[build_release(place, "1.2.0rc3")])
    assert causes(account) == [Cause.OTHER_LIBRARY]


def test_a_new_abi_program_that_starts_with_an_old_abi_library(place, older):
    program = compile_cxx(
        USES_STRINGS,
        name="program",
        flags=("-std=c++17",),
        include=[header_root(place, "1.1.0")],
        inputs=[build_release(place, "1.1.0")],
    ).path
    old = build_release(place, "1.1.0", flags=["-D_GLIBCXX_USE_CXX11_ABI=0"])
    log = run_log(program, old.parent)
    assert "_ZNK12tensorrt_llm8executor8Response11getErrorMsgB5cxx11Ev" in log
    for libraries in ([old], []):
        account = explain(log.splitlines(), releases=older, libraries=libraries, start=place)
        assert causes(account) == [Cause.STRING_ABI]
        assert "CXX11_ABI=0" in account.explanations[0].remedy


def test_a_library_and_a_plugin_that_are_not_found_at_the_start(place, older):
    for name, cause in ((LIBRARY, Cause.NOT_INSTALLED), ("libnvinfer_plugin_tensorrt_llm.so.9", Cause.PLUGIN_NAME)):
        library = build_library("int use() { return 1; }", name=name)
        made = compile_cxx(
            "int use(); int main() { return use(); }", name="program", flags=("-Wl,--no-as-needed",), inputs=[library]
        )
        log = run_log(made.path)
        assert f"{name}: cannot open shared object file" in log
        assert causes(explain(log.splitlines(), releases=older, start=place)) == [cause]


def test_a_symbol_of_no_known_header_that_another_library_lacks(place, older):
    """`MemoryCounters::toString` lies outside the Executor API: at run time, another library was picked up."""
    text = "namespace tensorrt_llm::runtime { struct MemoryCounters { int toString() const; }; }\n"
    whole = build_library(
        text + "int tensorrt_llm::runtime::MemoryCounters::toString() const { return 1; }", name=LIBRARY
    )
    program = compile_cxx(
        text + "int main() { return tensorrt_llm::runtime::MemoryCounters().toString(); }",
        name="program",
        flags=("-std=c++17",),
        inputs=[whole],
    ).path
    log = run_log(program, build_release(place, "1.1.0").parent)
    assert "_ZNK12tensorrt_llm7runtime14MemoryCounters8toStringEv" in log
    assert causes(explain(log.splitlines(), releases=older, start=place)) == [Cause.OTHER_LIBRARY]


def test_typeinfo_of_a_class_whose_source_was_not_built_in(place, older):
    text = """#include "tensorrt_llm/executor/executor.h"
    int main() { try { throw 1; } catch (tensorrt_llm::common::TllmException const&) { return 1; } catch (...) {} }"""
    program = compile_cxx(
        text,
        name="program",
        flags=("-std=c++17",),
        include=[header_root(place, "1.1.0")],
        inputs=[build_release(place, "1.1.0")],
    ).path
    other = build_library("int nothing;", name=LIBRARY)
    log = run_log(program, other.parent)
    assert "_ZTIN12tensorrt_llm6common13TllmExceptionE" in log
    assert causes(explain(log.splitlines(), releases=older, start=place)) == [Cause.NOT_BUILT_IN]


def test_an_engine_of_another_tensorrt(place, older):
    """The assertion is TensorRT's own; a program that fails it stands in for the engine's loader."""
    text = """#include <cassert>
    int stdVersionRead = 1, kSERIALIZATION_VERSION = 2;
    int main() { assert(stdVersionRead == kSERIALIZATION_VERSION); }"""
    log = run_log(compile_cxx(text, name="program", flags=("-std=c++17",)).path)
    assert "stdVersionRead == kSERIALIZATION_VERSION" in log
    assert causes(explain(log.splitlines(), releases=older, start=place)) == [Cause.OTHER_ENGINE]


def test_a_stale_cmake_cache_keeps_the_old_headers(place, older, tmp_path):
    """The include path in the log names one release, the installed package another."""
    library = build_release(place, "1.1.0")
    log = link_log(place, "1.2.0rc3", USES_NEW, [library], flags=["-v"])
    package = tmp_path / "tensorrt_llm"
    (package / "libs").mkdir(parents=True)
    (package / "version.py").write_text('__version__ = "1.1.0"\n')
    (package / "__init__.py").write_text("")
    copy = shutil.copy(library, package / "libs" / LIBRARY)
    account = explain(log.splitlines(), releases=older, libraries=[copy])
    assert causes(account) == [Cause.OTHER_RELEASE]
    assert "the build reads headers of 1.2.0rc3, installed is 1.1.0" in account.explanations[0].message
    assert "stale CMake cache" in account.explanations[0].remedy
