"""`trtheaders hook`: what pre-commit runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from trtheaders.cli.main import FINDINGS, OK
from trtheaders.cli.screen import render_screen
from trtheaders.report.evidence import spell_evidence
from trtheaders.verbs.hook import FILES, TOGETHER, check_files, check_together

if TYPE_CHECKING:
    from trtheaders.model.answers.findings import Finding
    from trtheaders.model.vendoring.vendored import StoreStatus
    from trtheaders.verbs.hook import HookAnswer


@click.command("hook")
@click.argument("question", type=click.Choice([FILES, TOGETHER]))
@click.option("--required", is_flag=True, help="A machine without TensorRT-LLM does not pass.")
def command(question: str, required: bool) -> int:
    r"""Run as a commit hook: silent where all is well, offline, quick where nothing changed.

    `files` asks whether the vendored files are what the lock says. `verify` asks whether they match the installed
    library, and whether the configured sources compile and link against every vendored release.

    \b
    trtheaders hook files
    trtheaders hook verify
    trtheaders hook verify --required     on a machine that must have TensorRT-LLM
    """
    return _ask_files() if question == FILES else _ask_together(required)


def _ask_files() -> int:
    answer = check_files()
    if answer is None or answer.is_clean:
        return OK
    _tell_files(answer)
    return FINDINGS


def _tell_files(answer: StoreStatus) -> None:
    from trtheaders.model.answers.findings import Severity

    for release in answer.releases:
        for finding in release.findings:
            if finding.severity is Severity.ERROR:
                _tell_finding(release.release.version, finding)
    for version in answer.unlocked:
        click.echo(f"error[extra-files]: {version} lies in `{answer.destination}` and is not in the lock")
        click.echo("hint: run `trtheaders adopt`, or remove it")


def _tell_finding(version: str, finding: Finding) -> None:
    click.echo(f"{version}: {finding.severity.value}[{finding.rule}]: {finding.message}")
    for line in spell_evidence(finding.evidence):
        click.echo(f"   {line}")
    click.echo(f"hint: {finding.hint}")


def _ask_together(required: bool) -> int:
    answer = check_together(required=required)
    for remark in answer.remarks:
        click.echo(f"remark: {remark}", err=True)
    if answer.remembered or answer.passed:
        return OK
    _tell(answer)
    return FINDINGS


def _tell(answer: HookAnswer) -> None:
    from trtheaders.model.answers.findings import Verdict

    if answer.verification is not None and answer.verification.verdict is Verdict.MISMATCH:
        click.echo(render_screen(answer.verification), color=True)
    if answer.check is not None and not answer.check.good:
        from trtheaders.report.use_table import render_check

        click.echo(render_check(answer.check), nl=False)
