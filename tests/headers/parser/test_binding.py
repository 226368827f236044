"""What we declare of libclang ourselves agrees with its own binding, and whatever the views ask for is declared."""

from __future__ import annotations

import ast
import ctypes
from pathlib import Path
from typing import Any

import pytest
from clang import cindex

import trtheaders.headers.parser
from trtheaders.headers.parser.binding.prototypes import OURS, String, UnsavedFile, libclang
from trtheaders.headers.parser.kinds import (
    ATTRIBUTES,
    FIRST_REFERENCE,
    LAST_NUMBER,
    NO_CURSOR,
    PREPROCESSING,
    Kind,
    is_expression,
)

ROOM = Path(trtheaders.headers.parser.__file__).parent
THEIRS = {name.removeprefix("clang_"): item for name, *item in cindex.functionList}
DECLARED_BY_BOTH = sorted(OURS.keys() & THEIRS.keys())
KINDS = cindex.CursorKind.get_all_kinds()
TEXTS = (ctypes.c_char_p, cindex.c_interop_string)
NUMBERS = (bool, ctypes.c_int, ctypes.c_uint, cindex.TemplateArgumentKind.from_id)


def shape(kind: Any, handles: tuple[Any, ...]) -> Any:
    """What the machine sees of ``kind``: numbers by their bytes, handles as pointers, callbacks by what they take."""
    if kind in handles or kind in (ctypes.c_void_p, ctypes.py_object):
        return "pointer"
    if kind is cindex.Diagnostic or (isinstance(kind, type) and issubclass(kind, cindex.ClangObject)):
        return "pointer"
    if kind in TEXTS or kind in (String, cindex._CXString):
        return "text" if kind in TEXTS else "string"
    if kind in NUMBERS:
        return "number of 4 bytes"
    if hasattr(kind, "_argtypes_"):
        return "callback", [shape(item, handles) for item in kind._argtypes_]
    return ("to", shape(kind._type_, handles)) if hasattr(kind, "contents") else kind


def shape_of_ours(kind: Any) -> Any:
    return shape(kind, ())


def shape_of_theirs(kind: Any) -> Any:
    return shape(kind, (cindex.c_object_p,))


def test_many_functions_are_declared_by_both():
    assert len(DECLARED_BY_BOTH) > 20


@pytest.mark.parametrize("name", DECLARED_BY_BOTH)
def test_a_function_takes_and_gives_what_the_binding_says(name: str):
    (result, arguments), (their_arguments, *their_result) = OURS[name], THEIRS[name]
    assert [shape_of_ours(item) for item in arguments] == [shape_of_theirs(item) for item in their_arguments]
    assert not their_result or shape_of_ours(result) == shape_of_theirs(their_result[0])


@pytest.mark.parametrize(("ours", "theirs"), [(String, cindex._CXString), (UnsavedFile, cindex._CXUnsavedFile)])
def test_a_structure_lies_in_memory_as_the_bindings(ours: Any, theirs: Any):
    def layout(structure: Any) -> list[tuple[int, int]]:
        fields = [getattr(structure, name) for name, _ in structure._fields_]
        return [(ctypes.sizeof(structure), 0), *((field.offset, field.size) for field in fields)]

    assert layout(ours) == layout(theirs)


def functions_asked_for() -> set[str]:
    """Names behind `libclang` in the parser's modules, and in its tables of names."""
    trees = [ast.parse(path.read_text()) for path in ROOM.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return {node.attr for node in nodes if ast.unparse(node.value) == "libclang"}


def test_whatever_is_asked_for_is_declared_and_there():
    asked = functions_asked_for()
    assert len(asked) > 80
    assert [name for name in sorted(asked | OURS.keys()) if not callable(getattr(libclang, name))] == []


def test_a_function_that_nobody_declares_is_none():
    with pytest.raises(AttributeError, match="getNothing"):
        libclang.getNothing()


def test_what_is_declared_here_is_asked_for():
    assert OURS.keys() - functions_asked_for() == set()


def numbers(predicate: str) -> set[int]:
    return {kind.value for kind in KINDS if getattr(kind, predicate)()}


def test_sets_of_kinds_are_libclangs_own():
    assert numbers("is_invalid") == NO_CURSOR
    assert numbers("is_attribute") <= ATTRIBUTES
    assert numbers("is_preprocessing") == PREPROCESSING
    assert min(numbers("is_reference")) == FIRST_REFERENCE
    code = numbers("is_expression") | numbers("is_statement")
    assert {kind.value for kind in KINDS if is_expression(kind.value) and kind.value < Kind.UNIT} == code


def test_the_last_number_is_the_last_builtin_one():
    spelling = cindex.conf.lib.clang_getTypeKindSpelling
    assert [spelling(number) for number in (LAST_NUMBER, LAST_NUMBER + 1)] == ["BFloat16", "Ibm128"]
