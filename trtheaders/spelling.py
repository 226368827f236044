"""Demangled names as a C++ programmer writes them: defaulted template arguments and ABI namespaces left out.

`std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> > const&` is `std::string const&`.
"""

from __future__ import annotations

import functools
import re
from itertools import accumulate

_CALENDAR = {
    "std::ratio<1l, 1000000000l>": "std::chrono::nanoseconds",
    "std::ratio<1l, 1000000l>": "std::chrono::microseconds",
    "std::ratio<1l, 1000l>": "std::chrono::milliseconds",
    "std::ratio<1l, 1l>": "std::chrono::seconds",
}
_STRINGS = {
    "std::basic_string<char>": "std::string",
    "std::basic_string_view<char>": "std::string_view",
    "std::basic_ostream<char>": "std::ostream",
    "std::basic_istream<char>": "std::istream",
}
_OPERATOR = re.compile(r"\boperator\s*(<=>|<<=|>>=|->\*|->|<<|>>|<=|>=|<|>|\(\)|,)")
_OPENING = re.compile(rf"{_OPERATOR.pattern}|<")
_NAME_BEFORE = re.compile(r"^[\w:]*")
_BRACKET = re.compile(r"->|[<({\[\])}>]")
_BRACKET_OR_COMMA = re.compile(r"->|[<({\[\])}>,]")
_ABI_NAMESPACE = re.compile(r"\b__cxx11::")


@functools.lru_cache(maxsize=1 << 16)
def read_cxx(demangled: str) -> str:
    """``demangled`` with the noise of the standard library left out; anything else stays as it is."""
    plain = _ABI_NAMESPACE.sub("", demangled).replace("[abi:cxx11]", "")
    plain = plain.replace("(anonymous namespace)", "{anonymous}")
    # No compiler nests templates so deep; what is no name of C++ (a log may hold anything) is not looked into.
    if plain.count("<") > _DEEPEST < max(accumulate((one == "<") - (one == ">") for one in plain)):
        return plain.replace("{anonymous}", "(anonymous namespace)")
    return _simplify(plain).replace("{anonymous}", "(anonymous namespace)")


_DEEPEST = 300


@functools.lru_cache(maxsize=1 << 16)
def _simplify(text: str) -> str:
    """``text`` with every template argument list simplified, from the inside out."""
    done: list[str] = []
    index = 0
    while found := _OPENING.search(text, index):
        done.append(text[index : found.start()])
        if found.group() == "<":
            end = _closing(text, found.start())
            name = _NAME_BEFORE.search(text[index : found.start()][::-1])
            template = name.group()[::-1] if name else ""
            done[-1] = done[-1][: len(done[-1]) - len(template)]
            done.append(_apply(template, [_simplify(part) for part in split_commas(text[found.end() : end])]))
            index = end + 1
        else:
            done.append(found.group())
            index = found.end()
    return "".join(done) + text[index:]


def _closing(text: str, opening: int) -> int:
    """The index of the `>` that closes the `<` at ``opening``; the end of the text where there is none."""
    depth = 0
    for found in _BRACKET.finditer(text, opening):
        character = found.group()
        if character in "<({[":
            depth += 1
        elif character != "->":
            depth -= 1
        if depth == 0:
            return found.start()
    return len(text)


def _apply(template: str, arguments: list[str]) -> str:
    """The template's instance with the arguments that a programmer would give it."""
    kept = _written(template, arguments)
    whole = f"{template}<{', '.join(kept)}>"
    whole = _STRINGS.get(whole, whole)
    if template == "std::chrono::duration" and kept[0] == "long" and len(kept) == 2:
        whole = _CALENDAR.get(kept[1], whole)
    return whole


def _written(template: str, arguments: list[str]) -> list[str]:
    """``arguments`` without the trailing ones that are the standard library's defaults."""
    if not template.startswith("std::"):
        return arguments
    kept = list(arguments)
    while len(kept) > 1 and kept[-1] in _defaults(kept):
        kept.pop()
    return kept


def _defaults(arguments: list[str]) -> set[str]:
    first, second = arguments[0], arguments[1]
    one = {
        f"std::{name}<{first}>" for name in ("allocator", "less", "hash", "equal_to", "default_delete", "char_traits")
    }
    return one | {f"std::allocator<std::pair<{first} const, {second}>>"}


def split_commas(text: str) -> list[str]:
    """``text`` split at the commas outside every bracket, spaces stripped; nothing for blank text."""
    if "," not in text:
        return [text.strip()] if text.strip() else []
    parts, depth, start = [], 0, 0
    for found in _BRACKET_OR_COMMA.finditer(text):
        character = found.group()
        if character in "<({[":
            depth += 1
        elif character == ",":
            if depth == 0:
                parts.append(text[start : found.start()].strip())
                start = found.end()
        elif character != "->":
            depth -= 1
    last = text[start:].strip()
    return [*parts, last] if last else parts


def short_name(name: str, record: str | None = None) -> str:
    """A qualified name for a message: members by their class (`Request::setId`), others without `tensorrt_llm::`.

    ``record`` is the qualified name of the class that it is a member of.
    """
    if record and name.startswith(f"{record}::"):
        return f"{last_component(record)}{name[len(record) :]}"
    return name.removeprefix("tensorrt_llm::")


def last_component(name: str) -> str:
    """The last component of a qualified name, template arguments kept: `B<n::C>` of `n::A::B<n::C>`."""
    depth = 0
    for index in range(len(name) - 1, 0, -1):
        depth += (name[index] == ">") - (name[index] == "<")
        if depth == 0 and name[index - 1 : index + 1] == "::":
            return name[index + 1 :]
    return name


_LONG_STRING = "std::basic_string<char, std::char_traits<char>, std::allocator<char> >"


def with_old_string(text: str) -> str:
    """``text``, a demangled name, as it reads under `_GLIBCXX_USE_CXX11_ABI=0` (libstdc++ manual, "Dual ABI")."""
    short = text.replace("__cxx11::", "").replace("[abi:cxx11]", "").replace(_LONG_STRING, "std::string")
    # The demangler parts brackets that close behind another, and only those.
    return short.replace("std::string >", "std::string>")
