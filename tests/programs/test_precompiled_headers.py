"""A precompiled header that lies beside a header is taken for it by nobody."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from trtheaders.consumer.objects import ObjectQuestion, compile_object
from trtheaders.headers.confirmation.compilation import CompilerCommand
from trtheaders.headers.refusals import ask_refusals
from trtheaders.programs.flags import NOTHING_PRECOMPILED, vet_flags
from trtheaders.verbs.promises import promises

STANDARD = "-std=c++17"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A header, a source, and beside the header what g++ made of another one of that name."""
    (tmp_path / "api.h").write_text("#pragma once\nint lie();\n")
    subprocess.run(["g++", STANDARD, "-w", "-x", "c++-header", "api.h", "-o", "api.h.gch"], cwd=tmp_path, check=True)
    (tmp_path / "api.h").write_text("#pragma once\nint truth();\n")
    (tmp_path / "a.cpp").write_text('#include "api.h"\nint x = lie();\n')
    return tmp_path


def test_what_the_compiler_refuses_is_the_header_that_is_there(folder: Path) -> None:
    # Without our flag g++ takes what lies beside it; a g++ that cannot use it refuses the source in any case.
    command = ["g++", STANDARD, *NOTHING_PRECOMPILED, "-include", "api.h", "-fsyntax-only", "-w", "a.cpp"]
    assert subprocess.run(command, cwd=folder, capture_output=True).returncode != 0
    said = ask_refusals(CompilerCommand(compiler=("g++",), flags=(STANDARD,)), folder / "a.cpp", ())
    assert said is not None
    assert not said.compiles
    question = ObjectQuestion(
        source=folder / "a.cpp",
        root=folder,
        include_directories=(),
        defines=(),
        standard="c++17",
        compiler="g++",
    )
    assert compile_object(question, folder) is None


def test_what_the_compiler_confirms_is_the_header_that_is_there(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (promise,) = promises(headers=folder, entries=["api.h"], compiler="g++").promises
    assert promise.declaration.name == "truth"
    assert not promise.unconfirmed


def test_a_flag_of_the_repository_brings_none(folder: Path) -> None:
    assert vet_flags(["-include", "api.h"], folder).dropped == ("-include api.h",)
    (folder / "api.h.gch").rename(folder / "api.h.pch")
    assert vet_flags(["-includeapi.h"], folder).dropped
    (folder / "api.h.pch").unlink()
    assert vet_flags(["-include", "api.h"], folder).dropped == ()
