"""What libclang tells of types: :class:`TypeNode`, a thin view over its types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from trtheaders.headers.parser.binding.callbacks import walk
from trtheaders.headers.parser.binding.prototypes import FieldVisitor, libclang, text_of
from trtheaders.headers.parser.kinds import LAST_NUMBER, REFERENCES, TypeKind

if TYPE_CHECKING:
    from trtheaders.headers.parser.nodes import Node
    from trtheaders.headers.parser.unit import Unit

_GO_ON = 1
"""CXVisit_Continue."""


class TypeNode:
    """A type, by :func:`type_of`: what is asked often is asked for once, since few types make up most declarations."""

    __slots__ = ("_canonical", "_declaration", "_spelling", "_type", "_unit", "kind", "written")

    def __init__(self, type_: Any, unit: Unit) -> None:
        self._type = type_
        self._unit = unit
        self.kind: int = type_._kind_id
        """CXTypeKind: 1 is none, 101 a pointer, 103 and 104 references, 112 an array, 105 a record."""
        self.written: int | None = type_.data[0]
        """The same for one type written in one way; within a unit only."""
        self._spelling: str | None = None
        self._canonical: TypeNode | None = None
        self._declaration: tuple[Node | None] | None = None

    @property
    def spelling(self) -> str:
        """As the header writes it."""
        if self._spelling is None:
            self._spelling = text_of(libclang.getTypeSpelling(self._type))
        return self._spelling

    @property
    def meaning(self) -> str:
        """The spelling with every alias resolved, and every name from the outermost scope."""
        return self._unit.specialisations.translate(self.canonical.spelling)

    @property
    def canonical(self) -> TypeNode:
        """With every alias resolved."""
        if self._canonical is None:
            self._canonical = type_of(libclang.getCanonicalType(self._type), self._unit)
        return self._canonical

    @property
    def pointee(self) -> TypeNode:
        """What a pointer or reference refers to."""
        return type_of(libclang.getPointeeType(self._type), self._unit)

    @property
    def element(self) -> TypeNode:
        """An array's element type."""
        return type_of(libclang.getArrayElementType(self._type), self._unit)

    @property
    def size(self) -> int | None:
        """In bytes; None if incomplete, dependent or not instantiated."""
        size = int(libclang.Type_getSizeOf(self._type))
        return size if size >= 0 else None

    @property
    def object_size(self) -> int | None:
        """The size in bytes of a variable of this type as a symbol has it; None for references, as for :attr:`size`."""
        return None if self.canonical.kind in REFERENCES else self.size

    @property
    def alignment(self) -> int | None:
        """In bytes; None as for :attr:`size`."""
        alignment = int(libclang.Type_getAlignOf(self._type))
        return alignment if alignment >= 0 else None

    @property
    def is_const(self) -> bool:
        """Const at the outermost level."""
        return bool(libclang.isConstQualifiedType(self._type))

    @property
    def is_scalar(self) -> bool:
        """A number, an enumeration or a pointer; of a canonical type."""
        return TypeKind.BOOL <= self.kind <= LAST_NUMBER or self.kind in (TypeKind.ENUM, TypeKind.POINTER)

    @property
    def is_pod(self) -> bool:
        """Plain old data in the C++03 sense."""
        return bool(libclang.isPODType(self._type))

    @property
    def is_variadic(self) -> bool:
        """A function type with `...`."""
        return bool(libclang.isFunctionTypeVariadic(self._type))

    @property
    def reference_qualifier(self) -> int:
        """0 none, 1 `&`, 2 `&&`."""
        return int(libclang.Type_getCXXRefQualifier(self._type))

    @property
    def calling_convention(self) -> int:
        """A function's (CXCallingConv)."""
        return int(libclang.getFunctionTypeCallingConv(self._type))

    @property
    def exception_specification(self) -> int:
        """CXCursor_ExceptionSpecificationKind; 4 is a plain `noexcept`."""
        return int(libclang.getExceptionSpecificationType(self._type))

    def declaration(self, unit: Node) -> Node | None:
        """The class, enumeration or alias that it names; ``unit`` is any node of the same unit."""
        if self._declaration is None:
            self._declaration = (unit.view(libclang.getTypeDeclaration(self._type)),)
        return self._declaration[0]

    def fields(self, unit: Node) -> list[Node]:
        """A class's own data members, an instance's as well, which has no children; ``unit`` is a node of its unit."""
        found: list[Node] = []

        def visit(cursor: Any, _data: Any) -> int:
            if (field := unit.view(cursor)) is not None:
                found.append(field)
            return _GO_ON

        walk(lambda visitor: libclang.Type_visitFields(self._type, FieldVisitor(visitor), None), visit)
        return found

    @property
    def unqualified(self) -> str:
        """The meaning without `const` and `volatile` in front."""
        return re.sub(r"^(?:(?:const|volatile)\s+)+", "", self.meaning)

    def template_arguments(self) -> list[TypeNode]:
        """The type arguments of a template instance."""
        return [item for item in self.all_template_arguments() if item is not None]

    def all_template_arguments(self) -> list[TypeNode | None]:
        """The arguments of a template instance, None for those that are no types."""
        count = libclang.Type_getNumTemplateArguments(self._type)
        found = [libclang.Type_getTemplateArgumentAsType(self._type, index) for index in range(max(count, 0))]
        return [type_of(type_, self._unit) if type_._kind_id != 0 else None for type_ in found]

    def arguments(self) -> list[TypeNode]:
        """A function type's parameter types."""
        count = libclang.getNumArgTypes(self._type)
        return [type_of(libclang.getArgType(self._type, index), self._unit) for index in range(max(count, 0))]

    @property
    def result(self) -> TypeNode:
        """A function type's result."""
        return type_of(libclang.getResultType(self._type), self._unit)


def type_of(type_: Any, unit: Unit) -> TypeNode:
    """A node for libclang's ``type_``: of one type, written in one way, always the same where ``unit`` keeps them."""
    types = unit.types
    if types is None:
        return TypeNode(type_, unit)
    written = type_.data[0]
    found = types.get(written)
    if found is None:
        found = types[written] = TypeNode(type_, unit)
    return found
