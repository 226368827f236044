"""`trtheaders sync`: restore what the lock names."""

from __future__ import annotations

from pathlib import Path

import click

from trtheaders.cli.progress import telling
from trtheaders.cli.screen import clear_overwritten, say
from trtheaders.cli.vendoring import fetch_options, quiet_option, tell_vendoring, terminal_progress


@click.command("sync")
@click.option("--prune", is_flag=True, help="Remove files and releases that the lock does not name.")
@click.option("--check", is_flag=True, help="Change nothing: say what is not as the lock and the headers have it.")
@click.option("--force", is_flag=True, help="Replace a folder that was never compared and differs from upstream.")
@fetch_options
@quiet_option
def command(
    prune: bool,
    check: bool,
    force: bool,
    remote: str | None,
    offline: bool,
    full: bool,
    destination: Path | None,
    quiet: bool,
) -> int:
    r"""Restore everything that the lock names, from the commits that it pins.

    Releases that were never compared with upstream (`adopt` without a network) are compared, and their lock completed.

    \b
    trtheaders sync
    trtheaders sync --prune
    trtheaders sync --check      in CI, offline: exit code 1 where what is recorded is not what the headers promise
    trtheaders sync --remote ~/src/TensorRT-LLM
    """
    if check:
        return _check(destination, quiet=quiet)
    from trtheaders.verbs.sync import sync

    try:
        answer = sync(
            remote=remote,
            destination=destination,
            prune=prune,
            offline=offline,
            full=full,
            force=force,
            progress=terminal_progress(),
            tell=lambda answer: tell_vendoring(answer, quiet=quiet),
        )
    finally:
        clear_overwritten()
    for version in answer.pruned:
        say(f"{version}: pruned")
    if not answer.releases and not quiet:
        say("the lock names no release", err=True)
    return 0


def _check(destination: Path | None, *, quiet: bool) -> int:
    from trtheaders.cli.findings import tell_finding
    from trtheaders.model.answers.findings import Severity
    from trtheaders.verbs.sync import check_sync

    with telling("reading the headers anew"):
        found = check_sync(destination=destination)
    wrong = {version: [item for item in rows if item.severity is Severity.ERROR] for version, rows in found.items()}
    for version, rows in wrong.items():
        if not rows and not quiet:
            say(f"{version}: as the lock says, and its record as the headers promise")
        for item in rows:
            tell_finding(item, place=version)
    if not found and not quiet:
        say("the lock names no release", err=True)
    return 1 if any(wrong.values()) else 0
