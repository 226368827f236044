"""Names of a class's own symbols, derived from the name of one of its members (Itanium C++ ABI 5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trtheaders.model.names import SymbolName

THUNK = re.compile(r"_ZT(h|v|c)")
"""How the symbols of thunks begin (Itanium C++ ABI 5.1.4.1)."""

_QUALIFIERS = re.compile(r"_ZN[rVK]*[RO]?")
_OPERATORS = {
    f"operator{sign}": tuple(codes.split())
    for sign, codes in (
        ("()", "cl"),
        ("[]", "ix"),
        ("->", "pt"),
        ("->*", "pm"),
        (",", "cm"),
        ("==", "eq"),
        ("!=", "ne"),
        ("<", "lt"),
        (">", "gt"),
        ("<=", "le"),
        (">=", "ge"),
        ("<=>", "ss"),
        ("+", "pl ps"),
        ("-", "mi ng"),
        ("*", "ml de"),
        ("/", "dv"),
        ("%", "rm"),
        ("&", "an ad"),
        ("|", "or"),
        ("^", "eo"),
        ("~", "co"),
        ("!", "nt"),
        ("&&", "aa"),
        ("||", "oo"),
        ("<<", "ls"),
        (">>", "rs"),
        ("++", "pp"),
        ("--", "mm"),
        ("=", "aS"),
        ("+=", "pL"),
        ("-=", "mI"),
        ("*=", "mL"),
        ("/=", "dV"),
        ("%=", "rM"),
        ("&=", "aN"),
        ("|=", "oR"),
        ("^=", "eO"),
        ("<<=", "lS"),
        (">>=", "rS"),
        (" new", "nw"),
        (" new[]", "na"),
        (" delete", "dl"),
        (" delete[]", "da"),
        (" co_await", "aw"),
    )
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
    if name.startswith("~"):
        found = re.search(r"[CD][0-5]E", rest)
        return rest[: found.start()] if found is not None and found.start() > 0 else None
    wanted = re.compile(f"(?:{'|'.join(map(re.escape, _codes_of(name)))}){_after(name)}")
    return next((rest[:place] for place in _outer_places(rest) if place > 0 and wanted.match(rest, place)), None)


def _codes_of(name: str) -> tuple[str, ...]:
    if name in _OPERATORS:
        return _OPERATORS[name]
    return ("cv",) if name.startswith("operator ") else (f"{len(name)}{name}",)


def _after(name: str) -> str:
    """What follows the function's code: its tags and the end of the name; a conversion's type first."""
    return "" if name.startswith("operator ") and name not in _OPERATORS else r"(B\d+\w*?)*E"


def _outer_places(rest: str) -> Iterator[int]:
    """Where the parts of a nested name start: not inside identifiers, nor inside template arguments."""
    place = depth = 0
    while place < len(rest):
        if depth == 0:
            yield place
        end = _past_number(rest, place)
        if end == place:
            depth = max(0, depth + (rest[place] in "INFJX") - (rest[place] == "E"))
        place = max(end, place + 1)


def _past_number(text: str, place: int) -> int:
    """The end of the identifier or number that starts at ``place``; ``place`` itself where none does."""
    if (numbered := _NUMBERED.match(text, place)) is not None:
        return numbered.end()
    if text.startswith("L", place):
        return _past_enumerator(text, place)
    counted = _COUNTED.match(text, place)
    return place if counted is None else counted.end() + int(counted.group())


def _past_enumerator(text: str, place: int) -> int:
    """The end of `L <enumeration> <number> E` (Itanium C++ ABI 5.1.6); ``place`` itself where none is."""
    end = _past_nested(text, place + 1) if text.startswith("N", place + 1) else _past_number(text, place + 1)
    value = _VALUE.match(text, end)
    return place if value is None else value.end()


def _past_nested(text: str, place: int) -> int:
    """The end of the `N…E` that starts at ``place``."""
    depth = 0
    while place < len(text):
        end = _past_number(text, place)
        if end == place:
            depth += (text[place] in "INFJX") - (text[place] == "E")
            if depth == 0:
                return place + 1
        place = max(end, place + 1)
    return place


def names_closure(symbol: str) -> bool:
    """Whether a closure is part of ``symbol``: `Ul…E_` (Itanium C++ ABI 5.1.8). `UlC` in an identifier is none.

    Compilers disagree on which of them have a name at all. Unnamed classes (`Ut_`) that may be named outside of a unit
    are called alike; the parser knows the others' linkage.
    """
    # Few have the letters at all, and fewer outside of identifiers.
    if "Ul" not in symbol:
        return False
    place = len("_Z") if symbol.startswith("_Z") else len(symbol)
    while place < len(symbol):
        if symbol.startswith("Ul", place):
            return True
        place = max(_past_number(symbol, place), place + 1)
    return False


def structor_encoding(symbol: str) -> str | None:
    """The class encoding in a constructor's or destructor's symbol: `_ZN1n1AC1Ei` gives `1n1A`."""
    opening = _QUALIFIERS.match(symbol)
    if opening is None:
        return None
    rest = symbol[opening.end() :]
    found = re.search(r"D[0-5]Ev\Z", rest) or _first_constructor(rest)
    return rest[: found.start()] if found else None


# Numbers that do not count an identifier: substitutions, template parameters, literals, array and vector bounds.
_NUMBERED = re.compile(r"S[0-9A-Z]*_|T\d*_|L[a-z]n?\d+E|L[defg][0-9a-f]+E|A\d+_|Dv\d+_")
_COUNTED = re.compile(r"\d+")
_VALUE = re.compile(r"n?\d+E")
_CONSTRUCTOR = re.compile(r"C[1-5]E")


def _first_constructor(rest: str) -> re.Match[str] | None:
    """`C1E` may also be the tail of a name that ends in C1: skip what lies inside a counted identifier."""
    position = 0
    while position < len(rest):
        if (found := _CONSTRUCTOR.match(rest, position)) is not None:
            return found
        position = max(_past_number(rest, position), position + 1)
    return None


def special_symbol(prefix: str, encoding: str) -> SymbolName:
    """The vtable (`_ZTV`), typeinfo (`_ZTI`), its name (`_ZTS`) or VTT (`_ZTT`) of a class by its encoding."""
    nested = not _is_single(encoding)
    return SymbolName(f"{prefix}N{encoding}E" if nested else f"{prefix}{encoding}")


def initialiser_of(symbol: str) -> SymbolName:
    """The initialisation function of a thread-local object (Itanium C++ ABI 2.8, 5.1.4.4)."""
    encoding = symbol.removeprefix("_Z")
    return SymbolName(f"_ZTH{encoding}" if encoding != symbol else f"_ZTH{len(symbol)}{symbol}")


def _is_single(encoding: str) -> bool:
    """One unscoped name, perhaps with tags or template arguments: those are not wrapped in `N…E`."""
    found = _SINGLE.match(encoding)
    if found is None:
        return False
    end = found.end() + int(found.group(2))
    while (tag := re.compile(r"B(\d+)").match(encoding, end)) is not None:
        end = tag.end() + int(tag.group(1))
    # Template arguments are the last part of one name; behind them a class inside the instance may be named.
    return end == len(encoding) or (encoding[end] == "I" and max(_outer_places(encoding)) == end)


def is_named_otherwise(symbol: str) -> bool:
    """Whether g++ has another name for what libclang calls ``symbol``: a template's, with a qualified dependent name.

    In `enable_if<Trait<T>::value>` g++ 12 writes the class as a type, clang as an unresolved name (Itanium C++ ABI
    5.1.6.1, `sr`); the numbers of all substitutions behind it differ as well.
    """
    # Few have the letters at all, and fewer outside of identifiers; a C name is an identifier as a whole.
    if not symbol.startswith("_Z") or _UNRESOLVED.search(symbol) is None:
        return False
    return _UNRESOLVED.search("".join(_around_identifiers(symbol))) is not None


_UNRESOLVED = re.compile(r"sr|L_Z")


def _around_identifiers(symbol: str) -> Iterator[str]:
    """What stands between the counted identifiers of ``symbol``."""
    place = 0
    while place < len(symbol):
        following = max(_past_number(symbol, place), place + 1)
        yield symbol[place] if following == place + 1 else "."
        place = following
