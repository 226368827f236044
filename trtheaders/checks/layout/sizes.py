"""Classes whose size the library knows otherwise: it writes beyond it, frees another one, or allocates less."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from trtheaders.checks.layout.accessors import held_class, result_argument
from trtheaders.demangling import demangle
from trtheaders.model.answers.findings import Finding, Severity
from trtheaders.model.headers.declarations import Access, Declaration, DeclarationKind
from trtheaders.model.headers.layouts import Record
from trtheaders.model.library.evidence import FunctionTrace
from trtheaders.model.library.exports import Machine
from trtheaders.model.names import SymbolName
from trtheaders.rules.layout import GROWN_RECORDS, MOVED_MEMBERS
from trtheaders.spelling import read_cxx

_SIZED_DELETE = frozenset({"_ZdlPvm", "_ZdlPvmSt11align_val_t"})
_GROWTH = frozenset({GROWN_RECORDS.id, MOVED_MEMBERS.id})
_ONE_ELEMENT = re.compile(r"\[[01]\]$")
_COPY = re.compile(r"C[12]E(RKS\d*_|OS\d*_)$")
_HINT = "the headers are of another release than the library, or were parsed with other macros; do not mix them"


def check_constructor(record: Record, trace: FunctionTrace, *, room: int = 0) -> Finding | None:
    """A constructor that writes beyond the size of what it constructs: an error once something else confirms it.

    Where a class keeps things behind the object (`new (count) T`), so does a constructor that fits. One that copies
    does not: it cannot know how much lies there. Nor does one that the library gives as much ``room`` (bytes) as it
    fills, of a size that is fixed when the library is built.
    """
    if record.size is None or any(base.virtual for base in record.bases):
        return None
    ends = [touch.offset + touch.width for touch in trace.touches if touch.argument == 0 and touch.write]
    reach = max(ends, default=0)
    if reach <= record.size:
        return None
    found = _finding(record, trace, f"at least {reach}", f"its constructor writes up to offset {reach}")
    return found if copies(trace.symbol) or reach <= room else replace(found, severity=Severity.WARNING)


def copies(constructor: SymbolName) -> bool:
    """Whether a constructor takes its own class alone: `_ZN1n1AC2ERKS0_` (Itanium C++ ABI 5.1.8, substitutions)."""
    return bool(_COPY.search(constructor))


def keeps_more_behind(
    record: Record, members: Mapping[Declaration, FunctionTrace | None], *, made_at_fixed_size: bool = False
) -> bool:
    """Whether a class says that things lie behind its objects: a last array of no size or of one element, a base for
    that purpose, an `operator new` that takes more than the size, a factory that asks for memory of a size that it
    works out. Where all constructors are private, who makes one is the library, and it alone knows how much it takes,
    unless it is ``made_at_fixed_size``.

    ``members`` are its member functions, with their machine code where that was read.
    """
    last = record.fields[-1].type if record.fields else None
    if last is not None and (last.size in (0, None) or _ONE_ELEMENT.search(last.canonical)):
        return True
    if any(base.name.rpartition("::")[2].startswith("TrailingObjects") for base in record.bases):
        return True
    made = [item.access for item in members if item.kind is DeclarationKind.CONSTRUCTOR]
    if made and all(access is Access.PRIVATE for access in made) and not made_at_fixed_size:
        return True
    own_new = f"{record.name}::operator new"
    if any(item.name.startswith(own_new) and len(item.parameters) > 1 for item in members):
        return True
    return any(trace is not None and trace.allocates_freely and _makes(item, record) for item, trace in members.items())


def _makes(declaration: Declaration, record: Record) -> bool:
    """Whether it is a static function that returns a pointer to its class, or one that owns."""
    if declaration.kind is not DeclarationKind.STATIC_METHOD or declaration.result is None:
        return False
    result = declaration.result.canonical
    return bool(re.search(rf"(?<![\w:]){re.escape(record.name)}(?![\w:]).*[*>&]", result))


def confirm_growth(findings: Iterable[Finding]) -> list[Finding]:
    """``findings`` with warnings of a class's growth made errors where another finding shows it too."""
    kept = list(findings)
    sure = {finding.name for finding in kept if finding.severity is Severity.ERROR and finding.rule in _GROWTH}
    return [
        replace(finding, severity=Severity.ERROR) if finding.rule in _GROWTH and finding.name in sure else finding
        for finding in kept
    ]


def check_result(
    declaration: Declaration, records: Mapping[str, Record], trace: FunctionTrace, machine: Machine
) -> Finding | None:
    """A function that writes beyond the room that a caller makes for its result."""
    argument, use = result_argument(declaration, records, machine), declaration.result
    if argument is None or use is None or not use.size:
        return None
    ends = [touch.offset + touch.width for touch in trace.touches if touch.argument == argument and touch.write]
    reach = max(ends, default=0)
    if reach <= use.size:
        return None
    place = records.get(held_class(use.canonical))
    return GROWN_RECORDS.found(
        message=f"`{use.spelling}` has {use.size} bytes here, in `{trace.library}` at least {reach}",
        name=place.name if place is not None else declaration.name,
        location=place.location if place is not None else declaration.location,
        symbols=(trace.symbol,),
        lines=(_shown(trace, f"it writes its result up to offset {reach}"),),
        hint=_HINT,
    )


def check_deletion(record: Record, trace: FunctionTrace) -> Finding | None:
    """A deleting destructor that frees another size than the class has."""
    for handover in trace.handovers:
        given = handover.arguments[0]
        whole = given is not None and given.argument == 0 and not given.offset and not given.width
        if handover.callee in _SIZED_DELETE and whole and handover.constant not in (None, record.size):
            return _finding(record, trace, str(handover.constant), f"it frees {handover.constant} bytes")
    return None


def sized_deletions(trace: FunctionTrace) -> int:
    """How many sized deletions of the whole object the function holds."""
    return sum(item.callee in _SIZED_DELETE and item.constant is not None for item in trace.handovers)


def check_allocations(trace: FunctionTrace, constructors: Mapping[SymbolName, Record]) -> tuple[Finding, ...]:
    """Calls of a constructor with fresh memory that is smaller than the class."""
    found: list[Finding] = []
    for handover in trace.handovers:
        record = constructors.get(SymbolName(handover.callee))
        if record is None or record.size is None or handover.allocated is None or handover.allocated >= record.size:
            continue
        how = f"it allocates {handover.allocated} bytes for one"
        found.append(_finding(record, trace, str(handover.allocated), how))
    return tuple(found)


def fixed_makings(trace: FunctionTrace) -> Iterator[tuple[SymbolName, int]]:
    """The functions that get memory of a size that the code fixes, and that size: the constructors of `new A`, and
    those of static objects, of which only the compiler knew how large they are.
    """
    for item in trace.handovers:
        if item.allocated is not None or item.static:
            yield SymbolName(item.callee), sys.maxsize if item.allocated is None else item.allocated


def _finding(record: Record, trace: FunctionTrace, size: str, how: str) -> Finding:
    return GROWN_RECORDS.found(
        message=f"`{record.name}` has {record.size} bytes here, in `{trace.library}` {size}",
        name=record.name,
        location=record.location,
        symbols=(trace.symbol,),
        lines=(_shown(trace, how),),
        hint=_HINT,
    )


def _shown(trace: FunctionTrace, how: str) -> str:
    return f"shown by `{read_cxx(demangle(trace.symbol))}` (`{trace.symbol}`): {how}"
