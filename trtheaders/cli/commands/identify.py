"""`trtheaders identify`: which release a library is."""

from __future__ import annotations

from pathlib import Path

import click

from trtheaders.cli.main import FINDINGS, OK
from trtheaders.cli.options import format_option
from trtheaders.cli.screen import hand_out, lines_from_here, say_text, wants_colour
from trtheaders.model.answers.candidates import Fit
from trtheaders.visible import dump_json


@click.command("identify")
@click.argument("libraries", nargs=-1, type=click.Path(path_type=Path), metavar="[LIBRARY]...")
@click.option(
    "--python", type=click.Path(path_type=Path), metavar="FILE", help="The interpreter whose environment is looked at."
)
@format_option("text", "json")
@click.option("--together", is_flag=True, help="One verdict on all LIBRARYs as a set; without it one on each.")
@click.option("-v", "--verbose", is_flag=True, help="Every candidate.")
def command(libraries: tuple[Path, ...], python: Path | None, form: str, together: bool, verbose: bool) -> int:
    r"""Say which release a library is, by its symbols; without LIBRARY, the installed one.

    Needs no headers, no network and no compiler. Exits with 1 if it fits no known release well.

    \b
    trtheaders identify
    trtheaders identify /opt/tensorrt_llm/libs/libtensorrt_llm.so
    trtheaders identify old/libtensorrt_llm.so new/libtensorrt_llm.so
    trtheaders identify libtensorrt_llm.so --format json | jq -r '.candidates[0].release'
    """
    from trtheaders.report.candidates import document_identification, render_identification
    from trtheaders.verbs.identify import identify

    groups = [libraries] if together or len(libraries) < 2 else [(library,) for library in libraries]
    answers = [identify(group, python=python) for group in groups]
    if form == "json":
        documents = [document_identification(known) for known in answers]
        document = documents[0] if len(documents) == 1 else {"schema": 1, "answers": documents}
        hand_out(dump_json(document))
    else:
        texts = [render_identification(known, verbose=verbose, coloured=wants_colour()) for known in answers]
        say_text("\n\n".join(map(lines_from_here, texts)))
    return OK if all(known.fit in (Fit.IDENTIFIED, Fit.AMBIGUOUS) for known in answers) else FINDINGS
