"""`trtheaders hook`: what pre-commit runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trtheaders.cli.main import FINDINGS, OK
from trtheaders.cli.screen import from_here, lines_from_here, render_screen, say, say_text, wants_colour
from trtheaders.errors import SparseCheckoutError
from trtheaders.integrations.hook import FILES, TOGETHER, check_files, check_together
from trtheaders.report.evidence import spell_evidence
from trtheaders.steps.question.projects import find_projects

if TYPE_CHECKING:
    from trtheaders.integrations.hook import HookAnswer
    from trtheaders.model.answers.findings import Finding
    from trtheaders.model.vendoring.vendored import StoreStatus


@click.command("hook")
@click.argument("question", type=click.Choice([FILES, TOGETHER]))
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path), metavar="[FOLDER]...")
@click.option("--required", is_flag=True, help="A machine without TensorRT-LLM does not pass.")
def command(question: str, folders: tuple[Path, ...], required: bool) -> int:
    r"""Run as a commit hook: silent where all is well, offline, quick where nothing changed.

    `files` asks whether the vendored files are what the lock says. `verify` asks whether they match the installed
    library, and whether the configured sources compile and link against every vendored release.

    Where git's root has no vendored headers, those of the projects below it are looked at, or of the FOLDERs given.

    \b
    trtheaders hook files
    trtheaders hook verify
    trtheaders hook verify services/llm   one project of several
    trtheaders hook verify --required     on a machine that must have TensorRT-LLM
    """
    ends = [_ask(question, project.root, required) for project in find_projects(Path.cwd(), folders)]
    return max(ends)


def _ask(question: str, project: Path, required: bool) -> int:
    try:
        return _ask_files(project) if question == FILES else _ask_together(project, required)
    except SparseCheckoutError as error:
        # What is not in the work tree cannot be changed by this commit.
        say(f"remark: {from_here(error.message)}", err=True)
        return OK


def _tell_project(project: Path) -> None:
    """Where the files and commands that follow are meant, unless it is the working folder."""
    if project != Path.cwd():
        say(f"in {os.path.relpath(project)}:")


def _ask_files(project: Path) -> int:
    answer = check_files(project)
    if answer is None:
        return OK
    left_out = [item.release.version for item in answer.releases if item.left_out]
    if left_out:
        say(f"remark: left out of this sparse checkout, not compared: {', '.join(left_out)}", err=True)
    if answer.is_clean:
        return OK
    _tell_project(project)
    _tell_files(answer)
    return FINDINGS


def _tell_files(answer: StoreStatus) -> None:
    from trtheaders.model.answers.findings import Severity

    for item in answer.releases:
        for finding in item.findings:
            if finding.severity is Severity.ERROR:
                _tell_finding(answer.destination / item.release.version, finding)
    for version in answer.unlocked:
        where = from_here(str(answer.destination))
        say(f"error[extra-files]: {version} lies in `{where}` and is not in the lock")
        say("hint: run `trtheaders adopt`, or remove it")


def _tell_finding(folder: Path, finding: Finding) -> None:
    place = folder / finding.location.file if finding.location else folder
    say(f"{from_here(str(place))}: {finding.severity.value}[{finding.rule}]: {from_here(finding.message)}")
    for line in spell_evidence(finding.evidence):
        say(f"   {from_here(line)}")
    say(f"hint: {finding.hint}")


def _ask_together(project: Path, required: bool) -> int:
    answer = check_together(project, required=required)
    for remark in answer.remarks:
        say(f"remark: {from_here(remark)}", err=True)
    if answer.remembered or answer.passed:
        return OK
    _tell_project(project)
    _tell(answer)
    return FINDINGS


def _tell(answer: HookAnswer) -> None:
    from trtheaders.model.answers.findings import Verdict

    if answer.verification is not None and answer.verification.verdict is Verdict.MISMATCH:
        say_text(render_screen(answer.verification))
    if answer.check is not None and not answer.check.good:
        from trtheaders.report.use_table import render_check

        say_text(lines_from_here(render_check(answer.check, coloured=wants_colour())))
