"""`trtheaders remove`: take vendored releases away."""

from __future__ import annotations

from pathlib import Path

import click

from trtheaders.cli.screen import say
from trtheaders.cli.vendoring import destination_option


@click.command("remove")
@click.argument("releases", nargs=-1, required=True, metavar="RELEASE...")
@click.option("--force", is_flag=True, help="Also where files differ from the lock and exist nowhere else.")
@destination_option
def command(releases: tuple[str, ...], force: bool, destination: Path | None) -> int:
    r"""Remove vendored releases and their entries of the lock.

    \b
    trtheaders remove 1.0.0
    trtheaders remove 1.0.0 1.1.0 --force
    """
    from trtheaders.verbs.remove import remove

    for release in remove(releases, destination=destination, force=force):
        say(f"{release.version}: removed")
    return 0
