"""Mangled names to C++, by the platform's own `__cxa_demangle`.

Called through ctypes: the function is part of every libstdc++.so.6, and the wrapper packages spend longer on looking
for the library (by starting a compiler) than on demangling.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ctypes


@functools.lru_cache(maxsize=1 << 16)
def demangle(symbol: str) -> str:
    """``symbol`` as C++ (`n::f(int)`); itself where it is no mangled name."""
    return _demangler()(symbol)


@functools.cache
def _demangler() -> Callable[[str], str]:
    # Most runs have nothing to demangle, and do without ctypes.
    import ctypes

    try:
        library = ctypes.CDLL("libstdc++.so.6")
    except OSError:
        return _ask_cxxfilt
    return functools.partial(_ask_runtime, library, ctypes.CDLL(None))


def _ask_runtime(runtime: ctypes.CDLL, libc: ctypes.CDLL, symbol: str) -> str:
    import ctypes

    function = runtime.__cxa_demangle
    function.restype = ctypes.c_void_p
    status = ctypes.c_int()
    # __cxa_demangle reads a bare `i` as the type int; only `_Z` starts the name of something.
    if not symbol.startswith("_Z"):
        return symbol
    pointer = function(symbol.encode(), None, None, ctypes.byref(status))
    if not pointer:
        return symbol
    try:
        return ctypes.string_at(pointer).decode(errors="replace")
    finally:
        libc.free(ctypes.c_void_p(pointer))


def _ask_cxxfilt(symbol: str) -> str:
    from trtheaders.programs.start import run_program

    try:
        done = run_program(["c++filt", "--", symbol], seconds=10)
    except OSError:
        return symbol
    return done.text.strip() or symbol


def split_parameters(demangled: str) -> tuple[str, tuple[str, ...], str]:
    """A demangled function as (qualified name, parameter types, qualifiers after the parenthesis).

    `n::A<int>::f(int, std::pair<a, b> const&) const` gives `("n::A<int>::f", ("int", "std::pair<a, b> const&"),
    "const")`; something that is no function gives `(demangled, (), "")`.
    """
    close = demangled.rfind(")")
    if close < 0 or demangled.endswith("]"):
        return demangled, (), ""
    opening = _opening_of(demangled, close)
    inside = demangled[opening + 1 : close]
    return demangled[:opening], _split_commas(inside), demangled[close + 1 :].strip()


def _opening_of(text: str, close: int) -> int:
    depth = 0
    for index in range(close, -1, -1):
        depth += (text[index] == ")") - (text[index] == "(")
        if depth == 0:
            return index
    return 0


def _split_commas(text: str) -> tuple[str, ...]:
    parts: list[str] = []
    depth, start = 0, 0
    for index, character in enumerate(text):
        if character in "(<[{":
            depth += 1
        elif character in ")>]}" and text[max(0, index - 1) : index + 1] != "->":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(text[start:index].strip())
            start = index + 1
    last = text[start:].strip()
    return (*parts, last) if last else tuple(parts)
