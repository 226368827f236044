"""Mismatches as values, and the verdict over them. Values never render themselves."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from msgspec import Struct

from trtheaders.model.headers.promises import Unverifiable
from trtheaders.model.headers.snapshot import Toolchain
from trtheaders.model.library.exports import LibraryFacts
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location


class Severity(Enum):
    """An error breaks a consumer; a warning may; a note is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Witness(Enum):
    """What the user's own linker said of a finding (`verify --link`)."""

    NOT_ASKED = "not asked"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    UNCLEAR = "unclear"


class EvidenceKind(Enum):
    """What a line under a finding is: how a report words it, and what may be concluded from it."""

    FACT = "fact"
    DIFFERENCE = "difference"
    REACHED = "reached"
    WANTED = "wanted"
    PRESENT = "present"
    ASKED = "asked"
    ACCEPTED = "accepted"
    SYMPTOM = "symptom"
    ALIKE = "alike"
    DETAIL = "detail"


class Evidence(Struct, frozen=True):
    """One line under a finding.

    ``DIFFERENCE``: how what the library has differs; ``REACHED``: how something private comes to be owed; ``WANTED``
    and ``PRESENT``: the symbols of the headers' and of the library's side; ``ASKED``: a library; ``ACCEPTED``: why it
    is on record; ``SYMPTOM``: a finding that was folded, at ``place``; ``ALIKE``: one that says what the lines
    before it say already, of another declaration; ``DETAIL``: a difference of the symptom before it.
    """

    kind: EvidenceKind
    text: str
    place: Location | None = None


class Finding(Struct, frozen=True, kw_only=True):
    """One mismatch between what was promised and what is there.

    ``rule`` is an id of `trtheaders.rules`. ``message`` is one sentence without a final period, code in backticks,
    both sides named. ``evidence`` are further lines under it. ``symbols`` are all mangled names concerned; a finding
    that folds several symptoms into a cause lists them all, and ``explains`` counts the promises behind it.
    """

    rule: str
    severity: Severity
    message: str
    name: str = ""
    location: Location | None = None
    symbols: tuple[SymbolName, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    hint: str = ""
    explains: int = 1
    witness: Witness = Witness.NOT_ASKED


class Verdict(Enum):
    """The one-word answer."""

    VERIFIED = "verified"
    MISMATCH = "mismatch"
    UNANSWERED = "unanswered"


class LayoutCounts(Struct, frozen=True, kw_only=True):
    """Classes whose layout the headers tell, those of them that the libraries show something of, and how many of these
    are proved others there, or only seem to be. ``unread``: something that tells of layouts was not read.
    """

    classes: int = 0
    judged: int = 0
    contradicted: int = 0
    doubted: int = 0
    unread: bool = False

    @property
    def confirmed(self) -> int:
        """Of how many there is evidence, and none against the headers."""
        return self.judged - self.contradicted - self.doubted


class Counts(Struct, frozen=True, kw_only=True):
    """How much was looked at. ``missing`` and ``promises`` count promises, ``symbols`` counts symbols."""

    promises: int = 0
    symbols: int = 0
    missing: int = 0
    exempt: int = 0
    unverifiable: int = 0
    layouts: LayoutCounts = LayoutCounts()


class Verification(Struct, frozen=True, kw_only=True):
    """The answer of `verify`: what was compared with what, and what came out.

    ``findings`` name causes; ``symptoms`` are the same before they were folded, one a declaration.

    ``release`` is None for a tree that is no release. ``header_root`` is the folder that findings' files are relative
    to. ``remarks`` are facts the reader should know (which library was taken and why, stand-ins used, coverage), the
    weightiest first; ``counted`` is the one among them that ``counts`` say as well.

    ``installed`` is the release that the first library is, by its symbols or by what its installation
    says, None where neither tells. ``stand_ins`` are foreign headers that were not found and read from our own.
    ``place`` is what people know the installation by: its environment's folder, or the folder of the library.
    """

    release: str | None
    header_root: Path | None
    libraries: tuple[LibraryFacts, ...]
    findings: tuple[Finding, ...]
    counts: Counts
    unverifiable: tuple[Unverifiable, ...] = ()
    toolchain: Toolchain | None = None
    remarks: tuple[str, ...] = ()
    installed: str | None = None
    place: Path | None = None
    stand_ins: tuple[str, ...] = ()
    symptoms: tuple[Finding, ...] = ()
    counted: str = ""

    @property
    def verdict(self) -> Verdict:
        """`MISMATCH` if and only if a finding is an error."""
        broken = any(finding.severity is Severity.ERROR for finding in self.findings)
        return Verdict.MISMATCH if broken else Verdict.VERIFIED
