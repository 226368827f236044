"""Situations that a command line meets, good and bad: a word for each, and the project in which it is run."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.demo_upstream import build_environment, build_upstream, run_git
from trtheaders.cli.main import run

STORE = "include/tensorrt-llm"
HEADER = f"{STORE}/1.1.0/tensorrt_llm/executor/types.h"
LIBRARY = "LIBRARY"
"""Stands for the installed library's path among a situation's words."""
FORMS = ("json", "sarif", "github", "junit", "markdown")


@dataclass(frozen=True)
class Situation:
    """``words`` in the project ``where`` end with ``code``, and the first line says ``answer`` (a pattern).

    ``where``: `good` has the headers of the installed release, `bad` those of another one, `edited` a changed header,
    `empty` nothing at all. ``formats`` are those that the command has besides text.
    """

    words: str
    where: str
    code: int
    answer: str
    formats: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Its name among the tests."""
        return f"{self.words} ({self.where})"


JSON = ("json",)
REPORTS = ("json", "markdown")
SITUATIONS = (
    Situation("verify", "good", 0, r"ok: headers 1\.1\.0 belong to libtensorrt_llm\.so 1\.1\.0", FORMS),
    Situation("verify -v", "good", 0, r"ok: headers 1\.1\.0 belong to", FORMS),
    Situation(
        "verify 1.1.0", "bad", 1, r"mismatch: headers 1\.1\.0 do not belong to libtensorrt_llm\.so 1\.0\.0", FORMS
    ),
    Situation("verify 1.1.0 -v", "bad", 1, r"mismatch: headers 1\.1\.0 do not belong to", FORMS),
    Situation(f"verify 1.1.0 --library {LIBRARY}", "bad", 1, r"mismatch: headers 1\.1\.0 do not belong to", FORMS),
    Situation("verify", "edited", 1, r"mismatch: headers 1\.1\.0 are not what the lock says", FORMS),
    Situation("verify", "bad", 2, r"error: 1\.0\.0 is not vendored", FORMS),
    Situation("verify --strict", "good", 0, r"ok: ", FORMS),
    Situation("doctor --only headers", "good", 0, r"TensorRT-LLM C\+\+ setup on this machine — no problems", REPORTS),
    Situation(
        "doctor --only headers", "bad", 1, r"TensorRT-LLM C\+\+ setup on this machine — 1 problem", ("json", "markdown")
    ),
    Situation(
        "doctor",
        "empty",
        2,
        r"TensorRT-LLM C\+\+ setup on this machine — TensorRT-LLM is not here",
        REPORTS,
    ),
    Situation("check old.cpp", "good", 0, r"ok: `old\.cpp` compiles with 1\.0\.0 and 1\.1\.0", JSON),
    Situation("check old.cpp hidden.cpp", "good", 0, r"ok: `old\.cpp` compiles with .*; 1 file was not judged", JSON),
    Situation("check new.cpp old.cpp", "good", 1, r"mismatch: `new\.cpp` does not compile with 1\.0\.0", JSON),
    Situation(
        "check hidden.cpp", "good", 2, r"error: nothing was judged: the include at `hidden\.cpp:2` is behind", JSON
    ),
    Situation("explain failed.log", "good", 1, r"error: ", JSON),
    Situation("explain strange.log", "good", 2, r"not understood, and about TensorRT-LLM:", JSON),
    Situation("explain old.cpp", "good", 0, r"\d+ lines read · 0 complaints about TensorRT-LLM", JSON),
    Situation("explain nowhere.log", "good", 2, r"error: `nowhere\.log` cannot be read", JSON),
    Situation("identify", "good", 0, r"libtensorrt_llm\.so is TensorRT-LLM 1\.1\.0: all \d+ promises kept", JSON),
    Situation("identify", "empty", 2, r"error: no installed TensorRT-LLM was found", JSON),
    Situation("diff 1.0.0 1.1.0", "good", 0, r"1\.0\.0 to 1\.1\.0: \d+ changes: ", REPORTS),
    Situation("diff 1.0.0 1.1.0 --fail-on link", "good", 1, r"1\.0\.0 to 1\.1\.0: \d+ changes: ", REPORTS),
    Situation("diff 1.0.0 7.0.0", "good", 2, r"error: ", REPORTS),
    Situation("matrix", "good", 0, r"release", JSON),
    Situation("matrix --why 7.0.0", "good", 2, r"error: ", JSON),
    Situation("report --html page.html", "good", 0, r"\d+ declarations of \d+ releases: `page\.html`"),
    Situation("report --html page.html", "bad", 2, r"\d+ declarations of \d+ releases: `page\.html`"),
    Situation("list", "good", 0, r"release  tag", JSON),
    Situation("list", "empty", 0, r"nothing is vendored", JSON),
    Situation("list --remote /nowhere", "good", 2, r"error: the remote `/nowhere` is not there", JSON),
    Situation("status", "good", 0, r"1\.0\.0: clean, 11 files", JSON),
    Situation("status", "edited", 1, r"1\.0\.0: clean, 11 files", JSON),
    Situation("sync", "good", 0, r"1\.0\.0: unchanged, 11 files"),
    Situation("sync --check", "edited", 1, r"1\.0\.0: as the lock says"),
    Situation("sync --remote /nowhere", "edited", 2, r"1\.0\.0: unchanged, 11 files"),
    Situation("adopt", "good", 0, r"nothing to adopt: "),
    Situation("adopt 1.0.0", "empty", 2, r"error: "),
    Situation("add 1.0.0", "good", 0, r"1\.0\.0: unchanged, 11 files"),
    Situation("add nonsense", "good", 2, r"error: `nonsense` is not a release"),
    Situation("remove 1.0.0", "good", 0, r"1\.0\.0: removed"),
    Situation("remove 1.1.0", "edited", 2, r"error: 1\.1\.0 has files that exist nowhere else"),
    Situation("path 1.1.0", "good", 0, r"/.*/include/tensorrt-llm/1\.1\.0"),
    Situation("path 9.9.9", "good", 2, r"error: 9\.9\.9 is not vendored"),
    Situation("promises 1.1.0", "good", 0, r"tensorrt_llm/.*promised", JSON),
    Situation("stub 1.1.0 -o stub.so", "good", 0, r"`stub\.so` is a stub that exports \d+ promises"),
    Situation("stub 9.9.9", "good", 2, r"error: 9\.9\.9 is not vendored"),
    Situation("guard 1.1.0 -o guard.cpp", "good", 0, r"`guard\.cpp` is the guard for 1\.1\.0"),
    Situation("guard 9.9.9", "good", 2, r"error: "),
    Situation("rules", "good", 0, r"changed-files", JSON),
    Situation("rules nothing-such", "good", 2, r"error: ", JSON),
    Situation("init new", "good", 0, r"wrote CMakeLists\.txt"),
    Situation("init .", "good", 2, r"error: "),
    Situation("hook files", "edited", 1, r"mismatch: headers 1\.1\.0 are not what the lock says"),
    Situation("hook verify", "edited", 1, r"mismatch: headers 1\.1\.0 are not what the lock says"),
    Situation("hook verify", "bad", 2, r"error: 1\.0\.0 is not vendored"),
    Situation("hook files", "empty", 2, r"error: nothing is vendored"),
    Situation("cmake --answers facts.cmake --release 1.1.0", "good", 0, r"ok: headers 1\.1\.0 belong to"),
    Situation("cmake --answers facts.cmake --release 1.1.0", "bad", 1, r"mismatch: headers 1\.1\.0 do not belong to"),
    Situation("cmake --answers facts.cmake --release 9.9.9", "good", 2, r"error: 9\.9\.9 is not vendored"),
    Situation("verify --no-such-option", "good", 2, r"error: No such option", FORMS),
    Situation("nonsense", "good", 2, r"error: there is no command `nonsense`"),
)

_INCLUDE = '#include "tensorrt_llm/executor/executor.h"\n'
_SOURCES = {
    "old.cpp": f"{_INCLUDE}int f() {{ return tensorrt_llm::executor::SamplingConfig(1).getBeamWidth(); }}\n",
    "new.cpp": f"{_INCLUDE}void f(tensorrt_llm::executor::SamplingConfig& it) {{ it.setPromptIgnoreLength(1); }}\n",
    "hidden.cpp": f"#ifdef ENABLE_TENSORRT\n{_INCLUDE}#endif\n",
    "failed.log": "/usr/bin/ld: main.o: in function `main':\nmain.cpp:3: undefined reference to "
    "`tensorrt_llm::executor::SamplingConfig::getPromptIgnoreLength() const'\n",
    "strange.log": "main.cpp:3:1: error: the tensorrt_llm::executor gnome is unwell\n",
}


def build_situations(base: Path) -> None:
    """The projects that situations name, in ``base``."""
    upstream = build_upstream(base / "upstream")
    for name, releases, installed in (("good", ["1.0.0", "1.1.0"], "1.1.0"), ("bad", ["1.1.0"], "1.0.0")):
        _build_project(base / name, upstream, releases, installed)
    shutil.copytree(base / "good", base / "edited", symlinks=True)
    with (base / "edited" / HEADER).open("a") as header:
        header.write("// edited\n")
    (base / "empty").mkdir()
    run_git(base / "empty", "init", "--quiet")


def _build_project(folder: Path, upstream: Path, releases: list[str], installed: str) -> None:
    folder.mkdir()
    run_git(folder, "init", "--quiet")
    (folder / "trtheaders.toml").write_text(f'remote = "{upstream}"\n')
    for name, text in _SOURCES.items():
        (folder / name).write_text(text)
    build_environment(folder / ".venv", installed)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run(["add", "-q", *releases]) == 0


def enter(base: Path, situation: Situation, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words to run, in a fresh copy of the situation's project in ``folder``, which is entered."""
    shutil.copytree(base / situation.where, folder, symlinks=True)
    monkeypatch.chdir(folder)
    library = next(folder.glob(".venv/lib/*/site-packages/tensorrt_llm/libs/libtensorrt_llm.so"), folder)
    return [os.path.relpath(library) if word == LIBRARY else word for word in situation.words.split()]


def facts_of(text: str) -> Iterator[str]:
    """What a text says that no other rendering of the same may leave out: code, releases, ids, places."""
    for found in re.findall(r"`([^`\n]+)`|\b(\d+\.\d+\.\d+\w*)\b|\b([0-9a-f]{12})\b|(\w+\.(?:h|cpp)):\d", text):
        yield next(filter(None, found))
