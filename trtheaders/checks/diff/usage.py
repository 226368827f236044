"""Which changes concern a consumer: those of what its source touches, else those of names that it mentions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from trtheaders.model.answers.changes import Change, Subject
from trtheaders.model.answers.uses import Touched
from trtheaders.model.headers.declarations import Declaration
from trtheaders.model.headers.layouts import Record
from trtheaders.model.headers.snapshot import AbiSnapshot

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)
_INCLUDE = re.compile(r"^\s*#\s*include\s*[<\"]([^>\"]+)[>\"]", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_]\w*")
_EVERYWHERE = frozenset({Subject.INLINE_NAMESPACE})


def keep_touched(changes: Iterable[Change], touched: Touched, old: AbiSnapshot) -> tuple[Change, ...]:
    """The ``changes`` of what a consumer touches, as the parser and the compiler read it with the ``old`` headers.

    A change counts by the symbols that it takes away and by its place in the old headers; constants also where a
    default argument or a member's initialiser of something touched names them. What is new is touched by nobody.
    """
    words = frozenset(_words_of_defaults(old, touched))
    return tuple(change for change in changes if _is_touched(change, touched, words))


def _is_touched(change: Change, touched: Touched, words: AbstractSet[str]) -> bool:
    if change.subject is Subject.HEADER:
        return change.name in touched.included
    if change.subject in (Subject.MACRO, Subject.GATE):
        return any(word in touched.words for word in _WORD.findall(change.name))
    if touched.symbols.intersection(change.removed_symbols):
        return True
    if change.subject is Subject.VARIABLE and _last(change.name) in words:
        return change.old_location is not None
    return change.old_location is not None and change.old_location in touched.places


def _words_of_defaults(old: AbiSnapshot, touched: Touched) -> Iterable[str]:
    declared = [item.declaration for item in old.promises] + [item.declaration for item in old.exempt]
    for declaration in declared:
        if declaration.location in touched.places:
            for parameter in declaration.parameters:
                yield from _WORD.findall(parameter.default or "")
    for record in old.records:
        if record.location in touched.places:
            for item in record.fields:
                yield from _WORD.findall(item.initialiser or "")


def keep_used(changes: Iterable[Change], sources: Sequence[str], *snapshots: AbiSnapshot) -> tuple[Change, ...]:
    """The ``changes`` of which the text of ``sources`` mentions the name.

    A token match, not a parse, and so on the safe side: a member counts as used where its name and its class are both
    mentioned, or its class is used through another (a base, a member by value, a parameter or result of something
    used); a constructor, a destructor, a layout, a vtable where the class is used. Comments and literals do not count.
    """
    words = _read_words(sources)
    classes = _reach(words, snapshots)
    return tuple(change for change in changes if _is_used(change, words, classes))


def _read_words(sources: Sequence[str]) -> frozenset[str]:
    found: set[str] = set()
    for text in sources:
        found.update(_INCLUDE.findall(text))
        found.update(_WORD.findall(_COMMENT.sub(" ", text)))
    return frozenset(found)


def _reach(words: frozenset[str], snapshots: Sequence[AbiSnapshot]) -> frozenset[str]:
    """Qualified names of the classes that are mentioned, and of those that these bring along."""
    records = {record.name: record for snapshot in snapshots for record in snapshot.records}
    entered = [declaration for snapshot in snapshots for declaration in _mentioned(snapshot, words)]
    reached = {name for name in records if _last(name) in words}
    queue = list(reached)
    for name in _classes_of(entered, records):
        queue += [] if name in reached else [name]
        reached.add(name)
    while queue:
        for name in _parts(records[queue.pop()], records):
            if name not in reached:
                reached.add(name)
                queue.append(name)
    return frozenset(reached)


def _mentioned(snapshot: AbiSnapshot, words: frozenset[str]) -> Iterable[Declaration]:
    declarations = [item.declaration for item in snapshot.promises] + [item.declaration for item in snapshot.exempt]
    for declaration in declarations:
        of_class = declaration.record is None or _last(declaration.record) in words
        if of_class and _last(declaration.name) in words:
            yield declaration


def _classes_of(declarations: Iterable[Declaration], records: dict[str, Record]) -> Iterable[str]:
    """The tree's classes that the parameters and results of ``declarations`` mention."""
    for declaration in declarations:
        types = [parameter.type.canonical for parameter in declaration.parameters]
        types += [declaration.result.canonical] if declaration.result else []
        for text in types:
            yield from _named_in(text, records)


def _parts(record: Record, records: dict[str, Record]) -> Iterable[str]:
    for base in record.bases:
        yield from _named_in(base.name, records)
    for field in record.fields:
        yield from _named_in(field.type.canonical, records)


_QUALIFIED = re.compile(r"[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*")


def _named_in(text: str, records: dict[str, Record]) -> Iterable[str]:
    return (name for name in _QUALIFIED.findall(text) if name in records)


def _is_used(change: Change, words: frozenset[str], classes: frozenset[str]) -> bool:
    if change.subject in _EVERYWHERE:
        return True
    if change.subject is Subject.HEADER:
        return change.name in words
    if change.subject is Subject.GATE:
        return any(word in words for word in _WORD.findall(change.name))
    if change.subject in (Subject.CLASS, Subject.VTABLE, Subject.CLASS_SYMBOLS):
        return change.name in classes or _last(change.name) in words
    if change.subject in (Subject.CONSTRUCTOR, Subject.DESTRUCTOR):
        return _scope(change.name) in classes or _last(_scope(change.name)) in words
    return _is_named(change, words, classes)


def _is_named(change: Change, words: frozenset[str], classes: frozenset[str]) -> bool:
    """Functions, variables, enumerations, aliases, macros: by their own name; an operator by its class."""
    last, scope = _last(change.name), _scope(change.name)
    if change.subject is Subject.METHOD:
        in_use = scope in classes or _last(scope) in words
        return in_use and (last in words or last.startswith("operator"))
    if change.subject is Subject.ENUMERATION and scope in classes:
        return True
    return last in words or last.startswith("operator")


def _last(name: str) -> str:
    return name.partition("<")[0].rpartition("::")[2]


def _scope(name: str) -> str:
    return name.rpartition("::")[0]
