"""`trtheaders verify`: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from trtheaders.cli.main import FINDINGS, NO_ANSWER, OK
from trtheaders.cli.options import (
    format_option,
    header_options,
    headers_option,
    library_options,
    verbosity_options,
)
from trtheaders.cli.progress import telling
from trtheaders.cli.screen import hand_out, render_screen, say, say_text
from trtheaders.counting import count_of
from trtheaders.model.answers.findings import Verdict, Verification
from trtheaders.report.verification.formats import FORMATS, render_as, render_unanswered
from trtheaders.rules.setup import MISSING_NEEDED_LIBRARIES
from trtheaders.visible import show

_HINT = "leave out `--strict`, or provide what is needed"


@click.command("verify")
@click.argument("release", required=False)
@headers_option
@header_options
@library_options
@click.option(
    "--headers-only", is_flag=True, help="Check the vendored files, and the record against the headers; ask no library."
)
@click.option("--strict", is_flag=True, help="No answer (exit 2) if anything could not be verified.")
@click.option(
    "--for", "purpose", type=click.Choice(["build", "run"]), help="run: what the library needs has to be here as well."
)
@click.option(
    "--engine",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Hold a built engine against the installed release.",
)
@click.option("--link", is_flag=True, help="Let your own linker confirm or withdraw each finding.")
@click.option("--write-baseline", is_flag=True, help="Put what is found on record in trtheaders.toml.")
@format_option(*FORMATS)
@verbosity_options
def command(
    release: str | None,
    form: str,
    strict: bool,
    verbose: bool,
    quiet: bool,
    write_baseline: bool,
    purpose: str | None,
    **question: Any,
) -> int:
    r"""Compare vendored headers with the installed library.

    \b
    trtheaders verify                     the installed library, and the headers vendored for it
    trtheaders verify v1.2.0rc4 --library /opt/libtensorrt_llm.so
    trtheaders verify --headers include --entry my/api.h --library libmine.so
    trtheaders verify --format json | jq .verdict
    trtheaders verify --link              ask g++ as well
    """
    from trtheaders.verbs.verify import verify

    what = "reading the headers" if question["headers_only"] else "comparing headers and library"
    with telling(what):
        verification = verify(
            release, undeclared=verbose, to_run=purpose == "run", anew=question["headers_only"], **question
        )
    if write_baseline:
        _write_baseline(verification)
    refusal = _refusal(verification) if strict else ""
    (say_text if form == "text" else hand_out)(_render(verification, form, refusal, verbose=verbose, quiet=quiet))
    if refusal:
        say_text(f"{show(f'error: {refusal}')}\n\nhint: {_HINT}", err=True)
        return NO_ANSWER
    return FINDINGS if verification.verdict is Verdict.MISMATCH else OK


def _render(verification: Verification, form: str, refusal: str, *, verbose: bool, quiet: bool) -> str:
    if form == "text":
        return render_screen(verification, refusal=refusal, verbose=verbose, quiet=quiet)
    if refusal:
        return render_unanswered(form, refusal, _HINT, verification)
    return render_as(form, verification)


def _refusal(verification: Verification) -> str:
    """Why the verdict does not cover all; '' where it does, as far as a stripped library can tell."""
    missing = [finding for finding in verification.findings if finding.rule == MISSING_NEEDED_LIBRARIES.id]
    if missing:
        return missing[0].message
    layouts = verification.counts.layouts
    if not verification.unverifiable:
        if layouts.doubted:
            return f"the layout of {count_of(layouts.doubted, 'class', 'classes')} is in doubt"
        unseen = layouts.unread and layouts.classes and not layouts.judged
        return f"the layouts of {count_of(layouts.classes, 'class', 'classes')} were not compared" if unseen else ""
    first = verification.unverifiable[0]
    what = count_of(len(verification.unverifiable), "declaration")
    return f"{what} could not be verified (first `{first.name}`: {first.reason})"


def _write_baseline(verification: Verification) -> None:
    from trtheaders.steps.baseline import write_baseline

    written = write_baseline(verification, start=Path.cwd())
    say(f"{count_of(written.count, 'finding')} put on record in `{written.file}`", err=True)
