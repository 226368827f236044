"""`trtheaders add`: vendor releases."""

from __future__ import annotations

from pathlib import Path

import click

from trtheaders.cli.screen import clear_overwritten
from trtheaders.cli.vendoring import fetch_options, quiet_option, tell_vendoring, terminal_progress


@click.command("add")
@click.argument("releases", nargs=-1, required=True, metavar="RELEASE...")
@click.option(
    "--python", type=click.Path(path_type=Path), metavar="FILE", help="For `installed`: the interpreter meant."
)
@click.option("--pre", is_flag=True, help="Let `latest` be a pre-release.")
@click.option("--force", is_flag=True, help="Override a moved tag or local changes; says what it overrides.")
@fetch_options
@quiet_option
def command(
    releases: tuple[str, ...],
    python: Path | None,
    pre: bool,
    force: bool,
    remote: str | None,
    offline: bool,
    full: bool,
    destination: Path | None,
    quiet: bool,
) -> int:
    r"""Vendor the headers of one or more releases, pinned and hashed in trtheaders.lock.

    \b
    trtheaders add v1.2.0rc4                        a tag; `1.2.0rc4` and `1.2.0-rc.4` mean the same
    trtheaders add installed                        the release that is installed
    trtheaders add latest --pre                     the newest, pre-releases included
    trtheaders add 1.1.0 --remote ~/src/TensorRT-LLM   from a clone, no network
    """
    from trtheaders.verbs.add import add

    try:
        add(
            releases,
            remote=remote,
            destination=destination,
            python=python,
            pre=pre,
            offline=offline,
            full=full,
            force=force,
            progress=terminal_progress(),
            tell=lambda answer: tell_vendoring(answer, quiet=quiet),
        )
    finally:
        clear_overwritten()
    return 0
