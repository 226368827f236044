"""`trtheaders list`: the releases vendored here, or upstream's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from trtheaders.cli.options import format_option
from trtheaders.cli.vendoring import clear_progress, destination_option, require_remote, terminal_progress
from trtheaders.model.vendoring.vendored import ListedRelease
from trtheaders.visible import show

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
    r"""List the releases vendored here, or upstream's, newest first.

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
        clear_progress()
    if form == "json":
        click.echo(json.dumps({"schema": 1, "releases": [_document(release) for release in releases]}, indent=2))
    else:
        for release in releases:
            click.echo(show(_line(release, remote is not None)))
        if not releases:
            click.echo(
                "upstream has no release" if remote else "nothing is vendored (`trtheaders add RELEASE`)", err=True
            )
    return 0


def _line(release: ListedRelease, upstream: bool) -> str:
    marks = []
    if release.prerelease:
        marks.append("pre-release")
    if upstream and release.vendored:
        marks.append("vendored")
    if release.vendored and not release.compared:
        marks.append("not yet compared with upstream")
    commit = release.commit[:12] if release.commit else "-"
    return f"{release.version:16} {release.tag:17} {commit:12}  {', '.join(marks)}".rstrip()


def _document(release: ListedRelease) -> dict[str, Any]:
    return {
        "version": release.version,
        "tag": release.tag,
        "commit": release.commit,
        "prerelease": release.prerelease,
        "vendored": release.vendored,
        "compared": release.compared,
    }
