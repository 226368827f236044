"""`trtheaders rules`: every kind of finding, with an example and where it comes from."""

from __future__ import annotations

import click

from trtheaders.cli.options import format_option
from trtheaders.cli.screen import hand_out, say, say_text, screen_width
from trtheaders.rules import RULES, Rule, rule
from trtheaders.visible import dump_json


@click.command("rules")
@click.argument("identifier", metavar="[RULE]", default="")
@format_option("text", "json")
def command(identifier: str, form: str) -> int:
    r"""Explain the rules, all in a list or one in full.

    \b
    trtheaders rules
    trtheaders rules missing-symbols
    trtheaders rules --format json
    """
    chosen = [rule(identifier)] if identifier else list(RULES.values())
    if form == "json":
        hand_out(dump_json({"schema": 1, "rules": [_document(item) for item in chosen]}))
    elif identifier:
        say_text(_explain(chosen[0]))
    else:
        width = max(len(item.id) for item in chosen)
        for item in chosen:
            say(f"{item.id:{width}}  {item.severity.value:7}  {item.summary}")
    return 0


def _explain(item: Rule) -> str:
    example = "\n".join(f"    {line}" for line in item.example.splitlines())
    return (
        f"{item.id} ({item.severity.value}): {item.summary}\n\n"
        f"{click.wrap_text(item.explanation, min(screen_width() or 100, 100))}\n\n{example}\n\nsource: {item.source}"
    )


def _document(item: Rule) -> dict[str, str]:
    return {
        "id": item.id,
        "severity": item.severity.value,
        "summary": item.summary,
        "explanation": item.explanation,
        "example": item.example,
        "source": item.source,
    }
