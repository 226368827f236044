"""One declaration on both sides, or on one: what changed about it and what that does."""

from __future__ import annotations

import operator
from collections.abc import Callable

from trtheaders.checks.diff.entries import TEMPLATES, Entry, Sheet
from trtheaders.checks.diff.functions.overloads import find_heir, tell_overload
from trtheaders.checks.diff.functions.parameters import compare_parameters
from trtheaders.checks.diff.functions.special_members import (
    had_unasked,
    is_declared_unasked,
    is_special_member,
    tell_taken_away,
)
from trtheaders.checks.diff.named.heads import compare_heads
from trtheaders.checks.diff.named.offers import tell_other_form
from trtheaders.checks.diff.pairs import Pair
from trtheaders.checks.diff.sides import compare_access
from trtheaders.checks.diff.spelt.conversions import (
    converts,
    differs_in_pointee_only,
    is_arithmetic,
    is_modifiable,
    parameter_type,
    value_type,
)
from trtheaders.checks.diff.spelt.numbers import is_one_value
from trtheaders.checks.diff.spelt.parameter_names import is_renamed
from trtheaders.model.answers.changes import Action, Change, Detail, Impact, Subject
from trtheaders.model.headers.declarations import Access, Declaration, DeclarationKind, Trait, TypeUse
from trtheaders.model.headers.promises import Exemption

_SUBJECTS = {
    DeclarationKind.FUNCTION: Subject.FUNCTION,
    DeclarationKind.METHOD: Subject.METHOD,
    DeclarationKind.STATIC_METHOD: Subject.METHOD,
    DeclarationKind.CONVERSION: Subject.METHOD,
    DeclarationKind.CONSTRUCTOR: Subject.CONSTRUCTOR,
    DeclarationKind.DESTRUCTOR: Subject.DESTRUCTOR,
    DeclarationKind.VARIABLE: Subject.VARIABLE,
    DeclarationKind.STATIC_MEMBER: Subject.VARIABLE,
    DeclarationKind.CLASS: Subject.CLASS_SYMBOLS,
    DeclarationKind.THUNK: Subject.CLASS_SYMBOLS,
    DeclarationKind.FUNCTION_TEMPLATE: Subject.TEMPLATE,
    DeclarationKind.CLASS_TEMPLATE: Subject.TEMPLATE,
    DeclarationKind.VARIABLE_TEMPLATE: Subject.TEMPLATE,
}
_OBJECTS = frozenset({DeclarationKind.VARIABLE, DeclarationKind.STATIC_MEMBER})
_FUNCTIONS = frozenset(_SUBJECTS) - _OBJECTS - {DeclarationKind.CLASS, DeclarationKind.THUNK} - TEMPLATES


def compare_declaration(pair: Pair, old: Sheet, new: Sheet) -> Change | None:
    """The change that ``pair`` is, None where nothing changed or where a side could not be judged."""
    if pair.old is None:
        return None if pair.new is None else _added(pair.new, old, new)
    if pair.new is None:
        return _removed(pair.old, old, new)
    if not (pair.old.judged and pair.new.judged):
        return None
    return _changed(pair.old, pair.new, old, new)


def _added(entry: Entry, old: Sheet, new: Sheet) -> Change | None:
    """Objects made for the old headers do not refer to what is new: what they need of special members, vtables and
    overriders they hold themselves. Source compiled anew may find it in place of what it named.
    """
    if new.plain(entry.declaration.name) in old.doubtful:
        return None
    if _is_deleted(entry):
        return _newly_deleted(entry, old, new)
    details = [Detail(text="is new"), *tell_overload(entry, old, new), *tell_taken_away(entry, old, new)]
    details += _tell_specialised(entry, old, new)
    return _change(Action.ADDED, None, entry, [*details, *_newly_closed(entry, old, new)])


def _tell_specialised(entry: Entry, old: Sheet, new: Sheet) -> list[Detail]:
    """An explicit specialisation takes the calls of what was made from the template; an instance is made from it."""
    declaration = entry.declaration
    explicit = declaration.spelling is not None and Trait.TEMPLATE_INSTANCE not in declaration.traits
    if not explicit or not old.has_template(declaration.name):
        return []
    return [Detail(text="takes calls that went to the template", impact=Impact.SILENT)]


_USED_UNASKED = frozenset({"operator new", "operator new[]", "operator delete", "operator delete[]", "operator&"})


def _newly_closed(entry: Entry, old: Sheet, new: Sheet) -> list[Detail]:
    """A special member, or an operator that everything has unasked, which only the class itself may use now."""
    declaration = entry.declaration
    owner = old.find_class(new.plain(declaration.record or ""))
    if owner is None or declaration.access is Access.PUBLIC:
        return []
    operator = declaration.name.rpartition("::")[2] in _USED_UNASKED
    if not operator and not (is_special_member(declaration) and had_unasked(declaration, owner, old)):
        return []
    return [Detail(text=f"is {declaration.access.value}: what used it unasked may not", impact=Impact.COMPILE)]


def _newly_deleted(entry: Entry, old: Sheet, new: Sheet) -> Change | None:
    """A deleted overload takes calls that went to others, a deleted special member is one that C++ declared unasked."""
    declaration = entry.declaration
    owner = old.find_class(new.plain(declaration.record or ""))
    if is_special_member(declaration):
        had = owner is not None and had_unasked(declaration, owner, old)
    else:
        had = new.plain(declaration.name) in old.entries
    if not had:
        return None
    return _change(Action.ADDED, None, entry, [Detail(text="is deleted: what used it does not", impact=Impact.COMPILE)])


def _is_deleted(entry: Entry) -> bool:
    return entry.exemption is Exemption.DELETED or Trait.DELETED in entry.declaration.traits


def _removed(entry: Entry, old: Sheet, new: Sheet) -> Change | None:
    """Source that names it does not compile, unless C++ declares it unasked; objects that call it do not link."""
    declaration = entry.declaration
    name = old.plain(declaration.name)
    if name in new.doubtful or _is_deleted(entry):
        return None
    implicit = is_declared_unasked(declaration, new)
    # What uses an instance behind `extern template` compiles without that line, as long as the template is there.
    instance = Trait.TEMPLATE_INSTANCE in declaration.traits and new.has_template(declaration.name)
    nameable = entry.callable_by_consumers and not (implicit or instance) and declaration.kind in _SUBJECTS
    class_like = declaration.kind in (DeclarationKind.CLASS, DeclarationKind.THUNK)
    lost = nameable and not class_like
    details = _tell_successor(declaration, old, new) if lost else []
    details = details or [Detail(text="is gone", impact=Impact.COMPILE if lost else Impact.NONE)]
    if entry.symbols:
        details.append(Detail(text=f"{_symbols(len(entry.symbols))} no longer promised", impact=Impact.LINK))
    return _change(Action.REMOVED, entry, None, details)


def _tell_successor(declaration: Declaration, old: Sheet, new: Sheet) -> list[Detail]:
    """What source finds in place of a declaration that is gone; empty where it finds nothing."""
    heir = find_heir(declaration, old, new)
    general = _general(declaration, old, new)
    if heir is None and general:
        heir = (general, Impact.SILENT)
    if heir is not None:
        return [Detail(text=f"is gone: calls go to `{heir[0]}`", impact=heir[1])]
    name = old.plain(declaration.name)
    if name in new.entries and declaration.kind in _FUNCTIONS:
        return []
    called = declaration.kind in _FUNCTIONS
    return tell_other_form(name, declaration.value, new, called=called)


def _general(declaration: Declaration, old: Sheet, new: Sheet) -> str:
    """The template that a call of an explicit specialisation finds where that is gone."""
    found = new.entries.get(old.plain(declaration.name), ()) if declaration.spelling is not None else ()
    return next((entry.declaration.name for entry in found if entry.declaration.kind in TEMPLATES), "")


def _symbols(count: int) -> str:
    return "its symbol is" if count == 1 else f"its {count} symbols are"


def _changed(before: Entry, after: Entry, old: Sheet, new: Sheet) -> Change | None:
    details = [
        *_compare_name(before, after, old, new),
        *_drop_unreachable(before, _compare_use(before.declaration, after.declaration, old, new)),
        *_compare_symbols(before, after, new),
        *_compare_gates(before.declaration, after.declaration, old, new),
    ]
    moved = _tell_move(before.declaration, after.declaration)
    deprecated = _newly_deprecated(before.declaration, after.declaration)
    told = [*details, *moved, *deprecated]
    if not told:
        return None
    action = Action.CHANGED if details else Action.MOVED if moved else Action.DEPRECATED
    if old.plain(before.declaration.name) != new.plain(after.declaration.name):
        action = Action.RENAMED
    return _change(action, before, after, told)


def _tell_move(before: Declaration, after: Declaration) -> list[Detail]:
    if before.location.file == after.location.file:
        return []
    return [Detail(text=f"moved from `{before.location.file}` to `{after.location.file}`")]


def _drop_unreachable(entry: Entry, details: list[Detail]) -> list[Detail]:
    """A private member's callers are in the headers themselves, which change together with it."""
    if entry.callable_by_consumers:
        return details
    return [Detail(text=detail.text) for detail in details]


def _compare_name(before: Entry, after: Entry, old: Sheet, new: Sheet) -> list[Detail]:
    if old.plain(before.declaration.name) == new.plain(after.declaration.name):
        return []
    impact = Impact.COMPILE if before.callable_by_consumers else Impact.NONE
    return [Detail(text=f"renamed to `{after.declaration.name}`", impact=impact)]


def _compare_symbols(before: Entry, after: Entry, new: Sheet) -> list[Detail]:
    """A link breaks where old objects ask for a symbol that the new headers do not promise.

    A function that became private is still in the library, and a function that was inline is in the old objects.
    """
    if after.symbols and not before.symbols:
        was = before.exemption.value if before.exemption else "not judged"
        return [Detail(text=f"was {was}, is a promise of the library now")]
    # What is weak now is defined all the same: another spelling of the symbol would be told by that of the name.
    if not before.symbols - after.symbols or after.exemption in (Exemption.PRIVATE, Exemption.WEAK):
        return []
    if before.symbols <= new.symbols:
        text = "its symbol stands for another declaration: what is compiled anew calls another function"
        return [Detail(text=text, impact=Impact.SILENT)]
    if after.symbols:
        return [Detail(text="its symbol is another one", impact=Impact.LINK)]
    why = f"no symbol is promised any more ({after.exemption.value if after.exemption else 'not judged'})"
    return [Detail(text=why, impact=Impact.LINK)]


def _compare_values(before: Declaration, after: Declaration) -> list[Detail]:
    """Consumers compile the value of a constant in, and a variable that a header initialises is whose comes first."""
    if not before.value or not after.value or is_one_value(before.value, after.value):
        return []
    return [Detail(text=f"is {after.value}, was {before.value}", impact=Impact.SILENT)]


def _compare_gates(before: Declaration, after: Declaration, old: Sheet, new: Sheet) -> list[Detail]:
    """A new condition takes the declaration from whoever does not meet it; one that is gone gives it to everybody."""
    mine, theirs = old.conditions(before.location), new.conditions(after.location)
    fresh = [Detail(text=f"stands under `#{item}` now", impact=Impact.COMPILE) for item in sorted(theirs - mine)]
    return fresh + [Detail(text=f"no longer stands under `#{item}`") for item in sorted(mine - theirs)]


def _compare_use(before: Declaration, after: Declaration, old: Sheet, new: Sheet) -> list[Detail]:
    form = _compare_form(before, after)
    if form:
        return [*form, *compare_access(before.access, after.access)]
    parameters = compare_parameters(before.parameters, after.parameters, old.plain, new.plain, _same(before, old, new))
    return [
        *parameters,
        *_compare_results(before, after, old, new),
        *_compare_values(before, after),
        *_compare_traits(before, after),
        *compare_access(before.access, after.access),
        *_compare_templates(before, after, old, new),
        *_compare_virtual_call(before, after, parameters),
        *_compare_c_linkage(before, after, old, new),
    ]


def _same(before: Declaration, old: Sheet, new: Sheet) -> Callable[[str, str], bool]:
    """How types are compared: in a template they may have the names of its parameters."""
    if not before.template:
        return operator.eq
    return lambda one, other: one == other or is_renamed(one, other, old, new)


def _compare_form(before: Declaration, after: Declaration) -> list[Detail]:
    """A function, a template and an object that is called are used alike, but for template arguments."""
    forms = [
        "object" if item.kind in _OBJECTS else "template" if item.kind in TEMPLATES else "function"
        for item in (before, after)
    ]
    if forms[0] == forms[1]:
        return []
    impact = Impact.COMPILE if forms[0] != "function" else Impact.NONE
    return [Detail(text=f"is a {after.kind.value} now, before a {before.kind.value}", impact=impact)]


def _compare_virtual_call(before: Declaration, after: Declaration, parameters: tuple[Detail, ...]) -> list[Detail]:
    """A virtual call goes through a slot, not through a symbol: it links whatever the function takes."""
    both = Trait.VIRTUAL in before.traits and Trait.VIRTUAL in after.traits
    types = [tuple(item.type.canonical for item in side.parameters) for side in (before, after)]
    if not both or not parameters or types[0] == types[1]:
        return []
    return [Detail(text="called through the vtable with the old arguments", impact=Impact.SILENT)]


def _compare_c_linkage(before: Declaration, after: Declaration, old: Sheet, new: Sheet) -> list[Detail]:
    """The symbol of a function with C linkage says nothing of its parameters."""
    if Trait.EXTERN_C not in before.traits & after.traits:
        return []
    types = [
        [sheet.plain(parameter_type(item.type.canonical)) for item in side.parameters]
        for side, sheet in ((before, old), (after, new))
    ]
    same = len(types[0]) == len(types[1]) and all(map(_travels_alike, *types))
    return [] if same else [Detail(text="its symbol is the same for other parameters", impact=Impact.SILENT)]


def _travels_alike(one: str, other: str) -> bool:
    """Whether an argument of the one type is one of the other to the machine: but for its sign, and `const` inside."""
    return (
        one == other
        or differs_in_pointee_only(one, other)
        or one.replace("unsigned ", "") == other.replace("unsigned ", "")
    )


def _compare_results(before: Declaration, after: Declaration, old: Sheet, new: Sheet) -> list[Detail]:
    """The result of a function is not part of its symbol, nor is a variable's type: a difference is never noticed."""
    if before.result is None or after.result is None:
        return []
    one, other = old.plain(before.result.canonical), new.plain(after.result.canonical)
    if one == other:
        return _compare_convention(before.result, after.result)
    if one == "void" and after.result.in_memory is False:
        # Nobody asked for it: what comes back in a register is passed over.
        return [Detail(text=f"returns `{after.result.spelling}`, before nothing")]
    what = "is" if _SUBJECTS.get(before.kind) is Subject.VARIABLE else "returns"
    text = f"{what} `{after.result.spelling}`, before `{before.result.spelling}`"
    if value_type(one) == value_type(other) and "&" not in one + other:
        return _compare_permission(before, one, other, text)
    if _leads_to_the_same(one, other, new) or _is_one_constant(before, after):
        return [Detail(text=text)]
    return _describe_result(one, other, text)


def _describe_result(one: str, other: str, text: str) -> list[Detail]:
    if differs_in_pointee_only(one, other):
        return [Detail(text=text, impact=Impact.NONE if converts(other, one) else Impact.COMPILE)]
    silent = Detail(text=text, impact=Impact.SILENT)
    unfit = Detail(text="what used the result may not take it", impact=Impact.COMPILE)
    return [silent] if _serves_as(other, one) else [silent, unfit]


def _is_one_constant(before: Declaration, after: Declaration) -> bool:
    """A number that the headers themselves hold is the same one in another type: nobody reads it from the library."""
    if not before.value or not after.value or not is_one_value(before.value, after.value):
        return False
    types = [side.result.canonical for side in (before, after) if side.result is not None]
    return all(is_arithmetic(text) and "const" in text.split() for text in types)


def _leads_to_the_same(one: str, other: str, new: Sheet) -> bool:
    """Whether a pointer or reference to a class became one to a class that has the former at its start."""
    if one[-1] not in "*&" or one[-1] != other[-1]:
        return False
    wanted, name = (text[:-1].strip().removeprefix("const ") for text in (one, other))
    while name in new.records and name != wanted:
        first = next((base for base in new.records[name].bases if base.offset == 0), None)
        name = new.plain(first.name) if first is not None else ""
    return name == wanted and ("const " in one) >= ("const " in other)


def _compare_permission(before: Declaration, one: str, other: str, text: str) -> list[Detail]:
    """`const` alone: of a result it says nothing, but a variable may then lie where nobody may write."""
    closed = other.startswith("const ") and not one.startswith("const ")
    if _SUBJECTS.get(before.kind) is not Subject.VARIABLE or not closed:
        return []
    faults = Detail(text=f"{text}: what writes it faults", impact=Impact.SILENT)
    return [faults, Detail(text="what writes it does not compile", impact=Impact.COMPILE)]


def _serves_as(new: str, old: str) -> bool:
    """Whether a result of type ``new`` can be used as one of type ``old``, members and operators included."""
    if is_modifiable(old) and not is_modifiable(new):
        return False
    return value_type(new) == value_type(old) or (not (_is_class(new) or _is_class(old)) and converts(new, old))


def _is_class(canonical: str) -> bool:
    return "::" in canonical and not value_type(canonical).endswith("*")


def _compare_convention(one: TypeUse, other: TypeUse) -> list[Detail]:
    if one.in_memory is None or other.in_memory is None or one.in_memory == other.in_memory:
        return []
    ways = {True: "in memory", False: "in registers"}
    text = f"its result travels {ways[other.in_memory]}, before {ways[one.in_memory]}"
    return [Detail(text=text, impact=Impact.SILENT)]


_TRAIT_IMPACTS = {
    # (lost, gained): what source that compiled before runs into.
    Trait.CONST: (Impact.COMPILE, Impact.NONE),
    Trait.VOLATILE: (Impact.COMPILE, Impact.NONE),
    Trait.LVALUE_REF: (Impact.NONE, Impact.COMPILE),
    Trait.RVALUE_REF: (Impact.NONE, Impact.COMPILE),
    Trait.VIRTUAL: (Impact.COMPILE, Impact.NONE),
    Trait.PURE: (Impact.NONE, Impact.COMPILE),
    Trait.FINAL: (Impact.NONE, Impact.COMPILE),
    Trait.EXPLICIT: (Impact.NONE, Impact.COMPILE),
    Trait.NOEXCEPT: (Impact.NONE, Impact.NONE),
    Trait.NODISCARD: (Impact.NONE, Impact.NONE),
    Trait.NORETURN: (Impact.NONE, Impact.NONE),
    Trait.DELETED: (Impact.NONE, Impact.COMPILE),
    Trait.VARIADIC: (Impact.COMPILE, Impact.NONE),
    Trait.CONSTEXPR: (Impact.COMPILE, Impact.NONE),
    Trait.CONSTEVAL: (Impact.NONE, Impact.COMPILE),
    Trait.EXTERN_C: (Impact.NONE, Impact.NONE),
    Trait.THREAD_LOCAL: (Impact.LINK, Impact.LINK),
    Trait.MS_ABI: (Impact.SILENT, Impact.SILENT),
    Trait.VECTORCALL: (Impact.SILENT, Impact.SILENT),
    Trait.REGCALL: (Impact.SILENT, Impact.SILENT),
    Trait.PRESERVE_MOST: (Impact.SILENT, Impact.NONE),
    Trait.PRESERVE_ALL: (Impact.SILENT, Impact.NONE),
}


def _compare_traits(before: Declaration, after: Declaration) -> list[Detail]:
    details = []
    for trait, (lost, gained) in _TRAIT_IMPACTS.items():
        if trait in before.traits - after.traits:
            details.append(Detail(text=f"is no longer `{trait.value}`", impact=lost))
        elif trait in after.traits - before.traits:
            details.append(Detail(text=f"is `{trait.value}` now", impact=_gain(trait, gained, after)))
    return details + _compare_static(before, after)


def _gain(trait: Trait, usual: Impact, after: Declaration) -> Impact:
    """An overrider without `noexcept` is an error under a virtual function that has it."""
    return Impact.COMPILE if trait is Trait.NOEXCEPT and Trait.VIRTUAL in after.traits else usual


def _compare_static(before: Declaration, after: Declaration) -> list[Detail]:
    """A static member function mangles like one that takes `this`: the arguments shift by one register unnoticed."""
    kinds = (before.kind, after.kind)
    if kinds == (DeclarationKind.METHOD, DeclarationKind.STATIC_METHOD):
        return [Detail(text="is `static` now: it takes no object", impact=Impact.SILENT)]
    if kinds == (DeclarationKind.STATIC_METHOD, DeclarationKind.METHOD):
        return [
            Detail(text="is no longer `static`: it takes an object", impact=Impact.SILENT),
            Detail(text="calls without an object are errors", impact=Impact.COMPILE),
        ]
    return []


def _compare_templates(before: Declaration, after: Declaration, old: Sheet, new: Sheet) -> list[Detail]:
    one, other = old.plain(before.template), new.plain(after.template)
    if one == other:
        return compare_heads(old.plain(before.head), new.plain(after.head))
    return [Detail(text=f"`{after.template}`, before `{before.template}`", impact=Impact.COMPILE)]


def _newly_deprecated(before: Declaration, after: Declaration) -> list[Detail]:
    if Trait.DEPRECATED not in after.traits - before.traits:
        return []
    reason = f": {after.deprecation}" if after.deprecation else ""
    return [Detail(text=f"is deprecated now{reason}")]


def _change(action: Action, before: Entry | None, after: Entry | None, details: list[Detail]) -> Change:
    entry = before or after
    assert entry is not None
    shown = after or entry
    old_symbols = before.symbols if before else frozenset()
    new_symbols = after.symbols if after else frozenset()
    return Change(
        subject=_SUBJECTS[entry.declaration.kind],
        action=action,
        name=entry.declaration.name,
        details=tuple(details),
        old=before.declaration.signature if before else "",
        new=after.declaration.signature if after else "",
        location=shown.declaration.location,
        old_location=before.declaration.location if before else None,
        removed_symbols=tuple(sorted(old_symbols - new_symbols)),
        added_symbols=tuple(sorted(new_symbols - old_symbols)),
    )
