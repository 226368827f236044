"""What upstream has, what the lock says and what lies on the disk, to what may be done: an outcome, or a refusal."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.errors import StoreError, TagMovedError
from trtheaders.model.vendoring.locks import LICENSE_NAME, LockedFile, LockedRelease
from trtheaders.model.vendoring.vendored import FileChanges, Outcome
from trtheaders.vendoring.folder.release_folders import compare_files, tell_differing

_MOST_NAMED = 5


class Admission(Struct, frozen=True, kw_only=True):
    """What becomes of a release, and what to say about it."""

    outcome: Outcome
    remarks: tuple[str, ...] = ()


class Situation(Struct, frozen=True, kw_only=True):
    """One release to be judged: upstream's entry, the lock's (None without one), and the files on the disk by path."""

    upstream: LockedRelease
    locked: LockedRelease | None
    found: Mapping[str, LockedFile]

    @property
    def on_disk(self) -> FileChanges:
        """How the disk differs from upstream; a licence that is not there is no difference, since we bring it."""
        changes = compare_files(self.upstream.files, dict(self.found))
        return replace(changes, missing=tuple(path for path in changes.missing if path != LICENSE_NAME))


def admit(case: Situation, *, force: bool = False, restore: bool = False) -> Admission:
    """Judge ``case``. ``restore`` allows putting back files that differ from the lock; ``force`` allows everything.

    Raises :class:`TagMovedError` where upstream is not what the lock pins, :class:`StoreError` where files that are
    not upstream's would be lost.
    """
    if case.locked is None:
        return _admit_unlocked(case, force)
    if _has_moved(case.upstream, case.locked):
        return _admit_moved(case, case.locked, force)
    if not case.locked.compared:
        return _admit_uncompared(case, case.locked, force)
    return _admit_locked(case, force or restore)


def _has_moved(upstream: LockedRelease, locked: LockedRelease) -> bool:
    pinned = locked.commit is not None and locked.commit != upstream.commit
    # A tag made anew on the same commit has moved, too: somebody signed something else.
    resigned = locked.compared and locked.tag_object != upstream.tag_object
    other_content = locked.compared and locked.tree != upstream.tree
    return pinned or resigned or other_content


def _admit_moved(case: Situation, locked: LockedRelease, force: bool) -> Admission:
    story = _tell_move(case.upstream, locked)
    if not force:
        hint = f"`trtheaders add --force v{case.upstream.version}` records what it points at now"
        raise TagMovedError(story, hint=hint)
    return Admission(outcome=Outcome.REPLACED, remarks=(f"overridden: {story}",))


def _tell_move(upstream: LockedRelease, locked: LockedRelease) -> str:
    old = f"`{(locked.commit or 'an unknown commit')[:12]}`"
    new = f"`{(upstream.commit or 'an unknown commit')[:12]}`"
    if locked.tree is None:
        return f"the tag `{upstream.tag}` moved from commit {old} to {new}, the old content is not known"
    if locked.tree != upstream.tree:
        count = compare_files(locked.headers, {file.path: file for file in upstream.headers}).count
        files = f": {tell_differing(count)}" if locked.files else ""
        return f"the tag `{upstream.tag}` moved from commit {old} to {new} and its content changed{files}"
    if locked.commit != upstream.commit:
        return f"the tag `{upstream.tag}` moved from commit {old} to {new}: same content, other commit"
    return f"the tag `{upstream.tag}` was made anew on commit {new}: same content, same commit, other tag object"


def _admit_unlocked(case: Situation, force: bool) -> Admission:
    if not case.found:
        return Admission(outcome=Outcome.ADDED)
    if not case.on_disk.count:
        return Admission(outcome=Outcome.LOCKED)
    story = f"the folder of {case.upstream.version} is there without a lock and is not `{case.upstream.tag}`"
    return _override(case, story, force)


def _admit_uncompared(case: Situation, locked: LockedRelease, force: bool) -> Admission:
    if not case.found:
        return Admission(outcome=Outcome.RESTORED, remarks=_tell_other_tree(case, locked))
    if not case.on_disk.count:
        return Admission(outcome=Outcome.LOCKED)
    return _override(case, f"the folder of {case.upstream.version} is not `{case.upstream.tag}`", force)


def _tell_other_tree(case: Situation, locked: LockedRelease) -> tuple[str, ...]:
    if locked.tree in (None, case.upstream.tree):
        return ()
    return (f"the lock had the tree {locked.tree} for {locked.version}, upstream's is {case.upstream.tree}",)


def _admit_locked(case: Situation, force: bool) -> Admission:
    changes = case.on_disk
    license_missing = LICENSE_NAME not in case.found and any(f.path == LICENSE_NAME for f in case.upstream.files)
    if not changes.count and not license_missing:
        return Admission(outcome=Outcome.UNCHANGED)
    if not changes.changed and not changes.extra:
        brought = () if changes.count else (f"upstream's `{LICENSE_NAME}` was not there, and was added",)
        return Admission(outcome=Outcome.RESTORED, remarks=brought)
    story = f"files of {case.upstream.version} are not what the lock says"
    admission = _override(case, story, force)
    return replace(admission, outcome=Outcome.RESTORED)


def _override(case: Situation, story: str, force: bool) -> Admission:
    story = f"{story} ({describe_changes(case.on_disk)})"
    if not force:
        again = f"`trtheaders add --force v{case.upstream.version}`"
        hint = f"{again} overrides them; `trtheaders adopt --remote` says which release they are"
        raise StoreError(story, hint=hint)
    return Admission(outcome=Outcome.REPLACED, remarks=(f"overridden: {story}",))


def describe_changes(changes: FileChanges) -> str:
    """``changes`` in some words: `2 changed: `a.h`, `b.h`; 1 extra: `c.h``."""
    kinds = (("changed", changes.changed), ("missing", changes.missing), ("extra", changes.extra))
    return "; ".join(f"{len(paths)} {kind}: {_name(paths)}" for kind, paths in kinds if paths)


def _name(paths: tuple[str, ...]) -> str:
    more = ", …" if len(paths) > _MOST_NAMED else ""
    return ", ".join(f"`{path}`" for path in paths[:_MOST_NAMED]) + more
