"""What libraries provide: frozen answers to questions about symbols, made by the `library` wing, read by `checks`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from pathlib import Path

from msgspec import Struct

from trtheaders.model.names import SymbolName


class Machine(Enum):
    """The architectures that are understood."""

    X86_64 = "x86-64"
    AARCH64 = "aarch64"


class ExportKind(Enum):
    """What the symbol table says that a symbol is."""

    FUNCTION = "function"
    DATA = "object"
    TLS = "thread-local object"
    IFUNC = "indirect function"
    UNTYPED = "untyped"


class Standing(Enum):
    """How a library stands to one symbol."""

    EXPORTED = "exported"
    HIDDEN = "defined but not exported"
    """In `.symtab` as local or hidden only: compiled in, kept from consumers."""
    OLD_VERSION = "exported only in a non-default version"
    """The linker ignores `foo@V1` for new references; running programs still find it."""
    IN_NEEDED = "exported only by a library that this one needs"
    """ld: "DSO missing from command line"."""
    ABSENT = "not there"


class Export(Struct, frozen=True, kw_only=True):
    """A symbol that a library provides. ``library`` is the file's name; ``size`` its `st_size` in bytes."""

    symbol: SymbolName
    library: str
    kind: ExportKind
    size: int
    weak: bool = False
    protected: bool = False
    version: str | None = None
    address: int = 0


class Answer(Struct, frozen=True, kw_only=True):
    """What the library set says about one symbol; ``export`` is set unless the standing is ABSENT or HIDDEN.

    ``also`` names further libraries of the set that export the same symbol (one-definition hazard).
    """

    symbol: SymbolName
    standing: Standing
    export: Export | None = None
    library: str = ""
    also: tuple[str, ...] = ()


class Lookalike(Struct, frozen=True, kw_only=True):
    """An export that resembles something that was asked for: same qualified name, other parameters or scope."""

    export: Export
    demangled: str


class LibraryFacts(Struct, frozen=True, kw_only=True):
    """What is known of one library file before any symbol is looked up.

    ``linked`` says whether a consumer names it on its link line (else it merely lies beside those). ``new_string_abi``
    is decided on *defined* symbols, None where nothing tells. ``comment`` is `.comment` (compiler and version).
    """

    path: Path
    name: str
    soname: str | None
    machine: Machine
    needed: tuple[str, ...] = ()
    run_path: tuple[str, ...] = ()
    build_id: str | None = None
    stripped: bool = True
    has_dwarf: bool = False
    new_string_abi: bool | None = None
    has_typeinfo: bool | None = None
    comment: str = ""
    exports: int | None = None
    linked: bool = True
    stub_of: str | None = None
    """The release whose promises it merely imitates, if `trtheaders stub` made it."""


class LibraryAnswers(Struct, frozen=True, kw_only=True):
    """Everything that a check may know of a set of libraries: plain values, no file behind them.

    ``answers`` holds one entry for each symbol that was asked about; ``lookalikes`` only for those not exported,
    nearest first. ``beside`` names the library, neither asked nor needed, that lies beside those and exports a symbol
    which nobody else has.
    """

    libraries: tuple[LibraryFacts, ...]
    answers: Mapping[SymbolName, Answer]
    lookalikes: Mapping[SymbolName, tuple[Lookalike, ...]]
    version_string: str | None = None
    """What `tensorrt_llm::executor::version()` would return, read from its machine code."""
    beside: Mapping[SymbolName, str] = {}
