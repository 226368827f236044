"""Data members of one class on both sides: gone, new, moved, retyped, started otherwise, closed."""

from __future__ import annotations

import re

from msgspec import Struct

from trtheaders.checks.diff.classes.bases import inherited_members
from trtheaders.checks.diff.entries import Sheet
from trtheaders.checks.diff.spelt.conversions import converts, tell_retyped, value_type
from trtheaders.checks.diff.spelt.starts import Start, is_one_start
from trtheaders.model.answers.changes import Detail, Impact
from trtheaders.model.headers.declarations import Access
from trtheaders.model.headers.layouts import Field, Record

_SHOWN = 4


def compare_fields(before: Record, after: Record, old: Sheet, new: Sheet) -> list[Detail]:
    """What became of each data member; what lies where room was kept for it is no news, as long as the size is one."""
    mine = {field.name: field for field in before.fields if field.name}
    theirs = {field.name: field for field in after.fields if field.name}
    if before.size is not None and before.size == after.size:
        room = [mine[name] for name in mine if is_reserved(name)]
        details = _use_room(room, mine, theirs)
        if details:
            return details + _compare_named(before, after, mine, theirs, old, new)
    return _compare_named(before, after, mine, theirs, old, new)


_Named = dict[str, Field]


def _use_room(room: list[Field], mine: _Named, theirs: _Named) -> list[Detail]:
    """Take what was kept free for later, and what lies there now, out of both sides: nobody names the one, and the
    other is where nothing was.
    """
    places = [_extent(item) for item in room]
    if not room or None in places:
        return []
    fresh = [item for name, item in theirs.items() if name not in mine]
    inside = [item for item in fresh if any(_lies_in(_extent(item), place) for place in places)]
    changed = [item for item in room if theirs.get(item.name) != item]
    for item in changed:
        del mine[item.name]
        theirs.pop(item.name, None)
    for item in inside:
        del theirs[item.name]
    told = [Detail(text=f"member `{item.name}` lies where room was kept for it") for item in inside]
    return told or ([Detail(text="room that was kept for members is another")] if changed else [])


_Extent = tuple[int, int]


def _extent(item: Field) -> _Extent | None:
    """The first bit of a member and the first behind it."""
    width = item.bits if item.bits is not None else None if item.type.size is None else 8 * item.type.size
    return None if item.offset is None or width is None else (item.offset, item.offset + width)


def _lies_in(one: _Extent | None, other: _Extent | None) -> bool:
    return one is not None and other is not None and other[0] <= one[0] and one[1] <= other[1]


_RESERVED = re.compile(r"(?i:_*m?_*(?:reserved?|padding|pad|unused|spare|filler)_*\d*_*)")


def is_reserved(name: str) -> bool:
    """Whether a member's name says that it is kept free: `reserved2`, `__reserved1`, `mPadding`, `_unused`."""
    return _RESERVED.fullmatch(name) is not None


class _Sorted(Struct, frozen=True):
    """The members that one side alone has under their names, by what became of them."""

    enclosed: list[Field]
    lifted: list[Field]
    lowered: list[Field]
    renamed: list[tuple[Field, Field]]
    gone: list[Field]
    fresh: list[Field]


def _compare_named(before: Record, after: Record, mine: _Named, theirs: _Named, old: Sheet, new: Sheet) -> list[Detail]:
    found = _sort(before, after, mine, theirs, old, new)
    roomy = after.tag == "union" and before.size == after.size
    both = [(mine[name], theirs[name]) for name in mine if name in theirs]
    return [
        *(Detail(text=f"member `{field.name}` lies in an unnamed class now") for field in found.enclosed),
        *(Detail(text=f"member `{field.name}` is that of a base now, at the same place") for field in found.lifted),
        *(Detail(text=f"member `{field.name}` was that of a base, at the same place") for field in found.lowered),
        *(_describe_renamed(one, other) for one, other in found.renamed),
        *(item for field in found.gone for item in _describe_gone(field)),
        *(_describe_new(field, roomy) for field in found.fresh),
        *(item for one, other in both for item in _compare_member(one, other, old, new)),
        *_compare_places(both),
        *_compare_order(both, list(theirs)),
        *(_compare_first(mine, theirs) if before.tag == after.tag == "union" else ()),
    ]


def _sort(before: Record, after: Record, mine: _Named, theirs: _Named, old: Sheet, new: Sheet) -> _Sorted:
    gone = [field for name, field in mine.items() if name not in theirs]
    fresh = [field for name, field in theirs.items() if name not in mine]
    enclosed = [field for field in gone if _is_enclosed(field, after, new)]
    gone = [field for field in gone if field not in enclosed]
    lifted = _find_lifted(gone, inherited_members(after, new), old, new)
    lowered = _find_lifted(fresh, inherited_members(before, old), new, old)
    gone = [field for field in gone if field not in lifted]
    renamed = _renamed_members(gone, fresh, old, new)
    was, becomes = [one for one, _ in renamed], [other for _, other in renamed]
    return _Sorted(
        enclosed=enclosed,
        lifted=lifted,
        lowered=lowered,
        renamed=renamed,
        gone=[field for field in gone if field not in was],
        fresh=[field for field in fresh if field not in lowered and field not in becomes],
    )


def _find_lifted(fields: list[Field], inherited: dict[str, Field], mine: Sheet, theirs: Sheet) -> list[Field]:
    """Those of ``fields`` that a base has on the other side, of the same type at the same place."""
    pairs = [(item, inherited[item.name]) for item in fields if item.name in inherited]
    return [
        item
        for item, other in pairs
        if item.offset == other.offset and mine.plain(item.type.canonical) == theirs.plain(other.type.canonical)
    ]


def _is_enclosed(field: Field, owner: Record, sheet: Sheet) -> bool:
    """Whether an unnamed union or struct of the class has the member, which is used as before then."""
    inner = (sheet.records.get(f"{sheet.plain(owner.name)}::(unnamed {tag})") for tag in ("union", "struct"))
    members = (item for record in inner if record is not None for item in record.fields)
    return any(item.name == field.name and item.type.canonical == field.type.canonical for item in members)


def _renamed_members(gone: list[Field], fresh: list[Field], old: Sheet, new: Sheet) -> list[tuple[Field, Field]]:
    """The same type at the same place under another name."""
    return [(one, other) for one in gone for other in fresh if _same_member(one, other, old, new)]


def _same_member(one: Field, other: Field, old: Sheet, new: Sheet) -> bool:
    same_type = old.plain(one.type.canonical) == new.plain(other.type.canonical)
    return same_type and one.offset is not None and one.offset == other.offset


def _describe_renamed(one: Field, other: Field) -> Detail:
    return Detail(text=f"member `{one.name}` is now named `{other.name}`", impact=_if_visible(one))


def _describe_gone(field: Field) -> list[Detail]:
    gone = Detail(text=f"member `{field.type.spelling} {field.name}` removed", impact=Impact.SILENT)
    if field.access is Access.PRIVATE:
        return [gone]
    return [gone, Detail(text=f"what names `{field.name}` does not compile", impact=Impact.COMPILE)]


def _describe_new(field: Field, roomy: bool) -> Detail:
    """A new member; ``roomy``: it shares its place with others, as it may in a union."""
    place = f" at byte {field.offset // 8}" if field.offset is not None else ""
    text = f"member `{field.type.spelling} {field.name}` added{place}"
    return Detail(text=text, impact=Impact.NONE if roomy else Impact.SILENT)


def _if_visible(field: Field) -> Impact:
    return Impact.NONE if field.access is Access.PRIVATE else Impact.COMPILE


def _compare_member(one: Field, other: Field, old: Sheet, new: Sheet) -> list[Detail]:
    details = _compare_types(one, other, old.plain(one.type.canonical), new.plain(other.type.canonical))
    if one.bits != other.bits:
        details.append(Detail(text=f"member `{one.name}` {_tell_bits(one, other)}", impact=Impact.SILENT))
    return details + _compare_openness(one, other)


def _compare_types(one: Field, other: Field, before: str, after: str) -> list[Detail]:
    if before == after:
        return _compare_sizes(one, other)
    if value_type(before) == value_type(after) and "&" not in before + after:
        return _compare_qualifiers(one, other)
    text = f"member `{one.name}` retyped from {tell_retyped(one.type, other.type)}"
    details = [Detail(text=text, impact=Impact.SILENT)]
    if one.access is not Access.PRIVATE and not converts(before, after):
        details.append(Detail(text=f"what is stored in `{one.name}` may not fit", impact=Impact.COMPILE))
    return details


def _compare_sizes(one: Field, other: Field) -> list[Detail]:
    """A class that has its name still may have another size."""
    before, after = one.type.size, other.type.size
    if before is None or after is None or before == after:
        return []
    verb = "grew" if after > before else "shrank"
    return [Detail(text=f"member `{one.name}` {verb} from {before} to {after} bytes", impact=Impact.SILENT)]


def _tell_bits(one: Field, other: Field) -> str:
    if one.bits is None:
        return f"is a bit-field of {other.bits} bits now"
    return (
        f"has {other.bits} bits, had {one.bits}"
        if other.bits is not None
        else f"is no bit-field now, had {one.bits} bits"
    )


def _compare_qualifiers(one: Field, other: Field) -> list[Detail]:
    """`const` or `volatile` alone: the same place and size, another permission."""
    text = f"member `{one.name}` is `{other.type.spelling}` now, before `{one.type.spelling}`"
    closed = other.type.canonical.startswith("const ") and not one.type.canonical.startswith("const ")
    return [Detail(text=text, impact=_if_visible(one) if closed else Impact.NONE)]


def _compare_openness(one: Field, other: Field) -> list[Detail]:
    details = []
    if one.access is Access.PUBLIC and other.access is not Access.PUBLIC:
        details.append(Detail(text=f"member `{one.name}` is {other.access.value} now", impact=Impact.COMPILE))
    elif one.access is not other.access:
        details.append(Detail(text=f"member `{one.name}` is {other.access.value} now"))
    before, after = one.initialiser, other.initialiser
    starts = [Start(item.initialiser or "", item.value, item.type.canonical) for item in (one, other)]
    if before != after and not (before and after and is_one_start(*starts)):
        text = f"member `{one.name}` starts as `{after or 'nothing'}`, before `{before or 'nothing'}`"
        details.append(Detail(text=text, impact=Impact.SILENT))
    return details


def _compare_places(both: list[tuple[Field, Field]]) -> list[Detail]:
    moved = [
        (one, other) for one, other in both if None not in (one.offset, other.offset) and one.offset != other.offset
    ]
    if not moved:
        return []
    shown = ", ".join(f"`{one.name}` from {_bytes(one)} to {_bytes(other)}" for one, other in moved[:_SHOWN])
    more = f", and {len(moved) - _SHOWN} more" if len(moved) > _SHOWN else ""
    return [Detail(text=f"members moved: {shown}{more}", impact=Impact.SILENT)]


def _compare_order(both: list[tuple[Field, Field]], theirs: list[str]) -> list[Detail]:
    """Where no offset is known (a template), the order of the members still tells."""
    if any(one.offset is not None or other.offset is not None for one, other in both):
        return []
    places = [theirs.index(other.name) for _, other in both]
    return [] if places == sorted(places) else [Detail(text="members reordered", impact=Impact.SILENT)]


def _compare_first(mine: _Named, theirs: _Named) -> list[Detail]:
    """`U u{1}` gives the value to the first member of a union ([dcl.init.aggr] 20)."""
    first, now = next(iter(mine), ""), next(iter(theirs), "")
    if first == now or first not in theirs or now not in mine:
        return []
    return [Detail(text=f"`{now}` comes first now, before `{first}`: braces give it the value", impact=Impact.SILENT)]


def _bytes(field: Field) -> str:
    assert field.offset is not None
    whole, rest = divmod(field.offset, 8)
    return f"{whole}.{rest}" if rest else str(whole)
