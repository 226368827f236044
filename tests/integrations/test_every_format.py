"""Every verb with every outcome in each of its machine formats: never empty, valid, and no less than the text says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from support.situations import SITUATIONS, enter, facts_of

from trtheaders.cli.main import run

_SCHEMAS = Path(__file__).resolve().parents[2] / "trtheaders" / "schemas"
_SARIF = Path(__file__).parent / "sarif-subset.schema.json"
_VERBOSE = ("verify", "check", "explain", "diff", "doctor", "identify")
_CASES = [(situation, form) for situation in SITUATIONS for form in situation.formats]
_ADVICE = ("trtheaders", "-v", "--")
"""How a fact begins that tells what to do on a terminal; a machine has fields for that."""


@pytest.fixture(autouse=True)
def nowhere(monkeypatch):
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")


@pytest.mark.slow
@pytest.mark.parametrize(("situation", "form"), _CASES, ids=[f"{situation}: {form}" for situation, form in _CASES])
def test_a_document_is_valid_and_says_what_the_text_says(situations, tmp_path, monkeypatch, capsys, situation, form):
    words = enter(situations, situation, tmp_path / "project", monkeypatch)
    verb = words[0]
    capsys.readouterr()
    words += ["-v"] if verb in _VERBOSE and "-v" not in words and situation.code < 2 else []
    code = run(words)
    text = capsys.readouterr()
    assert run([*words, "--format", form]) == code == situation.code
    document = capsys.readouterr().out
    said = _READ[form](document, verb, situation.code)
    for fact in facts_of(text.out + (text.err if code == 2 else "")):
        if not fact.startswith(_ADVICE):
            assert fact.rpartition("/")[2] in said, fact


def _read_json(document, verb, code):
    content = json.loads(document)
    schema = _SCHEMAS / f"{'verify' if 'error' in content else verb}.schema.json"
    if schema.exists():
        jsonschema.validate(content, json.loads(schema.read_text()))
    assert content["schema"] == 1
    assert ("error" in content) <= (code == 2)
    return "\n".join(_strings(content))


def _strings(content):
    if isinstance(content, dict):
        content = [*content, *content.values()]
    if isinstance(content, list):
        for item in content:
            yield from _strings(item)
    else:
        yield str(content)


def _read_sarif(document, verb, code):
    content = json.loads(document)
    jsonschema.validate(content, json.loads(_SARIF.read_text()))
    (told,) = content["runs"]
    assert [item["executionSuccessful"] for item in told["invocations"]] == [code < 2]
    return "\n".join(_strings(content))


def _read_github(document, verb, code):
    lines = document.splitlines()
    assert all(re.match(r"::(error|warning|notice) [\w]+=", line) for line in lines)
    assert any(line.startswith("::error ") for line in lines) == (code > 0)
    return re.sub(r"%([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), document)


def _read_junit(document, verb, code):
    root = ElementTree.fromstring(document.encode())
    assert bool(root.findall(".//failure")) == (code == 1)
    assert bool(root.findall(".//error")) == (code == 2)
    return "\n".join([*root.itertext(), *(value for item in root.iter() for value in item.attrib.values())])


def _read_markdown(document, verb, code):
    assert document.startswith(("### ", "<details>"))
    return re.sub(r"\\(.)", r"\1", document).replace("&lt;", "<").replace("&amp;", "&")


_READ = {
    "json": _read_json,
    "sarif": _read_sarif,
    "github": _read_github,
    "junit": _read_junit,
    "markdown": _read_markdown,
}
