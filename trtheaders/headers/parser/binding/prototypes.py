"""Libclang's functions: structures and prototypes from its own binding, and what that has not or has in costly form.

The binding's objects are not used: each of its results is wrapped in Python twice more, text is decoded strictly, where
a header or a folder's name may be Latin-1, and a string that belongs to a set is given back by each who looks at it.
"""

from __future__ import annotations

import ctypes
from ctypes import (
    POINTER,
    Structure,
    c_char_p,
    c_double,
    c_int,
    c_longlong,
    c_uint,
    c_ulonglong,
    c_void_p,
)
from functools import cache
from pathlib import Path
from typing import Any

from clang import cindex
from clang.cindex import Cursor, SourceLocation, SourceRange, Token, Type

from trtheaders.errors import ToolchainError


class String(Structure):
    """CXString: to be read once, by :func:`text_of`."""

    _fields_ = [("data", c_void_p), ("flags", c_uint)]


class StringSet(Structure):
    """CXStringSet."""

    _fields_ = [("strings", POINTER(String)), ("count", c_uint)]


class RangeList(Structure):
    """CXSourceRangeList."""

    _fields_ = [("count", c_uint), ("ranges", POINTER(SourceRange))]


class UnsavedFile(Structure):
    """CXUnsavedFile: a file that is not on disk."""

    _fields_ = [("name", c_char_p), ("contents", c_char_p), ("length", ctypes.c_ulong)]


# Called with Python's lock held, as the functions that take them are.
Visitor = ctypes.PYFUNCTYPE(c_int, Cursor, Cursor, c_void_p)
FieldVisitor = ctypes.PYFUNCTYPE(c_int, Cursor, c_void_p)
InclusionVisitor = ctypes.PYFUNCTYPE(None, c_void_p, POINTER(SourceLocation), c_uint, c_void_p)

Prototype = tuple[Any, list[Any]]
"""What a function gives, and what it takes."""

OURS: dict[str, Prototype] = {
    # Handles are plain pointers here, callbacks and strings our own, and a number that may be negative is signed.
    "Type_visitFields": (c_uint, [Type, FieldVisitor, c_void_p]),
    "visitChildren": (c_uint, [Cursor, Visitor, c_void_p]),
    "getInclusions": (None, [c_void_p, InclusionVisitor, c_void_p]),
    "createIndex": (c_void_p, [c_int, c_int]),
    "disposeIndex": (None, [c_void_p]),
    "disposeTranslationUnit": (None, [c_void_p]),
    "saveTranslationUnit": (c_int, [c_void_p, c_char_p, c_uint]),
    "getTranslationUnitCursor": (Cursor, [c_void_p]),
    "getNumDiagnostics": (c_uint, [c_void_p]),
    "getDiagnostic": (c_void_p, [c_void_p, c_uint]),
    "disposeDiagnostic": (None, [c_void_p]),
    "getDiagnosticSeverity": (c_int, [c_void_p]),
    "getDiagnosticSpelling": (String, [c_void_p]),
    "getDiagnosticLocation": (SourceLocation, [c_void_p]),
    "getChildDiagnostics": (c_void_p, [c_void_p]),
    "getNumDiagnosticsInSet": (c_uint, [c_void_p]),
    "getDiagnosticInSet": (c_void_p, [c_void_p, c_uint]),
    "getInstantiationLocation": (None, [SourceLocation, POINTER(c_void_p), *[POINTER(c_uint)] * 3]),
    "getFile": (c_void_p, [c_void_p, c_char_p]),
    "isFileMultipleIncludeGuarded": (c_uint, [c_void_p, c_void_p]),
    "getFileName": (String, [c_void_p]),
    "getCString": (c_char_p, [String]),
    "disposeString": (None, [String]),
    "tokenize": (None, [c_void_p, SourceRange, POINTER(POINTER(Token)), POINTER(c_uint)]),
    "getTokenSpelling": (String, [c_void_p, Token]),
    "disposeTokens": (None, [c_void_p, POINTER(Token), c_uint]),
    "getNumArgTypes": (c_int, [Type]),
    "Cursor_getTemplateArgumentKind": (c_int, [Cursor, c_uint]),
    # The binding declares none of these.
    "parseTranslationUnit2": (
        c_int,
        [c_void_p, c_char_p, POINTER(c_char_p), c_int, POINTER(UnsavedFile), c_uint, c_uint, POINTER(c_void_p)],
    ),
    "getClangVersion": (String, []),
    "getAllSkippedRanges": (POINTER(RangeList), [c_void_p]),
    "disposeSourceRangeList": (None, [POINTER(RangeList)]),
    "Cursor_getCXXManglings": (POINTER(StringSet), [Cursor]),
    "disposeStringSet": (None, [POINTER(StringSet)]),
    "getOverriddenCursors": (None, [Cursor, POINTER(POINTER(Cursor)), POINTER(c_uint)]),
    "disposeOverriddenCursors": (None, [POINTER(Cursor)]),
    "getCursorPrettyPrinted": (String, [Cursor, c_void_p]),
    "Cursor_getVarDeclInitializer": (Cursor, [Cursor]),
    "Cursor_Evaluate": (c_void_p, [Cursor]),
    "EvalResult_getKind": (c_int, [c_void_p]),
    "EvalResult_isUnsignedInt": (c_uint, [c_void_p]),
    "EvalResult_getAsLongLong": (c_longlong, [c_void_p]),
    "EvalResult_getAsUnsigned": (c_ulonglong, [c_void_p]),
    "EvalResult_getAsDouble": (c_double, [c_void_p]),
    "EvalResult_getAsStr": (c_char_p, [c_void_p]),
    "EvalResult_dispose": (None, [c_void_p]),
    "Cursor_hasAttrs": (c_uint, [Cursor]),
    "Cursor_isFunctionInlined": (c_uint, [Cursor]),
    "Cursor_isInlineNamespace": (c_uint, [Cursor]),
    "Cursor_hasVarDeclExternalStorage": (c_int, [Cursor]),
    "isInvalidDeclaration": (c_uint, [Cursor]),
    "getCursorLinkage": (c_int, [Cursor]),
    "getCursorVisibility": (c_int, [Cursor]),
    "getCursorTLSKind": (c_int, [Cursor]),
    "getExceptionSpecificationType": (c_int, [Type]),
    "getFunctionTypeCallingConv": (c_int, [Type]),
}

_LONG = frozenset({"parseTranslationUnit2", "saveTranslationUnit", "disposeTranslationUnit"})


class LibclangFunctions:
    """Libclang's functions without their `clang_` prefix, each declared when it is first asked for.

    Python's lock is kept in all but the long ones: to let it go and take it back costs more than most of them do. The
    first question loads the library, and raises :class:`ToolchainError` if it cannot be.
    """

    def __getattr__(self, name: str) -> Any:
        prototype = OURS.get(name) or _theirs().get(name)
        if prototype is None:
            raise AttributeError(f"libclang's `{name}` is not declared")
        function = getattr(_load(ctypes.CDLL if name in _LONG else ctypes.PyDLL), f"clang_{name}")
        function.restype, function.argtypes = prototype
        setattr(self, name, function)
        return function


libclang = LibclangFunctions()


@cache
def _theirs() -> dict[str, Prototype]:
    """The binding's prototypes, without the Python functions that it sends results through."""
    return {name.removeprefix("clang_"): _plain(*item) for name, *item in cindex.functionList}


def _plain(arguments: list[Any], result: Any = c_int, *_wrapper: object) -> Prototype:
    return String if result is cindex._CXString else result, arguments


@cache
def _load(kind: type[ctypes.CDLL]) -> ctypes.CDLL:
    try:
        return kind(str(Path(cindex.__file__).parent / "native" / "libclang.so"))
    except OSError as error:
        raise ToolchainError(
            f"libclang cannot be loaded: {error}", hint="reinstall it: `pip install --force-reinstall libclang`"
        ) from error


def text_of(string: Any, errors: str = "replace") -> str:
    """The text of a :class:`String`, which is given back to libclang; a path wants ``errors="surrogateescape"``."""
    raw = libclang.getCString(string)
    libclang.disposeString(string)
    return raw.decode(errors=errors) if raw else ""
