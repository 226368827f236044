"""`trtheaders status`: is what lies there what the lock says?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from trtheaders.cli.findings import tell_finding, tell_hint
from trtheaders.cli.options import format_option
from trtheaders.cli.screen import from_here, hand_out, say, wants_colour
from trtheaders.cli.vendoring import destination_option, tell_hollow, tell_interrupted, tell_projects_below
from trtheaders.counting import count_of
from trtheaders.model.answers.findings import Severity
from trtheaders.model.vendoring.vendored import ReleaseStatus, StoreStatus
from trtheaders.report.colours import Ink, paint
from trtheaders.report.evidence import spell_evidence
from trtheaders.visible import dump_json


@click.command("status")
@destination_option
@format_option("text", "json")
def command(destination: Path | None, form: str) -> int:
    r"""Say whether the vendored files are what the lock says; offline, by hashes.

    Exit code 0 if they are, 1 if a file is changed, missing or extra, or a release lies there without a lock.

    \b
    trtheaders status
    trtheaders status --format json
    """
    from trtheaders.verbs.status import status

    answer = status(destination=destination)
    if form == "json":
        hand_out(dump_json(_document(answer)))
    else:
        _print(answer)
    if not answer.releases and destination is None:
        tell_projects_below()
    tell_hollow(answer.hollow)
    tell_interrupted(answer.interrupted)
    return 0 if answer.is_clean else 1


def _print(answer: StoreStatus) -> None:
    if not answer.releases and not answer.unlocked:
        say(f"nothing is vendored in `{from_here(str(answer.destination))}` (`trtheaders add RELEASE`)")
    for release in answer.releases:
        say(f"{release.release.version}: {_describe(release)}")
        for finding in release.findings:
            if release.present and finding.severity is Severity.ERROR:
                tell_finding(finding, indent="  ", hinted=False)
        hints = dict.fromkeys(item.hint for item in release.findings if item.severity is Severity.ERROR and item.hint)
        for hint in hints if release.present else ():
            tell_hint(hint, indent="  ")
    for version in answer.unlocked:
        say(f"{version}: {_bad('not in the lock')} (`trtheaders adopt` puts it there)")


def _describe(release: ReleaseStatus) -> str:
    if release.left_out:
        return "left out of this sparse checkout, not compared (`git sparse-checkout add` brings it)"
    if not release.present:
        return f"{_bad('not there')} (`trtheaders sync` restores it)"
    files = count_of(len(release.release.headers), "file")
    words = [f"{paint('clean', Ink.GOOD, coloured=wants_colour())}, {files}"] if release.is_clean else []
    words = words or [_bad("not what the lock says")]
    if release.release.generated:
        words.append(f"{len(release.release.generated)} generated")
    if release.release.differing:
        words.append(f"{count_of(release.release.differing, 'file')} not as in upstream's {release.release.tag}")
    elif not release.release.compared:
        words.append("not yet compared with upstream")
    if not release.snapshot:
        words.append("no snapshot")
    return ", ".join(words)


def _bad(words: str) -> str:
    return paint(words, Ink.ERROR, coloured=wants_colour())


def _document(answer: StoreStatus) -> dict[str, Any]:
    return {
        "schema": 1,
        "clean": answer.is_clean,
        "destination": str(answer.destination),
        "releases": [
            {
                "version": release.release.version,
                "tag": release.release.tag,
                "commit": release.release.commit,
                "tree": release.release.tree,
                "clean": release.is_clean,
                "present": release.present,
                "left_out": release.left_out,
                "compared": release.release.compared,
                "differing": release.release.differing,
                "snapshot": release.snapshot,
                "generated": [file.path for file in release.release.generated],
                "findings": [
                    {
                        "rule": finding.rule,
                        "severity": finding.severity.value,
                        "file": finding.location.file if finding.location else None,
                        "message": finding.message,
                        "hint": finding.hint,
                        "evidence": spell_evidence(finding.evidence),
                    }
                    for finding in release.findings
                ],
            }
            for release in answer.releases
        ],
        "unlocked": list(answer.unlocked),
        "hollow": [folder.name for folder in answer.hollow],
        "interrupted": [folder.name for folder in answer.interrupted],
    }
