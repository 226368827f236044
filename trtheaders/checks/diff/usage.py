"""Which changes concern a consumer: those of what its source touches, else those of names that it mentions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from trtheaders.model.answers.changes import Change, Impact, Subject
from trtheaders.model.answers.uses import Touched
from trtheaders.model.headers.declarations import Declaration, DeclarationKind
from trtheaders.model.headers.layouts import Record
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.places import Location

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)
_INCLUDE = re.compile(r"^\s*#\s*include\s*[<\"]([^>\"]+)[>\"]", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_]\w*")
_EVERYWHERE = frozenset({Subject.INLINE_NAMESPACE})


def keep_touched(changes: Iterable[Change], touched: Touched, old: AbiSnapshot) -> tuple[Change, ...]:
    """The ``changes`` of what a consumer touches, as the parser and the compiler read it with the ``old`` headers.

    A change that only breaks linking counts by the symbols that it takes away, any other by its declaration in the old
    headers as well; constants also where a default argument or a member's initialiser of something touched names them.
    What is new counts where it is in the way of something touched. What stands in statements that are not understood
    counts by its name, of a member with that of its class.
    """
    reach = _Reach(
        touched=touched,
        defaults=frozenset(_words_of_defaults(old, touched)),
        declared=frozenset(_declared(old, touched)),
        doubtful=_doubtful_classes(old, touched) | _dependent_classes(old, touched),
    )
    return tuple(change for change in changes if _is_touched(change, reach))


class _Reach(Struct, frozen=True):
    """What is touched: ``declared`` by qualified names, ``defaults`` are words of default arguments, ``doubtful`` the
    classes that what is not understood may have objects of.
    """

    touched: Touched
    defaults: frozenset[str]
    declared: frozenset[str]
    doubtful: frozenset[str]


def _doubtful_classes(old: AbiSnapshot, touched: Touched) -> frozenset[str]:
    """Those that are named in doubt, and those that functions which are named there return: `auto r = f();`."""
    records = {record.name: record for record in old.records}
    named = {name for name in records if _last(name) in touched.doubtful}
    classes = touched.doubtful | {name for _, name in touched.named}
    called = (item.result for item in _mentioned(old, classes) if _last(item.name) in touched.doubtful)
    return frozenset(named.union(*(_named_in(result.canonical, records) for result in called if result is not None)))


def _dependent_classes(old: AbiSnapshot, touched: Touched) -> frozenset[str]:
    """Those with members that templates name, of which what is touched takes, returns or is made."""
    records = {record.name: record for record in old.records}
    given = [name for name, record in records.items() if _is_named_at(record.location, name, touched)]
    functions = (item for item in _declarations(old) if _is_declaration_touched(item, touched))
    given += _classes_of(functions, records)
    given += [base.name for name in given for base in records[name].bases if base.name in records]
    return frozenset(name for name in given if any(item.name in touched.dependent for item in records[name].fields))


def _declarations(snapshot: AbiSnapshot) -> list[Declaration]:
    return [item.declaration for item in snapshot.promises] + [item.declaration for item in snapshot.exempt]


def _declared(old: AbiSnapshot, touched: Touched) -> Iterator[str]:
    """The qualified names of what is touched."""
    yield from (item.name for item in _declarations(old) if _is_declaration_touched(item, touched))
    yield from (item.name for item in old.records if _is_named_at(item.location, item.name, touched))


def _is_declaration_touched(item: Declaration, touched: Touched) -> bool:
    called = "()" if item.kind is DeclarationKind.CONSTRUCTOR else ""
    return _is_named_at(item.location, f"{item.name}{called}", touched)


_BY_WORDS = frozenset(
    {
        Subject.MACRO,
        Subject.GATE,
        Subject.USING,
        Subject.NAMESPACE_ALIAS,
        Subject.NAMESPACE,
        Subject.CONCEPT,
        Subject.FRIEND,
    }
)
"""What leaves no trace in the tree, or one that leads past it."""


def _is_touched(change: Change, reach: _Reach) -> bool:
    touched = reach.touched
    if change.subject is Subject.HEADER:
        return change.name in touched.included
    if change.subject in _BY_WORDS:
        return any(word in touched.words for word in _words_of(change))
    if touched.symbols.intersection(change.removed_symbols) or _is_in_doubt(change, reach):
        return True
    if touched.compiled and change.removed_symbols and change.impacts == {Impact.LINK}:
        return False
    if change.subject is Subject.VARIABLE and _last(change.name) in reach.defaults:
        return change.old_location is not None
    if change.old_location is None:
        return change.impact is not Impact.NONE and _is_in_the_way(change, reach)
    called = "()" if change.subject is Subject.CONSTRUCTOR else ""
    return _is_named_at(change.old_location, f"{change.name}{called}", touched)


def _is_in_doubt(change: Change, reach: _Reach) -> bool:
    """Whether it is named where the parser does not understand; an object's class may be named elsewhere."""
    touched = reach.touched
    classes = touched.doubtful | {name for _, name in touched.named}
    if change.subject in (Subject.CLASS, Subject.VTABLE):
        return change.name in reach.doubtful
    if change.subject in (Subject.CONSTRUCTOR, Subject.DESTRUCTOR):
        return _last(_scope(change.name)) in touched.doubtful
    known = change.subject is not Subject.METHOD or _last(_scope(change.name)) in classes
    return known and _last(change.name) in touched.doubtful


def _words_of(change: Change) -> list[str]:
    """Of a name that is qualified the last part is enough: it may be used behind a `using`."""
    names = change.name if change.subject in (Subject.MACRO, Subject.GATE) else _last(change.name)
    return _WORD.findall(names)


def _is_in_the_way(change: Change, reach: _Reach) -> bool:
    """Whether something of its name is touched: an overload, what a base has, the class that it is a member of."""
    last, scope = _last(change.name), _scope(change.name)
    special = change.subject in (Subject.CONSTRUCTOR, Subject.DESTRUCTOR) or last.startswith("operator")
    return (special and scope in reach.declared) or any(_last(name) == last for name in reach.declared)


def _is_named_at(place: Location, name: str, touched: Touched) -> bool:
    """Whether the declaration of ``name`` at ``place`` is touched, and not another one on its line."""
    bare = name.partition("<")[0] if not _OPERATOR.search(name) else name
    return any((place, own) in touched.named for own in ("", *_own_names(name), *_own_names(bare)))


_OPERATOR = re.compile(r"\boperator\b\W")


def _own_names(name: str) -> tuple[str, str]:
    """What is declared as ``name``: behind its scope, and without the arguments of a template."""
    found = _OPERATOR.search(name)
    last = name[found.start() :] if found else name.rpartition("::")[2]
    return last, last if found else last.partition("<")[0]


def _words_of_defaults(old: AbiSnapshot, touched: Touched) -> Iterable[str]:
    for declaration in _declarations(old):
        if _is_declaration_touched(declaration, touched):
            for parameter in declaration.parameters:
                yield from _WORD.findall(parameter.default or "")
    for record in old.records:
        if _is_named_at(record.location, record.name, touched):
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
    for declaration in _declarations(snapshot):
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
