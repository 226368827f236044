"""One cause in one log: the symptoms that it explains, and what the words about it draw on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from trtheaders.checks.logs.known import Known
from trtheaders.checks.logs.symbols import Judged
from trtheaders.counting import count_of
from trtheaders.errors import ReleaseError
from trtheaders.model.answers.symptoms import InstalledLibrary, Log, SymptomKind
from trtheaders.model.library.exports import LibraryFacts
from trtheaders.model.vendoring.releases import parse_release


class SymptomGroup(Struct, frozen=True):
    """Everything that the words for one cause may draw on."""

    items: Sequence[Judged]
    log: Log
    known: Known
    installed: InstalledLibrary | None

    @property
    def count(self) -> str:
        """How many different things are missing, in words."""
        return count_of(len({item.symptom.subject for item in self.items}), "symbol")

    @property
    def late(self) -> bool:
        """Whether the program was already linked."""
        return all(item.symptom.kind is SymptomKind.UNDEFINED_AT_RUN_TIME for item in self.items)

    @property
    def fitting(self) -> tuple[str, ...]:
        """The releases that declare the most of what is missing."""
        counts = Counter(
            release for item in {i.symptom.subject: i for i in self.items}.values() for release in item.releases
        )
        best = max(counts.values(), default=0)
        return tuple(name for name in self.known.names if counts[name] == best and best)

    @property
    def library(self) -> str:
        """The installed library in words, or ''."""
        if self.installed is None:
            return ""
        version = f" {self.installed.version}" if self.installed.version else ""
        name = self.facts[0].name if self.facts else "the library"
        return f"the installed `{name}`{version}"

    @property
    def version(self) -> str:
        """The installed version, or ''."""
        return self.installed.version if self.installed is not None else ""

    @property
    def facts(self) -> tuple[LibraryFacts, ...]:
        """What is known of the installed libraries."""
        return self.installed.answers.libraries if self.installed is not None else ()

    @property
    def stale(self) -> str:
        """The release whose headers the build reads although another one is installed, or ''."""
        if self.installed is None or not self.installed.version:
            return ""
        wanted = plain_version(self.installed.version)
        others = [name for name in self.log.header_releases if plain_version(name) != wanted]
        return others[0] if others and len(others) == len(self.log.header_releases) else ""


def plain_version(version: str) -> str:
    """``version`` as releases are spelt, without a local suffix; as it is where it is no version."""
    try:
        return str(parse_release(version))
    except ReleaseError:
        return version
