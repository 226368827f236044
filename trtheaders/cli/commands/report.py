"""`trtheaders report`: a page for people who would rather look."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from trtheaders.cli.main import FINDINGS, NO_ANSWER, OK
from trtheaders.cli.options import library_options
from trtheaders.cli.screen import say, say_text
from trtheaders.errors import TrtHeadersError
from trtheaders.model.answers.findings import Verdict, Verification
from trtheaders.programs.outputs import write_output
from trtheaders.visible import show


@click.command("report")
@click.argument("releases", nargs=-1, metavar="[RELEASE]...")
@click.option(
    "--html",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the page here.",
)
@click.option(
    "--used-by",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Mark what this C++ source mentions; the configured `sources` unless given. May be repeated.",
)
@click.option("--release", help="The vendored release that is compared with the library, unless it says which it is.")
@library_options
def command(releases: tuple[str, ...], html: Path, used_by: tuple[Path, ...], **question: Any) -> int:
    r"""Write a page: the verdict, releases side by side, and what an upgrade would break.

    One file that needs no network and no server. RELEASEs are columns, all that are vendored or ship unless named.

    \b
    trtheaders report --html report.html
    trtheaders report 1.1.0 1.2.0rc3 --html report.html --used-by backends/tensorrt.cpp
    trtheaders report --html report.html --library /opt/libtensorrt_llm.so
    """
    from trtheaders.report.page import render_page
    from trtheaders.verbs.matrix import matrix
    from trtheaders.verbs.page import page

    verification, refusal, remedy = _verify(question)
    shown = page(verification, refusal=refusal, remedy=remedy, releases=releases, sources=used_by)
    text = render_page(shown, matrix())
    write_output(html, text.encode())
    say(f"{len(shown.histories)} declarations of {len(shown.releases)} releases: `{html}`", err=True)
    if verification is None:
        say(f"error: {refusal}", err=True)
        if remedy:
            say_text(f"\nhint: {show(remedy)}", err=True)
        return NO_ANSWER
    return FINDINGS if verification.verdict is Verdict.MISMATCH else OK


def _verify(question: dict[str, Any]) -> tuple[Verification | None, str, str]:
    """What `verify` answers, or why it does not: the page shows either."""
    from trtheaders.verbs.verify import verify

    try:
        return verify(**question), "", ""
    except TrtHeadersError as error:
        return None, error.message, error.hint or ""
