"""`verify` says when a program that links would not start, and holds a built engine against what is installed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from support.machines import CUBLAS, RELEASE, build_machine, stub_of

from trtheaders.cli.main import run

MISSING = "missing-needed-libraries"


@pytest.fixture(name="machine", scope="module")
def whole_machine(tmp_path_factory):
    return build_machine(tmp_path_factory.mktemp("whole"))


@pytest.fixture(name="verify")
def run_verify(machine, monkeypatch, capsys):
    """Run `verify` in the machine's project, and give the code and the JSON document."""

    def ask(*words):
        monkeypatch.chdir(machine.project)
        monkeypatch.setenv("VIRTUAL_ENV", machine.environment["VIRTUAL_ENV"])
        # What the system brings on this machine has to be there wherever the tests run.
        monkeypatch.setenv("LD_LIBRARY_PATH", str(machine.libraries))
        code = run(["verify", "--format", "json", *words])
        return code, json.loads(capsys.readouterr().out)

    return ask


@pytest.fixture(name="without_cublas")
def take_cublas_away(machine):
    (machine.site / CUBLAS).unlink()
    yield machine
    machine.put(CUBLAS, stub_of(Path(CUBLAS).name))


def _missing(document):
    return [item for item in document["findings"] if item["rule"] == MISSING]


def test_needs_that_the_wheels_environment_has_are_found(verify):
    code, document = verify("--for", "run", "--strict")
    assert (code, document["findings"]) == (0, [])


@pytest.mark.usefixtures("without_cublas")
def test_a_need_that_nothing_provides_is_a_remark(verify):
    code, document = verify()
    assert (code, document["verdict"], _missing(document)) == (0, "verified", [])
    assert any("needs `libcublasLt.so.13`, which is not here" in remark for remark in document["remarks"])


@pytest.mark.usefixtures("without_cublas")
def test_to_run_it_is_a_warning_that_strict_minds(verify):
    code, document = verify("--for", "run")
    (finding,) = _missing(document)
    assert (code, finding["severity"]) == (0, "warning")
    assert "`libcublasLt.so.13`" in finding["message"]
    assert "trtheaders doctor" in finding["hint"]
    code, document = verify("--for", "run", "--strict")
    assert (code, document["verdict"]) == (2, "unanswered")
    assert "libcublasLt.so.13" in document["error"]


def test_what_the_driver_brings_is_never_missed(verify, machine):
    libcuda = machine.libraries / "libcuda.so.1"
    libcuda.unlink()
    try:
        code, document = verify("--for", "run", "--strict")
    finally:
        shutil.copy(stub_of("libcuda.so.1"), libcuda)
    assert (code, _missing(document)) == (0, [])
    assert not any("does not start" in remark for remark in document["remarks"])


@pytest.mark.parametrize(
    ("version", "code", "rules"),
    [(RELEASE, 0, []), ("1.2.0rc3", 0, [("foreign-engines", "warning")]), ("1.0.0", 1, [("foreign-engines", "error")])],
)
def test_an_engine_is_held_against_the_installed_release(verify, machine, version, code, rules):
    folder = machine.engine(version=version)
    try:
        result, document = verify("--engine", "engine")
    finally:
        shutil.rmtree(folder)
    assert (result, [(item["rule"], item["severity"]) for item in document["findings"]]) == (code, rules)


def test_an_engine_without_a_rank_is_incomplete(verify, machine):
    folder = machine.engine(ranks=2)
    (folder / "rank1.engine").unlink()
    try:
        code, document = verify("--engine", "engine")
    finally:
        shutil.rmtree(folder)
    assert (code, [item["rule"] for item in document["findings"]]) == (1, ["incomplete-engines"])


def test_a_folder_without_an_engine_is_no_answer(verify):
    assert verify("--engine", "nowhere")[0] == 2
