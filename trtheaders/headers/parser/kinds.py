"""Libclang's numbers by name (clang-c/Index.h), and the sets of them that questions are about. No number leaves here.

They are the binding's; a number is written here where that knows none.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from clang import cindex


class Kind(IntEnum):
    """Cursor kinds that matter here (CXCursorKind)."""

    UNEXPOSED_DECLARATION = cindex.CursorKind.UNEXPOSED_DECL.value
    STRUCT = cindex.CursorKind.STRUCT_DECL.value
    UNION = cindex.CursorKind.UNION_DECL.value
    CLASS = cindex.CursorKind.CLASS_DECL.value
    ENUM = cindex.CursorKind.ENUM_DECL.value
    FIELD = cindex.CursorKind.FIELD_DECL.value
    ENUMERATOR = cindex.CursorKind.ENUM_CONSTANT_DECL.value
    FUNCTION = cindex.CursorKind.FUNCTION_DECL.value
    VARIABLE = cindex.CursorKind.VAR_DECL.value
    PARAMETER = cindex.CursorKind.PARM_DECL.value
    TYPEDEF = cindex.CursorKind.TYPEDEF_DECL.value
    METHOD = cindex.CursorKind.CXX_METHOD.value
    NAMESPACE = cindex.CursorKind.NAMESPACE.value
    LINKAGE = cindex.CursorKind.LINKAGE_SPEC.value
    CONSTRUCTOR = cindex.CursorKind.CONSTRUCTOR.value
    DESTRUCTOR = cindex.CursorKind.DESTRUCTOR.value
    CONVERSION = cindex.CursorKind.CONVERSION_FUNCTION.value
    FUNCTION_TEMPLATE = cindex.CursorKind.FUNCTION_TEMPLATE.value
    CLASS_TEMPLATE = cindex.CursorKind.CLASS_TEMPLATE.value
    TYPE_PARAMETER = cindex.CursorKind.TEMPLATE_TYPE_PARAMETER.value
    TEMPLATE_PARAMETER = cindex.CursorKind.TEMPLATE_TEMPLATE_PARAMETER.value
    PARTIAL_SPECIALIZATION = cindex.CursorKind.CLASS_TEMPLATE_PARTIAL_SPECIALIZATION.value
    USING_DECLARATION = cindex.CursorKind.USING_DECLARATION.value
    ALIAS = cindex.CursorKind.TYPE_ALIAS_DECL.value
    TYPE_REFERENCE = cindex.CursorKind.TYPE_REF.value
    BASE = cindex.CursorKind.CXX_BASE_SPECIFIER.value
    TEMPLATE_REFERENCE = cindex.CursorKind.TEMPLATE_REF.value
    NAMESPACE_REFERENCE = cindex.CursorKind.NAMESPACE_REF.value
    MEMBER_REFERENCE = cindex.CursorKind.MEMBER_REF.value
    OVERLOADED_REFERENCE = cindex.CursorKind.OVERLOADED_DECL_REF.value
    UNEXPOSED_EXPRESSION = cindex.CursorKind.UNEXPOSED_EXPR.value
    NAME = cindex.CursorKind.DECL_REF_EXPR.value
    MEMBER = cindex.CursorKind.MEMBER_REF_EXPR.value
    CALL = cindex.CursorKind.CALL_EXPR.value
    LAMBDA = cindex.CursorKind.LAMBDA_EXPR.value
    THROW = cindex.CursorKind.CXX_THROW_EXPR.value
    NEW = cindex.CursorKind.CXX_NEW_EXPR.value
    DELETE = cindex.CursorKind.CXX_DELETE_EXPR.value
    UNARY_TRAIT = cindex.CursorKind.CXX_UNARY_EXPR.value
    REQUIRES = cindex.CursorKind.REQUIRES_EXPR.value
    COMPOUND = cindex.CursorKind.COMPOUND_STMT.value
    IF = cindex.CursorKind.IF_STMT.value
    RETURN = cindex.CursorKind.RETURN_STMT.value
    RANGE_FOR = cindex.CursorKind.CXX_FOR_RANGE_STMT.value
    UNIT = cindex.CursorKind.TRANSLATION_UNIT.value
    UNEXPOSED_ATTRIBUTE = cindex.CursorKind.UNEXPOSED_ATTR.value
    FINAL = cindex.CursorKind.CXX_FINAL_ATTR.value
    OVERRIDE = cindex.CursorKind.CXX_OVERRIDE_ATTR.value
    PACKED = cindex.CursorKind.PACKED_ATTR.value
    NODISCARD = cindex.CursorKind.WARN_UNUSED_RESULT_ATTR.value
    FRIEND = cindex.CursorKind.FRIEND_DECL.value
    USING_DIRECTIVE = cindex.CursorKind.USING_DIRECTIVE.value
    NAMESPACE_ALIAS = cindex.CursorKind.NAMESPACE_ALIAS.value
    ALIAS_TEMPLATE = cindex.CursorKind.TYPE_ALIAS_TEMPLATE_DECL.value
    CONCEPT = cindex.CursorKind.CONCEPT_DECL.value


class TypeKind(IntEnum):
    """Kinds of types (CXTypeKind)."""

    VOID = cindex.TypeKind.VOID.value
    BOOL = cindex.TypeKind.BOOL.value
    POINTER = cindex.TypeKind.POINTER.value
    LVALUE_REFERENCE = cindex.TypeKind.LVALUEREFERENCE.value
    RVALUE_REFERENCE = cindex.TypeKind.RVALUEREFERENCE.value
    RECORD = cindex.TypeKind.RECORD.value
    ENUM = cindex.TypeKind.ENUM.value
    FUNCTION = cindex.TypeKind.FUNCTIONPROTO.value
    CONSTANT_ARRAY = cindex.TypeKind.CONSTANTARRAY.value
    VECTOR = cindex.TypeKind.VECTOR.value
    INCOMPLETE_ARRAY = cindex.TypeKind.INCOMPLETEARRAY.value
    VARIABLE_ARRAY = cindex.TypeKind.VARIABLEARRAY.value
    DEPENDENT_ARRAY = cindex.TypeKind.DEPENDENTSIZEDARRAY.value
    MEMBER_POINTER = cindex.TypeKind.MEMBERPOINTER.value
    AUTO = cindex.TypeKind.AUTO.value


LAST_NUMBER = 39
"""The builtin types that are numbers stand between BOOL and this one (CXType_BFloat16)."""


class Linkage(IntEnum):
    """Who can refer to a name (CXLinkageKind)."""

    INTERNAL = cindex.LinkageKind.INTERNAL.value
    UNNAMED_NAMESPACE = cindex.LinkageKind.UNIQUE_EXTERNAL.value
    EXTERNAL = cindex.LinkageKind.EXTERNAL.value


class EvaluationKind(IntEnum):
    """What an initializer comes to (CXEvalResultKind)."""

    INT = 1
    FLOAT = 2
    STRING = 4


class AccessKind(IntEnum):
    """Who may name a member (CX_CXXAccessSpecifier)."""

    NONE = cindex.AccessSpecifier.INVALID.value
    PUBLIC = cindex.AccessSpecifier.PUBLIC.value
    PROTECTED = cindex.AccessSpecifier.PROTECTED.value
    PRIVATE = cindex.AccessSpecifier.PRIVATE.value


class ArgumentKind(IntEnum):
    """What a template's argument is (CXTemplateArgumentKind)."""

    TYPE = cindex.TemplateArgumentKind.TYPE.value
    DECLARATION = cindex.TemplateArgumentKind.DECLARATION.value
    NULL_POINTER = cindex.TemplateArgumentKind.NULLPTR.value
    INTEGRAL = cindex.TemplateArgumentKind.INTEGRAL.value


class Availability(IntEnum):
    """Whether a declaration may be used (CXAvailabilityKind)."""

    DEPRECATED = cindex.AvailabilityKind.DEPRECATED.value
    NOT_AVAILABLE = cindex.AvailabilityKind.NOT_AVAILABLE.value


class VisitResult(IntEnum):
    """Where a visit goes on (CXChildVisitResult)."""

    BREAK = 0
    CONTINUE = 1
    RECURSE = 2


def _range(first: Any, last: Any) -> frozenset[int]:
    return frozenset(range(first.value, last.value + 1))


INTERNAL = frozenset({Linkage.INTERNAL, Linkage.UNNAMED_NAMESPACE})
ACCESSIBLE = frozenset({AccessKind.NONE, AccessKind.PUBLIC})
"""Open to everybody: public, or no member at all."""

CONVENTIONS = {8: "regcall", 10: "ms_abi", 11: "sysv_abi", 12: "vectorcall", 14: "preserve_most", 15: "preserve_all"}
"""CXCallingConv: those that can be asked for on the supported targets, by the attribute that asks for them."""

HIDDEN = 1
"""CXVisibility_Hidden."""

UNSPECIFIED = cindex.ExceptionSpecificationKind.NONE.value
NOTHROW = frozenset({1, 4, 9})
"""CXCursor_ExceptionSpecificationKind: none is written; and those that promise that nothing is thrown: `throw()`,
`noexcept`, `__declspec(nothrow)`."""
COMPUTED_NOEXCEPT = 5
"""`noexcept(…)`, of which libclang does not say what it comes to."""

FUNCTIONS = frozenset({Kind.FUNCTION, Kind.METHOD, Kind.CONSTRUCTOR, Kind.DESTRUCTOR, Kind.CONVERSION})
METHODS = FUNCTIONS - {Kind.FUNCTION}
"""Those that are members; a static one too."""
NO_CURSOR = _range(cindex.CursorKind.INVALID_FILE, cindex.CursorKind.INVALID_CODE)
"""Answers that there is none."""
FIRST_REFERENCE = cindex.CursorKind.OBJC_SUPER_CLASS_REF.value
"""Declarations come before it, references and expressions after."""
ATTRIBUTES = _range(cindex.CursorKind.UNEXPOSED_ATTR, cindex.CursorKind.ALIGNED_ATTR)
RECORDS = frozenset({Kind.STRUCT, Kind.UNION, Kind.CLASS})
TEMPLATES = frozenset({Kind.CLASS_TEMPLATE, Kind.PARTIAL_SPECIALIZATION})
TEMPLATE_PARAMETERS = _range(cindex.CursorKind.TEMPLATE_TYPE_PARAMETER, cindex.CursorKind.TEMPLATE_TEMPLATE_PARAMETER)
TAGS: dict[int, str] = {Kind.STRUCT: "struct", Kind.UNION: "union", Kind.CLASS: "class"}
NAMESPACES = frozenset({Kind.NAMESPACE, Kind.LINKAGE, Kind.UNIT})
"""What encloses a declaration that is no member."""
PREPROCESSING = _range(cindex.CursorKind.PREPROCESSING_DIRECTIVE, cindex.CursorKind.INCLUSION_DIRECTIVE)
"""Directives, macros and their uses, which a unit shows beside declarations."""
ALIASES = frozenset({Kind.TYPEDEF, Kind.ALIAS})
REFERENCES = frozenset({TypeKind.LVALUE_REFERENCE, TypeKind.RVALUE_REFERENCE})
POINTERS_AND_REFERENCES = REFERENCES | {TypeKind.POINTER}
BOUNDED_ARRAYS = frozenset({TypeKind.CONSTANT_ARRAY, TypeKind.INCOMPLETE_ARRAY})
ARRAYS = BOUNDED_ARRAYS | {TypeKind.VECTOR, TypeKind.VARIABLE_ARRAY, TypeKind.DEPENDENT_ARRAY}


def is_expression(kind: int) -> bool:
    """Whether cursors of ``kind`` are expressions or statements: those begin at CXCursor_FirstExpr."""
    return kind >= Kind.UNEXPOSED_EXPRESSION
