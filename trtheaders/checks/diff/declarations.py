"""One declaration on both sides, or on one: what changed about it and what that does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trtheaders.checks.diff.conversions import converts, differs_in_pointee_only, parameter_type, value_type
from trtheaders.checks.diff.entries import TEMPLATES, Entry, Sheet
from trtheaders.checks.diff.pairs import Pair
from trtheaders.checks.diff.parameters import compare_parameters, same_value
from trtheaders.model.answers.changes import Action, Change, Detail, Impact, Subject
from trtheaders.model.headers.declarations import Access, Declaration, DeclarationKind, Trait, TypeUse
from trtheaders.model.headers.layouts import Record
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
_ACCESS_ORDER = (Access.PUBLIC, Access.PROTECTED, Access.PRIVATE)
_CALLED_IMPLICITLY = frozenset({DeclarationKind.CONSTRUCTOR, DeclarationKind.DESTRUCTOR})


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
    """Neither source nor objects made for the old headers name what is new, nor refer to it unnamed: what they need of
    their own special members, vtables and overriders they hold themselves.
    """
    if new.plain(entry.declaration.name) in old.doubtful:
        return None
    if _is_deleted(entry):
        return _newly_deleted(entry, old, new)
    return _change(Action.ADDED, None, entry, [Detail(text="is new")])


def _newly_deleted(entry: Entry, old: Sheet, new: Sheet) -> Change | None:
    """A deleted overload takes calls that went to others, a deleted special member is one that C++ declared unasked."""
    declaration = entry.declaration
    owner = old.records.get(new.plain(declaration.record or ""))
    if is_special_member(declaration):
        had = owner is not None and _had_unasked(declaration, owner, old)
    else:
        had = new.plain(declaration.name) in old.entries
    if not had:
        return None
    return _change(Action.ADDED, None, entry, [Detail(text="is deleted: what used it does not", impact=Impact.COMPILE)])


_UNCOPYABLE = re.compile(r"\bstd::(unique_ptr|unique_lock|mutex|\w*_mutex|atomic\w*|thread|future|promise)\b|&$")


def _had_unasked(declaration: Declaration, owner: Record, old: Sheet) -> bool:
    """Whether the class had the special member without declaring it ([class.copy.ctor], [class.copy.assign])."""
    if any(_UNCOPYABLE.search(item.type.canonical) for item in owner.fields):
        return False
    declared = old.entries.get(f"{old.plain(owner.name)}::{declaration.name.rpartition('::')[2]}", ())
    own = [item.declaration for item in old.entries.get(_constructor_name(owner, old), ())]
    if declaration.kind is DeclarationKind.CONSTRUCTOR and not declaration.parameters:
        return not own
    return not any(is_special_member(item.declaration) and item.declaration.parameters for item in declared)


def _constructor_name(owner: Record, sheet: Sheet) -> str:
    name = sheet.plain(owner.name)
    return f"{name}::{name.rpartition('::')[2]}"


def is_special_member(declaration: Declaration) -> bool:
    """Default, copy and move constructors, the destructor, copy and move assignment: what C++ declares unasked."""
    own = declaration.record or ""
    taken = [value_type(parameter.type.canonical) for parameter in declaration.parameters]
    if declaration.kind in _CALLED_IMPLICITLY:
        return not taken or taken == [own]
    return declaration.name == f"{own}::operator=" and taken == [own]


def _is_deleted(entry: Entry) -> bool:
    return entry.exemption is Exemption.DELETED


def _removed(entry: Entry, old: Sheet, new: Sheet) -> Change | None:
    """Source that names it does not compile, unless C++ declares it unasked; objects that call it do not link."""
    declaration = entry.declaration
    name = old.plain(declaration.name)
    if name in new.doubtful or _is_deleted(entry):
        return None
    implicit = is_special_member(declaration) and old.plain(declaration.record or "") in new.records
    # What uses an instance behind `extern template` compiles without that line, as long as the template is there.
    instance = Trait.TEMPLATE_INSTANCE in declaration.traits and new.has_template(declaration.name)
    nameable = entry.callable_by_consumers and not (implicit or instance) and declaration.kind in _SUBJECTS
    class_like = declaration.kind in (DeclarationKind.CLASS, DeclarationKind.THUNK)
    heir = (_inherited(declaration, old, new) or _general(declaration, old, new)) if nameable else ""
    if heir:
        details = [Detail(text=f"is gone: calls go to `{heir}`", impact=Impact.SILENT)]
    else:
        details = [Detail(text="is gone", impact=Impact.COMPILE if nameable and not class_like else Impact.NONE)]
    if entry.symbols:
        details.append(Detail(text=f"{_symbols(len(entry.symbols))} no longer promised", impact=Impact.LINK))
    return _change(Action.REMOVED, entry, None, details)


def _inherited(declaration: Declaration, old: Sheet, new: Sheet) -> str:
    """The function of a base that a call of one that is gone finds then; empty where there is none."""
    if declaration.kind not in (DeclarationKind.METHOD, DeclarationKind.STATIC_METHOD):
        return ""
    taken = [old.plain(parameter_type(item.type.canonical)) for item in declaration.parameters]
    last = declaration.name.rpartition("::")[2]
    for base in _bases(old.plain(declaration.record or ""), new):
        for entry in new.entries.get(f"{base}::{last}", ()):
            theirs = [new.plain(parameter_type(item.type.canonical)) for item in entry.declaration.parameters]
            if theirs == taken and entry.callable_by_consumers:
                return entry.declaration.name
    return ""


def _general(declaration: Declaration, old: Sheet, new: Sheet) -> str:
    """The template that a call of an explicit specialisation finds where that is gone."""
    found = new.entries.get(old.plain(declaration.name), ()) if declaration.spelling is not None else ()
    return next((entry.declaration.name for entry in found if entry.declaration.kind in TEMPLATES), "")


def _bases(name: str, sheet: Sheet) -> Iterator[str]:
    """All bases of a class by name, the nearest first."""
    record = sheet.records.get(name)
    for base in record.bases if record is not None else ():
        yield sheet.plain(base.name)
        yield from _bases(sheet.plain(base.name), sheet)


def _symbols(count: int) -> str:
    return "its symbol is" if count == 1 else f"its {count} symbols are"


def _changed(before: Entry, after: Entry, old: Sheet, new: Sheet) -> Change | None:
    details = [
        *_compare_name(before, after, old, new),
        *_drop_unreachable(before, _compare_use(before.declaration, after.declaration, old, new)),
        *_compare_symbols(before, after),
        *_compare_gates(before.declaration, after.declaration, old, new),
    ]
    deprecated = _newly_deprecated(before.declaration, after.declaration)
    renamed = old.plain(before.declaration.name) != new.plain(after.declaration.name)
    moved = before.declaration.location.file != after.declaration.location.file
    if not details and not deprecated and not moved:
        return None
    if moved:
        files = f"`{before.declaration.location.file}` to `{after.declaration.location.file}`"
        details.append(Detail(text=f"moved from {files}"))
    plain_move = moved and len(details) == 1
    action = Action.RENAMED if renamed else Action.MOVED if plain_move else Action.CHANGED
    if deprecated:
        action = Action.DEPRECATED if not details else action
        details.append(deprecated)
    return _change(action, before, after, details)


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


def _compare_symbols(before: Entry, after: Entry) -> list[Detail]:
    """A link breaks where old objects ask for a symbol that the new headers do not promise.

    A function that became private is still in the library, and a function that was inline is in the old objects.
    """
    if after.symbols and not before.symbols:
        was = before.exemption.value if before.exemption else "not judged"
        return [Detail(text=f"was {was}, is a promise of the library now")]
    if not before.symbols - after.symbols or after.exemption is Exemption.PRIVATE:
        return []
    if after.symbols:
        return [Detail(text="its symbol is another one", impact=Impact.LINK)]
    why = f"no symbol is promised any more ({after.exemption.value if after.exemption else 'not judged'})"
    return [Detail(text=why, impact=Impact.LINK)]


def _compare_values(before: Declaration, after: Declaration) -> list[Detail]:
    """Consumers compile the value of a constant in, and a variable that a header initialises is whose comes first."""
    if not before.value or not after.value or same_value(before.value, after.value):
        return []
    return [Detail(text=f"is {after.value}, was {before.value}", impact=Impact.SILENT)]


def _compare_gates(before: Declaration, after: Declaration, old: Sheet, new: Sheet) -> list[Detail]:
    """A new condition takes the declaration from whoever does not meet it; one that is gone gives it to everybody."""
    mine, theirs = old.conditions(before.location), new.conditions(after.location)
    fresh = [Detail(text=f"stands under `#{item}` now", impact=Impact.COMPILE) for item in sorted(theirs - mine)]
    return fresh + [Detail(text=f"no longer stands under `#{item}`") for item in sorted(mine - theirs)]


def _compare_use(before: Declaration, after: Declaration, old: Sheet, new: Sheet) -> list[Detail]:
    parameters = compare_parameters(before.parameters, after.parameters, old.plain, new.plain)
    return [
        *parameters,
        *_compare_results(before, after, old, new),
        *_compare_values(before, after),
        *_compare_traits(before, after),
        *_compare_access(before.access, after.access),
        *_compare_templates(before, after, old, new),
        *_compare_virtual_call(before, after, parameters),
        *_compare_c_linkage(before, after, old, new),
    ]


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
    if _leads_to_the_same(one, other, new):
        return [Detail(text=text)]
    if differs_in_pointee_only(one, other):
        return [Detail(text=text, impact=Impact.NONE if converts(other, one) else Impact.COMPILE)]
    return [
        Detail(text=text, impact=Impact.SILENT),
        *(
            []
            if _serves_as(other, one)
            else [Detail(text="what used the result may not take it", impact=Impact.COMPILE)]
        ),
    ]


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


def _compare_access(before: Access, after: Access) -> list[Detail]:
    if before is after:
        return []
    closed = _ACCESS_ORDER.index(after) > _ACCESS_ORDER.index(before)
    return [
        Detail(
            text=f"is {after.value} now, before {before.value}",
            impact=Impact.COMPILE if closed else Impact.NONE,
        )
    ]


def _compare_templates(before: Declaration, after: Declaration, old: Sheet, new: Sheet) -> list[Detail]:
    one, other = old.plain(before.template), new.plain(after.template)
    if one == other:
        return []
    if (before.kind in TEMPLATES) != (after.kind in TEMPLATES):
        return [Detail(text=f"is a {after.kind.value} now, before a {before.kind.value}")]
    return [Detail(text=f"`{after.template}`, before `{before.template}`", impact=Impact.COMPILE)]


def _newly_deprecated(before: Declaration, after: Declaration) -> Detail | None:
    if Trait.DEPRECATED in after.traits and Trait.DEPRECATED not in before.traits:
        reason = f": {after.deprecation}" if after.deprecation else ""
        return Detail(text=f"is deprecated now{reason}")
    return None


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
