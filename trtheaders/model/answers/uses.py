"""What a consumer's own code uses of TensorRT-LLM, and how that fares with each release: values of `check`."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location


class Used(Struct, frozen=True, kw_only=True):
    """A promised symbol that the consumer refers to, and the first place where it does."""

    symbol: SymbolName
    location: Location | None = None
    origin: str = ""


class Failure(Struct, frozen=True, kw_only=True):
    """One thing that is wrong with one release: a sentence, and the consumer's line or object.

    ``foreign``: neither the words nor the place are TensorRT-LLM's; ``touching``: but its line uses something of it.
    """

    message: str
    location: Location | None = None
    origin: str = ""
    foreign: bool = False
    touching: bool = False


class SourceReading(Struct, frozen=True, kw_only=True):
    """A source file parsed with one release's headers.

    ``errors`` concern TensorRT-LLM, ``others`` counts those that follow from ``absent`` includes and were not judged.
    ``reached`` says whether a header of the release was read at all, or asked for in vain.
    """

    errors: tuple[Failure, ...]
    used: tuple[Used, ...]
    absent: tuple[str, ...] = ()
    others: int = 0
    reached: bool = True
    source: Path | None = None
    common: tuple[Failure, ...] = ()
    """Foreign errors that do not depend on the release: the build's business."""
    unjudged: str = ""
    """Why the source was not judged, although it was read."""

    @property
    def partial(self) -> bool:
        """Whether some of its errors were left to the build: it compiles as far as it was judged."""
        return bool(self.others or self.common)

    @property
    def compiles(self) -> bool | None:
        """Whether it does, None where that was not judged."""
        return None if self.unjudged or not self.reached else not self.errors


class Touched(Struct, frozen=True, kw_only=True):
    """What a consumer's source touches of one release's headers.

    ``symbols`` it refers to, or what it makes the headers' inline code refer to; ``named`` are declarations in the
    headers, each by its place, relative to their root, and its own name there, '' for the unnamed, `A()` for a
    constructor of `A`: of functions,
    variables, aliases, of classes that it has objects or uses members of, of enumerations whose enumerators it names.
    ``words`` are its own files' identifiers, ``included`` the headers that those include. ``compiled``: the symbols are
    those of an object that the user's compiler made of it. ``reached``: it includes a header of the tree at all, as it
    is compiled. ``doubtful`` are the words of statements that the parser does not understand, and so may have passed
    over, ``dependent`` the members that templates and generic lambdas name of whatever they are given.
    """

    symbols: frozenset[SymbolName] = frozenset()
    named: frozenset[tuple[Location, str]] = frozenset()
    words: frozenset[str] = frozenset()
    included: frozenset[str] = frozenset()
    compiled: bool = False
    reached: bool = True
    doubtful: frozenset[str] = frozenset()
    dependent: frozenset[str] = frozenset()
    broken: tuple[Path, ...] = ()
    """Sources that do not compile with the release, so that the parser may have passed over something."""


class ReleaseRow(Struct, frozen=True, kw_only=True):
    """How the consumer fares with one release.

    ``compiles`` and ``layouts_hold`` are None where that was not judged. ``used`` counts the promises that are used,
    ``declared`` those among them that the release declares; ``kept`` those that the installed library exports, None
    where no library was asked. ``lacking`` are what the installed library lacks.
    """

    release: str
    compiles: bool | None
    used: int
    declared: int
    kept: int | None = None
    layouts_hold: bool | None = None
    failures: tuple[Failure, ...] = ()
    lacking: tuple[Failure, ...] = ()
    sources: tuple[tuple[Path, bool | None], ...] = ()
    """Each source, and whether it compiles with this release."""
    partly: frozenset[Path] = frozenset()
    """The sources of which only what concerns TensorRT-LLM was judged: other people's includes were missing."""
    partial: bool = False
    """Whether any was judged so."""

    @property
    def fits(self) -> bool:
        """Whether nothing speaks against building and running with this release."""
        return self.compiles is not False and self.layouts_hold is not False and self.declared == self.used


class Check(Struct, frozen=True, kw_only=True):
    """The answer of `check`: one row a release. ``installed`` is the version of the library that was asked, or ''."""

    subjects: tuple[Path, ...]
    rows: tuple[ReleaseRow, ...]
    installed: str = ""
    compiled: bool = False
    """Whether the subjects were compiled already: objects and programs belong to one release, sources to any."""
    remarks: tuple[str, ...] = ()
    taken: str = ""
    """Which installation was asked and why, '' where none was."""
    left: int = 0
    """How many errors are the sources' own, the same with every release, and so left to the build."""

    @property
    def theirs(self) -> tuple[ReleaseRow, ...]:
        """The rows whose symbols the installed library must have: of its release, of objects, or the only one."""
        alone = self.compiled or len(self.rows) == 1
        return tuple(row for row in self.rows if row.kept is not None and (alone or row.release == self.installed))

    @property
    def unkept(self) -> tuple[Failure, ...]:
        """What the installed library lacks of what it must have."""
        return next((row.lacking for row in self.theirs if row.lacking), ())

    @property
    def good(self) -> bool:
        """Sources fit every release; compiled code fits one; what the installed library's release uses is kept."""
        fitting = [row.fits for row in self.rows]
        return (any(fitting) if self.compiled else all(fitting)) and not self.unkept
