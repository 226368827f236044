"""What calls usually give to a parameter, and how well a parameter of another type takes it ([over.ics.rank])."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, IntEnum

from msgspec import Struct

from trtheaders.checks.diff.entries import Sheet
from trtheaders.checks.diff.spelt.conversions import converts, is_arithmetic, is_modifiable, parameter_type, value_type
from trtheaders.model.answers.changes import Impact
from trtheaders.model.headers.declarations import DeclarationKind, Trait


class _Form(Enum):
    """How an argument is written; the value is what it is called."""

    TEXT = "a text in quotes"
    NULLPTR = "`nullptr`"
    NULLOPT = "`std::nullopt`"
    LAMBDA = "a lambda"
    BRACES = "a list in braces"
    VALUE = "a value"


class _Suit(IntEnum):
    """How an argument becomes a parameter, the best first: as it is, converted by the language, by a class."""

    EXACT = 0
    CONVERTED = 1
    MADE = 2


class _Argument(Struct, frozen=True):
    """``type`` is that of a value, of the elements in braces, or what a lambda returns and takes: `int (long)`."""

    form: _Form
    type: str = ""

    @property
    def title(self) -> str:
        return f"`{self.type}`" if self.form is _Form.VALUE else self.form.value


class Contest(Struct, frozen=True):
    """An ``argument``, in words, that a parameter takes as well as another one does (COMPILE), or better (SILENT)."""

    argument: str
    impact: Impact


def find_contests(before: str, after: str, sheet: Sheet) -> list[Contest]:
    """What is usually given to a parameter of type ``before``, and suits one of type ``after`` as well or better."""
    found = []
    signatures = {_signature(value_type(text)) for text in (before, after)}
    lambdas = [_Argument(_Form.LAMBDA, text) for text in sorted(signatures)] if "" not in signatures else []
    for argument in (*_usual_arguments(before, sheet), *lambdas):
        mine, theirs = _suit(argument, before, sheet), _suit(argument, after, sheet)
        if mine is not None and theirs is not None and theirs <= mine:
            found.append(Contest(argument.title, Impact.COMPILE if mine is theirs else Impact.SILENT))
    return found


def is_given_otherwise(type_: str, sheet: Sheet) -> bool:
    """Whether what is usually given to a parameter of ``type_`` is of another type."""
    return (
        is_arithmetic(type_) or bool(_signature(value_type(type_))) or any(True for _ in _usual_arguments(type_, sheet))
    )


def makers_of(name: str, sheet: Sheet) -> list[str]:
    """The types of which the class ``name`` is made unasked: what its constructors with one argument take."""
    found = []
    for entry in sheet.entries.get(f"{name}::{name.rpartition('::')[2]}", ()):
        declaration = entry.declaration
        if declaration.kind is not DeclarationKind.CONSTRUCTOR or not declaration.parameters:
            continue
        alone = all(item.default is not None for item in declaration.parameters[1:])
        taken = value_type(sheet.plain(parameter_type(declaration.parameters[0].type.canonical)))
        if entry.callable_by_consumers and alone and Trait.EXPLICIT not in declaration.traits and taken != name:
            found.append(taken)
    return found


_TEXTS = re.compile(r"std::(?:__cxx11::)?(?:basic_string|basic_string_view|filesystem::(?:__cxx11::)?path)\b")
_OPTIONAL = re.compile(r"std::optional<(.*)>")
_POINTERS = re.compile(r"std::(?:shared|unique|weak)_ptr<")
_CALLABLE = re.compile(r"std::(?:move_only_|copyable_)?function<(.*\))(?: const)?>")
_FUNCTION_POINTER = re.compile(r"(.+) \(\*\)(\(.*\))")
_CONTAINER = re.compile(
    r"std::(?:__cxx11::)?(?:vector|deque|list|forward_list|(?:unordered_)?(?:multi)?set)<([^,]*(?:<[^<>]*>)?).*>"
)
_LIST = re.compile(r"std::initializer_list<(.*)>")


def _usual_arguments(type_: str, sheet: Sheet) -> Iterator[_Argument]:
    bare = value_type(type_)
    if _TEXTS.match(bare):
        yield _Argument(_Form.TEXT)
    if bare.endswith("*") or _POINTERS.match(bare) or _FUNCTION_POINTER.fullmatch(bare):
        yield _Argument(_Form.NULLPTR)
    optional, container = _OPTIONAL.fullmatch(bare), _CONTAINER.fullmatch(bare)
    if optional:
        yield _Argument(_Form.NULLOPT)
        yield _Argument(_Form.VALUE, optional[1])
    if container:
        yield _Argument(_Form.BRACES, container[1])
    if bare.startswith("std::shared_ptr<"):
        yield _Argument(_Form.VALUE, bare.replace("shared", "unique", 1))
    for maker in makers_of(bare, sheet):
        yield _Argument(_Form.TEXT) if maker == "const char *" else _Argument(_Form.VALUE, maker)


def _signature(bare: str) -> str:
    """What a function object or a pointer to a function returns and takes; '' for anything else."""
    pointer, wrapped = _FUNCTION_POINTER.fullmatch(bare), _CALLABLE.fullmatch(bare)
    return f"{pointer[1]} {pointer[2]}" if pointer else wrapped[1] if wrapped else ""


def _suit(argument: _Argument, type_: str, sheet: Sheet) -> _Suit | None:
    """How ``argument`` becomes a parameter of ``type_``; None where it does not."""
    if is_modifiable(type_) and not type_.endswith("&&"):
        return None
    bare = value_type(type_)
    return _SUITS[argument.form](argument.type, bare, sheet)


def _suit_text(_: str, bare: str, sheet: Sheet) -> _Suit | None:
    if bare == "const char *":
        return _Suit.EXACT
    if bare in ("bool", "const void *"):
        return _Suit.CONVERTED
    inner = _OPTIONAL.fullmatch(bare)
    made = _TEXTS.match(inner[1] if inner else bare) or "const char *" in makers_of(bare, sheet)
    return _Suit.MADE if made else None


def _suit_nullptr(_: str, bare: str, __: Sheet) -> _Suit | None:
    if bare in ("std::nullptr_t", "nullptr_t"):
        return _Suit.EXACT
    if bare.endswith("*") or _FUNCTION_POINTER.fullmatch(bare):
        return _Suit.CONVERTED
    return _Suit.MADE if _POINTERS.match(bare) or _CALLABLE.match(bare) else None


def _suit_nullopt(_: str, bare: str, __: Sheet) -> _Suit | None:
    if bare == "std::nullopt_t":
        return _Suit.EXACT
    return _Suit.MADE if _OPTIONAL.fullmatch(bare) else None


def _suit_lambda(signature: str, bare: str, _: Sheet) -> _Suit | None:
    wanted = _signature(bare)
    if not wanted:
        return None
    if _FUNCTION_POINTER.fullmatch(bare):
        return _Suit.MADE if wanted == signature else None
    return _Suit.MADE if _answers(signature, wanted) else None


def _answers(signature: str, wanted: str) -> bool:
    """Whether what has the one signature can be called by the other ([func.require])."""
    (result, taken), (expected, given) = _read_signature(signature), _read_signature(wanted)
    fits = expected == "void" or converts(result, expected)
    return fits and len(taken) == len(given) and all(map(converts, given, taken))


def _read_signature(signature: str) -> tuple[str, list[str]]:
    result, _, taken = signature.removesuffix(")").partition("(")
    return result.strip(), [part.strip() for part in re.split(r",(?![^<(]*[>)])", taken) if part.strip()]


def _suit_braces(element: str, bare: str, _: Sheet) -> _Suit | None:
    plain, container = _LIST.fullmatch(bare), _CONTAINER.fullmatch(bare)
    held = plain or container
    if held is None or not converts(element, held[1]):
        return None
    if container:
        return _Suit.MADE
    return _Suit.EXACT if held[1] == element else _Suit.CONVERTED


def _suit_value(given: str, bare: str, sheet: Sheet) -> _Suit | None:
    if given == bare:
        return _Suit.EXACT
    if is_arithmetic(given) and is_arithmetic(bare):
        return _Suit.CONVERTED
    inner = _OPTIONAL.fullmatch(bare)
    makers = [*([inner[1]] if inner else []), *makers_of(bare, sheet)]
    if bare.startswith("std::shared_ptr<"):
        makers.append(bare.replace("shared", "unique", 1))
    numbers = is_arithmetic(given) and any(map(is_arithmetic, makers))
    return _Suit.MADE if given in makers or numbers else None


_SUITS = {
    _Form.TEXT: _suit_text,
    _Form.NULLPTR: _suit_nullptr,
    _Form.NULLOPT: _suit_nullopt,
    _Form.LAMBDA: _suit_lambda,
    _Form.BRACES: _suit_braces,
    _Form.VALUE: _suit_value,
}
