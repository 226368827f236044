"""Libclang's own functions and structures, as clang-c/Index.h declares them; only `headers/parser/unit.py` uses them.

The Python binding that comes with the library wraps every result three times, which on a header tree costs more than
the parse; so only the library itself is used.
"""

from __future__ import annotations

import ctypes
import importlib.util
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

from trtheaders.errors import ToolchainError


class Cursor(Structure):
    """CXCursor: a declaration, reference or expression of a unit."""

    _fields_ = [("_kind_id", c_int), ("xdata", c_int), ("data", c_void_p * 3)]


class Type(Structure):
    """CXType."""

    _fields_ = [("_kind_id", c_int), ("data", c_void_p * 2)]


class String(Structure):
    """CXString: to be read once, by :func:`text_of`."""

    _fields_ = [("data", c_void_p), ("flags", c_uint)]


class StringSet(Structure):
    """CXStringSet."""

    _fields_ = [("strings", POINTER(String)), ("count", c_uint)]


class SourceLocation(Structure):
    """CXSourceLocation."""

    _fields_ = [("data", c_void_p * 2), ("number", c_uint)]


class Range(Structure):
    """CXSourceRange."""

    _fields_ = [("data", c_void_p * 2), ("begin", c_uint), ("end", c_uint)]


class RangeList(Structure):
    """CXSourceRangeList."""

    _fields_ = [("count", c_uint), ("ranges", POINTER(Range))]


class Token(Structure):
    """CXToken."""

    _fields_ = [("number", c_uint * 4), ("data", c_void_p)]


class UnsavedFile(Structure):
    """CXUnsavedFile: a file that is not on disk."""

    _fields_ = [("name", c_char_p), ("contents", c_char_p), ("length", ctypes.c_ulong)]


# Called with Python's lock held, as the functions that take them are.
Visitor = ctypes.PYFUNCTYPE(c_int, Cursor, Cursor, c_void_p)
FieldVisitor = ctypes.PYFUNCTYPE(c_int, Cursor, c_void_p)
InclusionVisitor = ctypes.PYFUNCTYPE(None, c_void_p, POINTER(SourceLocation), c_uint, c_void_p)

_ON_CURSOR: dict[Any, str] = {
    c_uint: "isInvalidDeclaration isCursorDefinition Cursor_isFunctionInlined Cursor_isInlineNamespace"
    " Cursor_isAnonymous CXXMethod_isDeleted"
    " CXXMethod_isDefaulted CXXMethod_isExplicit CXXMethod_isVirtual CXXMethod_isPureVirtual"
    " CXXConstructor_isDefaultConstructor CXXConstructor_isCopyConstructor CXXConstructor_isMoveConstructor"
    " CXXMethod_isCopyAssignmentOperator CXXMethod_isMoveAssignmentOperator"
    " CXXMethod_isStatic CXXMethod_isConst CXXRecord_isAbstract EnumDecl_isScoped isVirtualBase Cursor_isBitField",
    c_int: "getFieldDeclBitWidth Cursor_hasVarDeclExternalStorage getCursorLinkage getCursorVisibility"
    " getCursorTLSKind getCXXAccessSpecifier getCursorAvailability Cursor_getNumArguments"
    " Cursor_getNumTemplateArguments",
    c_longlong: "Cursor_getOffsetOfField getEnumConstantDeclValue",
    String: "getCursorSpelling getCursorUSR Cursor_getMangling",
    Cursor: "getCanonicalCursor getCursorSemanticParent getCursorLexicalParent getCursorReferenced getCursorDefinition"
    " getSpecializedCursorTemplate Cursor_getVarDeclInitializer",
    Type: "getCursorType getCursorResultType getTypedefDeclUnderlyingType getEnumDeclIntegerType",
    SourceLocation: "getCursorLocation",
    Range: "getCursorExtent",
    c_void_p: "Cursor_Evaluate",
    POINTER(StringSet): "Cursor_getCXXManglings",
}
_ON_TYPE: dict[Any, str] = {
    c_uint: "isConstQualifiedType isPODType isFunctionTypeVariadic",
    c_int: "Type_getCXXRefQualifier getExceptionSpecificationType getFunctionTypeCallingConv"
    " Type_getNumTemplateArguments getNumArgTypes",
    c_longlong: "Type_getSizeOf Type_getAlignOf",
    String: "getTypeSpelling",
    Cursor: "getTypeDeclaration",
    Type: "getCanonicalType getPointeeType getArrayElementType getResultType",
}
_OTHERS: dict[str, tuple[Any, list[Any]]] = {
    "EvalResult_getKind": (c_int, [c_void_p]),
    "EvalResult_isUnsignedInt": (c_uint, [c_void_p]),
    "EvalResult_getAsLongLong": (c_longlong, [c_void_p]),
    "EvalResult_getAsUnsigned": (c_ulonglong, [c_void_p]),
    "EvalResult_getAsDouble": (c_double, [c_void_p]),
    "EvalResult_getAsStr": (c_char_p, [c_void_p]),
    "EvalResult_dispose": (None, [c_void_p]),
    "createIndex": (c_void_p, [c_int, c_int]),
    "disposeIndex": (None, [c_void_p]),
    "parseTranslationUnit2": (
        c_int,
        [c_void_p, c_char_p, POINTER(c_char_p), c_int, POINTER(UnsavedFile), c_uint, c_uint, POINTER(c_void_p)],
    ),
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
    "getInclusions": (None, [c_void_p, InclusionVisitor, c_void_p]),
    "getAllSkippedRanges": (POINTER(RangeList), [c_void_p]),
    "disposeSourceRangeList": (None, [POINTER(RangeList)]),
    "getFileName": (String, [c_void_p]),
    "getClangVersion": (String, []),
    "getCString": (c_char_p, [String]),
    "disposeString": (None, [String]),
    "disposeStringSet": (None, [POINTER(StringSet)]),
    "Type_visitFields": (c_uint, [Type, FieldVisitor, c_void_p]),
    "visitChildren": (c_uint, [Cursor, Visitor, c_void_p]),
    "Cursor_getArgument": (Cursor, [Cursor, c_uint]),
    "Cursor_getTemplateArgumentKind": (c_int, [Cursor, c_uint]),
    "Cursor_getTemplateArgumentType": (Type, [Cursor, c_uint]),
    "Cursor_getTemplateArgumentValue": (c_longlong, [Cursor, c_uint]),
    "Type_getTemplateArgumentAsType": (Type, [Type, c_uint]),
    "getArgType": (Type, [Type, c_uint]),
    "getRangeStart": (SourceLocation, [Range]),
    "getRangeEnd": (SourceLocation, [Range]),
    "getInstantiationLocation": (
        None,
        [SourceLocation, POINTER(c_void_p), POINTER(c_uint), POINTER(c_uint), POINTER(c_uint)],
    ),
    "getOverriddenCursors": (None, [Cursor, POINTER(POINTER(Cursor)), POINTER(c_uint)]),
    "disposeOverriddenCursors": (None, [POINTER(Cursor)]),
    "getNumOverloadedDecls": (c_uint, [Cursor]),
    "getOverloadedDecl": (Cursor, [Cursor, c_uint]),
    "getCursorPrettyPrinted": (String, [Cursor, c_void_p]),
    "tokenize": (None, [c_void_p, Range, POINTER(POINTER(Token)), POINTER(c_uint)]),
    "getTokenSpelling": (String, [c_void_p, Token]),
    "disposeTokens": (None, [c_void_p, POINTER(Token), c_uint]),
}

_LONG = frozenset({"parseTranslationUnit2", "saveTranslationUnit", "disposeTranslationUnit"})


@cache
def libclang() -> Any:
    """Libclang with its prototypes declared, functions without their `clang_` prefix, loaded once.

    Raises :class:`ToolchainError` if it cannot be loaded.

    The lock of Python is kept in all but the long ones: to let it go and take it back costs more than most of them do.
    """
    path = _path()
    library, unlocked = _load(ctypes.PyDLL, path), _load(ctypes.CDLL, path)
    table: dict[str, tuple[Any, list[Any]]] = {
        name: (result, [Cursor]) for result, names in _ON_CURSOR.items() for name in names.split()
    }
    table |= {name: (result, [Type]) for result, names in _ON_TYPE.items() for name in names.split()}
    for name, (result, arguments) in {**table, **_OTHERS}.items():
        function = getattr(unlocked if name in _LONG else library, f"clang_{name}")
        function.restype, function.argtypes = result, arguments
        setattr(library, name, function)
    return library


def _path() -> str:
    package = importlib.util.find_spec("clang")
    folders = package.submodule_search_locations if package is not None else None
    return str(Path((folders or [""])[0]) / "native" / "libclang.so")


def _load(kind: type[ctypes.CDLL], path: str) -> ctypes.CDLL:
    try:
        return kind(path)
    except OSError as error:
        raise ToolchainError(
            f"libclang cannot be loaded: {error}", hint="reinstall it: `pip install --force-reinstall libclang`"
        ) from error


def text_of(string: Any, errors: str = "replace") -> str:
    """The text of a :class:`String`, which is given back to libclang; a path wants ``errors="surrogateescape"``."""
    library = libclang()
    raw = library.getCString(string)
    library.disposeString(string)
    return raw.decode(errors=errors) if raw else ""
