"""Libclang's numbers as we write them down are the numbers of libclang's own binding."""

from __future__ import annotations

from enum import IntEnum

import pytest
from clang import cindex

from trtheaders.headers.parser.kinds import AccessKind, ArgumentKind, Kind, Linkage, TypeKind

# Where the binding has another word for the same thing.
_CURSORS = {
    "STRUCT": "STRUCT_DECL",
    "UNION": "UNION_DECL",
    "CLASS": "CLASS_DECL",
    "ENUM": "ENUM_DECL",
    "FIELD": "FIELD_DECL",
    "ENUMERATOR": "ENUM_CONSTANT_DECL",
    "FUNCTION": "FUNCTION_DECL",
    "VARIABLE": "VAR_DECL",
    "PARAMETER": "PARM_DECL",
    "TYPEDEF": "TYPEDEF_DECL",
    "METHOD": "CXX_METHOD",
    "LINKAGE": "LINKAGE_SPEC",
    "CONVERSION": "CONVERSION_FUNCTION",
    "PARTIAL_SPECIALIZATION": "CLASS_TEMPLATE_PARTIAL_SPECIALIZATION",
    "ALIAS": "TYPE_ALIAS_DECL",
    "TYPE_REFERENCE": "TYPE_REF",
    "BASE": "CXX_BASE_SPECIFIER",
    "TEMPLATE_REFERENCE": "TEMPLATE_REF",
    "MEMBER_REFERENCE": "MEMBER_REF",
    "OVERLOADED_REFERENCE": "OVERLOADED_DECL_REF",
    "UNEXPOSED_DECLARATION": "UNEXPOSED_DECL",
    "UNEXPOSED_EXPRESSION": "UNEXPOSED_EXPR",
    "NAME": "DECL_REF_EXPR",
    "MEMBER": "MEMBER_REF_EXPR",
    "CALL": "CALL_EXPR",
    "THROW": "CXX_THROW_EXPR",
    "UNARY_TRAIT": "CXX_UNARY_EXPR",
    "REQUIRES": "REQUIRES_EXPR",
    "NEW": "CXX_NEW_EXPR",
    "DELETE": "CXX_DELETE_EXPR",
    "COMPOUND": "COMPOUND_STMT",
    "RETURN": "RETURN_STMT",
    "RANGE_FOR": "CXX_FOR_RANGE_STMT",
    "UNIT": "TRANSLATION_UNIT",
    "UNEXPOSED_ATTRIBUTE": "UNEXPOSED_ATTR",
    "FINAL": "CXX_FINAL_ATTR",
    "OVERRIDE": "CXX_OVERRIDE_ATTR",
    "NODISCARD": "WARN_UNUSED_RESULT_ATTR",
    "FRIEND": "FRIEND_DECL",
}
_TYPES = {
    "LVALUE_REFERENCE": "LVALUEREFERENCE",
    "RVALUE_REFERENCE": "RVALUEREFERENCE",
    "FUNCTION": "FUNCTIONPROTO",
    "CONSTANT_ARRAY": "CONSTANTARRAY",
    "INCOMPLETE_ARRAY": "INCOMPLETEARRAY",
    "VARIABLE_ARRAY": "VARIABLEARRAY",
    "DEPENDENT_ARRAY": "DEPENDENTSIZEDARRAY",
    "MEMBER_POINTER": "MEMBERPOINTER",
}
_OTHERS = {
    Linkage: ("LinkageKind", {"UNNAMED_NAMESPACE": "UNIQUE_EXTERNAL"}),
    ArgumentKind: ("TemplateArgumentKind", {"NULL_POINTER": "NULLPTR"}),
    AccessKind: ("AccessSpecifier", {"NONE": "INVALID"}),
}


@pytest.mark.parametrize(("ours", "theirs", "words"), [(Kind, "CursorKind", _CURSORS), (TypeKind, "TypeKind", _TYPES)])
def test_kinds_have_the_numbers_of_the_binding(ours: type[IntEnum], theirs: str, words: dict[str, str]) -> None:
    table = getattr(cindex, theirs)
    assert {item.name: int(item) for item in ours} == {
        item.name: getattr(table, words.get(item.name, item.name)).value for item in ours
    }


@pytest.mark.parametrize("ours", list(_OTHERS), ids=lambda item: item.__name__)
def test_linkage_and_access_have_the_numbers_of_the_binding(ours: type[IntEnum]) -> None:
    theirs, words = _OTHERS[ours]
    table = getattr(cindex, theirs)
    assert {item.name: int(item) for item in ours} == {
        item.name: getattr(table, words.get(item.name, item.name)).value for item in ours
    }
