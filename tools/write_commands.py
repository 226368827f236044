"""Write docs/commands.md: the help of every command, as the program prints it."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import click

from trtheaders.cli.main import COMMANDS, program


def render() -> str:
    """The whole page."""
    parts = ["# Commands\n", "Written by `python tools/write_commands.py`; a test keeps it equal to `--help`.\n"]
    context = click.Context(program, info_name="trtheaders", max_content_width=100, **program.context_settings)
    parts.append(f"```\n$ trtheaders --help\n{program.get_help(context)}\n```\n")
    for name in COMMANDS:
        command = program.get_command(context, name)
        below = click.Context(command, info_name=name, parent=context, max_content_width=100)
        parts.append(f"## trtheaders {name}\n\n```\n{command.get_help(below)}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    (ROOT / "docs" / "commands.md").write_text(render(), encoding="utf-8")
