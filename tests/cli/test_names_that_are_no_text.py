"""File names are bytes: a folder with an old Latin-1 name works, as it does for g++."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.cxx import build_library

HEADER = "#pragma once\nnamespace n { struct A { int get() const; int value; }; int f(); }\n"
BODY = "namespace n { int A::get() const { return value; } int f() { return 1; } }\n"
PROGRAM = Path(sys.executable).with_name("trtheaders")


@pytest.fixture(name="folder")
def old_folder(tmp_path):
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/Gr\xf6\xdfe"))
    (folder / "inc").mkdir(parents=True)
    (folder / "inc" / "a.h").write_text(HEADER)
    shutil.copy(build_library(HEADER + BODY), folder / "libfixture.so")
    return folder


@pytest.mark.parametrize(
    ("form", "language"),
    [("text", "C"), ("text", "C.UTF-8"), ("json", "en_US.UTF-8"), ("sarif", "C"), ("junit", "C"), ("markdown", "C")],
)
def test_verify_answers(folder, form, language):
    words = ["--headers", "inc", "--entry", "a.h", "--library", str(folder / "libfixture.so"), "--format", form]
    environment = {**os.environ, "LC_ALL": language}
    done = subprocess.run([PROGRAM, "verify", *words], cwd=folder, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    if form in ("json", "sarif"):
        json.loads(done.stdout.decode(errors="surrogateescape"))


def test_an_error_names_the_file_so_that_a_terminal_shows_it(folder):
    done = subprocess.run(
        [PROGRAM, "verify", "--library", folder / "none.so"], cwd="/", capture_output=True, check=False
    )
    assert done.returncode == 2
    assert rb"Gr\xf6\xdfe/none.so" in done.stderr
