"""What the page shows: releases side by side, each declaration's history, and what an upgrade would break."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from trtheaders.model.answers.changes import Change, Impact
from trtheaders.model.answers.findings import Verification


class Mark(Enum):
    """How a declaration stands in one release, against the release before it."""

    FIRST = "there"
    """In the oldest release that is shown: nobody knows since when."""
    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    ABSENT = "absent"


class Moment(Struct, frozen=True, kw_only=True):
    """A declaration in one release. ``size`` is in bytes, of classes alone; ``changes`` are those since the one before.

    ``impact`` is the gravest of them for a consumer.
    """

    mark: Mark
    size: int | None = None
    changes: tuple[Change, ...] = ()
    impact: Impact = Impact.NONE


class History(Struct, frozen=True, kw_only=True):
    """One declaration through the releases, oldest first. ``owner`` is its class, '' for what is in none.

    ``used`` says whether the reader's own sources mention it, None where no source was named.
    """

    name: str
    kind: str
    owner: str
    moments: tuple[Moment, ...]
    used: bool | None = None

    @property
    def sizes(self) -> tuple[int | None, ...]:
        """Bytes in each release."""
        return tuple(moment.size for moment in self.moments)

    @property
    def moves(self) -> bool:
        """Whether anything about it is not the same in all releases."""
        return any(moment.mark in (Mark.NEW, Mark.CHANGED, Mark.ABSENT) for moment in self.moments)


class ShownRelease(Struct, frozen=True, kw_only=True):
    """A column: where the release is known from (``origin``), and whether its headers and library are here."""

    version: str
    origin: str
    promises: int
    vendored: bool = False
    installed: bool = False


class Upgrade(Struct, frozen=True, kw_only=True):
    """What changes from the release that is used here to another one, gravest first."""

    old: str
    new: str
    changes: tuple[Change, ...]


class Page(Struct, frozen=True, kw_only=True):
    """All that the page shows. ``verification`` is None where there is no answer, and ``refusal`` says why.

    ``sources`` are the reader's own files.
    """

    title: str
    releases: tuple[ShownRelease, ...]
    histories: tuple[History, ...]
    upgrades: tuple[Upgrade, ...]
    verification: Verification | None = None
    refusal: str = ""
    remedy: str = ""
    sources: tuple[str, ...] = ()
