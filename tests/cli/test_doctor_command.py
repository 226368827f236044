"""`trtheaders doctor` as people run it: what it prints, how it ends, and what it keeps to itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.resources import files

import jsonschema
import pytest
from support.machines import build_machine

from trtheaders.diagnosis.checks.registry import CHECKS
from trtheaders.model.setup.checkup import Checkup, SetupAnswer, SetupState
from trtheaders.report.checkup import Privacy, render_json, render_markdown, render_text
from trtheaders.verbs.doctor import doctor

SCHEMA = json.loads((files("trtheaders.schemas") / "doctor.schema.json").read_text("utf-8"))


def run(folder, *arguments, **variables):
    """The program in ``folder``, with an environment in which nothing is installed."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8", **variables}
    command = [sys.executable, "-m", "trtheaders", "doctor", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)


def test_on_a_bare_machine_it_says_what_to_install_first(tmp_path):
    done = run(tmp_path)
    assert done.returncode == 2, done.stdout
    assert "fix: pip install --extra-index-url https://pypi.nvidia.com tensorrt-llm" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_on_a_bare_machine_json_is_unanswered_and_fits_the_schema(tmp_path):
    done = run(tmp_path, "--format", "json")
    document = json.loads(done.stdout)
    jsonschema.validate(document, SCHEMA)
    assert (done.returncode, document["schema"], document["verdict"]) == (2, 1, "unanswered")
    assert document["checks"][0]["id"] == "tensorrt-llm"
    assert set(document["checks"][0]) == {"id", "state", "found", "needed", "why", "fix", "source"}


def test_the_order_is_that_of_the_registry_and_only_narrows_it(tmp_path):
    order = [check.id for check in CHECKS]
    found = [row["id"] for row in json.loads(run(tmp_path, "--format", "json").stdout)["checks"]]
    assert found == sorted(found, key=order.index)
    narrowed = json.loads(run(tmp_path, "--format", "json", "--only", "compiler,driver").stdout)
    assert {row["id"] for row in narrowed["checks"]} == {"compiler", "driver"}


def test_quiet_keeps_the_counts_and_what_is_not_well(tmp_path):
    lines = run(tmp_path, "-q").stdout.splitlines()
    assert lines[0].startswith("TensorRT-LLM C++ setup on this machine — ")
    assert not [line for line in lines if line.startswith(("  ok", "  note"))]


def test_an_unknown_check_is_refused_with_the_nearest(tmp_path):
    done = run(tmp_path, "--only", "drivers")
    assert done.returncode == 2
    assert "did you mean `driver`?" in done.stderr


def test_the_checks_are_listed_with_their_questions(tmp_path):
    lines = run(tmp_path, "--list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [check.id for check in CHECKS]
    assert all(line.endswith("?") for line in lines)


@pytest.fixture(name="machine", scope="module")
def whole_machine(tmp_path_factory):
    return build_machine(tmp_path_factory.mktemp("whole"))


def test_a_healthy_machine_fits_one_screen(machine):
    checkup = doctor(start=machine.project, environment=machine.environment, root=machine.root, patience=60)
    lines = render_text(checkup, Privacy(), folder=machine.project).splitlines()
    assert lines[0] == "TensorRT-LLM C++ setup on this machine — no problems"
    assert len(lines) <= 24
    assert max(map(len, lines)) < 400


def test_the_environment_of_the_process_is_the_one_that_is_looked_at(machine):
    done = run(machine.project, "--only", "headers", VIRTUAL_ENV=machine.environment["VIRTUAL_ENV"])
    assert done.returncode == 0, done.stdout
    assert "1.1.0   vendored, clean" in done.stdout


@pytest.mark.parametrize("render", [render_json, lambda checkup, privacy: render_markdown(checkup, privacy, "0")])
def test_what_is_sent_to_others_names_neither_home_nor_user_nor_host(machine, render):
    checkup = doctor(start=machine.project, environment=machine.environment, root=machine.root, patience=60)
    secret = SetupAnswer(
        id="x",
        title="x",
        state=SetupState.WARN,
        found="/data/somebody/env and /home/somebody/env on build-host-7, not somebodyelse",
        fix="export X=/home/somebody/lib:/home/somebody",
    )
    privacy = Privacy(home="/home/somebody", user="somebody", host="build-host-7")
    text = render(Checkup(answers=(*checkup.answers, secret)), privacy)
    assert "build-host-7" not in text
    assert "/somebody" not in text
    assert "~/env" in text
    assert "somebodyelse" in text


def test_markdown_is_one_block_with_a_row_an_answer(machine):
    checkup = doctor(start=machine.project, environment=machine.environment, root=machine.root, patience=60)
    text = render_markdown(checkup, Privacy(), "1.0")
    assert text.startswith("<details>\n<summary><code>trtheaders doctor</code> 1.0: no problems</summary>\n\n|")
    assert text.count("\n| ") == len(checkup.answers) + 1


@pytest.mark.parametrize("name", ["libraries", "needed-libraries", "CUDA headers"])
def test_a_check_is_chosen_by_what_the_screen_calls_it(tmp_path, name):
    machine = build_machine(tmp_path)
    answers = doctor(start=machine.project, root=machine.root, environment=machine.environment, only=(name,)).answers
    assert {item.id for item in answers} <= {"needed-libraries", "cuda-headers"}
    assert answers
