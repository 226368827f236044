"""`trtheaders path`: where a vendored release lies."""

from __future__ import annotations

from pathlib import Path

import click

from trtheaders.cli.screen import hand_out_line, say
from trtheaders.cli.vendoring import destination_option


@click.command("path")
@click.argument("release", metavar="RELEASE")
@click.option("--flags", is_flag=True, help="Print what a compiler needs: `-I` with every folder.")
@destination_option
def command(release: str, flags: bool, destination: Path | None) -> int:
    r"""Print a vendored release's include directory, or with --flags the compiler's flags.

    Later releases need a second folder, for what upstream's build generates: --flags names both.

    \b
    trtheaders path 1.2.0rc4
    g++ $(trtheaders path --flags v1.2.0rc4) main.cpp
    """
    import shlex

    from trtheaders.verbs.path import paths

    first, *others = paths(release, destination=destination)
    if flags:
        hand_out_line(" ".join(shlex.quote(f"-I{folder}") for folder in (first, *others)))
        return 0
    hand_out_line(str(first))
    for folder in others:
        say(f"note: `{folder}` is needed as well: `trtheaders path --flags {release}` names both", err=True)
    return 0
