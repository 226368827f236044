"""Names of a class's own symbols, derived from the name of one of its members (Itanium C++ ABI 5.1)."""

from __future__ import annotations

import re

from trtheaders.model.names import SymbolName

_QUALIFIERS = re.compile(r"_ZN[rVK]*[RO]?")
_OPERATORS = {
    "operator()": "cl",
    "operator[]": "ix",
    "operator->": "pt",
    "operator==": "eq",
    "operator!=": "ne",
    "operator<": "lt",
    "operator>": "gt",
    "operator<=": "le",
    "operator>=": "ge",
    "operator+=": "pL",
    "operator-=": "mI",
    "operator=": "aS",
    "operator<<": "ls",
    "operator>>": "rs",
    "operator++": "pp",
    "operator--": "mm",
    "operator!": "nt",
    "operator new": "nw",
    "operator delete": "dl",
}
_SINGLE = re.compile(r"(St)?(\d+)")


def class_encoding(member: str, name: str) -> str | None:
    """The encoding of the class whose member function ``name`` has the symbol ``member``, without `N` and `E`.

    `_ZNK1n1A3getEv` and `get` give `1n1A`. A destructor (`~A`) or constructor is recognised by its code. None if the
    name does not tell.
    """
    opening = _QUALIFIERS.match(member)
    if opening is None:
        return None
    rest = member[opening.end() :]
    for code in _codes_of(name):
        found = re.search(rf"{re.escape(code)}(B\d+\w*?)*E", rest) if code[0] != "~" else re.search(r"[CD][0-5]E", rest)
        if found is not None and found.start() > 0:
            return rest[: found.start()]
    return None


def _codes_of(name: str) -> tuple[str, ...]:
    if name.startswith("~"):
        return ("~",)
    if name in _OPERATORS:
        return (_OPERATORS[name],)
    if name.startswith("operator "):
        return ("cv",)
    return (f"{len(name)}{name}",)


def structor_encoding(symbol: str) -> str | None:
    """The class encoding in a constructor's or destructor's symbol: `_ZN1n1AC1Ei` gives `1n1A`."""
    opening = _QUALIFIERS.match(symbol)
    if opening is None:
        return None
    rest = symbol[opening.end() :]
    found = re.search(r"D[0-5]Ev\Z", rest) or _first_constructor(rest)
    return rest[: found.start()] if found else None


# Numbers that do not count an identifier: substitutions, template parameters, literals, array bounds.
_NUMBERED = re.compile(r"S[0-9A-Z]*_|T\d*_|L[a-z]n?\d+E|A\d+_")
_COUNTED = re.compile(r"\d+")
_CONSTRUCTOR = re.compile(r"C[1-5]E")


def _first_constructor(rest: str) -> re.Match[str] | None:
    """`C1E` may also be the tail of a name that ends in C1: skip what lies inside a counted identifier."""
    position = 0
    while position < len(rest):
        if (found := _CONSTRUCTOR.match(rest, position)) is not None:
            return found
        if (numbered := _NUMBERED.match(rest, position)) is not None:
            position = numbered.end()
        elif (counted := _COUNTED.match(rest, position)) is not None:
            position = counted.end() + int(counted.group())
        else:
            position += 1
    return None


def special_symbol(prefix: str, encoding: str) -> SymbolName:
    """The vtable (`_ZTV`), typeinfo (`_ZTI`), its name (`_ZTS`) or VTT (`_ZTT`) of a class by its encoding."""
    nested = not _is_single(encoding)
    return SymbolName(f"{prefix}N{encoding}E" if nested else f"{prefix}{encoding}")


def _is_single(encoding: str) -> bool:
    """One unscoped name, perhaps with tags or template arguments: those are not wrapped in `N…E`."""
    found = _SINGLE.match(encoding)
    if found is None:
        return False
    end = found.end() + int(found.group(2))
    while (tag := re.compile(r"B(\d+)").match(encoding, end)) is not None:
        end = tag.end() + int(tag.group(1))
    return end == len(encoding) or encoding[end] == "I"
