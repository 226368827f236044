"""What a library without debug information still tells of layout: plain values, read by `library`, judged by `checks`.

Arguments are counted as registers carry them: 0 is the first integer argument (on x86-64 the hidden result pointer
where a result travels through memory, else `this`); :data:`RESULT` is AArch64's `x8`; :data:`FLOATING` and up are
floating-point arguments.
"""

from __future__ import annotations

from msgspec import Struct

from trtheaders.model.library.exports import Machine
from trtheaders.model.names import SymbolName

RESULT = -1
FLOATING = 16


class Place(Struct, frozen=True, kw_only=True):
    """Something that a function can point to by an argument it was given.

    With ``width`` 0 the address ``argument + offset`` itself (for offset 0: the argument's value), else the ``width``
    bytes that lay there.
    """

    argument: int
    offset: int
    width: int = 0


class Touch(Struct, frozen=True, kw_only=True):
    """A read or write of ``width`` bytes (0 where unknown) at ``argument + offset``; ``value`` is what was written."""

    argument: int
    offset: int
    width: int
    write: bool
    value: Place | None = None


class Handover(Struct, frozen=True, kw_only=True):
    """A call that still holds something of the caller's arguments, a fresh allocation, or a constant size.

    ``callee`` is empty where the function has no name. ``arguments`` are the integer argument registers in order, None
    where nothing is known; ``constant`` is the second one's value where it is a constant, ``allocated`` the size of
    the `operator new` whose result is the first. ``static``: the first is an address in the image or in thread-local
    storage.
    """

    callee: str
    arguments: tuple[Place | None, ...]
    constant: int | None = None
    allocated: int | None = None
    static: bool = False


class FunctionTrace(Struct, frozen=True, kw_only=True):
    """What the machine code of one exported function does with its arguments.

    ``returned`` holds, for every way out, what the integer result register has then (None: unknown); ``second`` and
    ``floating`` what the second integer and the first floating-point result register have where all ways out agree.
    ``complete`` is False where a part could not be followed (a computed jump, too many instructions). ``scattered``
    holds (argument, written) for what is read or written at a computed place in what an argument points to.
    ``allocates_freely``: it asks for memory of a size that it works out.
    """

    symbol: SymbolName
    library: str
    touches: tuple[Touch, ...] = ()
    returned: tuple[Place | None, ...] = ()
    second: Place | None = None
    floating: Place | None = None
    handovers: tuple[Handover, ...] = ()
    complete: bool = True
    scattered: tuple[tuple[int, bool], ...] = ()
    allocates_freely: bool = False


class SlotContent(Struct, frozen=True, kw_only=True):
    """What one word of a vtable holds: every name exported at that address; empty where there is none."""

    table: int
    index: int
    names: tuple[SymbolName, ...]


class VtableContent(Struct, frozen=True, kw_only=True):
    """A `_ZTV` group as the library holds it: its size in ``words``, and its function slots table by table.

    ``slots`` is None where the words cannot be told apart.
    """

    symbol: SymbolName
    library: str
    words: int
    slots: tuple[SlotContent, ...] | None


class BaseContent(Struct, frozen=True, kw_only=True):
    """A base class as a `_ZTI` names it; ``typeinfo`` is empty where the name is not exported. Offset in bytes."""

    typeinfo: str
    offset: int | None
    virtual: bool = False


class TypeinfoContent(Struct, frozen=True, kw_only=True):
    """The direct bases that a `_ZTI` lists (Itanium C++ ABI 2.9.5)."""

    symbol: SymbolName
    library: str
    bases: tuple[BaseContent, ...]


class DebugMember(Struct, frozen=True, kw_only=True):
    """A data member in DWARF, offset in bits."""

    name: str
    offset: int


class DebugBase(Struct, frozen=True, kw_only=True):
    """A base class in DWARF, offset in bytes; None for a virtual one."""

    name: str
    offset: int | None


class DebugRecord(Struct, frozen=True, kw_only=True):
    """A class as DWARF describes it; size in bytes."""

    name: str
    library: str
    size: int
    members: tuple[DebugMember, ...]
    bases: tuple[DebugBase, ...]


class DebugEnumeration(Struct, frozen=True, kw_only=True):
    """An enumeration as DWARF describes it: (name, value) pairs."""

    name: str
    library: str
    enumerators: tuple[tuple[str, int], ...]


class LayoutEvidence(Struct, frozen=True, kw_only=True):
    """All that a set of libraries tells about the layout of one snapshot's classes.

    ``remarks`` say what was not read and why. ``debugged``: a library has debug information, of whatever. ``separate``
    are paths of files with debug information besides the libraries: read, or looked for and not there.
    """

    machine: Machine
    functions: tuple[FunctionTrace, ...] = ()
    vtables: tuple[VtableContent, ...] = ()
    typeinfos: tuple[TypeinfoContent, ...] = ()
    debug_records: tuple[DebugRecord, ...] = ()
    debug_enumerations: tuple[DebugEnumeration, ...] = ()
    debugged: bool = False
    remarks: tuple[str, ...] = ()
    separate: tuple[str, ...] = ()
