"""`trtheaders diff` as it is called: what a side may be, the formats, `--used-by`, the exit code."""

import json
from pathlib import Path

import jsonschema
import pytest
from support.cxx import compile_cxx, undefined_symbols
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
    assert told.splitlines()[0].startswith("1.0.0 to 1.2.0rc3: ")


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
    assert "changes concern nothing that `empty.cpp` touches" in comparison.remarks[-2]
    assert "by their words alone" in comparison.remarks[-1]


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


USED = {
    "h.h": """#pragma once
constexpr int kBudget = {budget};
constexpr int kUnused = {budget};
enum class Mode {{ kFast {more}, kSlow }};
enum class Other {{ kA {more}, kB }};
struct Part {{ int first; {grown} int last; }};
struct Whole {{
    Whole(int budget = kBudget); Whole(Whole const&); ~Whole();
    Part part; int get({type} n) const; Mode mode() const;
}};
struct Alone {{ Alone({type} n); {grown} int x; }};
struct Answer {{ {grown} int value; }};
Answer answer();
inline int deep({type} n);
void hidden({type} n);
inline int deep({type} n) {{ hidden(n); return 1; }}
int untouched({type} n);
""",
    "use.cpp": """#include "a.hpp"
int main() {
    Whole w;
    auto r = answer();
    return take(w) + deep(1) + int(w.mode() == Mode::kSlow);
}
""",
    "a.hpp": """#pragma once
#include "h.h"
inline int take(Whole const& w) { return w.get(1) + w.part.last; } // untouched
""",
}


def test_used_by_keeps_what_the_compiler_s_object_refers_to(project: Path) -> None:
    sides = {"was": {"budget": 1, "more": "", "grown": "", "type": "int"}}
    sides["is"] = {"budget": 2, "more": ", kMiddle", "grown": "int n;", "type": "long"}
    for side, values in sides.items():
        (project / side).mkdir()
        (project / side / "h.h").write_text(USED["h.h"].format(**values))
    for name in ("use.cpp", "a.hpp"):
        (project / name).write_text(USED[name])
    given = {"entries": ("h.h",), "defines": ()}
    everything = diff(project / "was", project / "is", **given)
    kept = diff(project / "was", project / "is", used_by=[project / "use.cpp"], **given)
    made = compile_cxx(USED["use.cpp"], flags=("-c", "-O0"), include=(project, project / "was"))
    undefined = undefined_symbols(made.path)
    wanted = {change.name for change in everything.changes if undefined & set(change.removed_symbols)}
    assert {change.name for change in kept.changes if change.removed_symbols} == wanted
    assert wanted == {"Whole::get", "hidden"}
    rest = {change.name for change in kept.changes} - wanted
    assert rest == {"kBudget", "Mode", "Part", "Whole", "Answer", "deep"}


def test_used_by_says_where_a_source_does_not_compile(project: Path) -> None:
    for side, kind in (("was", "int"), ("is", "long")):
        (project / side).mkdir()
        (project / side / "h.h").write_text(f"#pragma once\nint f({kind} a);\nint g({kind} a);\n")
    (project / "use.cpp").write_text('#include <not_here.h>\n#include "h.h"\nint x = f(1);\n')
    told = diff(project / "was", project / "is", used_by=[project / "use.cpp"], entries=("h.h",), defines=())
    assert [change.name for change in told.changes] == ["f"]
    assert "does not compile with the old headers" in told.remarks[-1]


def test_used_by_says_where_a_macro_closes_the_source(project: Path) -> None:
    for side, kind in (("was", "int"), ("is", "long")):
        (project / side).mkdir()
        (project / side / "h.h").write_text(f"#pragma once\nint f({kind} a);\nint g({kind} a);\n")
    (project / "use.cpp").write_text('#ifdef MINE\n#include "h.h"\nint x = f(1);\n#endif\n')
    asked = {"used_by": [project / "use.cpp"], "entries": ("h.h",)}
    closed = diff(project / "was", project / "is", defines=(), **asked)
    assert [change.name for change in closed.changes] == ["f"]
    assert "give the macros of your build with -D" in closed.remarks[-1]
    opened = diff(project / "was", project / "is", defines=("MINE",), **asked)
    assert [change.name for change in opened.changes] == ["f"]
    assert not any("words" in remark for remark in opened.remarks)


def test_used_by_names_the_macro_that_closes_the_source(project: Path) -> None:
    name = "tensorrt_llm/executor/h.h"
    for side, kind in (("was", "int"), ("is", "long")):
        (project / side / name).parent.mkdir(parents=True)
        (project / side / name).write_text(f"#pragma once\nint f({kind} a);\n")
    (project / "use.cpp").write_text(f"#ifdef MINE\n#include <{name}>\nint x = f(1);\n#endif\n")
    closed = diff(project / "was", project / "is", used_by=[project / "use.cpp"], entries=(name,), defines=())
    assert [change.name for change in closed.changes] == ["f"]
    assert "use.cpp:2` is behind `#ifdef MINE`: give `-DMINE`" in closed.remarks[-1]
