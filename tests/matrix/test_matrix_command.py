"""`trtheaders matrix`: the table, why, JSON, and a document that is kept up to date."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pytest

from trtheaders.cli.main import run
from trtheaders.compatibility.table import read_table
from trtheaders.report.matrix import render_text
from trtheaders.verbs.matrix import matrix

MARKED = "# Mine\n\n<!-- trtheaders:matrix -->\nold\n<!-- /trtheaders:matrix -->\n\nAfter.\n"


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def say(capsys, *words, code=0):
    assert run(["matrix", *words]) == code
    return capsys.readouterr().out


def test_the_table_has_what_ships_and_all_has_every_release(capsys):
    lines = say(capsys).splitlines()
    assert lines[0].split() == [
        "release",
        "C++",
        "API",
        "CUDA",
        "cuBLAS",
        "TensorRT",
        "PyTorch",
        "Python",
        "driver",
        "GPU",
        "string",
        "ABI",
        "headers",
    ]
    assert {"1.0.0", "1.1.0", "1.2.0rc3"} <= {line.split()[0] for line in lines[1:]}
    every = [line.split()[0] for line in say(capsys, "--all").splitlines()[1:]]
    assert every == [row.release for row in reversed(read_table())]


@pytest.mark.parametrize("width", [40, 80])
def test_a_terminal_that_is_too_narrow_gets_a_column_a_release(width):
    answer = matrix()
    lines = render_text(answer, width=width).splitlines()
    assert max(map(len, lines)) <= width
    releases = [word for line in lines if line.startswith("release ") for word in line.split()[1:]]
    assert releases == [row.figures.release for row in answer.rows]
    assert render_text(answer, width=300) == render_text(answer)


def test_unknown_is_said_to_be_unknown(capsys):
    row = next(line for line in say(capsys, "--all").splitlines() if line.startswith("1.2.0rc5 "))
    assert row.split()[1:4] == ["present", "?", "?"]


def test_why_gives_each_figure_its_source(capsys):
    text = say(capsys, "--why", "v1.1.0")
    assert "cuda           13.0.0\n    the wheel's METADATA" in text
    assert "architectures  ?\n    nobody has said" in text


def test_json_has_every_release_and_fits_the_schema(capsys):
    document = json.loads(say(capsys, "--format", "json"))
    jsonschema.validate(document, json.loads((files("trtheaders.schemas") / "matrix.schema.json").read_text("utf-8")))
    assert [row["release"] for row in document["releases"]] == [row.release for row in reversed(read_table())]
    row = next(row for row in document["releases"] if row["release"] == "1.1.0")
    assert (row["cuda"], row["cublas"], row["python"]) == ("13.0.0", "13", ["3.10", "3.12"])
    assert set(row["sources"]) >= {"cuda", "cublas", "tensorrt", "pytorch", "python", "driver", "executor"}


def test_a_document_is_brought_up_to_date_and_a_stale_one_is_told(capsys, tmp_path):
    file = tmp_path / "setup.md"
    file.write_text(MARKED)
    assert "is stale" in say(capsys, "--markdown", "setup.md", "--check", code=1)
    assert file.read_text() == MARKED
    assert "was rewritten" in say(capsys, "--markdown", "setup.md")
    text = file.read_text()
    assert text.startswith("# Mine\n\n<!-- trtheaders:matrix -->\n| release |")
    assert text.endswith("<!-- /trtheaders:matrix -->\n\nAfter.\n")
    assert "| 1.1.0 | present | 13.0.0 | 13 |" in text
    assert "up to date" in say(capsys, "--markdown", "setup.md", "--check")


@pytest.mark.parametrize("text", ["nothing\n", MARKED + MARKED, MARKED.replace(":matrix -->\nold", ":x -->\nold")])
def test_a_document_without_its_markers_is_left_alone(capsys, tmp_path, text):
    (tmp_path / "a.md").write_text(text)
    say(capsys, "--markdown", "a.md", code=2)
    assert (tmp_path / "a.md").read_text() == text


def test_a_release_that_nobody_knows_is_no_answer(capsys):
    say(capsys, "--why", "9.9.9", code=2)


def test_check_needs_a_document(capsys):
    say(capsys, "--check", code=2)
