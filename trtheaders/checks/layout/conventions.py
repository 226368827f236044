"""Functions whose machine code returns its result otherwise than the header's return type demands."""

from __future__ import annotations

from collections.abc import Mapping

from trtheaders.checks.layout.accessors import returns_by_pointer
from trtheaders.demangling import demangle
from trtheaders.model.answers.findings import Finding
from trtheaders.model.headers.declarations import Declaration, DeclarationKind, TypeUse
from trtheaders.model.headers.layouts import Record
from trtheaders.model.library.evidence import RESULT, FunctionTrace, Place
from trtheaders.model.library.exports import Machine
from trtheaders.rules.layout import CHANGED_RETURN_CONVENTIONS
from trtheaders.spelling import read_cxx

_FLOATING = frozenset({"float", "double", "long double"})


def check_return_convention(
    declaration: Declaration, records: Mapping[str, Record], trace: FunctionTrace, machine: Machine
) -> Finding | None:
    """A finding where the library surely returns in registers what the headers return in memory, or the reverse."""
    expected = returns_by_pointer(declaration.result, records, machine)
    if expected is None or declaration.result is None or declaration.kind is not DeclarationKind.METHOD:
        return None
    if expected and _surely_in_registers(trace, machine):
        return _finding(declaration, trace, "through memory", "in registers")
    if not expected and _surely_in_memory(declaration, trace, machine):
        return _finding(declaration, trace, "in registers", "through memory")
    return None


def _surely_in_registers(trace: FunctionTrace, machine: Machine) -> bool:
    """The ABI demands that the hidden pointer comes back in the result register: a value that is something else shows
    that there was none.
    """
    known = [place for place in trace.returned if place is not None]
    if machine is Machine.AARCH64:
        uses_result = any(touch.argument == RESULT for touch in trace.touches) or any(
            place is not None and place.argument == RESULT for item in trace.handovers for place in item.arguments
        )
        return trace.complete and not uses_result and bool(known) and all(_of_this(place) for place in known)
    return trace.complete and len(known) == len(trace.returned) > 0 and all(_of_this(place) for place in known)


def _of_this(place: Place) -> bool:
    """A part of `this` as the result: loaded from it, or an address inside it."""
    return place.argument == 0 and (place.width > 0 or place.offset != 0)


def _surely_in_memory(declaration: Declaration, trace: FunctionTrace, machine: Machine) -> bool:
    """The function writes through a pointer that is no argument by the headers, and hands that pointer back."""
    if machine is Machine.AARCH64:
        return any(touch.argument == RESULT and touch.write for touch in trace.touches)
    handed_back = bool(trace.returned) and all(place == Place(argument=0, offset=0) for place in trace.returned)
    written = any(touch.argument == 0 and touch.write for touch in trace.touches)
    claimed = 1 + sum(_registers(parameter.type) for parameter in declaration.parameters)
    # A register beyond the arguments that the headers claim holds nothing, unless `this` is really the second one.
    beyond = any(touch.argument == claimed and not touch.write for touch in trace.touches if touch.argument < 6)
    return handed_back and written and beyond


def _registers(use: TypeUse) -> int:
    if use.canonical in _FLOATING:
        return 0
    return 2 if use.in_memory is False and (use.size or 0) > 8 else 1


def _finding(declaration: Declaration, trace: FunctionTrace, expected: str, found: str) -> Finding:
    result = declaration.result.spelling if declaration.result is not None else ""
    return CHANGED_RETURN_CONVENTIONS.found(
        message=f"`{declaration.name}` returns `{result}` here, {expected}; in `{trace.library}` it returns {found}",
        name=declaration.name,
        location=declaration.location,
        symbols=(trace.symbol,),
        lines=(f"shown by the machine code of `{read_cxx(demangle(trace.symbol))}` (`{trace.symbol}`)",),
        hint="the library's function has another return type, which no symbol tells; take the headers of its release",
    )
