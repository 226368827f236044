"""Names that no symbol stands for, on both sides: templates, their specialisations, concepts, `using`, friends."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec.structs import replace

from trtheaders.checks.diff.classes.patterns import compare_patterns
from trtheaders.checks.diff.entries import Entry, Sheet
from trtheaders.checks.diff.functions.overloads import find_heir, tell_overload
from trtheaders.checks.diff.functions.special_members import is_deduced_unasked
from trtheaders.checks.diff.named.heads import compare_heads
from trtheaders.checks.diff.named.members import compare_members
from trtheaders.checks.diff.named.offers import tell_other_form
from trtheaders.checks.diff.sides import change_between
from trtheaders.checks.diff.spelt.numbers import is_one_value
from trtheaders.checks.diff.spelt.parameter_names import is_renamed
from trtheaders.model.answers.changes import Action, Change, Detail, Impact, Subject
from trtheaders.model.headers.declarations import Access, DeclarationKind
from trtheaders.model.headers.introductions import Introduction, IntroductionKind

_Kind = IntroductionKind
_SUBJECTS = {
    _Kind.CLASS_TEMPLATE: Subject.TEMPLATE,
    _Kind.ALIAS_TEMPLATE: Subject.TEMPLATE,
    _Kind.VARIABLE_TEMPLATE: Subject.TEMPLATE,
    _Kind.SPECIALISATION: Subject.TEMPLATE,
    _Kind.CONCEPT: Subject.CONCEPT,
    _Kind.USING_DECLARATION: Subject.USING,
    _Kind.INHERITED_CONSTRUCTORS: Subject.USING,
    _Kind.USING_DIRECTIVE: Subject.USING,
    _Kind.NAMESPACE_ALIAS: Subject.NAMESPACE_ALIAS,
    _Kind.FRIEND_CLASS: Subject.FRIEND,
    _Kind.DEDUCTION_GUIDE: Subject.TEMPLATE,
}
_WORD = re.compile(r"[A-Za-z_]\w*")


def compare_introductions(old: Sheet, new: Sheet) -> list[Change]:
    """Every such name that is gone, new, or means something else; none where a side was recorded without them."""
    mine, theirs = _read(old), _read(new)
    if mine is None or theirs is None:
        return []
    for key in [key for key in mine if key not in theirs and key[1] == _Kind.SPECIALISATION.value]:
        twins = (other for other in theirs if other not in mine and other[1] == key[1])
        twin = next((other for other in twins if is_renamed(key[0], other[0], old, new)), None)
        if twin is not None:
            theirs[key] = theirs.pop(twin)
    found = [_compare(mine.get(key), theirs.get(key), old, new) for key in sorted(mine.keys() | theirs.keys())]
    return [change for change in found if change is not None]


def _read(sheet: Sheet) -> dict[tuple[str, str], Introduction] | None:
    if sheet.snapshot.introductions is None:
        return None
    return {(sheet.plain(item.name), item.kind.value): item for item in sheet.snapshot.introductions}


def _compare(before: Introduction | None, after: Introduction | None, old: Sheet, new: Sheet) -> Change | None:
    if before is None:
        return None if after is None else _change(Action.ADDED, None, after, _added(after, old, new))
    if before.access is Access.PRIVATE:
        return None
    if after is None:
        return _change(Action.REMOVED, before, None, _removed(before, old, new))
    details = _changed(before, after, old, new)
    return _change(Action.CHANGED, before, after, details) if details else None


def _added(after: Introduction, old: Sheet, new: Sheet) -> list[Detail]:
    fresh = [Detail(text="is new")]
    if after.kind is _Kind.USING_DECLARATION and new.plain(after.name) in old.entries:
        # Beside the class's own overloads, what the base has is one more.
        named = (item for entry in _meant(after, new.plain(after.name), new) for item in tell_overload(entry, old, new))
        return list(dict.fromkeys((*fresh, *named)))
    if after.kind is _Kind.DEDUCTION_GUIDE and is_deduced_unasked(after.name, old):
        return [*fresh, Detail(text="deduces what was deduced otherwise", impact=Impact.SILENT)]
    if after.kind is not _Kind.SPECIALISATION or not _has_general(after, old) or _names_news(after, old, new):
        return fresh
    return [*fresh, Detail(text="takes uses that went to the template", impact=Impact.SILENT)]


def _has_general(item: Introduction, sheet: Sheet) -> bool:
    """Whether the template that ``item`` specialises is defined."""
    name = sheet.plain(item.name).partition("<")[0]
    general = (_Kind.CLASS_TEMPLATE, _Kind.VARIABLE_TEMPLATE)
    return any(
        other.kind in general and sheet.plain(other.name) == name for other in sheet.snapshot.introductions or ()
    )


def _names_news(item: Introduction, old: Sheet, new: Sheet) -> bool:
    """Whether its arguments name a type that is new as well."""
    words = set(_WORD.findall(item.name.partition("<")[2]))
    news = {name.rpartition("::")[2] for name in new.offers.keys() - old.offers.keys()}
    return bool(words & news)


def _removed(before: Introduction, old: Sheet, new: Sheet) -> list[Detail]:
    special = _REMOVALS.get(before.kind)
    if special is not None:
        return special(before, old, new)
    other = tell_other_form(old.plain(before.name), before.meaning, new)
    return other or [Detail(text="is gone", impact=Impact.COMPILE)]


def _remove_specialisation(before: Introduction, old: Sheet, new: Sheet) -> list[Detail]:
    if _has_general(before, new):
        return [Detail(text="is gone: uses go to the template", impact=Impact.SILENT)]
    return [Detail(text="is gone", impact=Impact.COMPILE)]


def _remove_guide(before: Introduction, old: Sheet, new: Sheet) -> list[Detail]:
    gone = [Detail(text="is gone", impact=Impact.COMPILE)]
    if not is_deduced_unasked(before.name, new):
        return gone
    return [*gone, Detail(text="what it deduced may be deduced otherwise", impact=Impact.SILENT)]


def _remove_friend(before: Introduction, old: Sheet, new: Sheet) -> list[Detail]:
    """A class of the tree is compiled anew with it; one that consumers write themselves is shut out."""
    last = before.meaning.rpartition("::")[2].partition("<")[0]
    ours = any(name.rpartition("::")[2] == last for sheet in (old, new) for name in sheet.offers)
    return [Detail(text="is no friend any more", impact=Impact.NONE if ours else Impact.COMPILE)]


def _remove_using(before: Introduction, old: Sheet, new: Sheet) -> list[Detail]:
    """In a class, calls may find the class's own overloads, or the base's where it has none."""
    name = old.plain(before.name)
    record = new.records.get(name.rpartition("::")[0])
    if record is None:
        return tell_other_form(name, "", new) or [Detail(text="is gone", impact=Impact.COMPILE)]
    if name not in new.entries:
        open_ = {base.access for base in record.bases} <= {Access.PUBLIC}
        return [Detail(text="is gone", impact=Impact.NONE if open_ else Impact.COMPILE)]
    heirs = [find_heir(entry.declaration, old, new) for entry in _meant(before, name, old)]
    silent = bool(heirs) and all(heir is not None for heir in heirs)
    text = "is gone: calls go to the class's own" if silent else "is gone: the class's own hide what it named"
    return [Detail(text=text, impact=Impact.SILENT if silent else Impact.COMPILE)]


def _meant(using: Introduction, name: str, sheet: Sheet) -> list[Entry]:
    """What a `using` in a class named, as if the class had declared it."""
    scope, last = using.meaning.rpartition("::")[::2]
    found = [
        entry
        for key, entries in sheet.entries.items()
        if key.endswith(f"{scope}::{last}") and key != name
        for entry in entries
        if entry.declaration.kind in (DeclarationKind.METHOD, DeclarationKind.STATIC_METHOD)
    ]
    return [_rename(entry, name) for entry in found]


def _rename(entry: Entry, name: str) -> Entry:
    return replace(entry, declaration=replace(entry.declaration, name=name))


_REMOVALS: dict[IntroductionKind, Callable[[Introduction, Sheet, Sheet], list[Detail]]] = {
    _Kind.SPECIALISATION: _remove_specialisation,
    _Kind.FRIEND_CLASS: _remove_friend,
    _Kind.DEDUCTION_GUIDE: _remove_guide,
    _Kind.USING_DECLARATION: _remove_using,
}


def _changed(before: Introduction, after: Introduction, old: Sheet, new: Sheet) -> list[Detail]:
    details = compare_heads(old.plain(before.head), new.plain(after.head))
    recorded = before.pattern is not None and after.pattern is not None
    details += (compare_patterns if recorded else compare_members)(before, after, old, new)
    one, other = old.plain(before.meaning), new.plain(after.meaning)
    same = one == other or (bool(before.head) and is_renamed(one, other, old, new))
    if same or (one and other and is_one_value(one, other)):
        return details
    return [*details, *_compare_meanings(before.kind, one, other)]


def _compare_meanings(kind: IntroductionKind, one: str, other: str) -> list[Detail]:
    if kind is _Kind.CONCEPT:
        return [Detail(text="asks for something else: what fulfilled it may not", impact=Impact.COMPILE)]
    if kind is _Kind.CLASS_TEMPLATE or "final" in (one, other):
        return [
            Detail(
                text="is final now" if other else "is final no longer", impact=Impact.COMPILE if other else Impact.NONE
            )
        ]
    told = Detail(text=f"is `{other or 'nothing'}`, was `{one or 'nothing'}`", impact=Impact.SILENT)
    if kind is not _Kind.ALIAS_TEMPLATE:
        return [told]
    return [told, Detail(text="what was made with it may not fit", impact=Impact.COMPILE)]


def _change(action: Action, before: Introduction | None, after: Introduction | None, details: list[Detail]) -> Change:
    item = after or before
    assert item is not None
    return change_between(_SUBJECTS[item.kind], action, before, after, details, lambda side: side.kind.value)
