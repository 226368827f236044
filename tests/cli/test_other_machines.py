"""Headers against a library for another machine; g++ for that machine builds it."""

from __future__ import annotations

import shutil
from pathlib import Path

from support.cxx import build_library
from support.tools import CROSS

from trtheaders.cli.main import run
from trtheaders.headers import entrance

HEADER = """
#pragma once
#include <cstdarg>
#include <mutex>
struct A { A(); virtual ~A(); std::mutex lock; long kept; long get() const; };
extern std::mutex shared;
void list(va_list arguments);
"""
BODIES = """
#include "api.h"
A::A() { kept = 3; } A::~A() {} long A::get() const { return kept; }
std::mutex shared;
void list(va_list) {}
"""


def build(folder: Path, header: str = HEADER) -> Path:
    built_from = folder / "built-from"
    built_from.mkdir(parents=True)
    (built_from / "api.h").write_text(header)
    (folder / "inc").mkdir()
    (folder / "inc" / "api.h").write_text(HEADER)
    return build_library(BODIES, compiler=CROSS, include=[built_from])


def verify(folder: Path, library: Path) -> int:
    return run(["verify", "--headers", str(folder / "inc"), "--entry", "api.h", "--library", str(library)])


def test_a_cross_compiler_on_path_reads_the_headers_for_the_library(tmp_path, capsys):
    # A mutex takes 40 bytes on x86-64 and 48 on aarch64: read for the wrong machine, `shared` would be too large.
    assert verify(tmp_path, build(tmp_path)) == 0
    said = capsys.readouterr().out
    assert "1 of 1 layouts judged" in said
    assert "have evidence of layout" not in said
    assert "not compared" not in said


def test_a_layout_that_differs_is_found_on_the_other_machine_too(tmp_path, capsys):
    grown = HEADER.replace("long kept;", "long before; long kept;")
    assert verify(tmp_path, build(tmp_path, grown)) == 1
    assert "`A" in capsys.readouterr().out


def test_without_a_compiler_for_it_symbols_are_compared_and_layouts_are_said_not_to_be(tmp_path, capsys, monkeypatch):
    library = build(tmp_path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "g++").symlink_to(shutil.which("g++"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("CXX", raising=False)
    assert verify(tmp_path, library) == 0
    said = capsys.readouterr().out
    assert "layouts were not compared: the headers were read for x86_64-linux-gnu" in said
    assert "with `aarch64-linux-gnu-g++` on PATH" in said
    assert "promises checked against 1 library: 0 missing" in said


def test_headers_are_parsed_once_for_the_machine_that_the_library_is_for(tmp_path, monkeypatch):
    library, told = build(tmp_path), tmp_path / "targets"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    parse = entrance.parser_arguments

    def spy(question, compiler, *rest, **options):
        # The parser works in a process of its own, which has no other way to tell.
        with told.open("a") as file:
            file.write(f"{compiler.target}\n")
        return parse(question, compiler, *rest, **options)

    monkeypatch.setattr(entrance, "parser_arguments", spy)
    assert verify(tmp_path, library) == 0
    assert set(told.read_text().split()) == {"aarch64-linux-gnu"}
