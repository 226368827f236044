"""What libclang tells of types: :class:`TypeNode`, a thin view over its types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from trtheaders.headers.parser.binding.callbacks import walk
from trtheaders.headers.parser.binding.prototypes import FieldVisitor, libclang, text_of
from trtheaders.headers.parser.kinds import LAST_NUMBER, REFERENCES, TypeKind

if TYPE_CHECKING:
    from trtheaders.headers.parser.nodes import Node

_GO_ON = 1
"""CXVisit_Continue."""


class TypeNode:
    """A type."""

    __slots__ = ("_type",)

    def __init__(self, type_: Any) -> None:
        self._type = type_

    @property
    def identity(self) -> tuple[int, int | None]:
        """The same for one type written in one way; within a unit only."""
        return self._type._kind_id, self._type.data[0]

    @property
    def kind(self) -> int:
        """CXTypeKind: 1 is none, 101 a pointer, 103 and 104 references, 112 an array, 105 a record."""
        return int(self._type._kind_id)

    @property
    def spelling(self) -> str:
        """As the header writes it."""
        return text_of(libclang().getTypeSpelling(self._type))

    @property
    def canonical(self) -> TypeNode:
        """With every alias resolved."""
        return TypeNode(libclang().getCanonicalType(self._type))

    @property
    def pointee(self) -> TypeNode:
        """What a pointer or reference refers to."""
        return TypeNode(libclang().getPointeeType(self._type))

    @property
    def element(self) -> TypeNode:
        """An array's element type."""
        return TypeNode(libclang().getArrayElementType(self._type))

    @property
    def size(self) -> int | None:
        """In bytes; None if incomplete, dependent or not instantiated."""
        size = int(libclang().Type_getSizeOf(self._type))
        return size if size >= 0 else None

    @property
    def object_size(self) -> int | None:
        """The size in bytes of a variable of this type as a symbol has it; None for references, as for :attr:`size`."""
        return None if self.canonical.kind in REFERENCES else self.size

    @property
    def alignment(self) -> int | None:
        """In bytes; None as for :attr:`size`."""
        alignment = int(libclang().Type_getAlignOf(self._type))
        return alignment if alignment >= 0 else None

    @property
    def is_const(self) -> bool:
        """Const at the outermost level."""
        return bool(libclang().isConstQualifiedType(self._type))

    @property
    def is_scalar(self) -> bool:
        """A number, an enumeration or a pointer; of a canonical type."""
        return TypeKind.BOOL <= self.kind <= LAST_NUMBER or self.kind in (TypeKind.ENUM, TypeKind.POINTER)

    @property
    def is_pod(self) -> bool:
        """Plain old data in the C++03 sense."""
        return bool(libclang().isPODType(self._type))

    @property
    def is_variadic(self) -> bool:
        """A function type with `...`."""
        return bool(libclang().isFunctionTypeVariadic(self._type))

    @property
    def reference_qualifier(self) -> int:
        """0 none, 1 `&`, 2 `&&`."""
        return int(libclang().Type_getCXXRefQualifier(self._type))

    @property
    def calling_convention(self) -> int:
        """A function's (CXCallingConv)."""
        return int(libclang().getFunctionTypeCallingConv(self._type))

    @property
    def exception_specification(self) -> int:
        """CXCursor_ExceptionSpecificationKind; 4 is a plain `noexcept`."""
        return int(libclang().getExceptionSpecificationType(self._type))

    def declaration(self, unit: Node) -> Node | None:
        """The class, enumeration or alias that it names; ``unit`` is any node of the same unit."""
        return unit.view(libclang().getTypeDeclaration(self._type))

    def fields(self, unit: Node) -> list[Node]:
        """A class's own data members, an instance's as well, which has no children; ``unit`` is a node of its unit."""
        found: list[Node] = []

        def visit(cursor: Any, _data: Any) -> int:
            if (field := unit.view(cursor)) is not None:
                found.append(field)
            return _GO_ON

        walk(lambda visitor: libclang().Type_visitFields(self._type, FieldVisitor(visitor), None), visit)
        return found

    @property
    def unqualified(self) -> str:
        """The spelling without `const` and `volatile` in front."""
        return re.sub(r"^(?:(?:const|volatile)\s+)+", "", self.spelling)

    def template_arguments(self) -> list[TypeNode]:
        """The type arguments of a template instance."""
        library = libclang()
        count = library.Type_getNumTemplateArguments(self._type)
        found = [library.Type_getTemplateArgumentAsType(self._type, index) for index in range(max(count, 0))]
        return [TypeNode(type_) for type_ in found if type_._kind_id != 0]

    def arguments(self) -> list[TypeNode]:
        """A function type's parameter types."""
        library = libclang()
        count = library.getNumArgTypes(self._type)
        return [TypeNode(library.getArgType(self._type, index)) for index in range(max(count, 0))]

    @property
    def result(self) -> TypeNode:
        """A function type's result."""
        return TypeNode(libclang().getResultType(self._type))
