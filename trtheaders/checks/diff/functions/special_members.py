"""What C++ declares unasked: constructors, destructor and assignment, and what takes them away."""

from __future__ import annotations

import re

from trtheaders.checks.diff.entries import Entry, Sheet
from trtheaders.checks.diff.spelt.conversions import value_type
from trtheaders.model.answers.changes import Detail, Impact
from trtheaders.model.headers.declarations import Declaration, DeclarationKind
from trtheaders.model.headers.layouts import Record
from trtheaders.spelling import split_commas

_SPECIAL = frozenset({DeclarationKind.CONSTRUCTOR, DeclarationKind.DESTRUCTOR})
_UNCOPYABLE = re.compile(r"\bstd::(unique_ptr|unique_lock|mutex|\w*_mutex|atomic\w*|thread|future|promise)\b|&$")


def is_special_member(declaration: Declaration) -> bool:
    """Default, copy and move constructors, the destructor, copy and move assignment: what C++ declares unasked."""
    own = declaration.record or ""
    taken = [value_type(parameter.type.canonical) for parameter in declaration.parameters]
    # In a template the class is named with its arguments.
    taken = [text.partition("<")[0] if declaration.template else text for text in taken]
    if declaration.kind in _SPECIAL:
        return not taken or taken == [own]
    return declaration.name == f"{own}::operator=" and taken == [own]


def had_unasked(declaration: Declaration, owner: Record, sheet: Sheet) -> bool:
    """Whether the class had the special member without declaring it ([class.copy.ctor], [class.copy.assign])."""
    if any(_UNCOPYABLE.search(item.type.canonical) for item in owner.fields):
        return False
    declared = sheet.entries.get(f"{sheet.plain(owner.name)}::{declaration.name.rpartition('::')[2]}", ())
    if declaration.kind is DeclarationKind.CONSTRUCTOR and not declaration.parameters:
        return not constructors_of(sheet.plain(owner.name), sheet)
    return not any(is_special_member(item.declaration) and item.declaration.parameters for item in declared)


def is_deduced_unasked(guide: str, sheet: Sheet) -> bool:
    """Whether a class template has a constructor for as many arguments as the ``guide`` (`n::Box(int)`) takes."""
    name, _, taken = guide.partition("(")
    count = len(split_commas(taken.removesuffix(")")))
    takers = (entry.declaration.parameters for entry in constructors_of(name, sheet))
    return any(sum(item.default is None for item in each) <= count <= len(each) for each in takers)


def is_declared_unasked(declaration: Declaration, sheet: Sheet) -> bool:
    """Whether C++ declares in ``sheet`` the special member that ``declaration`` was on the other side."""
    name = sheet.plain(declaration.record or "")
    if not is_special_member(declaration) or sheet.find_class(name) is None:
        return False
    if declaration.kind is DeclarationKind.CONSTRUCTOR and not declaration.parameters:
        return not constructors_of(name, sheet)
    return declaration.kind is DeclarationKind.DESTRUCTOR or not _moves(name, sheet)


def tell_taken_away(entry: Entry, old: Sheet, new: Sheet) -> list[Detail]:
    """What C++ no longer declares unasked once the class declares ``entry``, which is new."""
    declaration = entry.declaration
    name = new.plain(declaration.record or "")
    owner = old.find_class(name)
    if owner is None or new.find_class(name) is None:
        return []
    details = []
    if _takes_default(declaration, owner, old, new):
        details.append(Detail(text="takes away the constructor without arguments", impact=Impact.COMPILE))
    moved = _is_move(declaration) and not any(map(_is_move_entry, _special_of(name, old)))
    if moved and not _copies(name, new) and not any(_UNCOPYABLE.search(item.type.canonical) for item in owner.fields):
        details.append(Detail(text="takes away copies", impact=Impact.COMPILE))
    return details


def _takes_default(declaration: Declaration, owner: Record, old: Sheet, new: Sheet) -> bool:
    if declaration.kind is not DeclarationKind.CONSTRUCTOR or constructors_of(old.plain(owner.name), old):
        return False
    bound = any(item.type.canonical.endswith("&") and not item.initialiser for item in owner.fields)
    own = constructors_of(new.plain(declaration.record or ""), new)
    return not bound and not any(all(item.default for item in each.declaration.parameters) for each in own)


def constructors_of(name: str, sheet: Sheet) -> list[Entry]:
    """The constructors that the class ``name`` declares."""
    found = sheet.entries.get(f"{name}::{name.rpartition('::')[2]}", ())
    return [entry for entry in found if entry.declaration.kind is DeclarationKind.CONSTRUCTOR]


def _special_of(name: str, sheet: Sheet) -> list[Entry]:
    return [*constructors_of(name, sheet), *sheet.entries.get(f"{name}::operator=", ())]


def _moves(name: str, sheet: Sheet) -> bool:
    return any(map(_is_move_entry, _special_of(name, sheet)))


def _copies(name: str, sheet: Sheet) -> bool:
    found = (entry.declaration for entry in _special_of(name, sheet))
    return any(is_special_member(item) and item.parameters and not _is_move(item) for item in found)


def _is_move_entry(entry: Entry) -> bool:
    return _is_move(entry.declaration)


def _is_move(declaration: Declaration) -> bool:
    rvalue = len(declaration.parameters) == 1 and declaration.parameters[0].type.canonical.endswith("&&")
    return rvalue and is_special_member(declaration)
