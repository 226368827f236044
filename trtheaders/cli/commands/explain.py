"""`trtheaders explain`: a failed build's output in, causes and remedies out."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import click

from trtheaders.cli.options import format_option, library_options
from trtheaders.cli.screen import hand_out, lines_from_here, say_text, wants_colour
from trtheaders.errors import UsageError
from trtheaders.visible import dump_json

_LONGEST = 16 * 1024 * 1024
"""Characters: no message of a compiler has as many, nor have all of a source in one document."""


@click.command("explain")
@click.argument("logs", nargs=-1, type=click.Path(path_type=Path), metavar="[LOG]...")
@library_options
@format_option("text", "json")
@click.option("-v", "--verbose", is_flag=True, help="Shorten nothing.")
def command(logs: tuple[Path, ...], libraries: tuple[Path, ...], python: Path | None, form: str, verbose: bool) -> int:
    r"""Read a failed build's output and say what is wrong, as far as TensorRT-LLM is concerned.

    Reads stdin, or the LOG files. Understands g++, clang, GNU ld, gold, lld, mold, wild and the dynamic loader, in
    English and in the languages that they are translated to, and the compilers' JSON and SARIF. Exit code 1 if
    something was explained, 2 if a failure names TensorRT-LLM and none was understood, 0 if nothing that failed
    concerns TensorRT-LLM.

    \b
    make 2>&1 | trtheaders explain
    cmake --build build 2>&1 | trtheaders explain --library /opt/libs/libtensorrt_llm.so
    ./program 2>&1 | trtheaders explain
    trtheaders explain --format json build.log
    """
    from trtheaders.report.symptoms import document_account, render_account
    from trtheaders.verbs.explain import explain

    account = explain(_lines(logs), libraries=libraries, python=python)
    if form == "json":
        hand_out(dump_json(document_account(account)))
    else:
        say_text(lines_from_here(render_account(account, colour=wants_colour(), verbose=verbose)))
    return 1 if account.explanations else 2 if account.unexplained else 0


def _lines(logs: tuple[Path, ...]) -> Iterator[str]:
    if not logs:
        if sys.stdin.isatty():
            raise UsageError("there is no log to read", hint="pipe one in: `make 2>&1 | trtheaders explain`")
        yield from _parts(io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace", newline="\n"))
    for path in logs:
        yield from _lines_of(path)


def _parts(file: TextIO) -> Iterator[str]:
    """The lines of ``file``; one that has no end comes in parts."""
    return iter(lambda: file.readline(_LONGEST), "")


def _lines_of(path: Path) -> Iterator[str]:
    try:
        # A pipe ends some day, a device need not.
        if path.is_char_device() or path.is_block_device():
            raise UsageError(f"`{path}` is a device", hint="name a log, or pipe it: `make 2>&1 | trtheaders explain`")
        with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
            yield from _parts(file)
    except OSError as error:
        hint = "name a readable file, or pipe the output: `make 2>&1 | trtheaders explain`"
        raise UsageError(f"`{path}` cannot be read: {error.strerror}", hint=hint) from error
