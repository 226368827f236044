"""The program as a whole: no command, no such command, a reader that goes away, what may not be read."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from trtheaders.cli.main import READER_GONE, run

MAIN = "from trtheaders.cli.entry import main; main()"


def test_no_command_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    streams = capsys.readouterr()
    assert streams.out == ""
    assert streams.err.startswith("Usage: trtheaders ")
    assert "  verify " in streams.err


def test_bash_completes_commands_as_the_readme_has_it(tools: Callable[[str], str]) -> None:
    program = Path(sys.executable).with_name("trtheaders")
    script = (
        'eval "$(_TRTHEADERS_COMPLETE=bash_source trtheaders)"; COMP_WORDS=(trtheaders ver); COMP_CWORD=1; '
        'IFS=" "; _trtheaders_completion trtheaders; echo "${COMPREPLY[@]}"'
    )
    environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"}
    done = subprocess.run([tools("bash"), "-c", script], env=environment, capture_output=True, text=True)
    assert done.stdout == "verify\n", done.stderr


def test_an_unknown_command_names_the_nearest_and_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verfy"]) == 2
    assert capsys.readouterr().err == (
        "error: there is no command `verfy` (did you mean `verify`?)\n\nhint: try `trtheaders --help`\n"
    )


def test_a_reader_that_goes_away_hears_no_verdict() -> None:
    end, start = os.pipe()
    os.close(end)
    run = subprocess.run([sys.executable, "-c", MAIN, "rules"], stdout=start, stderr=subprocess.PIPE, text=True)
    os.close(start)
    assert (run.returncode, run.stderr) == (READER_GONE, "")


def test_an_answer_that_finds_no_room_is_no_answer() -> None:
    with Path("/dev/full").open("w") as full:
        run = subprocess.run([sys.executable, "-c", MAIN, "rules"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert run.returncode == 2
    assert run.stderr.startswith("error: what `trtheaders` has to say or to write cannot be written: No space left")
    assert "Traceback" not in run.stderr


def test_no_answer_stays_one_where_its_document_cannot_be_written() -> None:
    arguments = ["promises", "--headers", "/nowhere", "--format", "json"]
    with Path("/dev/full").open("w") as full:
        run = subprocess.run([sys.executable, "-c", MAIN, *arguments], stdout=full, stderr=subprocess.PIPE, text=True)
    assert run.returncode == 2
    assert run.stderr.startswith("error: `/nowhere` is not there\n")
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("tool = 3\n", "`tool` in"),
        ("[tool]\ntrtheaders = 3\n", "`tool.trtheaders` in"),
        ('[[tool.trtheaders.accept]]\nrule = "missing-symbls"\nreason = "x"\n', "names no rule: `missing-symbls`"),
        ('[[tool.trtheaders.accept]]\nrule = "*"\nreason = "x"\nname = ["a"]\n', "`name` in"),
        ('[[tool.trtheaders.accept]]\nrule = "*"\nreason = "x"\nexpires = "2027-13-01"\n', "is no date: `2027-13-01`"),
        ('[[tool.trtheaders.accept]]\nrule = "*"\nreason = "x"\nexpires = "soon"\n', "is no date: `soon`"),
    ],
)
def test_a_mistake_in_the_configuration_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, complaint: str
) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    monkeypatch.chdir(tmp_path)
    assert run(["status"]) == 2
    said = capsys.readouterr().err
    assert complaint in said
    assert "`pyproject.toml" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("rule", ["missing-symbols", "missing-*", "*"])
@pytest.mark.parametrize("expires", ["expires = 2027-06-30", 'expires = "2027-06-30"', ""])
def test_what_may_be_accepted_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rule: str, expires: str) -> None:
    (tmp_path / "trtheaders.toml").write_text(f'[[accept]]\nrule = "{rule}"\nreason = "x"\n{expires}\n')
    monkeypatch.chdir(tmp_path)
    assert run(["status"]) == 0
