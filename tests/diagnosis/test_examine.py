"""One probe that breaks, hangs or lies spoils no other, and a driver that hangs is killed."""

from __future__ import annotations

import time

import pytest
from support.demo_upstream import run_git
from support.machines import FakeGpu, build_nvml

from trtheaders.configuration import load_configuration
from trtheaders.diagnosis.examine import examine
from trtheaders.diagnosis.probes.driver import LIBRARY, ask_nvml, find_driver
from trtheaders.diagnosis.row import Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.library.loading import read_system
from trtheaders.model.library.exports import Machine
from trtheaders.model.setup.checkup import SetupState


def _check(name, probe):
    return SetupCheck(
        id=name,
        title=name,
        question="?",
        source="",
        probe=probe,
        judge=lambda seen: [Judgement(state=SetupState.OK, found=str(seen))],
    )


def _site(folder, patience=60.0):
    return Site(load_configuration(folder), environment={}, verify=lambda: None, root=folder, patience=patience)


def test_a_probe_that_breaks_or_hangs_is_unknown_and_the_others_answer(tmp_path):
    checks = [
        _check("hangs", lambda site: time.sleep(30)),
        _check("breaks", lambda site: 1 / 0),
        _check("answers", lambda site: "fine"),
    ]
    found = {answer.id: answer for answer in examine(_site(tmp_path, patience=0.5), checks)}
    assert list(found) == ["hangs", "breaks", "answers"]
    assert (found["hangs"].state, found["breaks"].state) == (SetupState.UNKNOWN, SetupState.UNKNOWN)
    assert "ZeroDivisionError" in found["breaks"].found
    assert (found["answers"].state, found["answers"].found) == (SetupState.OK, "fine")


def test_a_fact_that_cannot_be_found_is_unknown_for_all_who_ask(tmp_path):
    asked = []

    def probe(site):
        asked.append(site)
        return site.driver()

    site = _site(tmp_path)
    (tmp_path / "lib").write_text("no folder\n")
    answers = examine(site, [_check("one", probe), _check("two", probe)])
    assert len(asked) == 2
    assert len({answer.state for answer in answers}) == 1


def test_a_driver_that_hangs_is_killed():
    library = build_nvml((FakeGpu(),), driver="580.95.05", cuda=13000, body="sleep(60); return 0;")
    assert ask_nvml(library, {}, limit=0.5) is None


def test_a_driver_that_crashes_is_a_complaint():
    library = build_nvml((FakeGpu(),), driver="580.95.05", cuda=13000, body="abort();")
    driver = ask_nvml(library, {}, limit=5)
    assert driver.version == ""
    assert "ended the program" in driver.complaint


def test_what_nvml_says_arrives():
    gpus = (FakeGpu("One", (9, 0)), FakeGpu("Two", (8, 9), mig=True))
    driver = ask_nvml(build_nvml(gpus, driver="580.95.05", cuda=13010, peer=2), {}, limit=5)
    assert (driver.version, driver.cuda) == ("580.95.05", (13, 1))
    assert [(gpu.name, gpu.capability, gpu.mig) for gpu in driver.gpus] == [
        ("One", (9, 0), False),
        ("Two", (8, 9), True),
    ]
    assert [(pair.first, pair.second, pair.status, pair.path) for pair in driver.peers] == [
        (0, 1, "GPU not supported", "system")
    ]


@pytest.mark.parametrize("tracked", [False, True], ids=["the user's own", "committed"])
def test_a_driver_that_came_with_a_repository_is_not_loaded(tmp_path, tracked):
    run_git(tmp_path, "init", "--quiet")
    (tmp_path / LIBRARY).write_bytes(build_nvml((FakeGpu(),), driver="999.95.05", cuda=13000).read_bytes())
    if tracked:
        run_git(tmp_path, "add", "--all")
    found = find_driver(tmp_path, {}, read_system(Machine.X86_64, {"LD_LIBRARY_PATH": str(tmp_path)}))
    assert (found is not None and found.version == "999.95.05") is not tracked
