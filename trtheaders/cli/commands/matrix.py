"""`trtheaders matrix`: which release needs what."""

from __future__ import annotations

from pathlib import Path

import click

from trtheaders.cli.main import FINDINGS, OK
from trtheaders.cli.options import format_option
from trtheaders.cli.screen import hand_out, say, say_text, screen_width
from trtheaders.errors import UsageError


@click.command("matrix")
@click.option(
    "--all", "everything", is_flag=True, help="Every release, not only what is installed or has headers here."
)
@click.option("--fits", is_flag=True, help="Only releases that this machine can run: driver, GPUs, Python.")
@click.option("--why", metavar="RELEASE", help="Each figure of one release, with its source.")
@click.option(
    "--markdown",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Rewrite the table between <!-- trtheaders:matrix --> and <!-- /trtheaders:matrix -->.",
)
@click.option("--check", is_flag=True, help="With --markdown: change nothing, exit with 1 where the table is stale.")
@format_option("text", "json")
@click.option("-v", "--verbose", is_flag=True, help="C++ standard and container images too.")
def command(
    everything: bool, fits: bool, why: str | None, markdown: Path | None, check: bool, form: str, verbose: bool
) -> int:
    r"""Show what each release was built for: CUDA, TensorRT, PyTorch, Python, driver.

    A figure that nobody has stated is `?`; JSON has every release.

    \b
    trtheaders matrix
    trtheaders matrix --fits
    trtheaders matrix --why 1.1.0
    trtheaders matrix --markdown docs/setup.md --check
    """
    from trtheaders.report.matrix import render_json, render_text, render_why
    from trtheaders.verbs.matrix import figures_for, matrix

    if check and markdown is None:
        raise UsageError("`--check` needs `--markdown FILE`", hint="name the document whose table is to be checked")
    if why is not None:
        say_text(render_why(figures_for(why)))
        return OK
    if markdown is not None:
        return _keep(markdown, everything=everything, check=check)
    answer = matrix(everything=everything or form == "json", fits=fits)
    if form == "json":
        hand_out(render_json(answer))
    else:
        say_text(render_text(answer, verbose=verbose, width=screen_width()))
    return FINDINGS if fits and not answer.rows else OK


def _keep(file: Path, *, everything: bool, check: bool) -> int:
    """The document's table is of every release that is known, or of those vendored here."""
    from trtheaders.programs.files import read_text
    from trtheaders.programs.outputs import write_output
    from trtheaders.report.matrix import render_block, replace_block
    from trtheaders.verbs.matrix import matrix

    try:
        old = read_text(file)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"`{file}` cannot be read: {why}", hint="name a text file that is there") from error
    new = replace_block(old, render_block(matrix(everything=everything, here=False)), str(file))
    if new == old:
        say(f"the table in `{file}` is up to date")
        return OK
    if check:
        say(f"the table in `{file}` is stale: run `trtheaders matrix --markdown {file}`")
        return FINDINGS
    write_output(file, new.encode())
    say(f"the table in `{file}` was rewritten")
    return OK
