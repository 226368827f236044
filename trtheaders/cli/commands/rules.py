"""`trtheaders rules`: every kind of finding, with an example and where it comes from."""

from __future__ import annotations

import json

import click

from trtheaders.cli.options import format_option
from trtheaders.rules import RULES, Rule, rule


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
        click.echo(json.dumps({"schema": 1, "rules": [_document(item) for item in chosen]}, indent=2))
    elif identifier:
        click.echo(_explain(chosen[0]))
    else:
        width = max(len(item.id) for item in chosen)
        for item in chosen:
            click.echo(f"{item.id:{width}}  {item.severity.value:7}  {item.summary}")
    return 0


def _explain(item: Rule) -> str:
    example = "\n".join(f"    {line}" for line in item.example.splitlines())
    return (
        f"{item.id} ({item.severity.value}): {item.summary}\n\n"
        f"{click.wrap_text(item.explanation, 100)}\n\n{example}\n\nsource: {item.source}"
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
