"""`trtheaders list`: the releases vendored here, or upstream's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from trtheaders.cli.options import format_option
from trtheaders.cli.screen import clear_overwritten, hand_out, say, wants_colour
from trtheaders.cli.vendoring import (
    destination_option,
    require_remote,
    tell_projects_below,
    tell_uncompared,
    terminal_progress,
)
from trtheaders.counting import count_of
from trtheaders.model.vendoring.vendored import ListedRelease
from trtheaders.report.colours import Ink, paint
from trtheaders.visible import dump_json

CONFIGURED = "configured"


@click.command("list")
@click.option(
    "--remote",
    is_flag=False,
    flag_value=CONFIGURED,
    callback=require_remote,
    metavar="[URL|PATH]",
    help="Upstream's releases: the configured remote's, or this one's.",
)
@click.option("--offline", is_flag=True, help="With --remote: only what was fetched before; no network.")
@destination_option
@format_option("text", "json")
def command(remote: str | None, offline: bool, destination: Path | None, form: str) -> int:
    r"""List the releases vendored here, or upstream's, newest first, and say which one is installed.

    \b
    trtheaders list
    trtheaders list --remote
    trtheaders list --remote ~/src/TensorRT-LLM --format json
    """
    from trtheaders.verbs.list_releases import list_releases

    try:
        releases = list_releases(
            upstream=remote is not None,
            remote=None if remote == CONFIGURED else remote,
            destination=destination,
            offline=offline,
            progress=terminal_progress(),
        )
    finally:
        clear_overwritten()
    if form == "json":
        hand_out(dump_json({"schema": 1, "releases": [_document(release) for release in releases]}))
    else:
        _print(releases, upstream=remote is not None)
    if not releases and remote is None and destination is None:
        tell_projects_below()
    return 0


def _print(releases: tuple[ListedRelease, ...], *, upstream: bool) -> None:
    if not releases:
        say("upstream has no release" if upstream else "nothing is vendored (`trtheaders add RELEASE`)", err=True)
        return
    rows = [("release", "tag", "commit", ""), *(_row(release, upstream) for release in releases)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for index, row in enumerate(rows):
        cells = (cell.ljust(width) for cell, width in zip(row, (*widths, 0), strict=True))
        line = "  ".join(cells).rstrip()
        say(paint(line, Ink.PLACE, coloured=wants_colour()) if index == 0 else line)
    tell_uncompared(any(map(_is_uncompared, releases)))


def _is_uncompared(release: ListedRelease) -> bool:
    return release.vendored and not release.compared and not release.differing


def _row(release: ListedRelease, upstream: bool) -> tuple[str, str, str, str]:
    marks = [
        ("installed", release.installed),
        ("pre-release", release.prerelease),
        ("vendored", upstream and release.vendored),
        ("not in the lock (`trtheaders adopt` puts it there)", release.unlocked),
        ("not there (`trtheaders status` says more)", release.missing),
        ("not yet compared with upstream", _is_uncompared(release)),
        (f"{count_of(release.differing, 'file')} not as in upstream's", release.differing > 0),
    ]
    told = ", ".join(word for word, holds in marks if holds)
    return release.version, release.tag, release.commit[:12] if release.commit else "-", told


def _document(release: ListedRelease) -> dict[str, Any]:
    return {
        "version": release.version,
        "tag": release.tag,
        "commit": release.commit,
        "prerelease": release.prerelease,
        "vendored": release.vendored,
        "compared": release.compared,
        "differing": release.differing,
        "installed": release.installed,
        "unlocked": release.unlocked,
        "missing": release.missing,
    }
