"""What the documents say is what the program does."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import trtheaders
from trtheaders.cli.main import COMMANDS, FINDINGS, INTERNAL, INTERRUPTED, NO_ANSWER, OK, READER_GONE, TERMINATED
from trtheaders.configuration import KEYS, load_configuration
from trtheaders.report.verification.formats import FORMATS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(trtheaders.__file__).parent
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text()
UPSTREAMS = {"tensorrt_llm/"}
"""What documents name of other trees."""
README = (ROOT / "README.md").read_text()
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


@pytest.mark.parametrize(
    ("name", "page"),
    [("commands", "commands.md"), ("python", "python.md"), ("mismatches", "mismatches.md"), ("man", "trtheaders.1")],
)
def test_pages_that_are_made_are_what_the_program_says(name, page, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    rendered = importlib.import_module(f"write_{name}").render()
    assert (ROOT / "docs" / page).read_text() == rendered, "run `make docs`"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches_by_example(command):
    page = (ROOT / "docs" / "commands.md").read_text()
    section = page.partition(f"## trtheaders {command}\n")[2].partition("\n## ")[0]
    assert f"  trtheaders {command}" in section.partition("Options:")[0]


def test_the_configuration_in_the_readme_is_one_and_names_every_key(tmp_path):
    text = re.search(r"```toml\n(.*?)```", README, re.DOTALL)[1]
    (tmp_path / "trtheaders.toml").write_text(text)
    configuration = load_configuration(tmp_path)
    assert configuration.sources == (tmp_path / "backends/tensorrt.cpp",)
    assert len(configuration.accepted) == 1
    assert all(re.search(rf"^(\[\[)?{key}\b", text, re.MULTILINE) for key in KEYS)


def test_the_readme_names_every_verb_and_format():
    verbs = [name for name in trtheaders.__all__ if name != "__version__"]
    assert all(f"`{verb}`" in README for verb in verbs)
    assert all(form in README for form in FORMATS)


def test_the_readme_has_every_exit_code():
    codes = {OK, FINDINGS, NO_ANSWER, INTERNAL, INTERRUPTED, READER_GONE, TERMINATED}
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)] == sorted(codes)


def test_every_verb_that_is_announced_is_there():
    for verb in trtheaders.__all__:
        assert getattr(trtheaders, verb)


@pytest.mark.parametrize("verb", [name for name in trtheaders.__all__ if name != "__version__"])
def test_a_docstring_tells_what_every_parameter_is(verb):
    function = getattr(trtheaders, verb)
    told = function.__doc__
    assert [name for name in inspect.signature(function).parameters if f"``{name}``" not in told] == []
    assert "Raises" in told or "raises" in told


def test_links_between_documents_lead_somewhere():
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_the_workflow_uses_options_that_there_are():
    workflow = yaml.safe_load((ROOT / "docs" / "github-workflow.yml").read_text())
    steps = "\n".join(step.get("run", "") for step in workflow["jobs"]["verify"]["steps"])
    for command, arguments in re.findall(r"trtheaders (\w+)([^\n]*)", steps):
        assert command in COMMANDS
        options = re.findall(r"(?<= )--?[a-z-]+", arguments.partition(">")[0])
        told = subprocess.run(
            [sys.executable, "-m", "trtheaders", command, "--help"], capture_output=True, text=True, check=True
        ).stdout
        assert all(option in told for option in options), f"{command} {options}"


def test_renovate_finds_the_release_in_the_workflow():
    manager = json.loads((ROOT / "docs" / "renovate.json").read_text())["customManagers"][0]
    patterns = [re.compile(text.replace("(?<", "(?P<")) for text in manager["matchStrings"]]
    workflow = (ROOT / "docs" / "github-workflow.yml").read_text()
    assert patterns[0].search(workflow)["currentValue"] == "v1.2.0rc4"
    assert patterns[1].search("trtheaders_import(ADD RELEASE 1.2.0)")["currentValue"] == "1.2.0"
    assert re.search(manager["managerFilePatterns"][0].strip("/"), ".github/workflows/headers.yml")


def test_the_version_is_the_same_everywhere():
    assert f"## {trtheaders.__version__}" in (ROOT / "CHANGELOG.md").read_text()


def layers_of(document: str, first: str, last: str) -> list[set[str]]:
    """The layers of a picture like `cli → verbs | steps → model`, from what it begins with to what it ends with."""
    picture = document[document.index(first) : document.index(last) + len(last)]
    return [set(layer.split(" | ")) for layer in re.split(r"\s*→\s*", picture)]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Imports point down", "cli → ", "model → errors"),
        ("Rooms of headers/", "sources → ", "declarations → parser"),
        ("Rooms of library/", "layout → ", "symbols → elf"),
    ],
)
def test_the_pictures_of_the_rooms_are_import_linters_contracts(name, first, last):
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract["name"].startswith(name))
    held = [set(layer.replace("trtheaders.", "").split(" | ")) for layer in layers]
    assert layers_of(ARCHITECTURE, first, last) == held


def test_every_room_stands_on_the_map():
    rooms = [path for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"]
    modules = [path for path in PACKAGE.glob("*.py") if path.name not in ("__init__.py", "__main__.py", "version.py")]
    names = [f"`{path.name}/`" for path in rooms] + [f"`{path.name}`" for path in modules]
    rows = "\n".join(line.partition(" | ")[0] for line in ARCHITECTURE.splitlines() if line.startswith("| `"))
    assert [name for name in sorted(names) if name not in rows] == []


@pytest.mark.parametrize("document", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_what_a_document_names_is_there(document):
    written = re.findall(r"`((?:[\w<>.-]+/)*(?:[\w<>.-]+\.py|[\w<>.-]+/))`", (ROOT / document).read_text())
    folders = [ROOT / name for name in ("trtheaders", "tests", "tools", "docs")]
    known = "\n".join(f"/{path.relative_to(ROOT)}" for folder in folders for path in folder.rglob("*"))
    wanted = [name for name in written if "<" not in name and name not in UPSTREAMS]
    assert len(wanted) > 8
    assert [name for name in wanted if f"/{name}" not in known] == []
