"""Where an accessor's machine code finds its member: the offset that its trace shows, and how surely.

Only what goes through the unmodified `this` counts. The surest is a value followed all the way: loaded from `this` and
returned, or taken from the parameter and stored into `this`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from itertools import permutations

from msgspec import Struct

from trtheaders.checks.layout.accessors import FLOATING_TYPES, Accessor, Role, bare_type, is_reference
from trtheaders.model.headers.declarations import TypeUse
from trtheaders.model.headers.layouts import Record
from trtheaders.model.library.evidence import FLOATING, FunctionTrace, Handover, Place

_WORD = 8
_TWO_WORDS = frozenset({"std::basic_string", "std::__cxx11::basic_string", "std::vector", "std::shared_ptr"})


class Agreement(Enum):
    """How an accessor's machine code stands to the header."""

    AGREES = "agrees"
    FITS = "fits"
    """What it touches lies inside the member, but that would be so at some other offsets as well: an optional's flag
    alone, the second word of a pointer that is shared. No evidence."""
    CONTRADICTS = "contradicts"


class Sighting(Struct, frozen=True, kw_only=True):
    """One accessor's word: where the header has its member and where the library touches it, in bytes.

    ``sure``: the value was followed between the member and the caller.
    """

    accessor: Accessor
    trace: FunctionTrace
    agreement: Agreement
    expected: int
    found: int
    sure: bool


def see_member(accessor: Accessor, trace: FunctionTrace) -> Sighting | None:
    """What ``trace`` says of the member's offset; None where it says nothing."""
    expected = (accessor.field.offset or 0) // 8
    pins = set(_pins(accessor, trace))
    if pins:
        if expected in pins:
            return _sighting(accessor, trace, Agreement.AGREES, expected, True)
        found = next(iter(pins))
        return _sighting(accessor, trace, Agreement.CONTRADICTS, found, True) if len(pins) == 1 and found >= 0 else None
    return _see_footprint(accessor, trace, expected)


def _sighting(accessor: Accessor, trace: FunctionTrace, agreement: Agreement, found: int, sure: bool) -> Sighting:
    expected = (accessor.field.offset or 0) // 8
    return Sighting(accessor=accessor, trace=trace, agreement=agreement, expected=expected, found=found, sure=sure)


def _see_footprint(accessor: Accessor, trace: FunctionTrace, expected: int) -> Sighting | None:
    """Judge by all that is touched: it must fit into one member of this size somewhere."""
    size = accessor.field.type.size or 0
    spans = list(_footprint(accessor, trace))
    if not spans or accessor.role is Role.REFERENCE:
        return None
    low, high = min(start for start, _ in spans), max(end for _, end in spans)
    if low != expected and high - low == 2 * _WORD and _starts_with_two_words(accessor) and trace.complete:
        return _sighting(accessor, trace, Agreement.CONTRADICTS, low, False)
    if expected <= low and high <= expected + size:
        agreement = Agreement.AGREES if low == expected and high > low else Agreement.FITS
        return _sighting(accessor, trace, agreement, low if agreement is Agreement.AGREES else expected, False)
    unseen = (accessor.this, accessor.role is Role.SETTER) in trace.scattered
    computed = size <= _WORD and not _stores_a_class(accessor, spans)
    if high - low > size or not trace.complete or unseen or computed or low < 0:
        return None
    # A part of a first member may be handled by a call that gets `this` as it is.
    if any(_handles_first(handover, accessor) for handover in trace.handovers):
        return None
    return _sighting(accessor, trace, Agreement.CONTRADICTS, low, False)


def _stores_a_class(accessor: Accessor, spans: Iterable[tuple[int, int]]) -> bool:
    """Whether a setter stores all of a small class in one place, such as what `check(value)` gave back. A scalar that
    is computed rather than copied (`mItems.size()`) touches something else with good reason.
    """
    size = accessor.field.type.size
    whole = len({*spans}) == 1 and all(end - start == size for start, end in spans)
    return accessor.role is Role.SETTER and accessor.field.type.record is not None and whole


def _starts_with_two_words(accessor: Accessor) -> bool:
    """Whether copying the member out reads its first two words: where a string or vector lies, and how far it goes."""
    return accessor.role is Role.VALUE and accessor.field.type.record in _TWO_WORDS


def _footprint(accessor: Accessor, trace: FunctionTrace) -> Iterator[tuple[int, int]]:
    wanted = accessor.role is Role.SETTER
    pointers = _vtable_pointers(accessor.record)
    for touch in trace.touches:
        # A virtual call and `typeid(*this)` read the pointer to the vtable, which is no member.
        pointer = not touch.write and touch.width == _WORD and touch.offset in pointers
        if touch.argument == accessor.this and touch.write is wanted and not pointer:
            yield touch.offset, touch.offset + touch.width
    for handover in trace.handovers:
        for place in _given(handover, accessor.this):
            yield place.offset, place.offset


def _vtable_pointers(record: Record) -> frozenset[int]:
    """Where a polymorphic class may hold pointers to its vtables (Itanium C++ ABI 2.4): first, and first in bases."""
    if not record.polymorphic:
        return frozenset()
    return frozenset({0, *(base.offset for base in record.bases if base.offset is not None)})


def _handles_first(handover: Handover, accessor: Accessor) -> bool:
    """Whether a call gets `this` itself: alone, or to copy from it into the result."""
    first, second = handover.arguments[:2]
    this = Place(argument=accessor.this, offset=0)
    copied = first is not None and first.argument == accessor.result and not first.width
    return first == this or (copied and second == this)


def _given(handover: Handover, this: int) -> Iterator[Place]:
    """Addresses into `this` that a call gets on purpose: an untouched `this` may just be left over in its register.

    A class that is returned by value, as an optional's content is, comes as a later argument.
    """
    for place in handover.arguments:
        if place is not None and place.argument == this and not place.width and place.offset:
            yield place


def _pins(accessor: Accessor, trace: FunctionTrace) -> Iterator[int]:
    if accessor.role is Role.REFERENCE:
        yield from _pins_of_reference(accessor, trace)
    elif accessor.role is Role.SETTER:
        yield from _pins_of_setter(accessor, trace)
    elif accessor.result is None:
        yield from _pins_of_registers(accessor, trace)
    else:
        yield from _pins_of_copy(accessor, trace, accessor.result, accessor.this, reading=True)


def _pins_of_reference(accessor: Accessor, trace: FunctionTrace) -> Iterator[int]:
    if len(trace.returned) == 1:
        place = trace.returned[0]
        # A member that is a reference itself is loaded.
        width = _WORD if is_reference(accessor.field.type.canonical) else 0
        if place is not None and place.argument == accessor.this and place.width == width:
            yield place.offset


def _pins_of_registers(accessor: Accessor, trace: FunctionTrace) -> Iterator[int]:
    """A value of up to two registers: each must hold what its half of the member holds."""
    result = accessor.declaration.result or accessor.field.type
    size = result.size or 0
    integer = trace.returned[0] if len(trace.returned) == 1 else None
    # The second register is no result where one is enough, and a number is in one of its kind.
    kinds = {True: (trace.floating,), False: (integer,), None: (integer, trace.floating)}
    given = kinds[_is_floating(result)] if size <= _WORD else (integer, trace.second, trace.floating)
    places = sorted({(place.offset, place.width) for place in given if place and _loaded_from(place, accessor.this)})
    if size <= _WORD:
        yield from (offset for offset, width in places if width == size and len(places) == 1)
    elif len(places) == 2 and places[1][0] - places[0][0] == 8:
        yield places[0][0]


def _is_floating(use: TypeUse) -> bool | None:
    """Whether a value travels in floating-point registers; None for a class, whose members tell."""
    return None if use.record is not None else bare_type(use.canonical) in FLOATING_TYPES


def _loaded_from(place: Place, argument: int) -> bool:
    return place.argument == argument and place.width > 0


def _pins_of_setter(accessor: Accessor, trace: FunctionTrace) -> Iterator[int]:
    parameter = accessor.parameter
    if parameter is None:
        return
    yield from _pins_of_copy(accessor, trace, accessor.this, parameter, reading=False)
    if parameter < FLOATING and _by_reference(accessor):
        return
    given = accessor.declaration.parameters[0].type.size or accessor.field.type.size or 0
    stored = tuple(_stored_registers(accessor, trace, min(_WORD, given)))
    if 0 < given <= _WORD:
        yield from (offset for number, offset in stored if number == parameter)
        return
    # Two registers hold the halves of what is larger, each of its own kind (System V x86-64 psABI 3.2.3).
    halves = {(number, offset) for number, offset in stored if number in (parameter, parameter + 1, FLOATING)}
    if len({number for number, _ in halves}) == 2:
        yield from (low for (one, low), (two, high) in permutations(halves, 2) if one != two and high - low == _WORD)


def _stored_registers(accessor: Accessor, trace: FunctionTrace, width: int) -> Iterator[tuple[int, int]]:
    """Which parameter's register, all of it, is stored where in the object."""
    for touch in trace.touches:
        value = touch.value
        if not touch.write or touch.argument != accessor.this or value is None:
            continue
        if not value.width and not value.offset and touch.width >= width > 0:
            yield value.argument, touch.offset


def _by_reference(accessor: Accessor) -> bool:
    use = accessor.declaration.parameters[0].type
    return use.canonical.rstrip().endswith("&") or bool(use.in_memory)


def _pins_of_copy(
    accessor: Accessor, trace: FunctionTrace, target: int, source: int, *, reading: bool
) -> Iterator[int]:
    """Parts copied from one object to another: each tells where in its own object the copied member starts."""
    for touch in trace.touches:
        value = touch.value
        if touch.write and touch.argument == target and value is not None and value.width and value.argument == source:
            yield _start(touch.offset, value.offset, reading)
    for handover in trace.handovers:
        into, origin = handover.arguments[0], handover.arguments[1]
        if into is None or origin is None or (into.argument, origin.argument) != (target, source):
            continue
        if into.width or origin.width or not (into.offset or origin.offset):
            continue
        if (origin.offset if reading else into.offset) != 0:
            yield _start(into.offset, origin.offset, reading)


def _start(into: int, origin: int, reading: bool) -> int:
    return origin - into if reading else into - origin
