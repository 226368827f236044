"""What is named and is not there is told, also where a recorded snapshot would answer without it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from support.cxx import compile_cxx

from trtheaders.cli.main import run
from trtheaders.configuration import load_configuration
from trtheaders.integrations.build_facts import BuildWish, prepare_build
from trtheaders.verbs.adopt import adopt
from trtheaders.verbs.verify import verify

RELEASE = "1.1.0"


@pytest.fixture(autouse=True)
def in_a_project(monkeypatch, tmp_path):
    """A repository with one release whose snapshot is recorded."""
    (tmp_path / ".git").mkdir()
    header = tmp_path / "include" / "tensorrt-llm" / RELEASE / "tensorrt_llm" / "executor" / "executor.h"
    header.parent.mkdir(parents=True)
    header.write_text("int f();\n")
    monkeypatch.chdir(tmp_path)
    adopt(configuration=load_configuration(tmp_path), offline=True)
    verify(headers_only=True)


def answer_of(capsys, *words):
    code = run(["verify", "--headers-only", "--format", "json", *words])
    return code, json.loads(capsys.readouterr().out)


WITHOUT_PROCESSES = """
import sys
from trtheaders.cli.main import run

def refuse(event, arguments):
    if event in ("subprocess.Popen", "os.posix_spawn", "os.exec", "os.fork", "os.system"):
        raise AssertionError(event)

sys.addaudithook(refuse)
sys.exit(run(["verify", "--headers-only"]))
"""


def test_a_configured_folder_that_is_not_there_is_told(tmp_path, capsys):
    (tmp_path / "trtheaders.toml").write_text('include-directories = ["gone", "."]\n')
    code, document = answer_of(capsys)
    assert code == 0
    (told,) = [remark for remark in document["remarks"] if "gone" in remark]
    file = tmp_path / "trtheaders.toml"
    assert told == f"`{tmp_path / 'gone'}` is not there: `include-directories` of `{file}` names it"


def test_a_configured_compiler_that_is_not_there_is_told_and_nothing_is_run(tmp_path):
    (tmp_path / "trtheaders.toml").write_text('compiler = "no-such-g++ -m64"\n')
    done = subprocess.run([sys.executable, "-c", WITHOUT_PROCESSES], capture_output=True, text=True, check=False)
    # Headers alone are read anew, so that a record that somebody changed is found out; that wants a compiler.
    assert done.returncode == 2
    assert done.stderr.startswith("error: there is no compiler `no-such-g++ -m64`\n\nhint: ")


def test_a_build_is_not_given_a_folder_that_is_not_there(tmp_path):
    (tmp_path / "trtheaders.toml").write_text('include-directories = ["gone", "include"]\n')
    answer = prepare_build(BuildWish(release=RELEASE, headers_only=True))
    assert answer.facts.include_directories == (tmp_path / "include",)
    assert answer.verification is not None
    assert [remark for remark in answer.verification.remarks if "gone" in remark]


def test_what_is_there_is_not_told(tmp_path, capsys):
    (tmp_path / "trtheaders.toml").write_text('compiler = "g++"\n')
    assert not [remark for remark in answer_of(capsys)[1]["remarks"] if "names it" in remark]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-I", "gone"), "`--include-dir gone` is not there"),
        (("-I", "trtheaders.toml"), "`--include-dir trtheaders.toml` is no folder"),
        (("--compiler", "no-such-g++"), "there is no compiler `no-such-g++`"),
    ],
)
def test_what_the_command_line_names_must_be_there(tmp_path, capsys, words, said):
    (tmp_path / "trtheaders.toml").write_text("")
    code, document = answer_of(capsys, *words)
    assert (code, document["error"]) == (2, said)
    assert document["hint"]


@pytest.mark.parametrize("entry", ["../trtheaders.lock", "/etc/passwd", "tensorrt_llm/../../x.h"])
def test_an_entry_outside_the_tree_is_refused(capsys, entry):
    code, document = answer_of(capsys, "--entry", entry)
    assert (code, document["verdict"]) == (2, "unanswered")
    assert document["error"].startswith(f"the entry `{entry}` lies outside the header tree `")
    assert "`--headers DIR`" in document["hint"]


def test_an_entry_that_leads_back_into_the_tree_is_read(tmp_path, capsys):
    assert answer_of(capsys, "--entry", f"../{RELEASE}/tensorrt_llm/executor/executor.h")[0] == 0
    inside = tmp_path / "include" / "tensorrt-llm" / RELEASE / "tensorrt_llm" / "executor" / "executor.h"
    assert answer_of(capsys, "--entry", str(inside))[0] == 0


def test_a_tree_that_is_named_holds_its_entries_too(tmp_path, capsys):
    (tmp_path / "own").mkdir()
    (tmp_path / "out.h").write_text("int g();\n")
    code = run(["promises", "--headers", "own", "--entry", "../out.h"])
    assert code == 2
    assert "lies outside the header tree `own`" in capsys.readouterr().err


@pytest.mark.parametrize("flags", [("-pie", "-fPIE"), ("-no-pie",), ("-pie", "-fPIE", "-rdynamic")])
def test_a_program_is_no_library(capsys, flags):
    program = compile_cxx("int f() { return 1; } int main() { return f(); }", name="program", flags=flags).path
    assert run(["verify", RELEASE, "--library", str(program)]) == 2
    streams = capsys.readouterr()
    assert streams.err.startswith(f"error: `{program}` is a program, not a library\n\nhint: ")
    assert "`trtheaders check`" in streams.err


def test_a_stub_is_not_put_where_there_is_no_folder(tmp_path, capsys):
    assert run(["stub", RELEASE, "-o", "gone/deep/libx.so"]) == 2
    streams = capsys.readouterr()
    assert streams.err.startswith("error: `gone/deep/libx.so` cannot be made: there is no folder `gone/deep`\n\nhint: ")
    assert not (tmp_path / "gone").exists()


def test_a_stub_needs_the_compiler_that_is_named(capsys):
    for machine in ("x86-64", "aarch64"):
        assert run(["stub", RELEASE, "--compiler", "no-such-g++", "--machine", machine, "-o", "libx.so"]) == 2
        assert "there is no compiler `no-such-g++`" in capsys.readouterr().err


def test_the_help_names_every_exit_code(capsys):
    assert run(["--help"]) == 0
    words = capsys.readouterr().out.partition("Exit codes:")[2]
    assert [code for code in ("0", "1", "2", "101", "130", "141") if f"{code} " not in words] == []
