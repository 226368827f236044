"""What all accessors of one class say together: moved members, a doubt, or nothing.

One function may have its reasons to touch something else than the member it is named after. So one contradiction alone
must be sure and unexplained, and an agreement behind the place of the change counts against it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from trtheaders.checks.layout.accessors import bare_type, held_class, is_reference
from trtheaders.checks.layout.places import Agreement, Sighting
from trtheaders.demangling import demangle
from trtheaders.model.answers.findings import Finding, Severity
from trtheaders.model.headers.layouts import Field, Record
from trtheaders.rules.layout import GROWN_RECORDS, MOVED_MEMBERS
from trtheaders.spelling import read_cxx, split_commas

_WORD = 8
_HANDLES = frozenset(
    {"std::basic_string", "std::__cxx11::basic_string", "std::vector", "std::unique_ptr", "std::shared_ptr"}
)
"""Classes that begin with the pointer that they give out."""
_POINTERS = ("{0}*", "const{0}*", "std::shared_ptr<{0}>", "std::unique_ptr<{0},std::default_delete<{0}>>")
"""How the types of what gives a value on are spelt, without white space."""
_HOLDERS = re.compile(r"std::(?:array|pair|tuple|optional|complex|variant|atomic)<(.*)>$")
_HINT = "the headers are of another release than the library, or were parsed with other macros; do not mix them"


class Member(Struct, frozen=True, kw_only=True):
    """What is known of one data member: its place in the header and, if it is sure to differ, in the library."""

    name: str
    expected: int
    size: int
    found: int | None
    """None where an accessor agrees with the header."""
    sure: bool
    sightings: tuple[Sighting, ...]


class Weighed(Struct, frozen=True, kw_only=True):
    """What the accessors of all classes come to, and those that are evidence at all."""

    findings: tuple[Finding, ...]
    counted: tuple[Sighting, ...]


def weigh_accessors(sightings: Iterable[Sighting], records: Mapping[str, Record]) -> Weighed:
    """At most one finding for each class whose accessors contradict the headers, and what lies closer than it may.

    ``records`` are the classes whose layout is known, by name: members may have members.
    """
    classes: defaultdict[str, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        if sighting.agreement is not Agreement.FITS:
            classes[sighting.accessor.record.name].append(sighting)
    findings: list[Finding] = []
    counted: list[Sighting] = []
    for group in classes.values():
        members = _members(group)
        ignored = _unconfirmed(members, records)
        findings += _judge_class(group[0].accessor.record, [item for item in members if item.name not in ignored])
        counted += (item for item in group if item.accessor.field.name not in ignored)
    return Weighed(findings=tuple(findings), counted=tuple(counted))


def _judge_class(record: Record, members: Sequence[Member]) -> Iterator[Finding]:
    agreed = [member for member in members if member.found is None]
    moved = [member for member in members if member.found is not None and member.found not in _claimed(members)]
    severity = _severity(record, moved, agreed) if moved else None
    if severity is not None:
        yield _finding(record, moved, agreed, severity)
    yield from _crowded_members(members)


def _claimed(members: Sequence[Member]) -> set[int | None]:
    """Places where another accessor agrees, or that several claim: no two members lie in one place."""
    places = Counter(member.found for member in members)
    agreed = {member.expected for member in members if member.found is None}
    return agreed | {place for place, count in places.items() if count > 1}


def _unconfirmed(members: Sequence[Member], records: Mapping[str, Record]) -> set[str]:
    """Members whose accessors touch another member that they may mean, and that nothing else shows to have moved.

    `getWidth()` may return `mHeight` or `mFrame.width`, by its author's choice: that is neither contradiction nor
    agreement. It counts where others confirm that members were exchanged (A's accessor goes to B's place, and B's to
    A's), or shifted: by the same distance as one that can mean nothing else, or as the one whose place it takes.
    A word whose way into the object was not followed is believed no sooner, and neither is one that goes as far as the
    next object of an array (`this[1].mFlags`).
    """
    moved = [member for member in members if member.found is not None and member.found not in _claimed(members)]
    agreed = any(member.found is None for member in members)
    doubtful = [item for item in moved if _may_mean_another(item, records) or (agreed and _goes_to_next(item))]
    by_place = {member.expected: member for member in moved}
    shifts = {_distance(member) for member in moved if member not in doubtful}
    for member in doubtful:
        follower = by_place.get(member.found or 0)
        if follower is not None and _distance(follower) == _distance(member) and not _meets_pointer(follower):
            shifts.add(_distance(member))
    left_out = {item.name for item in doubtful if _distance(item) not in shifts and not _in_circle(item, by_place)}
    if left_out and len(doubtful) == len(moved):
        # Where one of them means another member and nothing is certain, the others may as well.
        left_out = {item.name for item in doubtful}
    rest = [member for member in moved if member.name not in left_out]
    return left_out | {member.name for member in rest if len(rest) == 1 and _may_mean_a_part(member)}


def _may_mean_another(member: Member, records: Mapping[str, Record]) -> bool:
    return _has_twin(member, records) or _meets_pointer(member) or (not member.sure and member.size <= _WORD)


def _goes_to_next(member: Member) -> bool:
    """Whether it is where the next object of an array has it; a class of one member has no use for that."""
    record = member.sightings[0].accessor.record
    return len(record.fields) > 1 and _distance(member) % (record.size or 1) == 0


def _distance(member: Member) -> int:
    return (member.found or 0) - member.expected


def _in_circle(member: Member, by_place: Mapping[int, Member]) -> bool:
    """Whether going from place to place by what the accessors touch leads back to ``member``: they were exchanged.

    None of another size takes a place so: what follows would not stay where it is.
    """
    seen, at = {member.expected}, member.found
    while at is not None and at in by_place and at not in seen and by_place[at].size == member.size:
        seen.add(at)
        at = by_place[at].found
    return at == member.expected


def _members(sightings: Sequence[Sighting]) -> list[Member]:
    """The members that all of their accessors give one place, in the header's order."""
    by_field: defaultdict[str, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        by_field[sighting.accessor.field.name].append(sighting)
    members = (_member(group) for group in by_field.values())
    return sorted((member for member in members if member is not None), key=lambda member: member.expected)


def _member(group: Sequence[Sighting]) -> Member | None:
    words = [item for item in group if item.agreement is not Agreement.FITS]
    sure = [item for item in words if item.sure] or words
    places = {item.found for item in sure}
    if len(places) != 1:
        return None
    first = sure[0]
    return Member(
        name=first.accessor.field.name,
        expected=first.expected,
        size=_WORD if is_reference(first.accessor.field.type.canonical) else first.accessor.field.type.size or 0,
        found=None if first.agreement is Agreement.AGREES else first.found,
        sure=first.sure,
        sightings=tuple(item for item in sure if item.agreement is first.agreement),
    )


def _severity(record: Record, moved: Sequence[Member], agreed: Sequence[Member]) -> Severity | None:
    first = moved[0].expected
    agreed_later = [member for member in agreed if member.expected > first]
    if len(moved) >= 2:
        by_place = {member.expected: member for member in moved}
        exchanged = all(_in_circle(member, by_place) for member in moved)
        shifts = {_distance(member) for member in moved if member.sure}
        sure = all(_distance(member) in shifts for member in moved)
        explained = not agreed_later or exchanged or (sure and _one_change(moved, agreed))
        return Severity.ERROR if explained else Severity.WARNING
    only = moved[0]
    alone = len(only.sightings) == 1
    if only.sure and _in_padding(record, only):
        return Severity.WARNING if alone and _goes_to_next(only) else Severity.ERROR
    if agreed_later or not only.sure:
        # A scalar that other members contradict is that function's own business.
        return None if agreed_later and only.size <= 8 else Severity.WARNING
    return Severity.WARNING if alone and _in_bases(record, 8 * (only.found or 0)) else Severity.ERROR


def _one_change(moved: Sequence[Member], agreed: Sequence[Member]) -> bool:
    """Whether one insertion, removal or exchange makes all of it: no two members in one place, and those that moved
    stand together with no agreeing member between them, or changed places.
    """
    places = [(member.found or 0, member.size) for member in moved] + [(item.expected, item.size) for item in agreed]
    ordered = sorted(places)
    overlapping = any(start + size > after for (start, size), (after, _) in pairwise(ordered))
    between = [item for item in agreed if moved[0].expected < item.expected < moved[-1].expected]
    exchanged = min(map(_distance, moved)) < 0 < max(map(_distance, moved))
    return not overlapping and (exchanged or not between)


def _in_padding(record: Record, member: Member) -> bool:
    """Whether the library has the member where the header has none: a small newcomer can move it within padding."""
    own = next(item for item in record.fields if item.name == member.name)
    start = (member.found or 0) * 8
    end = start + member.size * 8
    inside = (own.offset or 0) <= start and end <= (own.offset or 0) + member.size * 8
    others = (item for item in record.fields if item is not own and item.offset is not None)
    return not inside and not _in_bases(record, start) and not any(_overlaps(item, start, end) for item in others)


def _in_bases(record: Record, place: int) -> bool:
    """Whether a base class may lie at ``place`` (in bits): before the first own member, or behind the last."""
    starts = [item.offset for item in record.fields if item.offset is not None]
    return bool(record.bases) and (place < min(starts) or any(base.virtual for base in record.bases))


def _overlaps(item: Field, start: int, end: int) -> bool:
    begin = item.offset or 0
    size = item.bits if item.bits is not None else 8 * (item.type.size or 0)
    return begin < end and start < begin + max(size, 1)


def _has_twin(member: Member, records: Mapping[str, Record]) -> bool:
    """Whether the header has another member of the same type where the accessor goes, a member's member included.

    The type is the member's, or what the accessor gives or takes of it.
    """
    own = _field(member)
    others = [item for item in member.sightings[0].accessor.record.fields if item is not own]
    return any(_has_at(item, 8 * (member.found or 0), _kinds(member), records) for item in others)


def _meets_pointer(member: Member) -> bool:
    """Whether the header has a pointer to such a member where the accessor goes: `getText()` may copy what that points
    to, of which no more is seen than that a word of it is read.
    """
    ways = frozenset(way.format(kind) for kind in _kinds(member) for way in _POINTERS if not member.sure)
    fields = member.sightings[0].accessor.record.fields
    return any(item.offset == 8 * (member.found or 0) and bare_type(item.type.canonical) in ways for item in fields)


def _kinds(member: Member) -> frozenset[str]:
    """Its type, and those that its accessors give or take of it."""
    return frozenset({bare_type(_field(member).type.canonical), *map(_given_type, member.sightings)})


def _given_type(sighting: Sighting) -> str:
    declaration = sighting.accessor.declaration
    use = declaration.parameters[0].type if declaration.parameters else declaration.result
    return "" if use is None else bare_type(use.canonical)


def _has_at(item: Field, place: int, kinds: frozenset[str], records: Mapping[str, Record]) -> bool:
    """Whether ``item`` is at ``place`` (in bits) and of one of ``kinds``, or has such a member or element there."""
    if item.offset is None:
        return False
    if item.offset == place and (bare_type(item.type.canonical) in kinds or _gives_pointer(item, kinds)):
        return True
    if kinds.intersection(_parts(item.type.canonical)) and _holds(item, place):
        return True
    inner = records.get(bare_type(item.type.canonical))
    return inner is not None and any(_has_at(part, place - item.offset, kinds, records) for part in inner.fields)


def _gives_pointer(item: Field, kinds: frozenset[str]) -> bool:
    """Whether one of ``kinds`` is a pointer, and ``item`` is one or begins with one to give out: `mText.c_str()`."""
    pointer = item.type.canonical.endswith("*") or item.type.record in _HANDLES
    return pointer and any(kind.endswith("*") for kind in kinds)


def _parts(canonical: str) -> tuple[str, ...]:
    """The types of what lies in an array, or by value in one of the standard's containers of fixed size."""
    if canonical.endswith("]"):
        return (bare_type(canonical.partition("[")[0]),)
    held = _HOLDERS.match(canonical)
    return tuple(bare_type(part) for part in split_commas(held[1])) if held else ()


def _may_mean_a_part(member: Member) -> bool:
    """Whether the one accessor goes into a member that has parts: `isDeep()` may return `mDepth.has_value()` though
    there is an `mDeep`, and `getHigh()` half of `mFlags`. A getter and a setter together do not.
    """
    own, place = _field(member), 8 * (member.found or 0)
    others = (item for item in member.sightings[0].accessor.record.fields if item is not own)
    return len(member.sightings) == 1 and any(_has_inside(item, place) for item in others if item.offset is not None)


def _field(member: Member) -> Field:
    return next(item for item in member.sightings[0].accessor.record.fields if item.name == member.name)


def _has_inside(item: Field, place: int) -> bool:
    compound = item.type.record is not None or item.type.canonical.endswith("]")
    return (compound or item.offset != place) and _holds(item, place)


def _holds(item: Field, place: int) -> bool:
    start = item.offset or 0
    return start <= place < start + 8 * (item.type.size or 0)


def _finding(record: Record, moved: Sequence[Member], agreed: Sequence[Member], severity: Severity) -> Finding:
    first = moved[0]
    symbols = tuple(sighting.trace.symbol for member in moved for sighting in member.sightings)
    shown = first.sightings[0].trace
    many = f" and {len(moved) - 1} more of its members" if len(moved) > 1 else ""
    message = (
        f"`{record.name}::{first.name}`{many} moved: the headers have it at offset {first.expected}, "
        f"`{shown.library}` touches it at offset {first.found}"
    )
    return MOVED_MEMBERS.found(
        severity=severity,
        message=message,
        name=record.name,
        location=record.location,
        symbols=symbols,
        lines=(*_change(moved, agreed), *(_line(member) for member in moved)),
        hint=_HINT,
        explains=len(moved),
    )


def _change(moved: Sequence[Member], agreed: Sequence[Member]) -> tuple[str, ...]:
    """The one change that explains the first member's new place, in words."""
    first = moved[0]
    shift = (first.found or 0) - first.expected
    before = [member for member in agreed if member.expected < first.expected]
    where = f"between `{before[-1].name}` and `{first.name}`" if before else f"before `{first.name}`"
    verb = "has" if shift > 0 else "lacks"
    return (f"the library {verb} {abs(shift)} bytes {where}",) if shift else ()


def _crowded_members(members: Sequence[Member]) -> Iterator[Finding]:
    """Findings for classes that lie by value between two members that are nearer to each other than its size.

    The members' own places are sure, so what lies between them is smaller in the library: members that were appended
    to a class show themselves only in what holds it.
    """
    for member, following in pairwise(item for item in members if item.sure):
        start = member.expected if member.found is None else member.found
        end = following.expected if following.found is None else following.found
        item = member.sightings[0].accessor.field
        if start < end < start + member.size and following.found is not None and item.type.record is not None:
            yield _crowded(member, following, end - start)


def _crowded(member: Member, following: Member, room: int) -> Finding:
    item, trace = member.sightings[0].accessor.field, following.sightings[0].trace
    return GROWN_RECORDS.found(
        message=f"`{item.type.spelling}` has {member.size} bytes here, in `{trace.library}` at most {room}",
        name=held_class(item.type.canonical),
        location=item.location,
        symbols=(trace.symbol,),
        lines=(f"between `{member.name}` and `{following.name}` the library has {room} bytes", _line(following)),
        hint=_HINT,
    )


def _line(member: Member) -> str:
    trace = member.sightings[0].trace
    return (
        f"`{member.name}`: offset {member.expected} in the headers, {member.found} in the library, "
        f"shown by `{read_cxx(demangle(trace.symbol))}` (`{trace.symbol}`)"
    )
