"""`trtheaders diff` as it is called: what a side may be, the formats, `--used-by`, the exit code."""

import json
from pathlib import Path

import jsonschema
import pytest
from support.recording import record_text

from trtheaders.cli.main import run
from trtheaders.headers.snapshot_files import write_snapshot
from trtheaders.verbs.diff import diff

SCHEMA = Path(__file__).resolve().parents[3] / "trtheaders" / "schemas" / "diff.schema.json"
BEFORE = "struct A { int getB() const; int a; int b; }; int f(int a); int only_link();"
AFTER = "struct A { int getB() const; int a; int n; int b; }; int f(int a); int g(); int only_link(int more = 1);"
HARMLESS = "int f(int a);"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    for name, text in (("old", BEFORE), ("new", AFTER)):
        write_snapshot(record_text(tmp_path / name, text), tmp_path / f"{name}.json.gz")
    return tmp_path


def test_the_document_is_what_its_schema_says(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "old.json.gz", "new.json.gz", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, json.loads(SCHEMA.read_text()))
    found = {change["kind"]: change for change in document["changes"]}
    assert found["class-changed"]["impact"] == "silent"
    assert (found["class-changed"]["old"], found["class-changed"]["new"]) == (
        "sizeof 8, 2 members",
        "sizeof 12, 3 members",
    )
    assert (found["function-changed"]["file"], found["function-changed"]["line"]) == ("api.h", 1)
    assert (found["function-added"]["old"], found["function-added"]["new"]) == (None, "g()")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], 0),
        (["--fail-on", "any"], 1),
        (["--fail-on", "link"], 1),
        (["--fail-on", "silent"], 1),
        (["--fail-on", "compile"], 0),
        (["--fail-on", "compile", "--fail-on", "link"], 1),
    ],
)
def test_the_exit_code_says_whether_a_refused_change_is_there(project: Path, options: list[str], code: int) -> None:
    assert run(["diff", "old.json.gz", "new.json.gz", *options]) == code


def test_headers_that_promise_no_symbol_are_compared(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for side, value in (("one", 3), ("two", 4)):
        (project / side).mkdir()
        (project / side / "h.h").write_text(f"#pragma once\n#define LIMIT {value}\n")
    assert run(["diff", "./one", "./two", "--entry", "h.h", "--format", "json"]) == 0
    (change,) = json.loads(capsys.readouterr().out)["changes"]
    assert (change["kind"], change["impact"], change["old_line"]) == ("macro-changed", "silent", 2)


def test_harmless_changes_do_not_fail_a_gate(project: Path) -> None:
    write_snapshot(record_text(project / "one", HARMLESS), project / "one.json.gz")
    write_snapshot(record_text(project / "two", HARMLESS + "int g();"), project / "two.json.gz")
    assert run(["diff", "one.json.gz", "two.json.gz", "--fail-on", "any"]) == 0


def test_a_header_tree_is_read_as_a_snapshot_is(project: Path) -> None:
    from_trees = diff("old", "new", entries=("api.h",), defines=())
    from_snapshots = diff("old.json.gz", "new.json.gz")
    assert {item.kind for item in from_trees.changes} >= {item.kind for item in from_snapshots.changes}


def test_shipped_releases_need_no_header(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "v1.0.0", "1.2.0-rc.3"]) == 0
    told = capsys.readouterr().out
    assert "class `tensorrt_llm::executor::ExecutorConfig` changed" in told
    assert "has 1048 bytes, had 1024" in told
    assert told.splitlines()[-1].startswith("1.0.0 to 1.2.0rc3: ")


def test_only_what_a_source_mentions(project: Path) -> None:
    source = project / "main.cpp"
    source.write_text('#include "tensorrt_llm/executor/executor.h"\nauto c = executor::ExecutorConfig(); // Request\n')
    kept = {change.name.rpartition("::")[2] for change in diff("1.0.0", "1.2.0rc3", used_by=[source]).changes}
    assert {"ExecutorConfig", "KvCacheConfig", "SamplingConfig"} & kept == {"ExecutorConfig", "KvCacheConfig"}
    assert "Request" not in kept
    everything = diff("1.0.0", "1.2.0rc3")
    assert len(kept) < len(everything.changes)


def test_a_filter_says_what_it_left_out(project: Path) -> None:
    (project / "empty.cpp").write_text("int x;\n")
    comparison = diff("1.0.0", "1.1.0", used_by=[Path("empty.cpp")])
    assert comparison.changes == ()
    assert "changes concern nothing that `empty.cpp` mentions" in comparison.remarks[-1]


def test_sides_that_were_read_otherwise_are_told(project: Path) -> None:
    write_snapshot(record_text(project / "late", BEFORE, standard="c++20"), project / "late.json.gz")
    remarks = diff("old.json.gz", "late.json.gz").remarks
    assert "the sides were read with different C++ standard: `c++17` and `c++20`" in remarks


def test_markdown_is_a_table(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "1.0.0", "1.1.0", "--format", "markdown"]) == 0
    lines = capsys.readouterr().out.splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert rows[1] == "|---|---|---|---|"
    assert {row.replace("\\|", "").count("|") for row in rows} == {5}


@pytest.mark.parametrize(
    ("side", "words"),
    [
        ("1.1.9", "is neither vendored nor shipped"),
        ("no/such/file", "neither a snapshot nor a header tree"),
        ("not a release", "is not a release"),
        ("main.txt", "is not a recorded snapshot"),
    ],
)
def test_a_side_that_is_nothing_gives_no_answer(
    project: Path, capsys: pytest.CaptureFixture[str], side: str, words: str
) -> None:
    (project / "main.txt").write_text("text")
    assert run(["diff", side, "1.0.0"]) == 2
    assert words in capsys.readouterr().err
