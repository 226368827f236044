"""`trtheaders diff`: what an upgrade changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from trtheaders.cli.main import FINDINGS, OK
from trtheaders.cli.options import format_option, header_options
from trtheaders.cli.screen import hand_out, say_text, wants_colour
from trtheaders.model.answers.changes import Comparison, Impact

_ANY = "any"
_IMPACTS = tuple(impact.value for impact in Impact if impact is not Impact.NONE)


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option(
    "--used-by",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Only what this C++ source touches; may be repeated.",
)
@click.option(
    "--fail-on",
    multiple=True,
    type=click.Choice((*reversed(_IMPACTS), _ANY)),
    help="Exit with 1 if a change does this; `any` is any of them. May be repeated.",
)
@header_options
@format_option("text", "json", "markdown")
@click.option("-v", "--verbose", is_flag=True, help="Harmless changes in full, too.")
def command(old: str, new: str, fail_on: tuple[str, ...], form: str, verbose: bool, **question: Any) -> int:
    r"""Show what changed from OLD to NEW, for someone about to upgrade.

    Each is a vendored release, a release that ships with trtheaders, a snapshot file, or a header tree (the folder
    that goes to -I).

    \b
    link      an object compiled with OLD fails to link with NEW's library
    silent    it links and misbehaves, or compiled anew it behaves otherwise
    compile   source that compiled with OLD does not with NEW

    \b
    trtheaders diff 1.1.0 1.2.0rc3
    trtheaders diff 1.1.0 1.2.0rc3 --used-by backends/tensorrt.cpp
    trtheaders diff v1.2.0rc4 ../TensorRT-LLM/cpp/include --fail-on silent --fail-on link
    trtheaders diff 1.0.0 1.1.0 --format markdown >> "$GITHUB_STEP_SUMMARY"
    """
    from trtheaders.verbs.diff import diff

    comparison = diff(old, new, **question)
    (say_text if form == "text" else hand_out)(_render(comparison, form, verbose=verbose))
    return FINDINGS if _fails(comparison, fail_on) else OK


def _render(comparison: Comparison, form: str, *, verbose: bool) -> str:
    from trtheaders.report import changes, changes_documents

    if form == "json":
        return changes_documents.render_changes_json(comparison)
    if form == "markdown":
        return changes_documents.render_changes_markdown(comparison)
    return changes.render_changes(comparison, verbose=verbose, coloured=wants_colour())


def _fails(comparison: Comparison, fail_on: tuple[str, ...]) -> bool:
    refused = set(_IMPACTS) if _ANY in fail_on else set(fail_on)
    return any(impact.value in refused for change in comparison.changes for impact in change.impacts)
