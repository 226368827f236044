"""Who judges a source (the parser proposes, g++ decides), what is left to the build, and how the answer reads."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from support.consumers import HEADERS, PLACE, header_root

from trtheaders.cli.main import run
from trtheaders.programs.flags import expand_responses, vet_flags
from trtheaders.report.use_table import document_check, render_check
from trtheaders.verbs.adopt import adopt
from trtheaders.verbs.check import check

pytestmark = pytest.mark.slow

START = '#include "tensorrt_llm/executor/executor.h"\nnamespace tle = tensorrt_llm::executor;\n'
SHARED = f"{START}int f() {{ return tle::Response(1).getId(); }}\n"
NEW = f"{START}int f() {{ tle::SamplingConfig c(1, 2, 3); c.setTopK(1); return c.getBeamWidth(); }}\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    (folder / "trtheaders.toml").write_text("defines = []\n")
    for release in HEADERS:
        shutil.copytree(header_root(PLACE, release), folder / "include" / "tensorrt-llm" / release)
    adopt(destination=folder / "include" / "tensorrt-llm", offline=True)
    return folder


def write(project, name, text):
    path = project / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def compiles(answer):
    return {row.release: row.compiles for row in answer.rows}


def gxx_accepts(source, project, release, *flags):
    root = project / "include" / "tensorrt-llm" / release
    command = ["g++", "-std=c++17", *flags, f"-I{root}", "-fsyntax-only", source]
    return subprocess.run(command, capture_output=True).returncode == 0


def test_sources_may_ask_for_the_release(project):
    text = f"{START}#if TRTHEADERS_RELEASE_NUMBER >= 1020030\n{NEW.partition('int f')[1]}{NEW.partition('int f')[2]}"
    text += "#else\nint f() { return tle::SamplingConfig(1, 2).getBeamWidth(); }\n#endif\n"
    text += "char const* release() { return TRTHEADERS_RELEASE; }\n"
    assert set(compiles(check([write(project, "asks.cpp", text)], start=project)).values()) == {True}


def test_what_the_parser_refuses_and_the_compiler_accepts_is_no_error(project):
    """std::expected: libclang 18 does not claim the concepts that libstdc++ 12 asks for."""
    text = f"#include <expected>\n{SHARED}std::expected<int, int> g() {{ return f(); }}\n"
    source = write(project, "expected.cpp", text)
    answer = check([source], flags=["-std=c++23"], start=project)
    for release, verdict in compiles(answer).items():
        assert verdict is gxx_accepts(source, project, release, "-std=c++23")


def test_a_missing_header_does_not_keep_the_compiler_from_judging_the_rest(project):
    """A compiler ends there; the parser goes on, and what it refuses behind it is still the compiler's to say."""
    text = f'#include "nowhere/one.h"\n#include "two.h"\n#include <expected>\n{START}'
    text += "std::expected<tle::SamplingConfig, int> g() {\n    return tle::SamplingConfig(1, 2);\n}\n"
    answer = check([write(project, "stopped.cpp", text)], releases=["1.1.0"], flags=["-std=c++23"], start=project)
    assert not any("expected" in item.message or item.location.line > 2 for item in answer.rows[0].failures)
    (remark,) = [item for item in answer.remarks if "not found" in item]
    assert "`nowhere/one.h`" in remark
    assert "`two.h`" in remark


def test_what_only_the_compiler_refuses_is_left_to_the_build(project):
    source = write(project, "gcc_only.cpp", f"{SHARED}#if !defined(__clang__)\n#error no\n#endif\n")
    assert set(compiles(check([source], start=project)).values()) == {True}


def test_what_both_refuse_is_an_error_of_the_releases_where_they_do(project):
    source = write(project, "both.cpp", NEW)
    for release, verdict in compiles(check([source], start=project)).items():
        assert verdict is gxx_accepts(source, project, release)


def test_errors_that_are_the_same_everywhere_and_foreign_are_counted(project):
    source = write(project, "foreign.cpp", f"{SHARED}int g() {{ return nowhere(1); }}\n")
    answer = check([source], start=project)
    assert answer.good
    assert not any(row.failures for row in answer.rows)
    (remark,) = [item for item in answer.remarks if "the same with every release" in item]
    assert remark.startswith("1 error that is the same")
    assert f"{source}:4" in remark
    assert render_check(answer).startswith(
        f"ok: `{source}` compiles with 1.1.0, 1.2.0rc3 and 1.2.0, but for 1 error of its own\n"
    )


def test_a_foreign_error_is_counted_with_one_release_too(project):
    source = write(project, "alone.cpp", f"{SHARED}int g() {{ return nowhere(1); }}\n")
    answer = check([source], releases=["1.1.0"], start=project)
    assert answer.good
    assert not answer.rows[0].failures
    assert any(item.startswith("1 error that is not about TensorRT-LLM") for item in answer.remarks)


def test_with_one_release_an_error_whose_line_uses_it_is_told(project):
    text = f"{START}char* f(tle::SamplingConfig const& c) {{\n    return c.getBeamWidth();\n}}\n"
    answer = check([write(project, "converted.cpp", text)], releases=["1.1.0"], start=project)
    (failure,) = answer.rows[0].failures
    assert (failure.location.line, answer.good) == (4, False)


def test_the_screen_begins_with_the_answer(project, monkeypatch, capsys):
    monkeypatch.chdir(project)
    write(project, "shared.cpp", SHARED)
    assert run(["check", "shared.cpp"]) == 0
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == "ok: `shared.cpp` compiles with 1.1.0, 1.2.0rc3 and 1.2.0"
    assert sum(line.startswith(("1.1.0 ", "1.2.0rc3 ", "1.2.0 ")) for line in lines) == 3
    write(project, "both.cpp", NEW)
    assert run(["check", "both.cpp"]) == 1
    assert capsys.readouterr().out.startswith("mismatch: `both.cpp` does not compile with 1.1.0")


def test_a_foreign_error_that_depends_on_the_release_is_told(project):
    text = f"{SHARED}#if TRTHEADERS_RELEASE_NUMBER >= 1020030\nint g() {{ return nowhere(1); }}\n#endif\n"
    answer = check([write(project, "depends.cpp", text)], start=project)
    assert compiles(answer) == {"1.1.0": True, "1.2.0rc3": False, "1.2.0": False}


def test_ours_come_before_others_and_a_missing_header_before_both(project):
    text = '#include "tensorrt_llm/executor/nowhere.h"\n' + NEW.replace("c.setTopK(1);", "")
    text += "#if TRTHEADERS_RELEASE_NUMBER < 1020030\nint first() { return nowhere(1); }\n#endif\n"
    answer = check([write(project, "order.cpp", text)], start=project, releases=["1.1.0"])
    assert "nowhere.h" in answer.rows[0].failures[0].message


def test_a_kernel_is_not_judged(project):
    text = f"{SHARED}__global__ void kernel(int* p) {{ *p = 1; }}\nvoid launch(int* p) {{ kernel<<<1, 1>>>(p); }}\n"
    source = write(project, "kernel.cu", text)
    answer = check([source], start=project)
    assert set(compiles(answer).values()) == {None}
    assert any("kernel.cu` was not judged: CUDA source" in remark for remark in answer.remarks)
    assert answer.good
    plain = check([write(project, "plain.cu", SHARED)], start=project)
    assert set(compiles(plain).values()) == {True}


def test_equal_lists_are_told_once_and_each_source_has_its_row(project, monkeypatch):
    monkeypatch.chdir(project)
    old = write(project, "old.cpp", f"{START}int f() {{ return tle::SamplingConfig(1, 2).getBeamWidth(); }}\n")
    answer = check([old, write(project, "shared.cpp", SHARED)], jobs=2, start=project)
    text = render_check(answer)
    assert "1.2.0rc3, 1.2.0:\n   " in text
    assert text.count("old.cpp:3: no matching") == 1
    rows = [line.split() for line in text.splitlines() if line.startswith(("source", str(project)))]
    assert [row[1:] for row in rows] == [["1.1.0", "1.2.0rc3", "1.2.0"], ["yes", "no", "no"], ["yes", "yes", "yes"]]
    listed = document_check(answer)["releases"][1]["sources"]
    assert [item["compiles"] for item in listed] == [False, True]
    assert text.startswith(f"mismatch: `{old}` does not compile with 1.2.0rc3 and 1.2.0")
    table = render_check(answer, base=project).split("\n\n")[2].splitlines()
    assert len({line.index(word) for line, word in zip(table, ["1.1.0", "yes", "yes"], strict=True)}) == 1


def test_a_source_that_was_judged_in_part_is_told_so_in_its_row(project):
    text = f"#include <others/absent.hpp>\n{SHARED}others::Thing thing;\n"
    answer = check([write(project, "partly.cpp", text), write(project, "whole.cpp", SHARED)], start=project)
    lines = render_check(answer, base=project).splitlines()
    rows = {line.split()[0]: line for line in lines if line.startswith(("partly", "whole"))}
    assert rows["partly.cpp"].count("as far as judged") == 3
    assert rows["whole.cpp"].count("yes") == 3
    listed = document_check(answer)["releases"][0]["sources"]
    assert [(item["compiles"], item["partial"]) for item in listed] == [(True, True), (True, False)]


def test_what_one_header_says_to_several_sources_of_several_releases_is_told_once(project, tmp_path):
    """As a header of the releases' own that includes one which is gone: each source and each release meets it."""
    mine = tmp_path / "mine"
    for release in HEADERS:
        shutil.copytree(header_root(PLACE, release), mine / "include" / "tensorrt-llm" / release)
        header = mine / "include" / "tensorrt-llm" / release / "tensorrt_llm" / "executor" / "wrapper.h"
        header.write_text('#include "tensorrt_llm/executor/gone.h"\n')
    (mine / "trtheaders.toml").write_text("defines = []\n")
    adopt(destination=mine / "include" / "tensorrt-llm", offline=True)
    text = f'{START}#include "tensorrt_llm/executor/wrapper.h"\nint f();\n'
    new = text + "int g() { return tle::SamplingConfig(1, 2).getBeamWidth(); }\n"
    sources = [write(mine, "one.cpp", text), write(mine, "two.cpp", new)]
    screen = render_check(check(sources, start=mine))
    assert screen.count("gone.h' file not found") == 1
    assert "1.1.0, 1.2.0rc3, 1.2.0:\n   " in screen
    assert "\n1.2.0rc3, 1.2.0:\n   " in screen


def test_response_files(project, monkeypatch):
    monkeypatch.chdir(project)
    write(project, "mine/my.h", "#define MINE 1\n")
    source = write(project, "response.cpp", f'#include "my.h"\n{SHARED}#ifndef WANTED\n#error lost\n#endif\n')
    (project / "flags.rsp").write_text(f"-DWANTED -I{project / 'mine'}\n")
    for flags in (["@flags.rsp"], ["--options-file", "flags.rsp"], ["--options-file=flags.rsp"]):
        assert set(compiles(check([source], flags=flags, start=project)).values()) == {True}
        assert "-DWANTED" in vet_flags(flags, project).kept
    assert run(["check", "response.cpp", "--", "@flags.rsp"]) == 0
    (project / "loop.rsp").write_text("@loop.rsp -DX")
    assert expand_responses(["@loop.rsp", "@gone.rsp"], project)[-1] == "@gone.rsp"


def test_a_database_above_the_folder_where_one_stands_counts(project, tmp_path, monkeypatch):
    shutil.copytree(project / "include", tmp_path / "src" / "include")
    source = write(tmp_path, "src/gated.cpp", f"#ifdef WANTED\n{SHARED}#endif\n")
    row = {"directory": str(tmp_path), "file": "src/gated.cpp", "command": "g++ -DWANTED -c src/gated.cpp"}
    (tmp_path / "compile_commands.json").write_text(json.dumps([row]))
    monkeypatch.chdir(tmp_path / "src")
    assert set(compiles(check([source])).values()) == {True}
