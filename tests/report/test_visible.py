"""What others wrote does nothing to who reads it: names of symbols, files, tags and libraries, and lines of logs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from support.upstream import Upstream, headers

from trtheaders.report.verification.formats import FORMATS
from trtheaders.visible import code_span, join_lines, show, show_line

EVIL = "x\\n::error file=a.h::y\\033[2J\\r##[error]z"
FILE = "a\n::warning::b\x1b[31m.h"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain `f(int)` ü 日本", "plain `f(int)` ü 日本"),
        ("a\nb\r\tc", "a\\nb\\r c"),
        ("\x1b[31mred\x1b[0m\x9b2J", "\\x1b[31mred\\x1b[0m\\x9b2J"),
        ("\u202ereversed\u2028", "\\u202ereversed\\u2028"),
        ("::error::x", "\\::error::x"),
        ("  ##[error]x", "\\##[error]x"),
        ("a::b", "a::b"),
        ("caf\udce9", "caf\\xe9"),
        ("\x00\x7f\x85", "\\x00\\x7f\\x85"),
    ],
)
def test_one_line_stays_one_visible_line(text: str, shown: str) -> None:
    assert show(text) == shown


def test_our_own_colours_stay_and_others_go() -> None:
    assert show_line("\x1b[1;31merror\x1b[0m: \x1b[2J") == "\x1b[1;31merror\x1b[0m: \\x1b[2J"
    assert show_line("\x1b[1m::error\x1b[0m::x").startswith("\\")
    assert join_lines(["a\nb", "c"]) == "a\\nb\nc"


def test_a_code_span_is_not_left() -> None:
    assert code_span("a`b``c") == "```a`b``c```"
    assert code_span("`x") == "`` `x ``"


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """Headers in a file of such a name, with a symbol of such a name, and a library that has neither."""
    (tmp_path / "include").mkdir()
    (tmp_path / "include" / FILE).write_text(f'int f(int) asm("{EVIL}");\nint g(int);\nint h(undeclared);\n')
    (tmp_path / "include" / "api.h").write_text('#include "other.h"\nint k(int);\n')
    (tmp_path / "include" / "other.h").write_text(f'int m(int) asm("{EVIL}");\n')
    subprocess.run(
        ["g++", "-shared", "-x", "c++", "-", "-o", tmp_path / "lib\x1b]0;x\x07.so"],
        input="int x;",
        text=True,
        check=True,
    )
    return tmp_path


def run(folder: Path, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "trtheaders", *words],
        cwd=folder,
        input=given,
        env={**os.environ, "HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache")},
        capture_output=True,
        text=True,
    )


def assert_harmless(said: str, commands: bool = False) -> None:
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", said), said
    starting = [line for line in said.splitlines() if re.match(r"\s*(::|##\[)", line)]
    if commands:
        assert all(re.match(r"::(error|warning|notice) [^\n]*title=", line) for line in starting), starting
    else:
        assert starting == []


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("entry", [FILE, "api.h"])
def test_a_verdict_does_nothing(hostile: Path, form: str, entry: str) -> None:
    library = next(hostile.glob("lib*"))
    done = run(
        *(hostile, "verify", "--headers", "include", "--entry", entry, "--library", str(library)),
        *("--format", form, *(["-v"] if form == "text" else [])),
    )
    assert done.returncode in (1, 2), done
    assert_harmless(done.stdout, commands=form == "github")
    assert_harmless(done.stderr)
    if form in ("json", "sarif"):
        json.loads(done.stdout)
    if form == "junit":
        ElementTree.fromstring(done.stdout)
    if form == "markdown":
        assert "\n::" not in done.stdout


@pytest.mark.parametrize(
    "words", [["promises", "--headers", "include", "--entry", "all"], ["diff", "include", "empty"]], ids=" ".join
)
def test_a_list_does_nothing(hostile: Path, words: list[str]) -> None:
    (hostile / "empty").mkdir()
    (hostile / "empty" / "e.h").write_text("int e();\n")
    (hostile / "trtheaders.toml").write_text('entries = ["all"]\n')
    for form in ("text", "markdown"):
        done = run(hostile, *words, *(["--format", form] if form == "text" or words[0] == "diff" else []))
        assert_harmless(done.stdout)
        assert_harmless(done.stderr)


def test_a_log_does_nothing(hostile: Path) -> None:
    log = (
        "/usr/bin/ld: a\x1b[2J.o: undefined reference to `tensorrt_llm::f\x1b]0;x\x07(int)'\n"
        "   ::error::tensorrt_llm undefined reference to `tensorrt_llm::executor::g()'\n"
        "\u202etensorrt_llm.h:3:4: error: tensorrt_llm something\n"
    )
    for words in (["explain"], ["explain", "-v"]):
        done = run(hostile, *words, given=log)
        assert_harmless(done.stdout)
        assert_harmless(done.stderr)


def test_a_configuration_does_nothing(hostile: Path) -> None:
    for text in (
        '"\\u001b[2J\\n::error::x" = 1\n',
        'standard = "\\u001b[2J\\n::error::x"\n',
        'remote = "\\u001b\\n::x"\n',
    ):
        (hostile / "trtheaders.toml").write_text(text)
        for words in (["status"], ["list", "--remote"], ["verify"], ["hook", "files"]):
            done = run(hostile, *words)
            assert_harmless(done.stdout + done.stderr)


def test_a_tag_does_nothing(hostile: Path, tmp_path: Path) -> None:
    upstream = Upstream(tmp_path / "upstream.git")
    upstream.release("v1.0.0", headers(api="int f();\n"))
    packed = tmp_path / "upstream.git" / "packed-refs"
    commit = upstream.git("rev-parse", "v1.0.0^{commit}")
    for name in ("v1.0.0\u202e", "::error::v1.1.0", "v1.2.0\x9b2J"):
        subprocess.run(["git", "--git-dir", tmp_path / "upstream.git", "tag", name, commit], check=False)
    for words in (["list", "--remote", str(packed.parent)], ["add", "v9.9.9", "--remote", str(packed.parent)]):
        done = run(hostile, *words)
        assert_harmless(done.stdout + done.stderr)
