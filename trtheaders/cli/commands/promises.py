"""`trtheaders promises`: what headers owe, and what they do not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from trtheaders.cli.options import format_option, header_options, headers_option
from trtheaders.cli.screen import hand_out, say
from trtheaders.counting import count_of
from trtheaders.model.headers.snapshot import AbiSnapshot


@click.command("promises")
@click.argument("release", required=False)
@headers_option
@header_options
@format_option("text", "json")
def command(release: str | None, form: str, **question: Any) -> int:
    r"""List what headers promise and what they exempt, with the reason.

    \b
    trtheaders promises v1.2.0rc4
    trtheaders promises --headers include --entry my/api.h
    trtheaders promises --headers include --entry my/api.h --format json | jq '.promises[].symbols'
    """
    from trtheaders.verbs.promises import promises

    snapshot = promises(release, **question)
    if form == "json":
        from trtheaders.report.verification.json import render_promises

        hand_out(render_promises(snapshot))
    else:
        for line in _list(snapshot):
            say(line)
    return 0


def _list(snapshot: AbiSnapshot) -> Iterable[str]:
    for promise in snapshot.promises:
        declaration = promise.declaration
        yield f"{declaration.location}: promised: {declaration.kind.value} `{declaration.name}`"
        yield from (f"   {symbol}" for symbol in promise.symbols)
    for exempt in snapshot.exempt:
        declaration = exempt.declaration
        yield f"{declaration.location}: exempt: {declaration.kind.value} `{declaration.name}`: {exempt.reason.value}"
    for item in snapshot.unverifiable:
        yield f"{item.location}: unverifiable: `{item.name}`: {item.reason}"
    yield ""
    promises = count_of(len(snapshot.promises), "promise")
    yield f"{promises} · {len(snapshot.exempt)} exempt · {len(snapshot.unverifiable)} unverifiable"
