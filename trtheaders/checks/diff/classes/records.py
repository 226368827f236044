"""Classes on both sides: size, members, bases, and what a program laid out by one side reads from the other."""

from __future__ import annotations

import re

from trtheaders.checks.diff.classes.bases import compare_bases, inherited_members
from trtheaders.checks.diff.entries import Entry, Sheet
from trtheaders.checks.diff.sides import change_between, compare_access, told_to_callers
from trtheaders.checks.diff.spelt.conversions import converts, tell_retyped, value_type
from trtheaders.checks.diff.spelt.starts import Start, is_one_start
from trtheaders.counting import count_of
from trtheaders.model.answers.changes import Action, Change, Detail, Impact, Subject
from trtheaders.model.headers.declarations import Access, Trait
from trtheaders.model.headers.layouts import Field, Record

_SHOWN = 4


def compare_records(old: Sheet, new: Sheet) -> list[Change]:
    """Every class that is new, gone, renamed, moved, or laid out otherwise."""
    changes = []
    for name in sorted(old.records.keys() | new.records.keys()):
        change = _compare(name, old.records.get(name), new.records.get(name), old, new)
        if change is not None:
            changes.append(change)
    return changes


def renamed_records(old: Sheet, new: Sheet) -> dict[str, str]:
    """Old class names to new ones: classes that are gone, each with the new one that has the same members.

    Two members or more, all of the same names and types; or the same name in another scope with the same members.
    """
    gone = [record for name, record in sorted(old.records.items()) if name not in new.records]
    fresh = [record for name, record in sorted(new.records.items()) if name not in old.records]
    renamed = {}
    for record in gone:
        alias = next((item for item in new.snapshot.aliases if new.plain(item.name) == record.name), None)
        known = alias.type.canonical if alias is not None else ""
        twin = next((other for other in fresh if other.name == known or _same_class(record, other)), None)
        if twin is not None and "<" not in record.name:
            fresh.remove(twin)
            renamed[record.name] = twin.name
    return renamed


def _same_class(one: Record, other: Record) -> bool:
    mine = [(field.name, field.type.canonical) for field in one.fields]
    theirs = [(field.name, field.type.canonical) for field in other.fields]
    same_name = one.name.rpartition("::")[2] == other.name.rpartition("::")[2]
    return mine == theirs and (len(mine) >= 2 or (same_name and bool(mine)))


def _compare(name: str, before: Record | None, after: Record | None, old: Sheet, new: Sheet) -> Change | None:
    if "<" in name and (before is None or after is None):
        # An instance that one side's declarations do not use is no news; what became of its template is.
        return None
    if before is None:
        return (
            None
            if after is None or name in old.doubtful
            else _change(Action.ADDED, before, after, [Detail(text="is new")])
        )
    if after is None:
        gone = [Detail(text="is gone", impact=Impact.COMPILE)]
        return None if name in new.doubtful else _change(Action.REMOVED, before, after, gone)
    details = [*compare_layouts(before, after, old, new), *compare_access(before.access, after.access)]
    action = Action.CHANGED
    if name in old.renamed.values():
        action = Action.RENAMED
        aliased = before.name in new.offers
        impact = Impact.NONE if aliased else Impact.COMPILE
        details.insert(0, Detail(text=f"renamed to `{after.name}`", impact=impact))
    if before.location.file != after.location.file:
        action = action if details else Action.MOVED
        details.append(Detail(text=f"moved from `{before.location.file}` to `{after.location.file}`"))
    return _change(action, before, after, details) if details else None


def compare_layouts(before: Record, after: Record, old: Sheet, new: Sheet) -> list[Detail]:
    """Everything about a class's layout is silent: no symbol and no compiler tells of it.

    Both sides must have worked the size out for it to be compared. A member's offset is compared where both are known;
    members without a known layout (template patterns) are compared by name, type and order.
    """
    return [
        *_compare_size(before, after),
        *compare_bases(before, after, old, new),
        *_compare_members(before, after, old, new),
        *_compare_nature(before, after),
        *_compare_aggregates(before, after, old, new),
    ]


def _compare_size(before: Record, after: Record) -> list[Detail]:
    details = []
    if before.size is not None and after.size is not None and before.size != after.size:
        text = f"has {count_of(after.size, 'byte')}, had {before.size}"
        details.append(Detail(text=text, impact=Impact.SILENT))
    if before.alignment is not None and after.alignment is not None and before.alignment != after.alignment:
        text = f"is aligned to {count_of(after.alignment, 'byte')}, was to {before.alignment}"
        details.append(Detail(text=text, impact=Impact.SILENT))
    return details


def _compare_members(before: Record, after: Record, old: Sheet, new: Sheet) -> list[Detail]:
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


def _compare_named(before: Record, after: Record, mine: _Named, theirs: _Named, old: Sheet, new: Sheet) -> list[Detail]:
    gone = [field for name, field in mine.items() if name not in theirs]
    enclosed = [field for field in gone if _is_enclosed(field, after, new)]
    gone = [field for field in gone if field not in enclosed]
    lifted = _find_lifted(gone, inherited_members(after, new), old, new)
    lowered = _find_lifted(
        [theirs[name] for name in theirs if name not in mine], inherited_members(before, old), new, old
    )
    gone = [field for field in gone if field not in lifted]
    fresh = [field for name, field in theirs.items() if name not in mine]
    renamed = _renamed_members(gone, fresh, old, new)
    fresh = [field for field in fresh if field not in lowered]
    details = [Detail(text=f"member `{field.name}` lies in an unnamed class now") for field in enclosed]
    details += [Detail(text=f"member `{field.name}` is that of a base now, at the same place") for field in lifted]
    details += [Detail(text=f"member `{field.name}` was that of a base, at the same place") for field in lowered]
    details += [_describe_renamed(one, other) for one, other in renamed]
    details += [item for field in gone if field not in [one for one, _ in renamed] for item in _describe_gone(field)]
    roomy = after.tag == "union" and before.size == after.size
    details += [_describe_new(field, roomy) for field in fresh if field not in [other for _, other in renamed]]
    both = [(mine[name], theirs[name]) for name in mine if name in theirs]
    for one, other in both:
        details += _compare_member(one, other, old, new)
    return details + _compare_places(both) + _compare_order(both, list(theirs))


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
    details = []
    before, after = old.plain(one.type.canonical), new.plain(other.type.canonical)
    if before != after and value_type(before) == value_type(after) and "&" not in before + after:
        details += _compare_qualifiers(one, other)
    elif before != after:
        text = f"member `{one.name}` retyped from {tell_retyped(one.type, other.type)}"
        details.append(Detail(text=text, impact=Impact.SILENT))
        if one.access is not Access.PRIVATE and not converts(before, after):
            details.append(Detail(text=f"what is stored in `{one.name}` may not fit", impact=Impact.COMPILE))
    elif one.type.size is not None and other.type.size is not None and one.type.size != other.type.size:
        text = f"member `{one.name}` grew from {one.type.size} to {other.type.size} bytes"
        details.append(
            Detail(
                text=text.replace("grew", "grew" if other.type.size > one.type.size else "shrank"), impact=Impact.SILENT
            )
        )
    if one.bits != other.bits:
        details.append(Detail(text=f"member `{one.name}` {_tell_bits(one, other)}", impact=Impact.SILENT))
    return details + _compare_openness(one, other)


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


def _bytes(field: Field) -> str:
    assert field.offset is not None
    whole, rest = divmod(field.offset, 8)
    return f"{whole}.{rest}" if rest else str(whole)


_NATURES = (
    ("abstract", "is abstract", Impact.COMPILE),
    ("final", "is final", Impact.COMPILE),
    ("polymorphic", "is polymorphic", Impact.SILENT),
)


def _compare_nature(before: Record, after: Record) -> list[Detail]:
    details = []
    for name, words, gained in _NATURES:
        one, other = getattr(before, name), getattr(after, name)
        if other and not one:
            details.append(Detail(text=f"{words} now", impact=gained))
        elif one and not other:
            lost = Impact.SILENT if name == "polymorphic" else Impact.NONE
            details.append(Detail(text=f"{words} no longer", impact=lost))
    if None not in (before.trivial, after.trivial) and before.trivial != after.trivial:
        way = "in registers" if after.trivial else "in memory"
        details.append(Detail(text=f"is passed {way} by value now", impact=Impact.SILENT))
    several = len(before.fields) > 1 or len(after.fields) > 1
    if several and (before.tag == "union") != (after.tag == "union"):
        details.append(Detail(text=f"is a {after.tag} now, before a {before.tag}", impact=Impact.SILENT))
    return details


def _compare_aggregates(before: Record, after: Record, old: Sheet, new: Sheet) -> list[Detail]:
    """`A a{1, 2}` gives the members of an aggregate their values ([dcl.init.aggr]); a constructor may take as many."""
    if not before.fields or not _is_aggregate(before, old) or _is_aggregate(after, new):
        return []
    taken = {len(item.declaration.parameters) for item in _constructors(after, new)}
    if len(before.fields) in taken:
        return []
    return [Detail(text="is no aggregate any more: braces do not give its members values", impact=Impact.COMPILE)]


def _is_aggregate(record: Record, sheet: Sheet) -> bool:
    public = {item.access for item in record.fields} | {base.access for base in record.bases} <= {Access.PUBLIC}
    virtual = record.polymorphic or any(base.virtual for base in record.bases)
    return public and not virtual and not _constructors(record, sheet)


def _constructors(record: Record, sheet: Sheet) -> list[Entry]:
    """Those that are provided; one that is deleted or defaulted where it is declared is none before C++20."""
    name = sheet.plain(record.name)
    found = sheet.entries.get(f"{name}::{name.rpartition('::')[2]}", ())
    given = {Trait.DELETED, Trait.DEFAULTED, Trait.IMPLICIT}
    return [item for item in found if not item.declaration.traits & given or item.symbols]


def _change(action: Action, before: Record | None, after: Record | None, details: list[Detail]) -> Change:
    told = told_to_callers(details, before.access) if before is not None else details
    return change_between(Subject.CLASS, action, before, after, told, _describe)


def _describe(record: Record) -> str:
    size = "unknown" if record.size is None else str(record.size)
    return f"sizeof {size}, {count_of(len(record.fields), 'member')}"
