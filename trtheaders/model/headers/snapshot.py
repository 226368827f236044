"""An `AbiSnapshot`: everything that a header tree promises, and what shaped the answer."""

from msgspec import Struct

from trtheaders.model.headers.layouts import Alias, Enumeration, Gate, Macro, Record
from trtheaders.model.headers.promises import Exempt, Promise, Unverifiable

SNAPSHOT_FORMAT = 1
"""Raised whenever a snapshot written before cannot be read as one written now."""


class Toolchain(Struct, frozen=True, kw_only=True, array_like=True):
    """What the parse rested on; a verdict names it.

    ``compiler`` is the first line of `g++ --version`; ``standard_library`` its libstdc++ version (`__GLIBCXX__` date
    or `_GLIBCXX_RELEASE`); ``parser`` libclang's version.
    """

    compiler: str
    standard_library: str
    parser: str


class SnapshotKey(Struct, frozen=True, kw_only=True, array_like=True):
    """Everything that shapes a snapshot; one whose key differs from the question's must be made anew.

    ``content`` is the git tree id of the header tree's `tensorrt_llm` folder (or of the whole folder for a foreign
    tree). ``entries`` are as the user gave them, `("all",)` for the whole tree. ``new_string_abi`` is
    `_GLIBCXX_USE_CXX11_ABI=1`. ``stand_ins`` names the foreign headers that were replaced by our own.
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


class AbiSnapshot(Struct, frozen=True, kw_only=True, array_like=True):
    """All that one header tree promises, exempts and leaves open, and the layouts it gives its classes.

    ``release`` is the canonical version ("1.2.0rc3") or None for a tree that is no release. ``files`` are the headers
    of the tree that were read, relative to its root. Every tuple is sorted by location, then by name, so that the same
    headers give the same bytes.
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
