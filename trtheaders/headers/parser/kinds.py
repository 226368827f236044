"""Libclang's numbers by name (clang-c/Index.h), and the sets of them that questions are about. No number leaves here.

The numbers are held against libclang's own binding by a test.
"""

from __future__ import annotations

from enum import IntEnum


class Kind(IntEnum):
    """Cursor kinds that matter here (CXCursorKind)."""

    UNEXPOSED_DECLARATION = 1
    STRUCT = 2
    UNION = 3
    CLASS = 4
    ENUM = 5
    FIELD = 6
    ENUMERATOR = 7
    FUNCTION = 8
    VARIABLE = 9
    PARAMETER = 10
    TYPEDEF = 20
    METHOD = 21
    NAMESPACE = 22
    LINKAGE = 23
    CONSTRUCTOR = 24
    DESTRUCTOR = 25
    CONVERSION = 26
    FUNCTION_TEMPLATE = 30
    CLASS_TEMPLATE = 31
    PARTIAL_SPECIALIZATION = 32
    USING_DECLARATION = 35
    ALIAS = 36
    TYPE_REFERENCE = 43
    BASE = 44
    TEMPLATE_REFERENCE = 45
    MEMBER_REFERENCE = 47
    OVERLOADED_REFERENCE = 49
    UNEXPOSED_EXPRESSION = 100
    NAME = 101
    MEMBER = 102
    CALL = 103
    THROW = 133
    NEW = 134
    DELETE = 135
    UNARY_TRAIT = 136
    REQUIRES = 154
    COMPOUND = 202
    RETURN = 214
    RANGE_FOR = 225
    UNIT = 350
    UNEXPOSED_ATTRIBUTE = 400
    FINAL = 404
    OVERRIDE = 405
    PACKED = 408
    NODISCARD = 440
    FRIEND = 603


class TypeKind(IntEnum):
    """Kinds of types (CXTypeKind)."""

    VOID = 2
    BOOL = 3
    POINTER = 101
    LVALUE_REFERENCE = 103
    RVALUE_REFERENCE = 104
    RECORD = 105
    ENUM = 106
    FUNCTION = 111
    CONSTANT_ARRAY = 112
    VECTOR = 113
    INCOMPLETE_ARRAY = 114
    VARIABLE_ARRAY = 115
    DEPENDENT_ARRAY = 116
    MEMBER_POINTER = 117
    AUTO = 118


LAST_NUMBER = 39
"""The builtin types that are numbers stand between BOOL and this one (CXType_LastBuiltin)."""


class Linkage(IntEnum):
    """Who can refer to a name (CXLinkageKind)."""

    INTERNAL = 2
    UNNAMED_NAMESPACE = 3
    EXTERNAL = 4


class EvaluationKind(IntEnum):
    """What an initializer comes to (CXEvalResultKind)."""

    INT = 1
    FLOAT = 2
    STRING = 4


class AccessKind(IntEnum):
    """Who may name a member (CX_CXXAccessSpecifier)."""

    NONE = 0
    PUBLIC = 1
    PROTECTED = 2
    PRIVATE = 3


class ArgumentKind(IntEnum):
    """What a template's argument is (CXTemplateArgumentKind)."""

    TYPE = 1
    NULL_POINTER = 3
    INTEGRAL = 4


INTERNAL = frozenset({Linkage.INTERNAL, Linkage.UNNAMED_NAMESPACE})
ACCESSIBLE = frozenset({AccessKind.NONE, AccessKind.PUBLIC})
"""Open to everybody: public, or no member at all."""

CONVENTIONS = {8: "regcall", 10: "ms_abi", 11: "sysv_abi", 12: "vectorcall", 14: "preserve_most", 15: "preserve_all"}
"""CXCallingConv: those that can be asked for on the supported targets, by the attribute that asks for them."""

HIDDEN = 1
"""CXVisibility_Hidden."""

UNSPECIFIED = 0
NOTHROW = frozenset({1, 2, 4, 5, 9})
"""CXCursor_ExceptionSpecificationKind: none is written; and those that promise that nothing is thrown."""

FUNCTIONS = frozenset({Kind.FUNCTION, Kind.METHOD, Kind.CONSTRUCTOR, Kind.DESTRUCTOR, Kind.CONVERSION})
RECORDS = frozenset({Kind.STRUCT, Kind.UNION, Kind.CLASS})
TEMPLATES = frozenset({Kind.CLASS_TEMPLATE, Kind.PARTIAL_SPECIALIZATION})
TAGS: dict[int, str] = {Kind.STRUCT: "struct", Kind.UNION: "union", Kind.CLASS: "class"}
NAMESPACES = frozenset({Kind.NAMESPACE, Kind.LINKAGE, Kind.UNIT})
"""What encloses a declaration that is no member."""
PREPROCESSING = frozenset(range(500, 504))
"""Directives, macros and their uses, which a unit shows beside declarations."""
ALIASES = frozenset({Kind.TYPEDEF, Kind.ALIAS})
REFERENCES = frozenset({TypeKind.LVALUE_REFERENCE, TypeKind.RVALUE_REFERENCE})
POINTERS_AND_REFERENCES = REFERENCES | {TypeKind.POINTER}
BOUNDED_ARRAYS = frozenset({TypeKind.CONSTANT_ARRAY, TypeKind.INCOMPLETE_ARRAY})
ARRAYS = BOUNDED_ARRAYS | {TypeKind.VECTOR, TypeKind.VARIABLE_ARRAY, TypeKind.DEPENDENT_ARRAY}


def is_expression(kind: int) -> bool:
    """Whether cursors of ``kind`` are expressions or statements: those begin at CXCursor_FirstExpr."""
    return kind >= Kind.UNEXPOSED_EXPRESSION
