"""One tag of a source into a store, with its snapshot: the step that `add` and `sync` share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.configuration import Configuration
from trtheaders.errors import HeaderError, StoreError, ToolchainError
from trtheaders.model.vendoring.locks import HEADER_FOLDER, LICENSE_NAME, LockedRelease
from trtheaders.model.vendoring.releases import SNAPSHOT_NAME
from trtheaders.model.vendoring.vendored import Outcome, Vendoring
from trtheaders.steps.memory.recorded_snapshots import HeaderRequest, is_current, make_snapshot, refuse_strangers
from trtheaders.vendoring.content.admission import Admission, Situation, admit
from trtheaders.vendoring.content.generated_headers import lock_generated, make_generated
from trtheaders.vendoring.content.licences import identify_license
from trtheaders.vendoring.content.sources import Source
from trtheaders.vendoring.content.vetted_files import UpstreamContent
from trtheaders.vendoring.folder.ignored import find_ignored
from trtheaders.vendoring.folder.release_folders import read_folder
from trtheaders.vendoring.folder.store import Store, StoreChange
from trtheaders.vendoring.git.objects import Tag
from trtheaders.vendoring.git.upstream import Progress


class Order(Struct, frozen=True, kw_only=True):
    """What is to be put where: ``tag`` of ``source`` as ``version`` into ``store``.

    ``force`` overrides what would refuse it, ``restore`` puts back changed files of a lock, ``prune`` lets files go
    that the lock does not name. ``progress`` hears of what takes long.
    """

    version: str
    tag: Tag
    source: Source
    store: Store
    configuration: Configuration
    force: bool = False
    restore: bool = False
    prune: bool = True
    remarks: tuple[str, ...] = ()
    progress: Progress | None = None


def install(order: Order) -> Vendoring:
    """Fetch the tag and let the store hold it. Raises what the wings raise; then nothing has changed."""
    content = _with_generated(order, order.source.content_of(order.tag))
    upstream = _lock_entry(order, content)
    folder = order.store.destination / order.version
    told: list[str] = list(order.remarks)
    with order.store.changing() as change:
        found = read_folder(folder, len(content.tree))
        if not order.prune:
            found = {path: file for path, file in found.items() if path in content.contents}
        case = Situation(upstream=upstream, locked=change.lock.releases.get(order.version), found=found)
        admission = admit(case, force=order.force, restore=order.restore)
        told += admission.remarks
        told += _write(order, change, upstream, content, admission)
    told += _judge_content(order.configuration, upstream)
    if not order.restore:
        told += _judge_surroundings(upstream, folder)
    return Vendoring(
        release=upstream,
        directory=folder,
        outcome=admission.outcome,
        snapshot=(folder / SNAPSHOT_NAME).is_file(),
        remarks=tuple(told),
    )


def _with_generated(order: Order, content: UpstreamContent) -> UpstreamContent:
    """``content`` with the headers that upstream's build makes, which are ours."""
    made = make_generated(order.version, content.contents)
    files = (*content.files, *lock_generated(made, len(content.tree)))
    return replace(content, files=files, contents={**content.contents, **made})


def keep(
    store: Store, configuration: Configuration, release: LockedRelease, progress: Progress | None = None
) -> Vendoring:
    """Leave ``release`` as it is, and record its snapshot unless there is one that is as we would record it now."""
    folder = store.destination / release.version
    told: list[str] = []
    if not is_current(store, release, configuration):
        with store.changing() as change:
            _tell_recording(progress, release)
            release = _renew(change, configuration, release, folder, told.append)
    return Vendoring(
        release=release,
        directory=folder,
        outcome=Outcome.UNCHANGED,
        snapshot=(folder / SNAPSHOT_NAME).is_file(),
        remarks=tuple(told),
    )


def _lock_entry(order: Order, content: UpstreamContent) -> LockedRelease:
    text = content.contents.get(LICENSE_NAME)
    return LockedRelease(
        version=order.version,
        tag=order.tag.name,
        remote=order.source.recorded,
        tag_object=content.tag.tag_object,
        commit=content.tag.commit,
        tree=content.tree,
        compared=True,
        license="" if text is None else identify_license(text),
        files=content.files,
    )


def _write(
    order: Order, change: StoreChange, upstream: LockedRelease, content: UpstreamContent, admission: Admission
) -> list[str]:
    locked = change.lock.releases.get(order.version)
    folder = order.store.destination / order.version
    if locked is not None and not upstream.remote:
        upstream = replace(upstream, remote=locked.remote)
    told: list[str] = []
    if admission.outcome is Outcome.UNCHANGED:
        if locked is not None and not is_current(order.store, locked, order.configuration):
            _tell_recording(order.progress, locked)
            _renew(change, order.configuration, locked, folder, told.append)
        return told

    def finish(folder: Path) -> None:
        _tell_recording(order.progress, upstream)
        data = make_record(order.configuration, upstream, folder, told.append)
        (folder / SNAPSHOT_NAME).unlink(missing_ok=True)
        if data is not None:
            (folder / SNAPSHOT_NAME).write_bytes(data)

    keep = not order.prune and admission.outcome is not Outcome.REPLACED
    change.install(upstream, content.contents, finish=finish, keep=keep)
    return told


def _tell_recording(progress: Progress | None, release: LockedRelease) -> None:
    if progress is not None:
        progress(f"{release.version}: recording what its headers promise …")


def make_record(
    configuration: Configuration, release: LockedRelease, folder: Path, tell: Callable[[str], None]
) -> bytes | None:
    """The snapshot of ``release``, whose headers lie in ``folder``, as a file's bytes; ``tell`` hears why not."""
    from trtheaders.headers.snapshot_files import encode_snapshot

    request = HeaderRequest(
        root=folder, configuration=configuration, release=release.version, content=release.tree or "", keep=True
    )
    try:
        refuse_strangers(folder, configuration.entries)
        return encode_snapshot(make_snapshot(request, both_string_abis=True, environment=False))
    except (ToolchainError, HeaderError) as error:
        tell(f"no snapshot was recorded, `verify` will parse the headers: {error.message}")
        return None


def _renew(
    change: StoreChange, configuration: Configuration, release: LockedRelease, folder: Path, tell: Callable[[str], None]
) -> LockedRelease:
    """Record the snapshot of ``release`` anew, if it can be made; its entry in the lock, which pins it."""
    data = make_record(configuration, release, folder, tell)
    if data is None:
        return release
    try:
        was_there = os.path.lexists(folder / SNAPSHOT_NAME)
        renewed = change.place_snapshot(release, data)
        if was_there:
            tell("its snapshot was recorded anew: commit it, and the lock")
        return renewed
    except StoreError as error:
        tell(f"no snapshot was recorded: {error.message}")
        return release


def _judge_content(configuration: Configuration, release: LockedRelease) -> list[str]:
    """What the consumer should know of what upstream has."""
    told = []
    paths = {file.path for file in release.files}
    if not paths.intersection(configuration.entries) and "all" not in configuration.entries:
        entries = ", ".join(f"`{entry}`" for entry in configuration.entries)
        told.append(f"{release.version} has no {entries}: name headers that it has with `--entry`")
    flags = f"`trtheaders path --flags {release.version}` names both folders"
    told += [f"`{file.path}` is ours, in place of what upstream's build makes: {flags}" for file in release.generated]
    if LICENSE_NAME not in paths:
        told.append(f"`{release.tag}` has no `{LICENSE_NAME}`")
    if f"{HEADER_FOLDER}/.gitattributes" in paths:
        told.append("upstream's own `.gitattributes` goes before ours, and may convert line ends")
    return told


def _judge_surroundings(release: LockedRelease, folder: Path) -> list[str]:
    """Whether the consumer's repository would commit what was vendored."""
    ignored = find_ignored(folder, [file.path for file in release.files])
    if not ignored:
        return []
    shown = ", ".join(f"`{path}`" for path in ignored[:5]) + (", …" if len(ignored) > 5 else "")
    what = "a vendored file" if len(ignored) == 1 else f"{len(ignored)} vendored files"
    return [f"your `.gitignore` hides {what}, which would not be committed: {shown}"]
