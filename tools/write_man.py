"""Write docs/trtheaders.1, the manual page, from the program's own help: `python tools/write_man.py`."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import click

from trtheaders.cli.main import COMMANDS, program
from trtheaders.version import __version__

EXITS = (
    (0, "verified; warnings and notes may have been told"),
    (1, "findings of severity error"),
    (2, "no answer: usage, nothing installed, nothing vendored, unreadable file, nothing to verify"),
    (101, "a defect of trtheaders itself"),
    (130, "interrupted"),
    (141, "the reader of the output went away"),
)
FILES = (
    ("trtheaders.toml", "the configuration, at the repository's root; or [tool.trtheaders] in pyproject.toml"),
    ("include/tensorrt-llm/trtheaders.lock", "what each vendored release is: commit, tree, files"),
    ("$XDG_CACHE_HOME/trtheaders", "what was fetched and read before; may be removed at any time"),
)


def render() -> str:
    """The whole page, in man(7)'s macros."""
    context = click.Context(program, info_name="trtheaders", max_content_width=78, **program.context_settings)
    lines = [
        f'.TH TRTHEADERS 1 "" "trtheaders {__version__}"',
        ".SH NAME",
        "trtheaders \\- do TensorRT-LLM C++ headers belong to the installed library?",
        ".SH SYNOPSIS",
        ".B trtheaders",
        "COMMAND [OPTION]... [ARGUMENT]...",
        ".SH COMMANDS",
    ]
    for name in COMMANDS:
        command = program.get_command(context, name)
        assert command is not None
        below = click.Context(command, info_name=name, parent=context, max_content_width=78)
        lines += [f".SS trtheaders {name}", ".nf", *map(_escape, command.get_help(below).splitlines()), ".fi"]
    lines += [".SH EXIT STATUS", *(line for code, text in EXITS for line in (".TP", str(code), _escape(text)))]
    lines += [".SH FILES", *(line for name, text in FILES for line in (".TP", _escape(name), _escape(text)))]
    return "\n".join([*lines, ""])


def _escape(line: str) -> str:
    """A line that roff leaves alone."""
    text = line.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text


if __name__ == "__main__":
    (ROOT / "docs" / "trtheaders.1").write_text(render(), encoding="utf-8")
