"""Overloads beside each other: what one that is new takes from the others, and where calls of one that is gone go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trtheaders.checks.diff.conversions import converts, is_arithmetic, parameter_type, value_type
from trtheaders.checks.diff.entries import TEMPLATES, Entry, Sheet
from trtheaders.model.answers.changes import Detail, Impact
from trtheaders.model.headers.declarations import Declaration, DeclarationKind, Trait
from trtheaders.model.headers.promises import Exemption

_MEMBERS = frozenset({DeclarationKind.METHOD, DeclarationKind.STATIC_METHOD})
_CALLED = _MEMBERS | {DeclarationKind.FUNCTION, DeclarationKind.CONSTRUCTOR}
_QUALIFIERS = frozenset({Trait.CONST, Trait.VOLATILE, Trait.LVALUE_REF, Trait.RVALUE_REF})
_TEXTS = ("std::basic_string<", "std::__cxx11::basic_string<", "std::basic_string_view<")


def tell_overload(entry: Entry, old: Sheet, new: Sheet) -> list[Detail]:
    """What a function that is new does to calls that compiled before ([over.match.best], [class.member.lookup]).

    It takes those whose arguments suit it better, is in the way of those that suit both alike, and hides what its class
    inherited under its name.
    """
    declaration = entry.declaration
    if declaration.kind not in _CALLED or not entry.callable_by_consumers:
        return []
    name = new.plain(declaration.name)
    beside = [item for item in old.entries.get(name, ()) if _is_kept(item, old, new)]
    details = [detail for item in beside for detail in _compare(item.declaration, declaration, old, new)]
    hidden = [] if beside or declaration.kind not in _MEMBERS else list(_hide(declaration, old, new))
    return list(dict.fromkeys((*details, *hidden)))


def find_heir(declaration: Declaration, old: Sheet, new: Sheet) -> tuple[str, Impact] | None:
    """The function that a call of one that is gone finds then, and what that does; None where there is none."""
    if declaration.kind not in _CALLED:
        return None
    name = old.plain(declaration.name)
    own = new.entries.get(name, ())
    inherited = () if own or declaration.kind not in _MEMBERS else _inherited(name, new)
    for entry in sorted((*own, *inherited), key=lambda item: not _is_same(declaration, item.declaration, old, new)):
        if entry.exemption is not Exemption.DELETED and _takes(declaration, entry, old, new):
            same = entry in own and _is_same(declaration, entry.declaration, old, new)
            return _show(entry.declaration, declaration), Impact.NONE if same else Impact.SILENT
    return None


def _is_kept(item: Entry, old: Sheet, new: Sheet) -> bool:
    declared = item.declaration.kind in _CALLED and item.callable_by_consumers
    others = new.entries.get(old.plain(item.declaration.name), ())
    return declared and any(old.identity(item) == new.identity(other) for other in others)


def _compare(before: Declaration, after: Declaration, old: Sheet, new: Sheet) -> Iterator[Detail]:
    """What ``after``, which is new, does to calls of ``before``, which is still there."""
    one, other = _types(before, old), _types(after, new)
    for count in range(max(_least(before), _least(after)), min(len(one), len(other)) + 1):
        pairs = list(zip(one[:count], other[:count], strict=True))
        if (before.traits ^ after.traits) & _QUALIFIERS and before.kind in _MEMBERS:
            continue
        if all(mine == theirs or _is_by_value(mine, theirs) for mine, theirs in pairs):
            yield _describe_ambiguous(_show(before, after), count)
            continue
        changed = [(mine, theirs) for mine, theirs in pairs if value_type(mine) != value_type(theirs)]
        yield from _compare_types(_show(before, after), changed, new)


def _compare_types(shown: str, changed: Sequence[tuple[str, str]], new: Sheet) -> Iterator[Detail]:
    if changed and all(_is_taken(theirs, mine, new) for mine, theirs in changed):
        yield Detail(text=f"takes calls that went to `{shown}`", impact=Impact.SILENT)
        if all(is_arithmetic(mine) and is_arithmetic(theirs) for mine, theirs in changed):
            text = f"arguments of a third type suit it as well as `{shown}`: such calls are ambiguous"
            yield Detail(text=text, impact=Impact.COMPILE)
    elif len(changed) == 1 and all(side.endswith("*") for side in map(value_type, changed[0])):
        text = f"`nullptr` suits it as well as `{shown}`: such calls are ambiguous"
        yield Detail(text=text, impact=Impact.COMPILE)


def _describe_ambiguous(shown: str, count: int) -> Detail:
    words = "without arguments" if count == 0 else f"with {count} argument{'s' * (count != 1)}"
    text = f"a call {words} suits it as well as `{shown}`: it is ambiguous"
    return Detail(text=text, impact=Impact.COMPILE)


def _is_by_value(one: str, other: str) -> bool:
    """Whether one takes by value what the other takes by reference, so that neither suits better."""
    return value_type(one) == value_type(other) and one.endswith("&") != other.endswith("&")


def _is_taken(theirs: str, mine: str, sheet: Sheet) -> bool:
    """Whether an argument of type ``theirs`` was converted to ``mine`` and is not any more."""
    one, other = value_type(theirs), value_type(mine)
    if one == "const char *" and other.startswith(_TEXTS):
        return True
    return converts(theirs, mine) or _is_derived(one, other, sheet) or _is_made_of(other, one, sheet)


def _is_derived(one: str, other: str, sheet: Sheet) -> bool:
    """Whether ``one`` is a class derived from ``other``, or a pointer to one; any pointer becomes `void *`."""
    if one.endswith("*") and other.endswith("*"):
        inner = [text[:-1].strip().removeprefix("const ") for text in (one, other)]
        return inner[1] == "void" or inner[1] in bases_of(inner[0], sheet)
    return other in bases_of(one, sheet)


def _is_made_of(wanted: str, given: str, sheet: Sheet) -> bool:
    """Whether the class ``wanted`` has a constructor that makes it of ``given`` unasked."""
    name = f"{wanted}::{wanted.rpartition('::')[2]}"
    for entry in sheet.entries.get(name, ()):
        declaration = entry.declaration
        plain = entry.callable_by_consumers and Trait.EXPLICIT not in declaration.traits
        types = [value_type(text) for text in _types(declaration, sheet)]
        if plain and types[:1] == [given] and _least(declaration) <= 1:
            return True
    return False


def bases_of(name: str, sheet: Sheet) -> list[str]:
    """All bases of a class by name, the nearest first, each once."""
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        record = sheet.records.get(waiting.pop(0))
        direct = [sheet.plain(base.name) for base in record.bases] if record is not None else []
        waiting += [base for base in direct if base not in found]
        found.update(dict.fromkeys(direct))
    return list(found)


def _hide(declaration: Declaration, old: Sheet, new: Sheet) -> Iterator[Detail]:
    """What is inherited under its name is found no more; what it overrides is called through the vtable as before."""
    if Trait.OVERRIDE in declaration.traits or old.plain(declaration.record or "") not in old.records:
        return
    for entry in _inherited(new.plain(declaration.name), old):
        base = entry.declaration
        if Trait.VIRTUAL in base.traits and _types(base, old) == _types(declaration, new):
            return
        text = f"hides `{base.name}`"
        taken = _takes(base, Entry(declaration=declaration), old, new)
        yield Detail(text=text, impact=Impact.SILENT if taken else Impact.COMPILE)
        return


def _inherited(name: str, sheet: Sheet) -> Iterator[Entry]:
    scope, _, last = name.rpartition("::")
    for base in bases_of(scope, sheet):
        found = [entry for entry in sheet.entries.get(f"{base}::{last}", ()) if entry.callable_by_consumers]
        yield from found
        if found:
            return


def _takes(declaration: Declaration, entry: Entry, old: Sheet, new: Sheet) -> bool:
    """Whether a call of ``declaration`` with all its arguments, on whatever object, may be one of ``entry``."""
    other = entry.declaration
    if other.kind not in _CALLED or other.kind in TEMPLATES or not entry.callable_by_consumers:
        return False
    if Trait.CONST in declaration.traits - other.traits and other.kind is DeclarationKind.METHOD:
        return False
    mine, theirs = _types(declaration, old), _types(other, new)
    if not _least(other) <= len(mine) <= len(theirs):
        return False
    pairs = zip(mine, theirs[: len(mine)], strict=True)
    return all(converts(one, two) or _is_derived(value_type(one), value_type(two), new) for one, two in pairs)


def _is_same(one: Declaration, other: Declaration, old: Sheet, new: Sheet) -> bool:
    """Whether the arguments of ``one`` are those of ``other``, which may take more."""
    mine, theirs = ([value_type(text) for text in types] for types in (_types(one, old), _types(other, new)))
    return mine == theirs[: len(mine)]


def _types(declaration: Declaration, sheet: Sheet) -> list[str]:
    return [sheet.plain(parameter_type(item.type.canonical)) for item in declaration.parameters]


def _least(declaration: Declaration) -> int:
    """How many arguments it takes at least."""
    return sum(item.default is None for item in declaration.parameters)


def _show(declaration: Declaration, beside: Declaration) -> str:
    """Its signature, with its scope where that is another one than that of ``beside``."""
    scope = declaration.name.rpartition("::")[0]
    bare = scope == beside.name.rpartition("::")[0]
    return declaration.signature if bare else f"{scope}::{declaration.signature}".removeprefix("::")
