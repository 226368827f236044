"""A vendored release in, findings out: is every file what the lock says? No git, no network."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from trtheaders.model.answers.findings import Finding
from trtheaders.model.places import Location
from trtheaders.model.vendoring.locks import LockedFile, LockedRelease
from trtheaders.model.vendoring.releases import SNAPSHOT_NAME
from trtheaders.programs.files import read_bytes
from trtheaders.rules.row import Rule
from trtheaders.rules.vendored import CHANGED_FILES, EXTRA_FILES, INCONSISTENT_LOCKS, MISSING_FILES, UNCOMPARED_RELEASES
from trtheaders.vendoring.folder.release_folders import (
    LINK,
    compare_files,
    differs_in_line_ends,
    read_folder,
    tell_differing,
)
from trtheaders.vendoring.folder.store import Store
from trtheaders.vendoring.git.object_ids import SHA1_DIGITS, header_tree_id

if TYPE_CHECKING:
    from packaging.version import Version

_MOST_NAMED = 20
_MOST_SNAPSHOT = 64 * 1024**2
_ATTRIBUTES_HINT = (
    "git converts line ends here: keep the `.gitattributes` that `trtheaders add` writes (`* -text`), "
    "then run `trtheaders sync`"
)


def check_release(store: Store, version: Version | str) -> tuple[Finding, ...]:
    """What of ``version`` is not as the lock of ``store`` says, by file. Empty if all is well.

    Raises :class:`~trtheaders.errors.ReleaseError` where the lock does not name it, or its folder is not there.
    """
    release = store.locked(version)
    return check_files(release, store.directory_of(release))


def check_files(release: LockedRelease, folder: Path) -> tuple[Finding, ...]:
    """What in ``folder`` is not as ``release`` says."""
    found = read_folder(folder, _digits(release))
    if not release.files:
        return (*_check_tree_only(release, found), *_check_comparison(release))
    changes = compare_files(release.files, found)
    locked = {file.path: file for file in release.files}
    return (
        *_check_lock(release),
        *_changed(release, folder, [(locked[path], found[path]) for path in changes.changed]),
        *_missing(release, changes.missing),
        *(_extra(release, path) for path in changes.extra),
        *_check_comparison(release),
    )


def check_snapshot(release: LockedRelease, folder: Path) -> tuple[Finding, ...]:
    """Whether the snapshot that is recorded in ``folder`` is the one that the lock pins; one that is absent is none."""
    path = folder / SNAPSHOT_NAME
    if not release.snapshot or not os.path.lexists(path):
        return ()
    try:
        found = hashlib.sha256(read_bytes(path, _MOST_SNAPSHOT)).hexdigest()
    except OSError:
        found = ""
    if found == release.snapshot:
        return ()
    message = f"`{SNAPSHOT_NAME}` of {release.version} is not the snapshot that the lock names"
    return (_finding(CHANGED_FILES, message, SNAPSHOT_NAME, "`trtheaders sync` records it anew"),)


def _digits(release: LockedRelease) -> int:
    return len(release.tree) if release.tree else SHA1_DIGITS


def _check_tree_only(release: LockedRelease, found: dict[str, LockedFile]) -> tuple[Finding, ...]:
    """The lock holds no hash for each file: it can be told that something differs, not what."""
    plain = [file for file in found.values() if file.blob != LINK]
    if release.tree is None or header_tree_id(plain) == release.tree:
        return ()
    message = f"the headers of {release.version} have not the tree {release.tree} that the lock names"
    return (_finding(CHANGED_FILES, message, "", "`trtheaders sync` compares them with upstream"),)


def _check_lock(release: LockedRelease) -> tuple[Finding, ...]:
    tree = header_tree_id(release.files)
    if tree == release.tree:
        return ()
    message = f"the hashes of {release.version} in the lock make the tree {tree}, the lock says {release.tree}"
    hint = f"restore the lock from version control, or run `trtheaders add --force v{release.version}`"
    return (_finding(INCONSISTENT_LOCKS, message, "", hint),)


def _check_comparison(release: LockedRelease) -> tuple[Finding, ...]:
    if release.compared:
        return ()
    if release.differing:
        message = (
            f"{release.version} is not upstream's `{release.tag}` ({tell_differing(release.differing)}): its files are "
            "only known to be what was adopted"
        )
        hint = f"`trtheaders adopt --remote` says which; `trtheaders add --force v{release.version}` brings upstream's"
        return (_finding(UNCOMPARED_RELEASES, message, "", hint),)
    what = "its files are only known not to have changed" if release.files else "none of its files has a hash"
    message = f"{release.version} has not yet been compared with upstream's `{release.tag}`: {what}"
    hint = "`trtheaders sync` compares it, with a network or `--remote` and a clone"
    return (_finding(UNCOMPARED_RELEASES, message, "", hint),)


def _finding(rule: Rule, message: str, file: str, hint: str) -> Finding:
    location = Location(file=file) if file else None
    return rule.found(message, name=file, location=location, hint=hint)


def _changed(release: LockedRelease, folder: Path, pairs: list[tuple[LockedFile, LockedFile]]) -> tuple[Finding, ...]:
    plain = [wanted for wanted, now in pairs if now.blob != LINK]
    converted = [wanted for wanted in plain if differs_in_line_ends(folder / wanted.path, wanted)]
    edited = [pair for pair in pairs if pair[0] not in converted]
    return (*_fold_converted(release, converted), *(_edited(release, *pair) for pair in edited))


def _fold_converted(release: LockedRelease, files: list[LockedFile]) -> tuple[Finding, ...]:
    """One finding for all files: a checkout that converts line ends does it to every one."""
    if not files:
        return ()
    paths = [file.path for file in files]
    if len(paths) == 1:
        message = f"`{paths[0]}` of {release.version} differs from the lock only in its line ends (CRLF)"
        return (_finding(CHANGED_FILES, message, paths[0], _ATTRIBUTES_HINT),)
    message = f"{len(paths)} files of {release.version} differ from the lock only in their line ends (CRLF)"
    return (_fold(CHANGED_FILES, message, paths, _ATTRIBUTES_HINT),)


def _fold(rule: Rule, message: str, paths: list[str], hint: str) -> Finding:
    shown = paths[:_MOST_NAMED]
    more = [f"and {len(paths) - _MOST_NAMED} more"] if len(paths) > _MOST_NAMED else []
    return rule.found(
        message,
        location=Location(file=paths[0]),
        lines=(*shown, *more),
        hint=hint,
        explains=len(paths),
    )


def _edited(release: LockedRelease, wanted: LockedFile, found: LockedFile) -> Finding:
    if found.blob == LINK:
        message = f"`{wanted.path}` of {release.version} is no plain file, the lock has one of {wanted.size} bytes"
    else:
        message = (
            f"`{wanted.path}` of {release.version} is not what the lock says: {found.size} bytes with id "
            f"{found.blob[:12]}, the lock has {wanted.size} bytes with id {wanted.blob[:12]}"
        )
    return _finding(CHANGED_FILES, message, wanted.path, "`trtheaders sync` puts upstream's file back")


def _missing(release: LockedRelease, paths: tuple[str, ...]) -> tuple[Finding, ...]:
    hint = "`trtheaders sync` restores what the lock names"
    if len(paths) == len(release.files) > 1:
        message = f"none of the {len(paths)} files of {release.version} is there"
        return (_fold(MISSING_FILES, message, list(paths), hint),)
    return tuple(
        _finding(MISSING_FILES, f"`{path}` of {release.version} is missing, the lock names it", path, hint)
        for path in paths
    )


def _extra(release: LockedRelease, path: str) -> Finding:
    message = f"`{path}` lies among the files of {release.version}, the lock does not name it"
    return _finding(EXTRA_FILES, message, path, "`trtheaders sync --prune` removes it")
