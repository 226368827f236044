"""Options and words that the vendoring commands share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from trtheaders.cli.screen import from_here, overwrite, say
from trtheaders.counting import count_of
from trtheaders.errors import SparseCheckoutError, UsageError
from trtheaders.model.vendoring.locks import HEADER_FOLDER
from trtheaders.model.vendoring.vendored import Vendoring

F = TypeVar("F", bound=Callable[..., Any])

destination_option = click.option(
    "--destination",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The vendored folder, in place of the configured.",
)


def require_remote(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Refuse an empty remote: a variable that a script has not set must not mean the default one."""
    if value == "":
        raise UsageError("`--remote` is empty", hint="give an https or ssh URL, or the path of a clone of TensorRT-LLM")
    return value


remote_option = click.option(
    "--remote",
    callback=require_remote,
    metavar="URL|PATH",
    help="Upstream's URL, or an existing clone (read in place, no network).",
)
quiet_option = click.option("-q", "--quiet", is_flag=True, help="No remarks, errors only.")


def fetch_options(function: F) -> F:
    """`--remote`, `--offline`, `--full`, `--destination`."""
    function = destination_option(function)
    function = click.option("--full", is_flag=True, help="Take whole commits from a server that cannot filter.")(
        function
    )
    function = click.option("--offline", is_flag=True, help="Only what was fetched before; no network.")(function)
    return remote_option(function)


def terminal_progress() -> Callable[[str], None] | None:
    """Something that shows a line on the terminal in place of the one before; None where stderr is no terminal."""
    if not sys.stderr.isatty():
        return None
    return overwrite


def tell_vendoring(answer: Vendoring, *, quiet: bool) -> None:
    """One line on stdout, remarks on stderr."""
    release = answer.release
    size = release.size / 1_000_000
    commit = f"commit {release.commit[:12]}" if release.commit else "commit unknown"
    what = f"{answer.outcome.value}, {count_of(len(release.headers), 'file')}, {size:.2f} MB"
    say(f"{release.version}: {what}, {release.tag}, {commit}")
    if not quiet:
        tell_remarks(release.version, answer.remarks)


def tell_projects_below() -> None:
    """Name on stderr the projects below the working folder, where that has none itself: their headers are meant.

    Those that a sparse checkout leaves out are named, too.
    """
    from trtheaders.steps.question.projects import find_projects, refuse_left_out

    here = Path.cwd()
    try:
        for project in find_projects(here):
            if here in project.root.parents and project.destination.is_dir():
                say(from_here(f"note: `{project.destination}` belongs to a project below: run it there"), err=True)
        refuse_left_out(here)
    except SparseCheckoutError as error:
        say(from_here(f"remark: {error.message}"), err=True)


def tell_remarks(version: str, remarks: tuple[str, ...]) -> None:
    """Remarks on stderr, each with the release that it concerns."""
    for remark in remarks:
        say(from_here(f"{version}: warning: {remark}"), err=True)


def tell_uncompared(there_are: bool) -> None:
    """Say on stderr what compares releases that only their own files vouch for."""
    if there_are:
        say("hint: `trtheaders sync` compares with upstream what has not been compared yet", err=True)


def tell_hollow(folders: tuple[Path, ...]) -> None:
    """A remark on stderr for each folder that is named as a release is and holds none."""
    for folder in folders:
        way_out = f"move the headers to `{folder / HEADER_FOLDER}`, or remove it"
        story = f"`{folder}` is named as a release is and holds no `{HEADER_FOLDER}`, so that it was passed over"
        say(from_here(f"{folder.name}: warning: {story}: {way_out}"), err=True)


def tell_interrupted(folders: tuple[Path, ...]) -> None:
    """A remark on stderr for each folder that an interrupted change left; reading never puts it right."""
    for folder in folders:
        way_out = "`trtheaders sync` completes it; a folder that git tracks is left alone, remove it"
        say(from_here(f"{folder.name}: warning: `{folder}` is of a change that was interrupted: {way_out}"), err=True)
