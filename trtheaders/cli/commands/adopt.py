"""`trtheaders adopt`: put folders that are already there under a lock."""

from __future__ import annotations

from pathlib import Path

import click

from trtheaders.cli.screen import clear_overwritten, say
from trtheaders.cli.vendoring import (
    destination_option,
    quiet_option,
    require_remote,
    tell_hollow,
    tell_remarks,
    tell_uncompared,
    terminal_progress,
)
from trtheaders.counting import count_of
from trtheaders.model.vendoring.vendored import Adoption, ReleaseStanding
from trtheaders.vendoring.folder.release_folders import tell_differing

CONFIGURED = "configured"
_SETTLED = (ReleaseStanding.SAME, ReleaseStanding.UNCOMPARED)


@click.command("adopt")
@click.argument("releases", nargs=-1, metavar="[RELEASE...]")
@click.option(
    "--remote",
    is_flag=False,
    flag_value=CONFIGURED,
    callback=require_remote,
    metavar="[URL|PATH]",
    help="Compare each folder with its tag there; without a value, at the configured remote.",
)
@click.option("--offline", is_flag=True, help="With --remote: only what was fetched before; no network.")
@click.option("--full", is_flag=True, help="Take whole commits from a server that cannot filter.")
@destination_option
@quiet_option
def command(
    releases: tuple[str, ...], remote: str | None, offline: bool, full: bool, destination: Path | None, quiet: bool
) -> int:
    r"""Put release folders that are already there under a lock, without changing a byte of them.

    With --remote each is compared with its tag. Exit code 1 if one is not what its name says; it is locked all the
    same, marked as not upstream's.

    \b
    trtheaders adopt
    trtheaders adopt --remote
    trtheaders adopt 1.0.0 --remote ~/src/TensorRT-LLM   a full clone also finds commits between tags
    """
    from trtheaders.verbs.adopt import adopt
    from trtheaders.verbs.status import find_hollow

    try:
        answers = adopt(
            releases,
            compare=remote is not None,
            remote=None if remote == CONFIGURED else remote,
            destination=destination,
            offline=offline,
            full=full,
            progress=terminal_progress(),
        )
    finally:
        clear_overwritten()
    if not answers and not quiet:
        say("nothing to adopt: the lock names what is there (`trtheaders status` says how it stands)")
    for answer in answers:
        _print(answer)
        if not quiet:
            tell_remarks(answer.release.version, answer.remarks)
    if not quiet:
        tell_hollow(find_hollow(destination))
        tell_uncompared(any(answer.standing is ReleaseStanding.UNCOMPARED for answer in answers))
    return 0 if all(answer.standing in _SETTLED for answer in answers) else 1


def _print(answer: Adoption) -> None:
    release = answer.release
    say(f"{release.version}: adopted, {count_of(len(release.headers), 'file')}, {_describe(answer)}")
    for word, paths in (
        ("changed", answer.changes.changed),
        ("missing", answer.changes.missing),
        ("extra", answer.changes.extra),
    ):
        for path in paths:
            say(f"  {word}: {path}")


def _describe(answer: Adoption) -> str:
    tag, standing = answer.release.tag, answer.standing
    if standing is ReleaseStanding.SAME:
        return f"the same as upstream's {tag}, commit {(answer.release.commit or '')[:12]}"
    if standing is ReleaseStanding.OTHER:
        return f"not {tag} but the content of {answer.really} ({tell_differing(answer.changes.count)} from {tag})"
    nearest = f"; nearest is {answer.really}" if answer.really else ""
    if standing is ReleaseStanding.CHANGED:
        return f"locally changed: {tell_differing(answer.changes.count)} from {tag}{nearest}"
    if standing is ReleaseStanding.NO_TAG:
        return f"upstream has no {tag}{nearest}"
    return f"not yet compared with upstream's {tag}"
