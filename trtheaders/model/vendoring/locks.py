"""What `trtheaders.lock` says: which content each vendored release has, and where it came from."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from trtheaders.model.names import CommitId, TreeId

HEADER_FOLDER = "tensorrt_llm"
"""The folder of a vendored release that holds upstream's headers; its parent is what `-I` names."""

LICENSE_NAME = "LICENSE"
GENERATED_FOLDER = "generated"
"""The folder of a vendored release for headers that upstream's build makes and no tag has; a second `-I` names it."""


class LockedFile(Struct, frozen=True, kw_only=True):
    """One vendored file: ``path`` is POSIX and relative to the release's folder, ``size`` in bytes.

    ``blob`` is git's id of the content, so that `git hash-object` gives the same; ``mode`` is git's file mode, which
    is part of the tree id (`100644`, or `100755` for an executable).
    """

    path: str
    blob: str
    size: int
    mode: str = "100644"

    @property
    def is_header(self) -> bool:
        """Whether the file is part of upstream's header tree, and not the licence beside it."""
        return self.path.startswith(f"{HEADER_FOLDER}/")

    @property
    def is_generated(self) -> bool:
        """Whether the file is ours, made in place of one that upstream's build makes."""
        return self.path.startswith(f"{GENERATED_FOLDER}/{HEADER_FOLDER}/")


class LockedRelease(Struct, frozen=True, kw_only=True):
    """One release of the lock.

    ``tag_object`` is None for a lightweight tag and where it is unknown. ``commit`` and ``tree`` are None where nobody
    has seen upstream's yet; ``compared`` says whether the content is known to be that of upstream's tag, ``differing``
    in how many files it was found not to be. ``files`` is
    sorted by path, and empty where only the tree is known. ``license`` is an SPDX id, empty where unknown.
    ``snapshot`` is the SHA-256 of the snapshot's file that was recorded beside the headers, empty where none was.
    """

    version: str
    tag: str
    remote: str
    tag_object: CommitId | None = None
    commit: CommitId | None = None
    tree: TreeId | None = None
    compared: bool = False
    differing: int = 0
    license: str = ""
    snapshot: str = ""
    files: tuple[LockedFile, ...] = ()

    @property
    def headers(self) -> tuple[LockedFile, ...]:
        """The files of upstream's header tree."""
        return tuple(file for file in self.files if file.is_header)

    @property
    def generated(self) -> tuple[LockedFile, ...]:
        """The files that are ours, in place of what upstream's build makes."""
        return tuple(file for file in self.files if file.is_generated)

    @property
    def size(self) -> int:
        """The bytes of the header tree."""
        return sum(file.size for file in self.headers)


class Lock(Struct, frozen=True, kw_only=True):
    """All releases of a vendored folder, by canonical version."""

    releases: Mapping[str, LockedRelease] = field(default_factory=dict)

    def ordered(self) -> tuple[LockedRelease, ...]:
        """The releases, oldest first."""
        from packaging.version import Version

        return tuple(sorted(self.releases.values(), key=lambda release: Version(release.version)))

    def having(self, release: LockedRelease) -> Lock:
        """This lock with ``release`` added, or in place of the one of the same version."""
        return replace(self, releases={**self.releases, release.version: release})

    def lacking(self, version: str) -> Lock:
        """This lock without ``version``."""
        return replace(self, releases={key: value for key, value in self.releases.items() if key != version})
