"""`trtheaders path`: where a vendored release lies."""

from __future__ import annotations

from pathlib import Path

import click

from trtheaders.cli.vendoring import destination_option


@click.command("path")
@click.argument("release", metavar="RELEASE")
@destination_option
def command(release: str, destination: Path | None) -> int:
    r"""Print a vendored release's include directory.

    \b
    trtheaders path 1.2.0rc4
    g++ -I"$(trtheaders path v1.2.0rc4)" main.cpp
    """
    from trtheaders.verbs.path import path

    click.echo(str(path(release, destination=destination)))
    return 0
