"""`trtheaders identify`: which release a library is."""

from __future__ import annotations

from pathlib import Path

import click

from trtheaders.cli.main import FINDINGS, OK
from trtheaders.cli.options import format_option
from trtheaders.cli.screen import wants_colour
from trtheaders.model.answers.candidates import Fit


@click.command("identify")
@click.argument("libraries", nargs=-1, type=click.Path(path_type=Path), metavar="[LIBRARY]...")
@click.option(
    "--python", type=click.Path(path_type=Path), metavar="FILE", help="The interpreter whose environment is looked at."
)
@format_option("text", "json")
@click.option("-v", "--verbose", is_flag=True, help="Every candidate.")
def command(libraries: tuple[Path, ...], python: Path | None, form: str, verbose: bool) -> int:
    r"""Say which release a library is, by its symbols; without LIBRARY, the installed one.

    Needs no headers, no network and no compiler. Exits with 1 if it fits no known release well.

    \b
    trtheaders identify
    trtheaders identify /opt/tensorrt_llm/libs/libtensorrt_llm.so
    trtheaders identify libtensorrt_llm.so --format json | jq -r '.candidates[0].release'
    """
    from trtheaders.report.candidates import render_identification, render_identification_json
    from trtheaders.verbs.identify import identify

    known = identify(libraries, python=python)
    if form == "json":
        click.echo(render_identification_json(known))
    else:
        click.echo(render_identification(known, verbose=verbose, coloured=wants_colour()), color=True)
    return OK if known.fit in (Fit.IDENTIFIED, Fit.AMBIGUOUS) else FINDINGS
