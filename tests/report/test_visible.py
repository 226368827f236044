"""What others wrote does nothing to who reads it: names of symbols, files, tags and libraries, and lines of logs."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from support.upstream import Upstream, headers

from trtheaders import visible
from trtheaders.report.colours import Ink, paint
from trtheaders.report.verification.formats import FORMATS
from trtheaders.visible import code_span, dump_json, join_lines, let_ink_flow, show, show_line, spell_document

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
        ("  ##[error]x ##VSO[task.x]", "  ##\\[error]x ##VSO\\[task.x]"),
        ("a::b", "a::b"),
        ("caf\udce9", "caf\\xe9"),
        ("\x00\x7f\x85", "\\x00\\x7f\\x85"),
    ],
)
def test_one_line_stays_one_visible_line(text: str, shown: str) -> None:
    assert show(text) == shown


def test_our_own_colours_stay_and_others_go() -> None:
    ours = paint("error", Ink.ERROR, coloured=True)
    assert let_ink_flow(show_line(f"{ours}: \x1b[2J")) == "\x1b[1;31merror\x1b[0m: \\x1b[2J"
    assert show_line(show_line(ours)) == ours
    assert join_lines(["a\nb", "c"]) == "a\\nb\nc"
    assert show_line(paint("::error", Ink.PLACE, coloured=True) + "::x").startswith("\\")


@pytest.mark.parametrize("ink", Ink)
def test_a_colour_that_looks_like_ours_is_none_of_ours(ink: Ink) -> None:
    foreign = f"\x1b[{ink.value}mverified\x1b[0m"
    shown = let_ink_flow(join_lines([paint(foreign, Ink.GOOD, coloured=True), foreign]))
    assert shown.count("\x1b[") == 2
    assert shown.splitlines()[1] == f"\\x1b[{ink.value}mverified\\x1b[0m"


def test_documents_stay_what_they_are_and_do_nothing() -> None:
    document = {"a": "x\x9b2J\u202e\u2028\U000e0001\udce9 é日😀", "b": ["\x7f\n\x1b"]}
    text = dump_json(document)
    assert json.loads(text) == document
    assert text.replace("\n", "").isprintable()
    assert "é日😀" in text
    commands = {"a##[error]b": "##vso[task.setvariable variable=PATH]/evil"}
    assert json.loads(dump_json(commands)) == commands
    assert_harmless(dump_json(commands))
    assert dump_json({"a": [1]}) == json.dumps({"a": [1]}, indent=2)
    assert spell_document("a\tb\n\x9b\udce9") == "a\tb\n\\u009b\udce9"


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
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", said), said
    starting = [
        line for line in said.splitlines() if re.match(r"\s*::", line) or re.search(r"##(vso)?\[", line, re.IGNORECASE)
    ]
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


ODD = "\x9b2J\u202e\u2028\n::error::"
"""What a folder may be called: C1 control characters, letters that turn round, ends of lines."""


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A project in a folder of such a name, with a release that was adopted, and a library."""
    folder = tmp_path / f"p{ODD}p"
    header = folder / "include" / "tensorrt-llm" / "1.0.0" / "tensorrt_llm" / "executor" / "executor.h"
    header.parent.mkdir(parents=True)
    header.write_text("#pragma once\nnamespace tensorrt_llm { int tiny(int); }\n")
    (folder / "a.cpp").write_text("#include <tensorrt_llm/executor/executor.h>\nint x = tensorrt_llm::tiny(1);\n")
    done = run(folder, "adopt")
    assert done.returncode == 0, done
    assert_harmless(done.stdout + done.stderr)
    return folder


ANYWHERE = (
    ("status",),
    ("status", "--format", "json"),
    ("list",),
    ("list", "--format", "json"),
    ("path", "1.0.0"),
    ("path", "--flags", "1.0.0"),
    ("verify", "1.0.0", "--headers-only"),
    *(("verify", "1.0.0", "--library", "absent{}.so", "--format", form) for form in FORMATS),
    *(("verify", "1.0.0", "--headers-only", "--format", form) for form in FORMATS),
    ("promises", "1.0.0", "--format", "json"),
    ("diff", "1.0.0", "1.0.0{}"),
    ("check", "a.cpp"),
    ("check", "a{}.cpp"),
    ("check", "a.cpp", "--format", "json"),
    ("identify", "absent{}.so"),
    ("identify", "absent{}.so", "--format", "json"),
    ("explain", "absent{}.log"),
    ("stub", "1.0.0", "-o", "lib{}.so"),
    ("guard", "1.0.0", "-o", "{}/absent.cpp"),
    ("guard", "1.0.0"),
    ("matrix", "--markdown", "absent{}.md"),
    ("matrix", "--why", "{}"),
    ("report", "1.0.0", "--html", "page{}.html"),
    ("cmake", "--answers", "answers{}", "--release", "1.0.0", "--headers-only"),
    ("init", "new{}", "--release", "1.1.0"),
    ("hook", "files"),
    ("hook", "files", "absent{}"),
    ("remove", "{}"),
    ("rules", "{}"),
    ("doctor", "--library", "absent{}.so"),
    ("doctor", "--library", "absent{}.so", "--format", "json"),
    ("doctor", "--library", "absent{}.so", "--format", "markdown"),
    ("{}",),
    ("verify", "--{}"),
)
"""Every command, where a folder has such a name and what it is given does."""


def test_a_folder_of_any_name_does_nothing(odd: Path) -> None:
    """In one process, since there are many: what it prints is what a run of its own does."""
    script = (
        "import json, sys; from trtheaders.cli.main import run\n"
        "for words in json.loads(sys.argv[1]): print(words[0].encode()); print('ended with', run(words))"
    )
    words = [[word.format(ODD) for word in row] for row in ANYWHERE]
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps(words)],
        cwd=odd,
        env={**os.environ, "HOME": str(odd.parent), "XDG_CACHE_HOME": str(odd.parent / "cache")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.stdout.count("ended with ") == len(ANYWHERE), done.stderr
    assert "Traceback" not in done.stderr
    assert_harmless(done.stderr)
    assert_harmless(re.sub(r"(?m)^::(error|warning|notice) [^\n]*title=", "", done.stdout))


def test_only_one_module_prints() -> None:
    package = Path(visible.__file__).parent
    allowed = {
        "cli/screen.py": {"click.echo("},
        # Before click is loaded, and a program of its own.
        "cli/entry.py": {"print("},
        "diagnosis/probes/nvml.py": {"print("},
    }
    found: dict[str, set[str]] = {}
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (name := ast.unparse(node.func)) in PRINTING:
                found.setdefault(str(path.relative_to(package)), set()).add(f"{name}(")
    assert found == allowed


PRINTING = frozenset(
    {"print", "click.echo", "click.secho", "click.echo_via_pager", "sys.stdout.write", "sys.stderr.write"}
)
