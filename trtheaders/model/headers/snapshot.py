"""An `AbiSnapshot`: everything that a header tree promises, and what shaped the answer."""

from msgspec import Struct

from trtheaders.model.headers.introductions import Introduction
from trtheaders.model.headers.layouts import Alias, Enumeration, Gate, Macro, Record
from trtheaders.model.headers.promises import Exempt, Promise, Unverifiable

SNAPSHOT_FORMAT = 2
"""Raised whenever a snapshot written before cannot be read as one written now."""


PROMISES_ENGINE, PROMISED = 4, "ccaa858f24b7a4d2"
"""The number of the engine that works out promises, and a digest of what it makes of the tests' fixtures.

Raised whenever the promises of any header change, or what is recorded beside them: `tests/headers/test_engine.py` says
when, and the line to write. Snapshots from before there were numbers have 0.
"""


class Toolchain(Struct, frozen=True, kw_only=True, array_like=True):
    """What the parse rested on; a verdict names it.

    ``compiler`` is its family and the version of its C++ ABI; ``standard_library`` and ``parser`` are families too, the
    latter with libclang's major version. Builds do not count: people with another one get the same bytes.
    """

    compiler: str
    standard_library: str
    parser: str


class Confirmer(Struct, frozen=True, kw_only=True, array_like=True):
    """The compiler that confirmed names and layouts: ``family`` is "gcc" or "clang", ``abi`` its `__GXX_ABI_VERSION`.

    No build and no path: the same headers give the same bytes on machines with compilers of one family.
    """

    family: str
    abi: int


class SnapshotKey(Struct, frozen=True, kw_only=True, array_like=True):
    """Everything that shapes a snapshot; one whose key differs from the question's must be made anew.

    ``content`` is the git tree id of the header tree's `tensorrt_llm` folder (or of the whole folder for a foreign
    tree). ``entries`` are as the user gave them, `("all",)` for the whole tree. ``new_string_abi`` is
    `_GLIBCXX_USE_CXX11_ABI=1`. ``stand_ins`` names the foreign headers that were replaced by our own. ``confirmed`` is
    None where no compiler confirmed what the parser proposed. ``flags`` are those of the compiler's command with which
    headers may mean something else (`-DNDEBUG`, `-fshort-enums`); ``engine`` is the :data:`PROMISES_ENGINE` that it was
    made with.
    """

    content: str
    entries: tuple[str, ...]
    standard: str
    defines: tuple[str, ...]
    target: str = "x86_64-linux-gnu"
    new_string_abi: bool = True
    toolchain: Toolchain | None = None
    include_directories: tuple[str, ...] = ()
    stand_ins: tuple[str, ...] = ()
    format: int = SNAPSHOT_FORMAT
    confirmed: Confirmer | None = None
    flags: tuple[str, ...] = ()
    engine: int = 0


class AbiSnapshot(Struct, frozen=True, kw_only=True, array_like=True):
    """All that one header tree promises, exempts and leaves open, and the layouts it gives its classes.

    ``release`` is the canonical version ("1.2.0rc3") or None for a tree that is no release. ``files`` are the headers
    of the tree that were read, relative to its root. ``unconfirmed`` says why no compiler confirmed anything, where one
    was asked and made nothing of it. ``introductions`` is None in snapshots from before there were any. Every tuple is
    sorted by location, then by name, so that the same headers give the same bytes.
    """

    key: SnapshotKey
    release: str | None
    promises: tuple[Promise, ...]
    exempt: tuple[Exempt, ...] = ()
    unverifiable: tuple[Unverifiable, ...] = ()
    records: tuple[Record, ...] = ()
    enumerations: tuple[Enumeration, ...] = ()
    aliases: tuple[Alias, ...] = ()
    macros: tuple[Macro, ...] = ()
    gates: tuple[Gate, ...] = ()
    files: tuple[str, ...] = ()
    unconfirmed: str = ""
    introductions: tuple[Introduction, ...] | None = None
