"""A declaration to C++ that uses it: candidate lines, best first, of which the compiler picks the first it accepts.

Written from what people read (names, parameter types), not from any symbol, so that a wrong symbol shows.
"""

from __future__ import annotations

from collections.abc import Callable

from trtheaders.model.headers.declarations import Declaration, DeclarationKind, Trait
from trtheaders.model.headers.layouts import Record

NAMESPACE = "trtheaders_oracle"
PRELUDE = f"""
#include <typeinfo>
namespace {NAMESPACE} {{
template <class T> struct Made {{ typedef T&& type; }};
template <> struct Made<void> {{ typedef void type; }};
template <class T> typename Made<T>::type any();
void keep(const volatile void*);
"""


def uses_of(declaration: Declaration) -> list[list[str]]:
    """What a consumer can do with ``declaration``: each use as its candidate lines; none for what has no use."""
    make = _MAKERS.get(declaration.kind)
    return make(declaration) if make else []


def uses_of_record(record: Record) -> list[list[str]]:
    """What a consumer can do with a class as such: copy, assign, throw, derive from, ask for its type."""
    name = record.name
    return [
        [f"new {name}(any<{name} const&>());"],
        [f"new {name}(any<{name}>());"],
        [f"new {name}();"],
        [f"any<{name}&>() = any<{name} const&>();"],
        [f"any<{name}&>() = any<{name}>();"],
        [f"any<{name}*>()->~{_last(name)}();"],
        [f"throw any<{name} const&>();"],
        [f"keep(&typeid({name}));"],
        [_derive(name, "")],
        [_derive(name, f"any<{name} const&>()")],
    ]


def _derive(name: str, arguments: str) -> str:
    return f"}} struct @D : {name} {{ @D(); ~@D(); }}; @D::@D() : {name}({arguments}) {{}} @D::~@D() {{}} void @E() {{"


def _arguments(declaration: Declaration) -> str:
    return ", ".join(f"any<{_type(item.type.canonical)}>()" for item in declaration.parameters)


def _type(canonical: str) -> str:
    return f"{canonical.split('[')[0]} *" if canonical.endswith("]") else canonical


def _call(declaration: Declaration) -> list[list[str]]:
    arguments = _arguments(declaration)
    candidates = [f"::{declaration.name}({arguments});", f"{_last(declaration.name)}({arguments});"]
    return [candidates]


def _call_member(declaration: Declaration) -> list[list[str]]:
    record, traits = declaration.record or "", declaration.traits
    quality = " const" if Trait.CONST in traits else ""
    quality += " volatile" if Trait.VOLATILE in traits else ""
    reference = "&&" if Trait.RVALUE_REF in traits else "&"
    target = f"any<{record}{quality} {reference}>().{record}::{_last(declaration.name)}"
    return [[f"{target}({_arguments(declaration)});"]]


def _construct(declaration: Declaration) -> list[list[str]]:
    name, arguments = declaration.record or "", _arguments(declaration)
    return [[f"new {name}({arguments});"], [_derive(name, arguments)]]


def _destroy(declaration: Declaration) -> list[list[str]]:
    name = declaration.record or ""
    return [[f"any<{name}*>()->{name}::~{_last(name)}();", f"any<{name}*>()->~{_last(name)}();"]]


def _read(declaration: Declaration) -> list[list[str]]:
    return [[f"keep(&::{declaration.name});"]]


def _last(name: str) -> str:
    """The last component of a qualified name, template arguments and operators kept whole."""
    depth = 0
    for place in range(len(name) - 1, 0, -1):
        depth += {">": 1, "<": -1, ")": 1, "(": -1}.get(name[place], 0)
        if depth <= 0 and name[place - 1 : place + 1] == "::":
            return name[place + 1 :]
    return name


_MAKERS: dict[DeclarationKind, Callable[[Declaration], list[list[str]]]] = {
    DeclarationKind.FUNCTION: _call,
    DeclarationKind.STATIC_METHOD: _call,
    DeclarationKind.METHOD: _call_member,
    DeclarationKind.CONVERSION: _call_member,
    DeclarationKind.CONSTRUCTOR: _construct,
    DeclarationKind.DESTRUCTOR: _destroy,
    DeclarationKind.VARIABLE: _read,
    DeclarationKind.STATIC_MEMBER: _read,
}
