"""Overloads beside each other: what one that is new takes from the others, and where calls of one that is gone go."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from trtheaders.checks.diff.entries import TEMPLATES, Entry, Sheet
from trtheaders.checks.diff.functions.arguments import Contest, find_contests, is_given_otherwise, makers_of
from trtheaders.checks.diff.spelt.conversions import converts, is_arithmetic, parameter_type, value_type
from trtheaders.model.answers.changes import Detail, Impact
from trtheaders.model.headers.declarations import Declaration, DeclarationKind, Trait
from trtheaders.model.headers.promises import Exemption

_MEMBERS = frozenset({DeclarationKind.METHOD, DeclarationKind.STATIC_METHOD})
_CALLED = _MEMBERS | {DeclarationKind.FUNCTION, DeclarationKind.CONSTRUCTOR}
_QUALIFIERS = frozenset({Trait.CONST, Trait.VOLATILE, Trait.LVALUE_REF, Trait.RVALUE_REF})


def tell_overload(entry: Entry, old: Sheet, new: Sheet) -> list[Detail]:
    """What a function that is new does to calls that compiled before ([over.match.best], [class.member.lookup]).

    It takes those whose arguments suit it better, is in the way of those that suit both alike, and hides what its class
    inherited under its name.
    """
    declaration = entry.declaration
    if not entry.callable_by_consumers:
        return []
    if declaration.kind is DeclarationKind.CONVERSION:
        return list(_compare_conversion(declaration, old, new))
    if declaration.kind not in _CALLED and declaration.kind is not DeclarationKind.FUNCTION_TEMPLATE:
        return []
    name = new.plain(declaration.name)
    beside = [item for item in old.entries.get(name, ()) if _is_kept(item, old, new)]
    compare = _compare_template if declaration.kind is DeclarationKind.FUNCTION_TEMPLATE else _compare
    details = [detail for item in beside for detail in compare(item.declaration, declaration, old, new)]
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
        # An operator has an operand of its class at least, which is given as it is.
        plain = before.kind is not DeclarationKind.FUNCTION or "::operator" not in f"::{before.name}"
        yield from _compare_types(_show(before, after), changed, new, plain=plain)


_ANYTHING = re.compile(r"(?:const )?type-parameter-\d+-\d+(?: &&?)?")


def _compare_template(before: Declaration, after: Declaration, old: Sheet, new: Sheet) -> Iterator[Detail]:
    """A template that takes anything as it is suits better whatever was converted ([over.match.best] 2)."""
    one, other = _types(before, old), _types(after, new)
    if other and other[-1].endswith("..."):
        other = [*other[:-1], *[other[-1].removesuffix("...")] * (len(one) - len(other) + 1)]
    if not _asks_for_nothing(after) or not _least(before) <= len(other) <= len(one):
        return
    pairs = list(zip(one, other, strict=False))
    free = [(mine, theirs) for mine, theirs in pairs if _ANYTHING.fullmatch(theirs)]
    same = all(value_type(mine) == value_type(theirs) for mine, theirs in pairs if (mine, theirs) not in free)
    if same and any(_is_drawn(mine, theirs, new) for mine, theirs in free):
        text = f"takes calls that went to `{_show(before, after)}` with other types of arguments"
        yield Detail(text=text, impact=Impact.SILENT)


def _is_drawn(mine: str, theirs: str, sheet: Sheet) -> bool:
    """`T&&` suits what may be written better than a reference to `const` does."""
    return is_given_otherwise(mine, sheet) or (theirs.endswith("&&") and mine.startswith("const "))


def _asks_for_nothing(template: Declaration) -> bool:
    plain = all(re.fullmatch(r"class (?:\.\.\. )?\$\d+|-|auto.*", part) for part in template.head.split(", "))
    asks = template.result is None or re.search(r"enable_if|typename|::type\b|auto", template.result.canonical)
    return plain and not asks


def _compare_conversion(declaration: Declaration, old: Sheet, new: Sheet) -> Iterator[Detail]:
    """Beside a conversion to another number there is no best one for a third type."""
    scope = f"{new.plain(declaration.record or '')}::operator "
    beside = [item.declaration for name in old.entries if name.startswith(scope) for item in old.entries[name]]
    for other in beside if _is_number_unasked(declaration) else ():
        if _is_number_unasked(other):
            text = f"suits a third type as well as `{other.name.rpartition('::')[2]}`: such uses are ambiguous"
            yield Detail(text=text, impact=Impact.COMPILE)


def _is_number_unasked(declaration: Declaration) -> bool:
    """Whether it turns an object into a number wherever one is wanted."""
    plain = declaration.kind is DeclarationKind.CONVERSION and Trait.EXPLICIT not in declaration.traits
    return plain and declaration.result is not None and is_arithmetic(declaration.result.canonical)


def _compare_types(shown: str, changed: Sequence[tuple[str, str]], new: Sheet, *, plain: bool) -> Iterator[Detail]:
    if not changed:
        return
    if all(_is_taken(theirs, mine, new) for mine, theirs in changed):
        yield Detail(text=f"takes calls that went to `{shown}`", impact=Impact.SILENT)
        if all(is_arithmetic(mine) and is_arithmetic(theirs) for mine, theirs in changed):
            text = f"arguments of a third type suit it as well as `{shown}`: such calls are ambiguous"
            yield Detail(text=text, impact=Impact.COMPILE)
    contests = [find_contests(mine, theirs, new) for mine, theirs in changed] if plain else [[]]
    if len(contests) == 1:
        yield from (_describe_contest(shown, item) for item in contests[0])
    elif all(contests):
        yield _describe_contest(shown, _join([found[0] for found in contests]))


def _join(contests: Sequence[Contest]) -> Contest:
    """Several arguments of one call: one that suits better decides for the new function."""
    better = any(item.impact is Impact.SILENT for item in contests)
    words = " and ".join(dict.fromkeys(item.argument for item in contests))
    return Contest(words, Impact.SILENT if better else Impact.COMPILE)


def _describe_contest(shown: str, contest: Contest) -> Detail:
    if contest.impact is Impact.SILENT:
        text = f"takes calls with {contest.argument} that went to `{shown}`"
    else:
        text = f"{contest.argument} suits it as well as `{shown}`: such calls are ambiguous"
    return Detail(text=text, impact=contest.impact)


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
    return converts(theirs, mine) or _is_derived(one, other, sheet) or one in makers_of(other, sheet)


def _is_derived(one: str, other: str, sheet: Sheet) -> bool:
    """Whether ``one`` is a class derived from ``other``, or a pointer to one; any pointer becomes `void *`."""
    if one.endswith("*") and other.endswith("*"):
        inner = [text[:-1].strip().removeprefix("const ") for text in (one, other)]
        return inner[1] == "void" or inner[1] in bases_of(inner[0], sheet)
    return other in bases_of(one, sheet)


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
