"""`trtheaders guard`: make a source file that compares the loaded library when a program starts."""

from __future__ import annotations

from pathlib import Path

import click

from trtheaders.cli.screen import hand_out, say
from trtheaders.programs.outputs import write_output


@click.command("guard")
@click.argument("release")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="The source to make. Default: stdout."
)
@click.option(
    "--library",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The library of RELEASE that was verified: what it exports, and where its accessors read, is asked for.",
)
@click.option("--exact", is_flag=True, help="Let that very build alone do (GNU build id), not every one of RELEASE.")
def command(release: str, output: Path | None, library: Path | None, exact: bool) -> int:
    r"""Make a C++ source that lets a program start only with the TensorRT-LLM that it was built for.

    Compile it into the program, or into the shared object that uses TensorRT-LLM. Before main it compares the loaded
    libtensorrt_llm.so with RELEASE; another one ends the program with one line. TRTHEADERS_GUARD=warn goes on after
    that line, TRTHEADERS_GUARD=off asks nothing. In CMake: `trtheaders_import(GUARD)`.

    \b
    trtheaders guard 1.1.0 -o guard.cpp
    g++ main.cpp guard.cpp -I "$(trtheaders path 1.1.0)" -L… -ltensorrt_llm
    """
    from trtheaders.verbs.guard import guard

    text = guard(release, library=library, exact=exact)
    if output is None:
        hand_out(text)
        return 0
    write_output(output, text.encode())
    say(f"`{output}` is the guard for {release.removeprefix('v')}: compile it into your program", err=True)
    return 0
