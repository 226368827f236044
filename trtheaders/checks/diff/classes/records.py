"""Classes on both sides: size, members, bases, and what a program laid out by one side reads from the other."""

from __future__ import annotations

from trtheaders.checks.diff.classes.bases import compare_bases
from trtheaders.checks.diff.classes.fields import compare_fields
from trtheaders.checks.diff.entries import Entry, Sheet
from trtheaders.checks.diff.sides import change_between, compare_access, told_to_callers
from trtheaders.counting import count_of
from trtheaders.model.answers.changes import Action, Change, Detail, Impact, Subject
from trtheaders.model.headers.declarations import Access, Trait
from trtheaders.model.headers.layouts import Record


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
    if before is not None and after is not None:
        return _compare_both(name, before, after, old, new)
    # An instance that one side's declarations do not use is no news; what became of its template is.
    if "<" in name or name in old.doubtful or name in new.doubtful:
        return None
    if before is None:
        return _change(Action.ADDED, before, after, [Detail(text="is new")])
    return _change(Action.REMOVED, before, after, [Detail(text="is gone", impact=Impact.COMPILE)])


def _compare_both(name: str, before: Record, after: Record, old: Sheet, new: Sheet) -> Change | None:
    details = [*compare_layouts(before, after, old, new), *compare_access(before.access, after.access)]
    action = Action.CHANGED
    if name in old.renamed.values():
        action = Action.RENAMED
        impact = Impact.NONE if before.name in new.offers else Impact.COMPILE
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
        *compare_fields(before, after, old, new),
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
