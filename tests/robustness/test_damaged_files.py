"""Damaged files get an answer or a reason. `make fuzz` looks for more; what it found is tried here again.

A line of `seeds.txt` is a kind of file and a seed. What a seed damages depends on what the compiler makes of the
source, so the fault that it once found has a test of its own beside what was mended.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from support.fuzzing import BUILDS, Subject, build_project, load_program, run_damaged, subjects
from support.tools import tool

SEEDS = [line.rsplit(None, 1) for line in (Path(__file__).parent / "seeds.txt").read_text().splitlines() if line]
KINDS = (*BUILDS, "snapshot", "lock", "configuration", "log")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    load_program()
    return build_project(tmp_path_factory.mktemp("damaged"))


@pytest.fixture(scope="module")
def by_name(project) -> dict[str, Subject]:
    return {subject.name: subject for subject in subjects(project)}


def subject_of(by_name, name):
    tool(BUILDS[name][0] if name in BUILDS else "g++")
    return by_name[name]


@pytest.mark.parametrize("name", KINDS)
def test_what_is_damaged_is_read_by_its_commands_when_it_is_whole(project, by_name, tmp_path, name):
    subject = subject_of(by_name, name)
    for command in subject.commands:
        whole = Subject(subject.name, subject.path, subject.pristine, lambda data, _: data, (command,))
        outcome = run_damaged(whole, 0, project, tmp_path)
        assert outcome.fault == ""
        unanswered = name == "configuration" or command in (("sync",), ("adopt",), ("hook", "verify"))
        assert outcome.status < 2 or unanswered, outcome


@pytest.mark.parametrize(("name", "seed"), SEEDS)
def test_a_seed_that_once_failed(project, by_name, tmp_path, name, seed):
    outcome = run_damaged(subject_of(by_name, name), int(seed), project, tmp_path)
    assert outcome.fault == "", outcome


@pytest.mark.parametrize("name", KINDS)
def test_the_same_seed_damages_the_same(by_name, name):
    subject = subject_of(by_name, name)
    assert subject.damaged(7) == subject.damaged(7)
    assert len({subject.damaged(seed) for seed in range(20)}) > 10


@pytest.mark.parametrize("value", [b"9" * 5000, b"[" * 3000 + b"]" * 3000, b"{a = " * 2000 + b"1" + b"}" * 2000])
@pytest.mark.parametrize(("name", "start"), [("configuration", b"standard = "), ("lock", b"format = 1\nmore = ")])
def test_a_value_that_its_reader_chokes_on_is_one_line(project, by_name, tmp_path, name, start, value):
    path = by_name[name].path
    made = Subject(name, path, start + value + b"\n", lambda data, _: data, (("status",),))
    outcome = run_damaged(made, 0, project, tmp_path)
    assert (outcome.fault, outcome.status) == ("", 2), outcome.said[-2000:]
    assert outcome.said.startswith("error: ")
    assert path.rpartition("/")[2] in outcome.said
    assert len(outcome.said) < 1000


@pytest.mark.parametrize(
    "line", ["entries = ['{name}']", "library = '{name}'", "destination = '{name}'", "include-directories = ['{name}']"]
)
def test_a_name_that_is_too_long_for_a_file_is_one_line(project, by_name, tmp_path, line):
    text = line.format(name="n" * 5000).encode()
    made = Subject("configuration", "trtheaders.toml", text, lambda data, _: data, (("verify",),))
    outcome = run_damaged(made, 0, project, tmp_path)
    assert (outcome.fault, outcome.status) == ("", 2), outcome.said[-2000:]
