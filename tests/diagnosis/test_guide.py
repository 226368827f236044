"""What docs/setup.md shows is what is printed: each block is made anew, and its lines are looked for."""

from __future__ import annotations

import re

import pytest
from diagnosis.test_planted_defects import DEFECTS, look
from support.demo_upstream import ROOT
from support.machines import TRIPLET

from trtheaders.cli.main import COMMANDS, run
from trtheaders.diagnosis.checks.registry import CHECKS
from trtheaders.report.checkup import Privacy, render_text

GUIDE = (ROOT / "docs" / "setup.md").read_text()
BLOCKS = re.findall(r"<!-- (doctor|explain): (\S+) -->\n```text\n(.*?)```", GUIDE, re.DOTALL)
SAMPLING = "SamplingConfig::SamplingConfig(int, std::optional<int> const&, std::optional<float> const&)"
NOT_LOADED = "error while loading shared libraries: libcublasLt.so.13: cannot open shared object file"
LOGS = {
    "undefined-reference": f"a.cpp:(.text+0x1): undefined reference to `tensorrt_llm::executor::{SAMPLING}'\n",
    "missing-library": f"./app: {NOT_LOADED}: No such file or directory\n",
}


def blocks(kind):
    return [pytest.param(name, text, id=name) for who, name, text in BLOCKS if who == kind]


@pytest.mark.parametrize(("name", "text"), blocks("doctor"))
def test_what_the_guide_shows_of_doctor_is_what_it_prints(machine, monkeypatch, name, text):
    (defect,) = [item for item in DEFECTS if item.name == name]
    defect.plant(machine)
    monkeypatch.setenv("PATH", machine.environment["PATH"])
    checkup = look(machine, only=[defect.check], purpose=defect.purpose)
    said = render_text(checkup, Privacy(), folder=machine.project).replace(str(machine.root), "")
    for line in text.replace("TRIPLET", TRIPLET).splitlines():
        assert line in said.splitlines(), said


@pytest.mark.parametrize(("name", "text"), blocks("explain"))
def test_what_the_guide_shows_of_explain_is_what_it_prints(tmp_path, monkeypatch, capsys, name, text):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log").write_text(LOGS[name])
    run(["explain", "log"])
    said = capsys.readouterr().out.splitlines()
    assert [line for line in text.splitlines() if line not in said] == [], said


def test_the_guide_has_every_kind_of_block():
    assert {who for who, _, _ in BLOCKS} == {"doctor", "explain"}
    assert len(BLOCKS) > 10


def test_the_table_in_the_guide_is_up_to_date(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert run(["matrix", "--markdown", "docs/setup.md", "--check"]) == 0, (
        "run `trtheaders matrix --markdown docs/setup.md`"
    )


def test_checks_and_commands_that_the_guide_names_are_there():
    named = {name for part in re.findall(r"--only ([a-z,-]+)", GUIDE) for name in part.split(",")}
    assert named <= {check.id for check in CHECKS}
    assert set(re.findall(r"trtheaders ([a-z-]+)", GUIDE)) <= {*COMMANDS, "doctor"}
