"""`trtheaders check`: the consumer's own code against every vendored release."""

from __future__ import annotations

from pathlib import Path

import click

from trtheaders.cli.options import format_option, library_options
from trtheaders.cli.progress import telling
from trtheaders.cli.screen import hand_out, lines_from_here, say_text, wants_colour
from trtheaders.visible import dump_json

_PATH = click.Path(path_type=Path)


@click.command("check", context_settings={"ignore_unknown_options": False})
@click.argument("words", nargs=-1, metavar="FILE... [-- FLAGS...]", type=click.UNPROCESSED)
@click.option("--release", "releases", multiple=True, metavar="RELEASE", help="Only this vendored release.")
@click.option("--compile-commands", type=_PATH, metavar="FILE", help="The compilation database. Default: the nearest.")
@click.option("-j", "--jobs", type=click.IntRange(1), metavar="N", help="Read so many sources at once.")
@library_options
@format_option("text", "json")
@click.option("-v", "--verbose", is_flag=True, help="Shorten nothing.")
def command(
    words: tuple[str, ...],
    releases: tuple[str, ...],
    compile_commands: Path | None,
    jobs: int | None,
    libraries: tuple[Path, ...],
    python: Path | None,
    form: str,
    verbose: bool,
) -> int:
    r"""Try your own sources, objects, archives or programs against every vendored release and the installed library.

    What the parser refuses your compiler decides. Errors that are the same with every release and are not about
    TensorRT-LLM are counted and left to the build; CUDA sources with kernels are not judged.

    Exit code 0 if sources compile with every release (compiled code: with one) and the installed library has what
    they use, 1 if not.

    \b
    trtheaders check backends/tensorrt.cpp
    trtheaders check src/main.cpp -- -DENABLE_TENSORRT -Ivendor
    trtheaders check src/*.cpp -- @flags.rsp
    trtheaders check --release 1.1.0 build/main.o
    trtheaders check --library /opt/libs/libtensorrt_llm.so build/program
    """
    from trtheaders.report.use_table import document_check, render_check
    from trtheaders.verbs.check import check

    files, flags = _split(words)
    with telling("trying every release"):
        answer = check(
            files,
            flags=flags,
            releases=releases,
            libraries=libraries,
            python=python,
            compile_commands=compile_commands,
            jobs=jobs or 0,
        )
    if form == "json":
        hand_out(dump_json(document_check(answer)))
    else:
        say_text(lines_from_here(render_check(answer, verbose=verbose, coloured=wants_colour(), base=Path.cwd())))
    return 0 if answer.good else 1


def _split(words: tuple[str, ...]) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Files come first; the compiler's flags begin with what starts with a dash or an `@` (click drops the `--`)."""
    first = next((index for index, word in enumerate(words) if word.startswith(("-", "@"))), len(words))
    return tuple(Path(word) for word in words[:first]), words[first:]
