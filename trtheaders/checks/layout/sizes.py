"""Classes whose size the library knows otherwise: it writes beyond it, frees another one, or allocates less."""

from __future__ import annotations

from collections.abc import Mapping

from trtheaders.checks.layout.accessors import held_class, result_argument
from trtheaders.demangling import demangle
from trtheaders.model.answers.findings import Finding, Severity
from trtheaders.model.headers.declarations import Declaration
from trtheaders.model.headers.layouts import Record
from trtheaders.model.library.evidence import FunctionTrace
from trtheaders.model.library.exports import Machine
from trtheaders.model.names import SymbolName

_SIZED_DELETE = frozenset({"_ZdlPvm", "_ZdlPvmSt11align_val_t"})
_HINT = "the headers are of another release than the library, or were parsed with other macros; do not mix them"


def check_constructor(record: Record, trace: FunctionTrace) -> Finding | None:
    """A constructor that writes beyond the size of what it constructs."""
    if record.size is None or any(base.virtual for base in record.bases) or _open_ended(record):
        return None
    ends = [touch.offset + touch.width for touch in trace.touches if touch.argument == 0 and touch.write]
    reach = max(ends, default=0)
    if reach <= record.size:
        return None
    return _finding(record, trace, f"at least {reach}", f"its constructor writes up to offset {reach}")


def _open_ended(record: Record) -> bool:
    """A last member of no size stands for as much as was allocated."""
    return bool(record.fields) and record.fields[-1].type.size in (0, None)


def check_result(
    declaration: Declaration, records: Mapping[str, Record], trace: FunctionTrace, machine: Machine
) -> Finding | None:
    """A function that writes beyond the room that a caller makes for its result."""
    argument, use = result_argument(declaration, machine), declaration.result
    if argument is None or use is None or not use.size:
        return None
    ends = [touch.offset + touch.width for touch in trace.touches if touch.argument == argument and touch.write]
    reach = max(ends, default=0)
    if reach <= use.size:
        return None
    place = records.get(held_class(use.canonical))
    return Finding(
        rule="grown-records",
        severity=Severity.ERROR,
        message=f"`{use.spelling}` has {use.size} bytes here, in `{trace.library}` at least {reach}",
        name=place.name if place is not None else declaration.name,
        location=place.location if place is not None else declaration.location,
        symbols=(trace.symbol,),
        evidence=(_shown(trace, f"it writes its result up to offset {reach}"),),
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


def _finding(record: Record, trace: FunctionTrace, size: str, how: str) -> Finding:
    return Finding(
        rule="grown-records",
        severity=Severity.ERROR,
        message=f"`{record.name}` has {record.size} bytes here, in `{trace.library}` {size}",
        name=record.name,
        location=record.location,
        symbols=(trace.symbol,),
        evidence=(_shown(trace, how),),
        hint=_HINT,
    )


def _shown(trace: FunctionTrace, how: str) -> str:
    return f"shown by `{demangle(trace.symbol)}` (`{trace.symbol}`): {how}"
