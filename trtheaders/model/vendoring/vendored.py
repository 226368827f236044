"""What the vendoring verbs answer with: frozen values about releases in a folder and upstream."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from msgspec import Struct

from trtheaders.model.answers.findings import Finding, Severity
from trtheaders.model.names import CommitId
from trtheaders.model.vendoring.locks import LockedRelease


class Outcome(Enum):
    """What became of a release; the value is the word that reports use."""

    ADDED = "added"
    UNCHANGED = "unchanged"
    """It was there, whole, and upstream still says the same."""
    RESTORED = "restored"
    """Files that the lock names were put back."""
    LOCKED = "locked"
    """The folder was there without a lock, or not yet compared with upstream, and is identical to upstream's."""
    REPLACED = "replaced"
    """Something was overridden: a remark says what."""


class Vendoring(Struct, frozen=True, kw_only=True):
    """One release after `add` or `sync`. ``directory`` is what `-I` names; ``remarks`` are facts worth knowing.

    ``snapshot`` says whether an `AbiSnapshot` lies beside the headers.
    """

    release: LockedRelease
    directory: Path
    outcome: Outcome
    snapshot: bool = False
    remarks: tuple[str, ...] = ()


class ReleaseStanding(Enum):
    """How an adopted folder stands to upstream's tag of its name."""

    UNCOMPARED = "not compared"
    SAME = "the same as upstream"
    CHANGED = "locally changed"
    OTHER = "another commit's content"
    NO_TAG = "no such tag upstream"


class FileChanges(Struct, frozen=True, kw_only=True):
    """How one set of files differs from another: paths relative to the release's folder, sorted."""

    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many files are concerned."""
        return len(self.changed) + len(self.missing) + len(self.extra)


class Adoption(Struct, frozen=True, kw_only=True):
    """One folder after `adopt`.

    ``changes`` are those against the tag of its name, with CHANGED and OTHER. ``really`` names the tag or commit whose
    content it is with OTHER, and the nearest tag with CHANGED and NO_TAG where that is not its own.
    """

    release: LockedRelease
    standing: ReleaseStanding
    changes: FileChanges = FileChanges()
    really: str = ""
    remarks: tuple[str, ...] = ()


class ReleaseStatus(Struct, frozen=True, kw_only=True):
    """One release of the lock: what its files look like now. ``present`` says whether its folder is there at all.

    ``left_out`` says that a sparse checkout leaves it out, so that nothing was compared.
    """

    release: LockedRelease
    present: bool
    snapshot: bool
    findings: tuple[Finding, ...]
    left_out: bool = False

    @property
    def is_clean(self) -> bool:
        """Whether every vendored file is what the lock says."""
        return (self.present or self.left_out) and not any(
            finding.severity is Severity.ERROR for finding in self.findings
        )


class StoreStatus(Struct, frozen=True, kw_only=True):
    """A vendored folder: its releases, oldest first, and the release folders that the lock does not name.

    ``hollow`` folders are named as a release is and hold no headers where a release has them; ``interrupted`` ones are
    what a change left that was stopped, or look like it.
    """

    destination: Path
    releases: tuple[ReleaseStatus, ...]
    unlocked: tuple[str, ...] = ()
    hollow: tuple[Path, ...] = ()
    interrupted: tuple[Path, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether the folder holds what the lock says, no more, no less."""
        return not self.unlocked and all(release.is_clean for release in self.releases)


class ListedRelease(Struct, frozen=True, kw_only=True):
    """One row of `list`. ``commit`` is None where nobody knows it; ``vendored`` whether the lock names it.

    ``installed`` says that it is the release that is installed, ``unlocked`` that its folder lies here and the lock
    does not name it, ``missing`` that the lock names it and its folder is not there, ``differing`` in how many files it
    was found not to be what upstream's tag has.
    """

    version: str
    tag: str
    commit: CommitId | None
    prerelease: bool
    vendored: bool
    compared: bool = False
    differing: int = 0
    installed: bool = False
    unlocked: bool = False
    missing: bool = False
