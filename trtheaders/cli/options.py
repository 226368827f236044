"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from trtheaders.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])

_FOLDER = click.Path(path_type=Path)


def header_options(function: F) -> F:
    """`--entry`, `--include-dir`, `--define`, `--std`, `--compiler`: how headers are read."""
    options = (
        click.option(
            "--entry",
            "--entries",
            "entries",
            multiple=True,
            metavar="HEADER",
            help="A header to start from, or `all`. Default: tensorrt_llm/executor/executor.h.",
        ),
        click.option(
            "--include-dir",
            "--include-directories",
            "-I",
            "include_directories",
            multiple=True,
            type=_FOLDER,
            metavar="DIR",
            help="Where foreign headers lie (CUDA, TensorRT).",
        ),
        click.option(
            "--define",
            "--defines",
            "-D",
            "defines",
            multiple=True,
            metavar="NAME[=VALUE]",
            help="A macro, besides the configured ones (by default ENABLE_BF16 and ENABLE_FP8).",
        ),
        click.option("--std", "--standard", "standard", metavar="STANDARD", help="The C++ standard. Default: c++17."),
        click.option("--compiler", metavar="COMMAND", help="Your C++ compiler. Default: $CXX, g++, clang++."),
        click.option(
            "--compile-commands",
            type=_FOLDER,
            metavar="FILE",
            help="A compile_commands.json: its C++ sources' common flags are your compiler's.",
        ),
    )
    return _apply(options, function)


def _require_names(context: click.Context, parameter: click.Parameter, value: tuple[Path, ...]) -> tuple[Path, ...]:
    """Refuse an empty name, which click reads as the working folder."""
    if Path() in value:
        raise UsageError("`--library` was given no file's name", hint="name a library: `--library FILE`")
    return value


def library_options(function: F) -> F:
    """`--library`, `--python`: where the installed library is."""
    options = (
        click.option(
            "--library",
            "libraries",
            multiple=True,
            type=_FOLDER,
            callback=_require_names,
            metavar="FILE",
            help="A library that is linked; may be repeated.",
        ),
        click.option(
            "--python", type=_FOLDER, metavar="FILE", help="The interpreter whose environment has TensorRT-LLM."
        ),
    )
    return _apply(options, function)


def headers_option(function: F) -> F:
    """`--headers`: a header tree that is not vendored."""
    option = click.option("--headers", type=_FOLDER, metavar="DIR", help="Any header tree: the folder that goes to -I.")
    return option(function)


def verbosity_options(function: F) -> F:
    """`-v` and `-q`."""
    options = (
        click.option("-v", "--verbose", is_flag=True, help="Shorten nothing."),
        click.option("-q", "--quiet", is_flag=True, help="Only findings and the counts."),
    )
    return _apply(options, function)


def format_option(*formats: str) -> Callable[[F], F]:
    """`--format` with these choices, the first one the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How the answer is printed.",
    )


def _apply(options: tuple[Callable[[F], F], ...], function: F) -> F:
    for option in reversed(options):
        function = option(function)
    return function
