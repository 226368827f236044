"""`trtheaders stub`: make a small library that exports a release's promises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from trtheaders.cli.options import header_options, headers_option
from trtheaders.cli.screen import say


@click.command("stub")
@click.argument("release", required=False)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("libtensorrt_llm.so"),
    show_default=True,
    metavar="FILE",
    help="The library to make.",
)
@click.option("--soname", default="", metavar="NAME", help="What programs will ask for. Default: the file's name.")
@click.option(
    "--machine",
    type=click.Choice(["x86-64", "aarch64"]),
    default="x86-64",
    show_default=True,
    help="The architecture to make it for.",
)
@headers_option
@header_options
def command(machine: str, **question: Any) -> int:
    r"""Make a small library that exports a release's promises, to link against in CI.

    A program links with it as with the real library. It says what it is when it runs, and `verify` and `identify` say
    so too.

    \b
    trtheaders stub v1.2.0rc3 -o libtensorrt_llm.so
    g++ main.cpp $(trtheaders path --flags v1.2.0rc3) -L. -ltensorrt_llm
    trtheaders stub --headers include --entry my/api.h -o libmy.so
    trtheaders stub v1.2.0rc3 --machine aarch64 -o aarch64.so --soname libtensorrt_llm.so
    """
    from trtheaders.counting import count_of
    from trtheaders.model.library.exports import Machine
    from trtheaders.verbs.stub import stub

    made = stub(machine=Machine(machine), **question)
    for remark in made.remarks:
        say(f"remark: {remark}", err=True)
    what = f"{count_of(made.promises, 'promise')} ({count_of(made.symbols, 'symbol')}) of {made.facts.stub_of}"
    say(f"`{made.facts.path}` is a stub that exports {what}", err=True)
    return 0
