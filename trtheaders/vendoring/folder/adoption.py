"""A folder that was there before us, to its lock entry, and to what upstream knows of its content."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from packaging.version import Version

from trtheaders.errors import HostileContentError, ReleaseError
from trtheaders.model.vendoring.locks import HEADER_FOLDER, LICENSE_NAME, LockedFile, LockedRelease
from trtheaders.model.vendoring.releases import tag_of
from trtheaders.model.vendoring.vendored import Adoption, FileChanges, ReleaseStanding
from trtheaders.programs.files import read_bytes
from trtheaders.vendoring.content.hostility import TreeEntry, vet_entries
from trtheaders.vendoring.content.licences import identify_license
from trtheaders.vendoring.content.resolution import nearest, release_tags, resolve
from trtheaders.vendoring.content.sources import Source
from trtheaders.vendoring.content.vetted_files import UpstreamContent
from trtheaders.vendoring.folder.release_folders import LINK, compare_files, read_folder, tell_differing
from trtheaders.vendoring.git.object_ids import header_tree_id
from trtheaders.vendoring.git.objects import Tag


class Resemblance(Struct, frozen=True, kw_only=True):
    """Another tag or commit whose headers are like the folder's: how many files differ."""

    name: str
    differing: int


def lock_folder(folder: Path, version: Version, remote: str) -> LockedRelease:
    """The entry for ``folder`` as it is, not compared with anything.

    Raises :class:`HostileContentError` for links and for names that could not have come from upstream.
    """
    found = read_folder(folder)
    for file in found.values():
        if file.blob == LINK:
            raise HostileContentError(
                f"`{folder / file.path}` is no plain file", hint="vendored headers are plain files"
            )
    strangers = [path for path, file in found.items() if not _belongs(file)]
    if strangers:
        message = f"`{folder / strangers[0]}` lies beside `{HEADER_FOLDER}`, where only `{LICENSE_NAME}` belongs"
        raise ReleaseError(message, hint="move it away; the lock can only name upstream's files")
    entries = [TreeEntry(mode=file.mode, blob=file.blob, path=path.encode()) for path, file in found.items()]
    vet_entries(entries, str(folder))
    files = tuple(sorted(found.values(), key=lambda file: file.path))
    license_text = read_bytes(folder / LICENSE_NAME) if LICENSE_NAME in found else None
    return LockedRelease(
        version=str(version),
        tag=tag_of(version),
        remote=remote,
        tree=header_tree_id(files),
        license="" if license_text is None else identify_license(license_text),
        files=files,
    )


def _belongs(file: LockedFile) -> bool:
    return file.is_header or file.is_generated or file.path == LICENSE_NAME


def compare_with_upstream(entry: LockedRelease, source: Source, tags: dict[str, Tag]) -> Adoption:
    """How the folder of ``entry`` stands to the tag of its name; the entry comes back completed if it is the same."""
    try:
        resolution = resolve(Version(entry.version), tags)
    except ReleaseError as error:
        other = find_resemblance(entry, source, tags)
        return Adoption(release=entry, standing=ReleaseStanding.NO_TAG, really=_tell(other), remarks=(error.message,))
    content = source.content_of(tags[resolution.tag])
    remarks = (resolution.remark,) if resolution.remark else ()
    own = compare_files([file for file in content.files if file.is_header], _headers(entry))
    if not own.count:
        return Adoption(release=_complete(entry, content, source), standing=ReleaseStanding.SAME, remarks=remarks)
    entry = replace(entry, tag=resolution.tag, differing=own.count)
    other = find_resemblance(entry, source, tags)
    if other is not None and not other.differing:
        return Adoption(release=entry, standing=ReleaseStanding.OTHER, changes=own, really=other.name, remarks=remarks)
    closer = other if other is not None and other.differing < own.count else None
    return Adoption(release=entry, standing=ReleaseStanding.CHANGED, changes=own, really=_tell(closer), remarks=remarks)


def _complete(entry: LockedRelease, content: UpstreamContent, source: Source) -> LockedRelease:
    text = content.contents.get(LICENSE_NAME)
    # The folder's own licence file is locked as it is; what the licence is, upstream's says.
    return replace(
        entry,
        tag=content.tag.name,
        remote=source.recorded or entry.remote,
        tag_object=content.tag.tag_object,
        commit=content.tag.commit,
        # Upstream's file modes count in its tree id; a folder's own may have been lost on the way.
        tree=content.tree,
        compared=True,
        differing=0,
        license=entry.license or ("" if text is None else identify_license(text)),
        files=tuple(sorted((*_licence_of(entry), *(f for f in content.files if f.is_header)), key=lambda f: f.path)),
    )


def _licence_of(entry: LockedRelease) -> tuple[LockedFile, ...]:
    return tuple(file for file in entry.files if not file.is_header)


def _headers(entry: LockedRelease) -> dict[str, LockedFile]:
    return {file.path: file for file in entry.headers}


def _tell(other: Resemblance | None) -> str:
    if other is None:
        return ""
    return f"{other.name}, {tell_differing(other.differing)}" if other.differing else other.name


def find_resemblance(entry: LockedRelease, source: Source, tags: dict[str, Tag]) -> Resemblance | None:
    """The tag with the same headers, else any commit of the source with them, else the tag that comes nearest."""
    known = release_tags(tags)
    best: Resemblance | None = None
    for version in nearest(Version(entry.version), known, count=source.search_limit):
        tag = tags[known[version]]
        try:
            changes = _compare_with_tag(entry, source, tag)
        except ReleaseError:
            continue
        if best is None or changes.count < best.differing:
            best = Resemblance(name=tag.name, differing=changes.count)
        if not best.differing:
            return best
    commit = source.find_commit(entry.tree) if entry.tree else ""
    return Resemblance(name=commit, differing=0) if commit else best


def _compare_with_tag(entry: LockedRelease, source: Source, tag: Tag) -> FileChanges:
    upstream = [
        LockedFile(path=f"{HEADER_FOLDER}/{item.path.decode(errors='replace')}", blob=item.blob, size=0, mode=item.mode)
        for item in source.entries_of(tag)
    ]
    return compare_files(upstream, _headers(entry))
