"""Whether an argument of one type is taken where another type is expected: what decides if a call still compiles."""

from __future__ import annotations

import re

from trtheaders.model.headers.declarations import TypeUse

_SIGNED = ("signed char", "short", "int", "long", "long long", "__int128")
_UNSIGNED = ("unsigned char", "unsigned short", "unsigned int", "unsigned long", "unsigned long long")
_OTHERS = ("bool", "char", "wchar_t", "char16_t", "char32_t", "float", "double", "long double")
_ARITHMETIC = frozenset((*_SIGNED, *_UNSIGNED, *_OTHERS))
_WRAPPER = re.compile(r"std::(?:__cxx11::)?(?:optional|shared_ptr)<(?P<inner>.*)>\Z")
_ARRAY = re.compile(r"(?P<element>[^\[\]()]+)\[\d*\](?P<rest>(?:\[\d+\])*)")
_FUNCTION = re.compile(r"(?P<result>[^()]+) (?P<rest>\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)(?: noexcept)?)")
_CONST = re.compile(r"\bconst\b")


def converts(old: str, new: str) -> bool:
    """Whether an argument of canonical type ``old`` is accepted by a parameter of canonical type ``new``.

    A cautious answer without a compiler: true for the same type taken by value or by const reference, between
    arithmetic types, from a type to an optional of it. Anything else counts as not convertible.
    """
    before, after = value_type(old), value_type(new)
    if is_modifiable(new) and (not is_modifiable(old) or (before != after and not new.endswith("&&"))):
        return False
    return before == after or _value_converts(before, after)


def is_arithmetic(canonical: str) -> bool:
    """Whether it is a number, a character or `bool`, by value or by reference."""
    return value_type(canonical) in _ARITHMETIC


def _value_converts(before: str, after: str) -> bool:
    if before in _ARITHMETIC and after in _ARITHMETIC:
        return True
    old_wrapped, new_wrapped = _WRAPPER.match(before), _WRAPPER.match(after)
    if new_wrapped and after.startswith("std::optional"):
        inner = old_wrapped["inner"] if old_wrapped and before.startswith("std::optional") else before
        return inner == new_wrapped["inner"] or {inner, new_wrapped["inner"]} <= _ARITHMETIC
    return before.endswith("*") and _CONST.sub("", after).replace(" ", "") == before.replace(" ", "")


def value_type(canonical: str) -> str:
    """The type of the value: without a reference and without `const` and `volatile` at the top."""
    text = canonical.strip().rstrip("&").strip()
    if text.endswith("*"):
        return text
    text = re.sub(r"(?:\s*\b(?:const|volatile))+\Z", "", text)
    return re.sub(r"\A(?:(?:const|volatile)\s+)+", "", text)


def parameter_type(canonical: str) -> str:
    """What a parameter's type is to callers: `const` at the top is the function's own business, an array is a pointer
    to its first element, and a function a pointer to it ([dcl.fct] 5).
    """
    text = canonical.strip()
    function = _FUNCTION.fullmatch(text)
    if function:
        return f"{function['result']} (*){function['rest']}"
    array = _ARRAY.fullmatch(text)
    if array:
        return f"{array['element']} (*){array['rest']}" if array["rest"] else f"{array['element']} *"
    if text.endswith("&"):
        return text
    text = re.sub(r"(?:\s*\b(?:const|volatile))+\Z", "", text).rstrip()
    return text if text.endswith("*") else re.sub(r"\A(?:(?:const|volatile)\s+)+", "", text)


def is_modifiable(canonical: str) -> bool:
    """`T&` and `T&&`, which do not take everything that a value or a const reference takes."""
    if not canonical.rstrip().endswith("&"):
        return False
    text = canonical.rstrip().rstrip("&").rstrip()
    if text.endswith("*"):
        return True
    return not (text.startswith("const ") or text.endswith("const"))


def differs_in_pointee_only(old: str, new: str) -> bool:
    """Whether two pointer or reference types differ in `const` alone: the same bits, another permission."""
    bare_old, bare_new = (_CONST.sub("", text).replace(" ", "") for text in (old, new))
    return bare_old == bare_new and old != new


def tell_retyped(old: TypeUse, new: TypeUse) -> str:
    """Both types in words: an alias that is written on both sides but means another type now, by what it means."""
    if old.spelling != new.spelling:
        return f"`{old.spelling}` to `{new.spelling}`"
    return f"`{old.canonical}` to `{new.canonical}` (`{new.spelling}`)"
