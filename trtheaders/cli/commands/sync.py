"""`trtheaders sync`: restore what the lock names."""

from __future__ import annotations

from pathlib import Path

import click

from trtheaders.cli.vendoring import clear_progress, fetch_options, quiet_option, tell_vendoring, terminal_progress


@click.command("sync")
@click.option("--prune", is_flag=True, help="Remove files and releases that the lock does not name.")
@click.option("--force", is_flag=True, help="Replace a folder that was never compared and differs from upstream.")
@fetch_options
@quiet_option
def command(
    prune: bool,
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
    trtheaders sync --remote ~/src/TensorRT-LLM
    """
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
        clear_progress()
    for version in answer.pruned:
        click.echo(f"{version}: pruned")
    if not answer.releases and not quiet:
        click.echo("the lock names no release", err=True)
    return 0
