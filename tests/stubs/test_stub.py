"""A stub links like the real library, runs unlike it, and is never mistaken for it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support.cxx import build_library, compile_cxx, exported_symbols
from support.tools import CROSS

from trtheaders.cli.main import run
from trtheaders.errors import LibraryError, ReleaseError, ToolchainError
from trtheaders.library.facts import read_facts
from trtheaders.model.library.exports import Machine
from trtheaders.stubs.build import find_linker
from trtheaders.verbs.promises import promises
from trtheaders.verbs.stub import stub
from trtheaders.verbs.verify import verify

HEADER = """\
#pragma once
#include <string>
namespace api {
struct Shape { Shape(int sides); virtual ~Shape(); virtual int sides() const; virtual std::string name() const = 0; };
struct Painted { virtual ~Painted(); virtual int colour() const; };
struct Square : Shape, Painted { Square(); int sides() const override; std::string name() const override;
    int colour() const override; static int count; };
struct Virtual : virtual Painted { Virtual(); int colour() const override; };
int area(Shape const&);
std::string describe(std::string const& what);
extern int table[12];
extern thread_local int depth;
class Error { public: Error(); virtual ~Error(); virtual char const* what() const; };
template <class T> struct Box { T get(); T value; };
extern template struct Box<int>;
}
namespace tensorrt_llm::executor { char const* version() noexcept; }
"""
CONSUMER = """\
#include <api.h>
#include <cstdio>
#include <cstring>
int twice(api::Box<int>& box) { return 2 * box.get(); }
struct Own : api::Square { int colour() const override { return 7; } };
struct Mine : api::Virtual {};
int main(int count, char** words)
{
    std::puts(tensorrt_llm::executor::version());
    if (count < 2) return api::table[11] + api::depth + api::Square::count;
    if (!std::strcmp(words[1], "construct")) { Own own; return api::area(own); }
    if (!std::strcmp(words[1], "virtually")) { Mine mine; return mine.colour(); }
    try { api::Box<int> box{1}; return twice(box); } catch (api::Error const& error) { std::puts(error.what()); }
    return 0;
}
"""


@pytest.fixture(name="headers", scope="module")
def a_header_tree(tmp_path_factory):
    root = tmp_path_factory.mktemp("headers")
    (root / "api.h").write_text(HEADER)
    return root


@pytest.fixture(name="made", scope="module")
def a_stub(headers, tmp_path_factory):
    return stub(headers=headers, entries=["api.h"], output=tmp_path_factory.mktemp("stub") / "libapi.so", start=headers)


def test_it_exports_exactly_what_is_promised(made, headers):
    snapshot = promises(headers=headers, entries=["api.h"], start=headers)
    owed = {
        symbol
        for promise in snapshot.promises
        for row in promise.obligations
        for symbol in (row.symbol, *row.alternatives)
    }
    assert exported_symbols(made.facts.path) == owed | {"trtheaders_stub_library"}
    assert made.promises == len(snapshot.promises)


def test_it_verifies_with_its_own_headers_and_is_called_a_stub(made, headers):
    answer = verify(headers=headers, entries=["api.h"], libraries=[made.facts.path], start=headers)
    assert not answer.findings
    assert answer.libraries[0].stub_of == "headers"
    assert any("stub" in remark for remark in answer.remarks)


@pytest.fixture(name="program", scope="module", params=[("-fPIE", "-pie"), ("-fno-pie", "-no-pie"), ("-O2",)])
def a_program_linked_with_it(request, made, headers):
    folder = made.facts.path.parent
    built = compile_cxx(
        CONSUMER,
        name="program",
        flags=("-std=c++17", f"-Wl,-rpath,{folder}", "-Wl,--no-undefined", *request.param),
        inputs=[made.facts.path],
        include=[headers],
    )
    assert built.status == 0, built.messages
    return built.path


def _run(program: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60)


def test_a_program_runs_as_far_as_it_calls_nothing(program):
    done = _run(program)
    assert (done.returncode, done.stdout) == (0, "headers+trtheaders.stub\n")


@pytest.mark.parametrize(
    ("what", "called"),
    [
        ("construct", "`api::Square::Square()` was called"),
        ("virtually", "`api::Virtual::Virtual()` was called"),
        ("instance", "`api::Box<int>::get()` was called"),
    ],
)
def test_a_program_that_calls_it_ends_and_is_told_why(program, what, called):
    done = _run(program, what)
    assert done.returncode == -6
    assert called in done.stderr
    assert "in a stub of TensorRT-LLM headers, which only serves to link" in done.stderr


def test_the_same_promises_give_the_same_bytes(made, headers, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    again = stub(headers=headers, entries=["api.h"], output=tmp_path / "elsewhere" / "libapi.so", start=headers)
    assert again.facts.path.read_bytes() == made.facts.path.read_bytes()


def test_without_its_marks_it_has_the_layouts_of_its_headers(headers, tmp_path, monkeypatch):
    """The vtables and typeinfo of a stub are those of its classes: nothing but the marks keeps it from being judged."""
    monkeypatch.setattr("trtheaders.stubs.assembly.NOTE_OWNER", b"another")
    monkeypatch.setattr("trtheaders.stubs.assembly.MARK", "another_mark")
    monkeypatch.setattr("trtheaders.verbs.stub.read_facts", lambda path: path)
    path = stub(headers=headers, entries=["api.h"], output=tmp_path / "libapi.so", start=headers).facts
    answer = verify(headers=headers, entries=["api.h"], libraries=[path], start=headers)
    assert answer.libraries[0].stub_of is None
    assert [finding.message for finding in answer.findings] == []


def test_a_release_that_ships_needs_neither_headers_nor_network(tmp_path, tools):
    made = stub("v1.2.0-rc.3", output=tmp_path / "libtensorrt_llm.so", start=tmp_path)
    assert made.facts.stub_of == "1.2.0rc3"
    assert made.facts.soname == "libtensorrt_llm.so"
    assert "_ZN12tensorrt_llm8executor7versionEv" in exported_symbols(made.facts.path)
    text = subprocess.run([tools("readelf"), "-nW", made.facts.path], capture_output=True, text=True, check=True).stdout
    assert "trtheaders" in text
    with pytest.raises(ReleaseError):
        stub("v0.1.0", output=tmp_path / "libother.so", start=tmp_path)


@pytest.mark.parametrize(("tool", "options"), [("strip", []), ("objcopy", ["--remove-section=.note.trtheaders"])])
def test_it_stays_a_stub_whatever_is_removed(made, tmp_path, tools, tool, options):
    copy = tmp_path / "libapi.so"
    shutil.copy(made.facts.path, copy)
    subprocess.run([tools(tool), *options, copy], check=True, capture_output=True)
    assert read_facts(copy).stub_of == "headers"


def test_a_real_library_is_no_stub_and_is_never_overwritten(headers, tmp_path):
    real = tmp_path / "libtensorrt_llm.so"
    shutil.copy(build_library("int f() { return 1; }"), real)
    before = real.read_bytes()
    assert read_facts(real).stub_of is None
    with pytest.raises(LibraryError, match="is there and is no stub"):
        stub(headers=headers, entries=["api.h"], output=real, start=headers)
    assert real.read_bytes() == before
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(LibraryError, match="is there and is no stub"):
        stub(headers=headers, entries=["api.h"], output=tmp_path / "notes.txt", start=headers)


def test_a_stub_is_replaced_and_nothing_else_is_left(headers, tmp_path):
    for name in ("liba.so", "libb.so"):
        stub(headers=headers, entries=["api.h"], output=tmp_path / "liba.so", soname=name, start=headers)
        assert read_facts(tmp_path / "liba.so").soname == name
    assert os.listdir(tmp_path) == ["liba.so"]  # noqa: PTH208


def test_for_aarch64_it_is_linked_by_the_cross_compiler(headers, tmp_path, tools):
    tools(CROSS)
    made = stub(
        headers=headers, entries=["api.h"], output=tmp_path / "libapi.so", machine=Machine.AARCH64, start=headers
    )
    assert made.facts.machine is Machine.AARCH64
    built = compile_cxx(
        CONSUMER,
        name="program",
        compiler=CROSS,
        flags=("-std=c++17", "-Wl,--no-undefined"),
        inputs=[made.facts.path],
        include=[headers],
    )
    assert built.status == 0, built.messages


def test_no_compiler_for_the_machine_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    with pytest.raises(ToolchainError, match="there is no compiler for aarch64 on PATH") as caught:
        find_linker(Machine.AARCH64)
    assert "aarch64-linux-gnu-g++" in caught.value.hint


def test_the_command_says_what_it_made(headers, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["stub", "--headers", str(headers), "--entry", "api.h"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("`libtensorrt_llm.so` is a stub that exports ")
    assert read_facts(Path("libtensorrt_llm.so")).stub_of == "headers"


@pytest.mark.parametrize("flag", ["-include evil.h", "-includeevil.h", "-I evil", "-Ievil -D X", "-isystem evil"])
def test_nothing_of_a_compilers_flags_for_headers_gets_into_it(headers, tmp_path, monkeypatch, flag):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "evil").mkdir()
    for name in ("evil.h", "evil/dlfcn.h", "evil/stdio.h", "evil/unistd.h"):
        (tmp_path / name).write_text('asm(".pushsection .rodata\\n.asciz \\"planted\\"\\n.popsection");\n')
    output = tmp_path / "liba.so"
    stub(headers=headers, entries=["api.h"], output=output, start=headers, compiler=f"g++ {flag}")
    assert b"planted" not in output.read_bytes()
