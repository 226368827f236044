"""What libclang lends (words, names, values, lists of cursors): read, and given back."""

from __future__ import annotations

import ctypes
import json
from ctypes import POINTER, c_uint
from typing import Any

from clang.cindex import Cursor, Token

from trtheaders.headers.parser.binding.prototypes import libclang, text_of
from trtheaders.headers.parser.kinds import EvaluationKind


def tokens_of(unit: Any, cursor: Any) -> list[str]:
    """The words that ``cursor`` is written with; ``unit`` is its unit's handle."""
    tokens, count = POINTER(Token)(), c_uint()
    libclang.tokenize(unit, libclang.getCursorExtent(cursor), ctypes.byref(tokens), ctypes.byref(count))
    words = [text_of(libclang.getTokenSpelling(unit, tokens[index])) for index in range(count.value)]
    libclang.disposeTokens(unit, tokens, count)
    return words


def overridden_by(cursor: Any) -> list[Any]:
    """Cursors of the virtual functions of direct bases that a method overrides."""
    cursors, count = POINTER(Cursor)(), c_uint()
    libclang.getOverriddenCursors(cursor, ctypes.byref(cursors), ctypes.byref(count))
    found = [Cursor.from_buffer_copy(cursors[index]) for index in range(count.value)]
    libclang.disposeOverriddenCursors(cursors)
    return found


def mangling_of(cursor: Any) -> str:
    """The symbol; '' where there is none."""
    return _as_the_abi(text_of(libclang.Cursor_getMangling(cursor)))


def manglings_of(cursor: Any) -> list[str]:
    """All symbols of a constructor, destructor or virtual method with thunks."""
    group = libclang.Cursor_getCXXManglings(cursor)
    if not group:
        return []
    strings = group.contents.strings
    names = [_as_the_abi(libclang.getCString(strings[index]).decode()) for index in range(group.contents.count)]
    libclang.disposeStringSet(group)
    return names


def _as_the_abi(symbol: str) -> str:
    """``symbol`` with `nullptr` for a template's argument as the Itanium C++ ABI (5.1.6.2) and g++ write it."""
    return symbol.replace("LDn0E", "LDnE")


def value_of(cursor: Any, type_: str) -> str:
    """What the initializer of a constant of the canonical ``type_`` comes to, as C++ writes it; '' for what is neither
    number nor text.
    """
    result = libclang.Cursor_Evaluate(cursor)
    if not result:
        return ""
    try:
        return _write(result, type_)
    finally:
        libclang.EvalResult_dispose(result)


def _write(result: Any, type_: str) -> str:
    kind = libclang.EvalResult_getKind(result)
    if kind == EvaluationKind.INT:
        unsigned = libclang.EvalResult_isUnsignedInt(result)
        number = libclang.EvalResult_getAsUnsigned(result) if unsigned else libclang.EvalResult_getAsLongLong(result)
        return str(bool(number)).lower() if type_.endswith("bool") else str(number)
    if kind == EvaluationKind.FLOAT:
        return repr(libclang.EvalResult_getAsDouble(result))
    if kind == EvaluationKind.STRING:
        return json.dumps((libclang.EvalResult_getAsStr(result) or b"").decode(errors="replace"), ensure_ascii=False)
    return ""
