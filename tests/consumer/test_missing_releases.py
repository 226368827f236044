"""A configuration that ends for want of a release's headers is understood, in whatever words the project says so."""

from __future__ import annotations

import pytest

from trtheaders.cli.main import run


@pytest.mark.parametrize(
    "words",
    [
        "No headers found for TensorRT-LLM 1.2.0rc5",
        "No TensorRT-LLM C++ headers for version 1.2.0rc5",
        "Failed to fetch TensorRT-LLM headers. Run: ./scripts/fetch-headers.sh 1.2.0rc5",
        "There are no headers of TensorRT-LLM 1.2.0rc5: `include/tensorrt-llm/1.2.0rc5` is missing.",
    ],
)
@pytest.mark.parametrize("form", ["CMake Error at CMakeLists.txt:19 (message):\n  {}\n", "CMake Error: {}\n"])
def test_missing_headers_of_a_release_are_named_with_the_command(tmp_path, monkeypatch, capsys, words, form):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log").write_text(form.format(words))
    assert run(["explain", "log"]) == 1
    said = capsys.readouterr().out
    assert "there are no headers of TensorRT-LLM 1.2.0rc5 here" in said
    assert "run `trtheaders add v1.2.0rc5`" in said
    assert "not understood" not in said


@pytest.mark.parametrize("line", ["-- TensorRT-LLM C++ headers: /x/1.1.0\n", "-- No headers of zlib\n"])
def test_what_is_no_error_is_no_complaint(tmp_path, monkeypatch, capsys, line):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log").write_text(line)
    run(["explain", "log"])
    assert "there are no headers" not in capsys.readouterr().out
