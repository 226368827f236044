"""`trtheaders doctor`: the whole setup."""

from __future__ import annotations

import os
from pathlib import Path

import click

from trtheaders.cli.main import FINDINGS, NO_ANSWER, OK
from trtheaders.cli.options import format_option, library_options, verbosity_options
from trtheaders.cli.screen import hand_out, say, say_text, wants_colour
from trtheaders.model.setup.checkup import Checkup, Purpose, SetupVerdict
from trtheaders.report.checkup import Privacy

_CODES = {SetupVerdict.HEALTHY: OK, SetupVerdict.PROBLEMS: FINDINGS, SetupVerdict.UNANSWERED: NO_ANSWER}


def _split(context: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.strip() for part in value for name in part.split(",") if name.strip())


@click.command("doctor")
@click.option(
    "--for", "purpose", type=click.Choice(["build", "run"]), help="Judge only what building, or running, needs."
)
@click.option("--only", multiple=True, callback=_split, metavar="CHECK,…", help="Only these checks (see --list).")
@click.option("--list", "listing", is_flag=True, help="List the checks and what each answers.")
@click.option(
    "--engine", type=click.Path(path_type=Path), metavar="DIR", help="Judge a built engine as well: config.json, ranks."
)
@library_options
@format_option("text", "json", "markdown")
@verbosity_options
def command(
    purpose: str | None,
    only: tuple[str, ...],
    listing: bool,
    engine: Path | None,
    form: str,
    verbose: bool,
    quiet: bool,
    libraries: tuple[Path, ...],
    python: Path | None,
) -> int:
    r"""Look at the whole setup: package, headers, libraries, driver, GPUs, CUDA, compiler.

    Needs no root and no network, and imports nothing of TensorRT-LLM's. Exits with 1 for problems, with 2 where no
    TensorRT-LLM is installed to judge by.

    \b
    trtheaders doctor
    trtheaders doctor --for build          a CI machine without a GPU
    trtheaders doctor --engine DIR         what a built engine wants, too
    trtheaders doctor --format markdown    a block to paste into an issue
    """
    if listing:
        _list_checks()
        return OK
    from trtheaders.verbs.doctor import doctor

    checkup = doctor(
        purpose=Purpose(purpose) if purpose else None, only=only, engine=engine, python=python, libraries=libraries
    )
    (say_text if form == "text" else hand_out)(_render(checkup, form, verbose=verbose, quiet=quiet))
    return _CODES[checkup.verdict]


def _list_checks() -> None:
    from trtheaders.diagnosis.checks.registry import CHECKS

    for check in CHECKS:
        say(f"{check.id:<20}  {check.question}")


def _render(checkup: Checkup, form: str, *, verbose: bool, quiet: bool) -> str:
    from trtheaders.report.checkup import render_json, render_markdown, render_text

    privacy = _privacy()
    if form == "json":
        return render_json(checkup, privacy)
    if form == "markdown":
        from trtheaders.version import __version__

        return render_markdown(checkup, privacy, __version__)
    # On the user's own screen only the home folder is shortened.
    own = Privacy(home=privacy.home)
    return render_text(checkup, own, folder=Path.cwd(), quiet=quiet, verbose=verbose, coloured=wants_colour())


def _privacy() -> Privacy:
    import platform

    home = os.environ.get("HOME", "")
    user = os.environ.get("USER") or os.environ.get("LOGNAME") or Path(home).name
    return Privacy(home=home, user=user, host=platform.node())
