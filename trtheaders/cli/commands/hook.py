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
from trtheaders.rules.vendored import EXTRA_FILES
from trtheaders.steps.question.projects import find_projects

if TYPE_CHECKING:
    from trtheaders.integrations.hook import HookAnswer
    from trtheaders.model.answers.findings import Verification
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
    try:
        projects = find_projects(Path.cwd(), folders)
    except SparseCheckoutError as error:
        return _pass_by(error)
    return max(_ask(question, project.root, required) for project in projects)


def _ask(question: str, project: Path, required: bool) -> int:
    try:
        return _ask_files(project) if question == FILES else _ask_together(project, required)
    except SparseCheckoutError as error:
        return _pass_by(error)


def _pass_by(error: SparseCheckoutError) -> int:
    """What is not in the work tree cannot be changed by this commit."""
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
    from trtheaders.cli.findings import tell_finding, tell_hint, tell_mismatch
    from trtheaders.model.answers.findings import Severity

    wrong = [item for item in answer.releases if not item.is_clean]
    if wrong:
        tell_mismatch(f"headers {', '.join(item.release.version for item in wrong)} are not what the lock says")
    for item in wrong:
        folder = answer.destination / item.release.version
        for finding in item.findings:
            if finding.severity is Severity.ERROR:
                place = folder / finding.location.file if finding.location else folder
                tell_finding(finding, place=str(place))
    if answer.unlocked:
        where = from_here(str(answer.destination))
        tell_mismatch(f"{', '.join(answer.unlocked)} in `{where}`, and not in the lock [{EXTRA_FILES.id}]")
        tell_hint(f"`git add {where}` if `trtheaders add` brought it; or run `trtheaders adopt`, or remove it")


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
        _tell_verification(answer.verification)
    if answer.check is not None and not answer.check.good:
        from trtheaders.report.use_table import render_check

        say_text(lines_from_here(render_check(answer.check, coloured=wants_colour())))


def _tell_verification(verification: Verification) -> None:
    """The verdict; edited headers in one sentence, since the other hook names each."""
    from msgspec.structs import replace

    from trtheaders.cli.findings import tell_hint, tell_mismatch
    from trtheaders.counting import count_of
    from trtheaders.model.answers.findings import Severity
    from trtheaders.report.verification.answer import OWN_FILES

    others = tuple(finding for finding in verification.findings if finding.rule not in OWN_FILES)
    edited = len(verification.findings) - len(others)
    if edited:
        tell_mismatch(f"headers {verification.release} are not what the lock says ({count_of(edited, 'finding')})")
        tell_hint("`trtheaders status` names each, and what to do")
    if any(finding.severity is Severity.ERROR for finding in others):
        say_text(render_screen(replace(verification, findings=others)))
