"""Member functions paired with the data member that they give or set, by name and type together.

A name alone is no pair (`getItems()` may return `mItems.size()`), a type alone is none either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum

from msgspec import Struct

from trtheaders.model.headers.declarations import Declaration, DeclarationKind, Trait, TypeUse
from trtheaders.model.headers.layouts import Field, Record
from trtheaders.model.library.evidence import FLOATING, RESULT
from trtheaders.model.library.exports import Machine
from trtheaders.spelling import split_commas


class Role(Enum):
    """How an accessor hands its member over."""

    VALUE = "returns a copy"
    REFERENCE = "returns a reference"
    SETTER = "sets"


class Accessor(Struct, frozen=True, kw_only=True):
    """A function that by its name and type gives or sets ``field`` of ``record``.

    ``this``, ``result`` and ``parameter`` are argument numbers (:mod:`trtheaders.model.library.evidence`), None
    where there is no such argument.
    """

    record: Record
    field: Field
    declaration: Declaration
    role: Role
    this: int
    result: int | None
    parameter: int | None


_QUALIFIERS = re.compile(r"\b(const|volatile)\b")
FLOATING_TYPES = frozenset({"float", "double"})
"""What travels alone in a floating-point register."""
_NUMBERS = FLOATING_TYPES | {"long double", "_Float16", "__fp16"}
_MOST_NUMBERS = 4
_VERBS = re.compile(r"(get|set|is|has|with)(?=[A-Z_0-9])")


def bare_type(canonical: str) -> str:
    """A canonical type without outer reference and without outer `const`, white space folded, to compare spellings."""
    text = canonical.strip()
    while text.endswith("&"):
        text = text[:-1].rstrip()
    text = re.sub(r"^(const|volatile)\b\s*", "", text) if not text.endswith("*") else text
    text = re.sub(r"\s*\b(const|volatile)$", "", text)
    return re.sub(r"\s+", "", text)


def held_class(canonical: str) -> str:
    """The class that a type is, or that a `std::optional` of it holds by value: only that can have grown."""
    return re.sub(r"^std::optional<(.*)>$", r"\1", canonical)


def is_reference(canonical: str) -> bool:
    """Whether a canonical type is a reference."""
    return canonical.rstrip().endswith("&")


def returns_in_memory(result: TypeUse | None) -> bool | None:
    """Whether the caller passes a hidden pointer for the result; None where that is not known."""
    if result is None or result.canonical == "void" or result.canonical.rstrip().endswith(("&", "*")):
        return False
    return result.in_memory


def returns_by_pointer(result: TypeUse | None, records: Mapping[str, Record], machine: Machine) -> bool | None:
    """Whether the caller passes a pointer for the result on ``machine``: AArch64 has four registers for up to four
    floating-point numbers of one kind (AAPCS64 6.9).
    """
    if machine is Machine.AARCH64 and result is not None and _is_homogeneous(result.canonical, records):
        return False
    return returns_in_memory(result)


def _is_homogeneous(canonical: str, records: Mapping[str, Record]) -> bool:
    numbers = tuple(_numbers_in(canonical, records))
    return 0 < len(numbers) <= _MOST_NUMBERS and set(numbers) <= _NUMBERS and len(set(numbers)) == 1


def _numbers_in(canonical: str, records: Mapping[str, Record]) -> Iterator[str]:
    """The types of all that a type consists of, in order; what is not known of a class stands for itself."""
    text = canonical.strip()
    array = re.fullmatch(r"(.*?)\s*\[(\d+)\](.*)", text)
    held = re.fullmatch(r"std::(array|complex|pair)<(.*)>", text)
    if array is not None:
        yield from min(int(array[2]), _MOST_NUMBERS + 1) * tuple(_numbers_in(array[1] + array[3], records))
    elif held is not None:
        parts = split_commas(held[2])
        count = {"array": int(parts[-1]) if parts[-1].isdigit() else 0, "complex": 2, "pair": 1}[held[1]]
        inside = parts if held[1] == "pair" else parts[:1]
        for _ in range(min(count, _MOST_NUMBERS + 1)):
            for part in inside:
                yield from _numbers_in(part, records)
    elif text in records and not any(base.virtual for base in records[text].bases) and not records[text].polymorphic:
        for kind in (
            *(base.name for base in records[text].bases),
            *(item.type.canonical for item in records[text].fields),
        ):
            yield from _numbers_in(kind, records)
    else:
        yield text


def this_argument(declaration: Declaration, machine: Machine) -> int | None:
    """The number of the argument that carries `this`; None where that is not known."""
    if machine is Machine.AARCH64:
        return 0
    memory = returns_in_memory(declaration.result)
    return None if memory is None else int(memory)


def result_argument(declaration: Declaration, records: Mapping[str, Record], machine: Machine) -> int | None:
    """The number of the argument that points to where the result goes; None where there is none."""
    if not returns_by_pointer(declaration.result, records, machine):
        return None
    return RESULT if machine is Machine.AARCH64 else 0


def field_stem(name: str) -> str:
    """What a data member's name says once its decoration is gone: `mTopK`, `m_topK`, `topK_` and `topK` are one."""
    bare = name.strip("_")
    bare = re.sub(r"^m_|^m(?=[A-Z0-9])", "", bare)
    return bare.replace("_", "").lower()


def function_stems(name: str) -> tuple[str, ...]:
    """What a function's name says without its verb, and with it: `getTopK`, `setTopK`, `getTopKRef`, `topK`."""
    last = name.rsplit("::", 1)[-1]
    bare = _VERBS.sub("", last, count=1) if _VERBS.match(last) else last
    stems = {bare, last, re.sub(r"Ref$", "", bare)}
    return tuple(sorted({stem.replace("_", "").lower() for stem in stems if stem}))


def pair_accessors(
    declarations: Iterable[Declaration], records: Mapping[str, Record], machine: Machine
) -> tuple[Accessor, ...]:
    """The accessors among ``declarations`` whose member is the only one of that name and type in its class."""
    found = (_pair(declaration, records, machine) for declaration in declarations)
    return tuple(accessor for accessor in found if accessor is not None)


def _pair(declaration: Declaration, records: Mapping[str, Record], machine: Machine) -> Accessor | None:
    record = records.get(declaration.record or "")
    if record is None or declaration.kind is not DeclarationKind.METHOD or Trait.STATIC in declaration.traits:
        return None
    role, type_use = _role(declaration)
    this = this_argument(declaration, machine)
    if role is None or type_use is None or this is None:
        return None
    stems = function_stems(declaration.name)
    named = [item for item in record.fields if field_stem(item.name) in stems]
    if len(named) != 1 or not _judgeable(named[0], type_use):
        return None
    return Accessor(
        record=record,
        field=named[0],
        declaration=declaration,
        role=role,
        this=this,
        result=result_argument(declaration, records, machine),
        parameter=_parameter(declaration, this) if role is Role.SETTER else None,
    )


def _role(declaration: Declaration) -> tuple[Role | None, TypeUse | None]:
    result, parameters = declaration.result, declaration.parameters
    if not parameters and result is not None and result.canonical != "void":
        return (Role.REFERENCE if is_reference(result.canonical) else Role.VALUE), result
    if len(parameters) == 1 and (result is None or result.canonical == "void" or is_reference(result.canonical)):
        return Role.SETTER, parameters[0].type
    return None, None


def _judgeable(item: Field, type_use: TypeUse) -> bool:
    unsized = item.type.size is None and not is_reference(item.type.canonical)
    if item.offset is None or item.bits is not None or unsized:
        return False
    mine, theirs = bare_type(item.type.canonical), bare_type(type_use.canonical)
    # The content of an optional, which one may set and give out, lies at the optional's start.
    return mine in (theirs, f"std::optional<{theirs}>")


def _parameter(declaration: Declaration, this: int) -> int | None:
    use = declaration.parameters[0].type
    return FLOATING if use.canonical in FLOATING_TYPES else this + 1
