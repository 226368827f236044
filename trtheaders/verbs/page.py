"""`page`: releases side by side, as a value for one self-contained document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec.structs import replace
from packaging.version import Version

from trtheaders.checks.diff.comparison import compare_snapshots
from trtheaders.checks.diff.histories import tell_histories
from trtheaders.checks.diff.usage import keep_used
from trtheaders.configuration import Configuration, find_sources
from trtheaders.errors import ReleaseError
from trtheaders.model.answers.changes import Action, Change, Impact, Subject
from trtheaders.model.answers.findings import Verification
from trtheaders.model.answers.pages import History, Page, ShownRelease, Upgrade
from trtheaders.model.answers.symptoms import KnownRelease
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.steps.question.known_releases import known_releases
from trtheaders.steps.question.settings import settle_configuration
from trtheaders.steps.question.source_text import read_source

_SUBJECTS = {subject.value: subject for subject in Subject}


def page(
    verification: Verification | None = None,
    *,
    refusal: str = "",
    remedy: str = "",
    releases: Sequence[str] = (),
    sources: Sequence[Path] = (),
    start: Path | None = None,
) -> Page:
    """The releases that are vendored or ship (or ``releases`` of them), oldest first, with each declaration's history.

    ``verification`` is the answer of `verify`, None with a ``refusal`` and its ``remedy`` where there is none.
    ``sources`` are the reader's own files, the configured ones unless given: what they mention is marked. ``start`` is
    the folder whose configuration holds. Raises :class:`~trtheaders.errors.ReleaseError` for a release that is not
    known, and :class:`~trtheaders.errors.UsageError` for a source that cannot be read.
    """
    configuration = settle_configuration(start)
    known = _choose(known_releases(configuration), releases)
    files = sources or find_sources(configuration)
    texts = [read_source(path) for path in files]
    snapshots = [item.snapshot for item in known]
    histories = tell_histories(snapshots)
    if texts:
        histories = tuple(_mark(histories, texts, snapshots))
    installed = verification.installed if verification else None
    return Page(
        title=configuration.root.resolve().name if configuration.root else "",
        releases=tuple(_show(item, installed) for item in known),
        histories=histories,
        upgrades=tuple(_upgrades(known, _current(verification, known), texts)),
        verification=verification,
        refusal=refusal,
        remedy=remedy,
        sources=tuple(_short(path, configuration) for path in files),
    )


def _choose(known: Iterable[KnownRelease], wanted: Sequence[str]) -> list[KnownRelease]:
    found = {item.release: item for item in known}
    names = [name.removeprefix("v") for name in wanted] or list(found)
    lost = [name for name in names if name not in found]
    if lost:
        hint = f"`trtheaders add v{lost[0]}` vendors it; known are {', '.join(found)}"
        raise ReleaseError(f"{lost[0]} is neither vendored nor shipped", hint=hint)
    return sorted((found[name] for name in dict.fromkeys(names)), key=lambda item: Version(item.release))


def _show(item: KnownRelease, installed: str | None) -> ShownRelease:
    return ShownRelease(
        version=item.release,
        origin=item.origin,
        promises=len(item.snapshot.promises),
        vendored=item.origin == "vendored",
        installed=item.release == installed,
    )


def _current(verification: Verification | None, known: Sequence[KnownRelease]) -> str:
    """The release that an upgrade starts from: the headers', else the newest that is vendored, else the oldest."""
    if verification and verification.release in {item.release for item in known}:
        return verification.release or ""
    vendored = [item.release for item in known if item.origin == "vendored"]
    return (vendored[-1:] or [item.release for item in known[:1]] or [""])[0]


def _upgrades(known: Sequence[KnownRelease], current: str, texts: Sequence[str]) -> Iterable[Upgrade]:
    """What breaks, from the current release to each other one; only what the sources mention, where there are any."""
    old = next((item for item in known if item.release == current), None)
    for item in known if old else ():
        if old is None or item is old:
            continue
        changes = compare_snapshots(old.snapshot, item.snapshot)
        kept = keep_used(changes, texts, old.snapshot, item.snapshot) if texts else changes
        breaking = tuple(change for change in kept if change.impact is not Impact.NONE)
        yield Upgrade(old=current, new=item.release, changes=breaking)


def _mark(histories: Iterable[History], texts: Sequence[str], snapshots: Sequence[AbiSnapshot]) -> Iterable[History]:
    """Each history with whether the sources mention it, by the same rule as `diff --used-by`."""
    items = list(histories)
    asked = [
        Change(subject=_SUBJECTS.get(item.kind, Subject.FUNCTION), action=Action.CHANGED, name=item.name)
        for item in items
    ]
    used = {(change.subject, change.name) for change in keep_used(asked, texts, *snapshots)}
    for item, change in zip(items, asked, strict=True):
        yield replace(item, used=(change.subject, change.name) in used)


def _short(path: Path, configuration: Configuration) -> str:
    root = configuration.root
    return path.relative_to(root).as_posix() if root and path.is_relative_to(root) else str(path)
