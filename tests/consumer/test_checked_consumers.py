"""A consumer's sources and objects against three vendored releases; g++ says what the truth is."""

from __future__ import annotations

import json
import shutil

import pytest
from support.consumers import HEADERS, PLACE, build_release, compile_log, header_root
from support.cxx import compile_cxx

from trtheaders.cli.main import run
from trtheaders.errors import NothingVerifiedError, TrtHeadersError
from trtheaders.report.use_table import render_check
from trtheaders.verbs.adopt import adopt
from trtheaders.verbs.check import check

pytestmark = pytest.mark.slow

START = '#include "tensorrt_llm/executor/executor.h"\nnamespace tle = tensorrt_llm::executor;\n'
SOURCES = {
    "shared": f"{START}int f() {{ return tle::Response(1).getId(); }}\n",
    "new": f"{START}int f() {{ tle::SamplingConfig c(1, 2, 3); c.setTopK(1); return c.getBeamWidth(); }}\n",
    "old": f"{START}int f() {{ return tle::SamplingConfig(1, 2).getBeamWidth(); }}\n",
    "enumerator": f"{START}auto f = tle::ModelType::kENCODER_ONLY;\n",
    "namespace": f"{START}int f(tensorrt_llm::common::TllmException& e) {{ return e.code(); }}\n",
    "gone": f"{START}tle::Gone* f;\n",
}


GATED = f"#ifdef ENABLE_TENSORRT\n{SOURCES['new']}#endif\n"


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
    path.write_text(text)
    return path


@pytest.mark.parametrize("name", SOURCES)
def test_what_compiles_is_what_gxx_compiles(project, name):
    source = write(project, f"{name}.cpp", SOURCES[name])
    rows = check([source], start=project).rows
    for row in rows:
        assert row.compiles is ("error:" not in compile_log(PLACE, row.release, SOURCES[name])), row
        assert all(failure.location.file == str(source) for failure in row.failures)
        assert all(failure.location.line == 3 for failure in row.failures)


def test_the_uses_of_a_source_are_what_its_object_leaves_undefined(project):
    answer = check([write(project, "used.cpp", SOURCES["new"])], start=project, releases=["1.2.0rc3"])
    made = compile_cxx(SOURCES["new"], flags=("-c", "-std=c++17"), include=[header_root(PLACE, "1.2.0rc3")])
    compiled = check([made.path], start=project, releases=["1.2.0rc3"])
    assert answer.rows[0].used == compiled.rows[0].used == 3


def test_an_installed_library_that_lacks_what_is_used(project):
    source = write(project, "lacking.cpp", SOURCES["new"])
    answer = check([source], start=project, releases=["1.2.0rc3"], libraries=[build_release(PLACE, "1.1.0")])
    row = answer.rows[0]
    assert (row.used, row.kept) == (3, 1)
    assert {failure.location.line for failure in row.lacking} == {3}
    assert not answer.good


def test_missing_includes_of_others_do_not_hide_what_concerns_us(project):
    text = '#include "others.hpp"\n' + SOURCES["new"] + "Other other = make_other(tle::Response(1));\n"
    answer = check([write(project, "missing.cpp", text)], start=project)
    assert {row.release: row.compiles for row in answer.rows} == {"1.1.0": False, "1.2.0rc3": True, "1.2.0": True}
    assert any("`others.hpp`" in remark for remark in answer.remarks)
    assert all(row.partial for row in answer.rows)
    assert "as far as judged" in render_check(answer)


def test_flags_come_from_the_compilation_database_and_a_stale_include_path_does_not_win(project):
    source = write(project, "gated.cpp", GATED)
    with pytest.raises(NothingVerifiedError, match=r"behind `#ifdef ENABLE_TENSORRT`"):
        check([source], start=project)
    stale = project / "include" / "tensorrt-llm" / "1.1.0"
    words = ["g++", "-DENABLE_TENSORRT", "-I", str(stale), "-c", "gated.cpp"]
    row = {"directory": str(project), "file": "gated.cpp", "arguments": words}
    (project / "build").mkdir(exist_ok=True)
    (project / "build" / "compile_commands.json").write_text(json.dumps([row]))
    compiles = {row.release: row.compiles for row in check([source], start=project).rows}
    assert compiles == {"1.1.0": False, "1.2.0rc3": True, "1.2.0": True}


def test_objects_belong_to_the_release_that_declares_all_they_use(project):
    text = SOURCES["new"]
    made = compile_cxx(text, flags=("-c", "-g", "-std=c++17"), include=[header_root(PLACE, "1.2.0rc3")])
    answer = check([made.path], start=project)
    rows = {row.release: row for row in answer.rows}
    assert not rows["1.1.0"].fits
    assert rows["1.2.0rc3"].fits
    assert rows["1.2.0rc3"].layouts_hold is True
    assert rows["1.1.0"].layouts_hold is False
    assert answer.good
    assert any(failure.location and failure.location.line == 3 for failure in rows["1.1.0"].failures)


def test_objects_without_debug_information_are_not_judged_by_layout(project):
    made = compile_cxx(SOURCES["shared"], flags=("-c", "-std=c++17"), include=[header_root(PLACE, "1.1.0")])
    answer = check([made.path], start=project)
    assert {row.layouts_hold for row in answer.rows} == {None}
    assert any("layouts are not judged" in remark for remark in answer.remarks)


def test_a_program_and_the_library_it_will_load(project):
    library = build_release(PLACE, "1.2.0rc3")
    text = SOURCES["new"] + "int main() { return f(); }\n"
    made = compile_cxx(
        text, name="program", flags=("-std=c++17",), include=[header_root(PLACE, "1.2.0rc3")], inputs=[library]
    )
    assert check([made.path], start=project, libraries=[library]).good
    other = check([made.path], start=project, libraries=[build_release(PLACE, "1.1.0")])
    assert not other.good
    assert any("SamplingConfig" in failure.message for failure in other.rows[0].lacking)


def test_what_cannot_be_checked_is_no_success(project):
    empty = compile_cxx("int f() { return 1; }", flags=("-c",)).path
    for paths in ([empty], [project / "gone.cpp.o"], []):
        with pytest.raises(TrtHeadersError):
            check(paths, start=project)


@pytest.mark.parametrize("text", ["", "int f( { return }\n", "int f() { return 1;\n"])
def test_a_source_that_includes_nothing_of_ours_is_no_success(project, monkeypatch, capsys, text):
    monkeypatch.chdir(project)
    write(project, "foreign.cpp", text)
    assert run(["check", "foreign.cpp", "--format", "json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == "unanswered"
    assert "nothing was judged" in told["error"]
    assert told["hint"]
    assert "trtheaders-unit" not in told["error"]
    assert ("foreign.cpp:1" in told["error"]) is bool(text)


@pytest.mark.parametrize("inside", [True, False])
def test_a_brace_that_nothing_closes_is_told_on_the_last_line_wherever_the_program_runs(
    project, monkeypatch, tmp_path, inside
):
    monkeypatch.chdir(project if inside else tmp_path)
    source = write(project, "open.cpp", START + "int f() { return 1;\n")
    (remark,) = [item for item in check([source], start=project, releases=["1.2.0"]).remarks if "the first" in item]
    assert f"(the first: {source}:3: " in remark


def test_a_header_that_a_release_lacks_does_not_compile_with_it(project):
    source = write(project, "lacks.cpp", '#include "tensorrt_llm/executor/nowhere.h"\n')
    answer = check([source], start=project)
    assert {row.compiles for row in answer.rows} == {False}
    assert not answer.good


def test_the_command(project, monkeypatch, capsys):
    monkeypatch.chdir(project)
    write(project, "told.cpp", SOURCES["old"])
    assert run(["check", "told.cpp"]) == 1
    table = capsys.readouterr().out
    assert "told.cpp:3: no matching" in table
    assert run(["check", "told.cpp", "--release", "1.1.0", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["releases"][0]["compiles"] is True
    assert run(["check", "nowhere.cpp"]) == 2
    write(project, "gated.cpp", GATED)
    assert run(["check", "gated.cpp", "--release", "1.1.0", "--", "-DENABLE_TENSORRT"]) == 1
