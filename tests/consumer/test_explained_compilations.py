"""What g++ and clang say to a source that was written for another release, and what stands behind it."""

from __future__ import annotations

import subprocess

import pytest
from support.consumers import PLACE, compile_log, header_root, known_releases
from support.cxx import compile_cxx
from support.demo_upstream import header_root as demo_headers

from trtheaders.consumer.logs import read_log
from trtheaders.model.answers.symptoms import Cause
from trtheaders.verbs.explain import explain

pytestmark = pytest.mark.slow

COMPILERS = ("g++", "clang++")
START = '#include "tensorrt_llm/executor/executor.h"\nnamespace tle = tensorrt_llm::executor;\n'


@pytest.fixture(scope="module")
def releases():
    return known_releases(PLACE, ("1.1.0", "1.2.0rc3"))


def account_of(text, releases, compiler, release="1.1.0", flags=()):
    log = compile_log(PLACE, release, text, compiler, flags)
    assert "error:" in log
    return explain(log.splitlines(), releases=releases, start=PLACE)


@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_call_with_the_parameters_of_another_release(releases, compiler):
    account = account_of(f"{START}tle::SamplingConfig c(1, 2, 3);\n", releases, compiler)
    assert [item.cause for item in account.explanations] == [Cause.HEADERS_LACK_IT]
    found = account.explanations[0]
    assert "`SamplingConfig::SamplingConfig` takes 2 parameters in 1.1.0" in "\n".join(found.evidence).replace(
        "tle::SamplingConfig`", "SamplingConfig::SamplingConfig`"
    )
    assert found.symptoms[0].location.line == 3


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("void f(tle::SamplingConfig& c) { c.setTopK(1); }", "SamplingConfig::setTopK"),
        ("auto t = tle::ModelType::kENCODER_ONLY;", "ModelType::kENCODER_ONLY"),
        ("auto t = &tle::SamplingConfig::setTopK;", "SamplingConfig::setTopK"),
    ],
)
def test_a_member_that_only_a_later_release_has(releases, compiler, line, name):
    account = account_of(f"{START}{line}\n", releases, compiler)
    assert [item.cause for item in account.explanations] == [Cause.HEADERS_LACK_IT], account
    assert f"{name}` is declared by 1.2.0rc3" in account.explanations[0].evidence[0]
    assert "1.2.0rc3" in account.explanations[0].remedy


@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_name_that_no_known_release_has(releases, compiler):
    account = account_of(f"{START}tensorrt_llm::executor::Gone g;\n", releases, compiler)
    assert [item.cause for item in account.explanations] == [Cause.UNKNOWN_DECLARATION]


@pytest.mark.parametrize("compiler", COMPILERS)
def test_headers_that_are_not_on_the_include_path(releases, compiler, tools):
    text = '#include "tensorrt_llm/executor/executor.h"\n'
    done = subprocess.run(
        [tools(compiler), "-c", "-x", "c++", "-", "-o", "/dev/null"], input=text, capture_output=True, text=True
    )
    account = explain(done.stderr.splitlines(), releases=releases, start=PLACE)
    assert [item.cause for item in account.explanations] == [Cause.NO_HEADERS]


@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_foreign_header_that_a_header_of_ours_includes(releases, compiler, tmp_path, tools):
    (tmp_path / "tensorrt_llm").mkdir()
    (tmp_path / "tensorrt_llm" / "common.h").write_text("#include <NvInferRuntime.h>\n")
    command = [tools(compiler), "-c", "-x", "c++", "-", "-o", "/dev/null", f"-I{tmp_path}"]
    done = subprocess.run(command, input='#include "tensorrt_llm/common.h"\n', capture_output=True, text=True)
    account = explain(done.stderr.splitlines(), releases=releases, start=PLACE)
    assert [item.cause for item in account.explanations] == [Cause.FOREIGN_HEADERS]
    assert "libnvinfer-headers-dev" in account.explanations[0].evidence[0]


@pytest.mark.parametrize("compiler", COMPILERS)
def test_mistakes_that_have_nothing_to_do_with_us(releases, compiler):
    text = "struct A { int x; }; namespace n {} int f(A a) { n::g(); return a.y + A(1, 2, 3).x; }\n"
    account = account_of(text, releases, compiler)
    assert not account.explanations
    assert account.foreign


def test_colours_and_quotes_of_a_terminal_change_nothing(releases):
    text = f"{START}tle::SamplingConfig c(1, 2, 3);\nauto t = tle::ModelType::kENCODER_ONLY;\n"
    command = ["g++", "-std=c++17", "-c", "-x", "c++", "-", "-o", "/dev/null", f"-I{header_root(PLACE, '1.1.0')}"]
    said = [
        subprocess.run(
            [*command, *more],
            input=text,
            capture_output=True,
            text=True,
            env={"LC_ALL": locale, "PATH": "/usr/bin:/bin"},
        )
        for more, locale in (([], "C"), (["-fdiagnostics-color=always"], "C.UTF-8"))
    ]
    assert "\x1b[" in said[1].stderr
    assert "‘" in said[1].stderr
    plain, coloured = (read_log(item.stderr.splitlines()).symptoms for item in said)
    assert [item.subject for item in plain] == [item.subject for item in coloured]
    assert len(plain) == 2


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("line", ["Mine m;", "auto p = new Mine;", "auto p = std::make_unique<Mine>();"])
def test_a_class_that_leaves_a_function_of_ours_pure(compiler, line):
    text = f"{START}#include <memory>\nstruct Mine : tle::KvCacheEventListener {{ void onStored(int); }};\n{line}\n"
    said = compile_cxx(text, compiler=compiler, flags=("-c", "-std=c++17"), include=[demo_headers("1.1.0")]).messages
    assert "abstract" in said
    (found,) = explain(said.splitlines(), releases=()).explanations
    assert found.cause is Cause.NOT_OVERRIDDEN
    assert "onStored" in found.evidence[0]
