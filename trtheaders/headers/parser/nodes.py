"""What libclang tells of declarations and types: :class:`Node` and :class:`TypeNode`, thin views over its cursors."""

from __future__ import annotations

import ctypes
import json
import re
from collections.abc import Callable
from ctypes import POINTER, c_uint
from typing import TYPE_CHECKING, Any, TypeVar

from trtheaders.headers.parser.callbacks import walk
from trtheaders.headers.parser.kinds import (
    FUNCTIONS,
    LAST_NUMBER,
    RECORDS,
    REFERENCES,
    TEMPLATES,
    ArgumentKind,
    EvaluationKind,
    Kind,
    TypeKind,
)
from trtheaders.headers.parser.positions import Extent
from trtheaders.headers.parser.prototypes import (
    Cursor,
    FieldVisitor,
    Token,
    Visitor,
    libclang,
    text_of,
)

if TYPE_CHECKING:
    from trtheaders.headers.parser.unit import Unit

_CLASSES = RECORDS | TEMPLATES
_REDECLARED = FUNCTIONS | {Kind.FUNCTION_TEMPLATE}

_WITH_THUNKS = frozenset({Kind.METHOD, Kind.CONVERSION})
# CXChildVisitResult
_CONTINUE, _RECURSE = 1, 2
# CXVisitorResult: 0 stops, 1 goes on.
_FIELDS_GO_ON = 1
_Answer = TypeVar("_Answer")
_NO_CURSOR = frozenset(range(70, 74))
# CXCursorKind: declarations end at 39.
_FIRST_REFERENCE = 40
_ATTRIBUTE = re.compile(r"(?:__attribute__\(\(|\[\[gnu::)(\w+)")
# CXAvailabilityKind
_DEPRECATED, _NOT_AVAILABLE = 1, 2


class Node:
    """A cursor: one declaration, reference or expression."""

    __slots__ = ("_children", "_cursor", "_extent", "_parameters", "_unit", "_usr", "kind")

    def __init__(self, cursor: Any, unit: Unit) -> None:
        self._cursor = cursor
        self._unit = unit
        self._children: list[Node] | None = None
        self._extent: Extent | None = None
        self._parameters: list[Node] | None = None
        self._usr: str | None = None
        self.kind: int = cursor._kind_id

    def _at(self, cursor: Any) -> Node | None:
        return None if cursor._kind_id in _NO_CURSOR else Node(cursor, self._unit)

    def remember(self, question: str, answer: Callable[[], _Answer]) -> _Answer:
        """``answer()``, asked for once in this unit for whatever shares this node's USR."""
        key = (question, self.usr)
        if key not in self._unit.remembered:
            self._unit.remembered[key] = answer()
        found: _Answer = self._unit.remembered[key]
        return found

    @property
    def identity(self) -> tuple[int | None, ...]:
        """The same for one expression, however it was come by; within a unit only."""
        # In front stands the declaration that the visit began at.
        return tuple(self._cursor.data)[1:]

    def share(self, question: str, answer: Callable[[], _Answer]) -> _Answer:
        """``answer()``, asked for once in this unit, whichever node asks."""
        if (question, "") not in self._unit.remembered:
            self._unit.remembered[question, ""] = answer()
        found: _Answer = self._unit.remembered[question, ""]
        return found

    def children(self) -> list[Node]:
        """The nodes directly below; asked for once."""
        if self._children is None:
            self._children = self._collect(_CONTINUE)
        return self._children

    def descend(self, wanted: frozenset[int]) -> list[Node]:
        """All nodes below, at any depth, whose kind is in ``wanted``."""
        return self._collect(_RECURSE, wanted)

    def _collect(self, further: int, wanted: frozenset[int] | None = None) -> list[Node]:
        found: list[Node] = []
        unit = self._unit

        def visit(cursor: Any, _parent: Any, _data: Any) -> int:
            if wanted is None or cursor._kind_id in wanted:
                found.append(Node(cursor, unit))
            return further

        walk(lambda visitor: libclang().visitChildren(self._cursor, Visitor(visitor), None), visit)
        return found

    @property
    def spelling(self) -> str:
        """The name; empty for the unnamed."""
        return text_of(libclang().getCursorSpelling(self._cursor))

    @property
    def usr(self) -> str:
        """Clang's unified symbol resolution: equal for redeclarations of one thing; '' for expressions."""
        if self._usr is None:
            # A declaration's cursor points to it first: what a hundred references mean is asked for once.
            declared, known = self._cursor.data[0], self._unit.usrs
            if self.kind >= _FIRST_REFERENCE or declared is None:
                self._usr = text_of(libclang().getCursorUSR(self._cursor))
            else:
                if declared not in known:
                    known[declared] = text_of(libclang().getCursorUSR(self._first_declared()))
                self._usr = known[declared]
        return self._usr

    def _first_declared(self) -> Any:
        """A function's first declaration: clang's name for a later one tells `const int` parameters from `int` ones,
        which are the same function ([dcl.fct] 5).
        """
        return libclang().getCanonicalCursor(self._cursor) if self.kind in _REDECLARED else self._cursor

    @property
    def first(self) -> Node:
        """Its first declaration."""
        return self._at(libclang().getCanonicalCursor(self._cursor)) or self

    @property
    def parent(self) -> Node | None:
        """The namespace or class that it belongs to."""
        return self._at(libclang().getCursorSemanticParent(self._cursor))

    @property
    def lexical_parent(self) -> Node | None:
        """The node that it is written in."""
        return self._at(libclang().getCursorLexicalParent(self._cursor))

    @property
    def referenced(self) -> Node | None:
        """The declaration that a reference means."""
        return self._at(libclang().getCursorReferenced(self._cursor))

    @property
    def definition(self) -> Node | None:
        """The definition in this unit, if there is one."""
        return self._at(libclang().getCursorDefinition(self._cursor))

    @property
    def template(self) -> Node | None:
        """The template that a specialisation or instance was made from; a class template by its definition.

        Libclang answers with the last redeclaration, which has no members: `template <class T> struct X;`.
        """
        found = self._at(libclang().getSpecializedCursorTemplate(self._cursor))
        return found if found is None or found.kind not in _CLASSES else found.definition or found

    @property
    def origin(self) -> Node:
        """What this was made from in the end: the template or a member of one, as it is written; else itself.

        A template inside a template is first made anew for each instance of the outer one.
        """
        source = None if self.kind == Kind.PARTIAL_SPECIALIZATION else self.template
        return self if source is None else source.origin

    @property
    def is_hollow(self) -> bool:
        """An instance of a class template without its members; references and attributes of its own it may have."""
        if any(_is_member(child) for child in self.children()):
            return False
        template = self.template
        return template is not None and (template.place() == self.place() or self._first_words()[1:] != ["<"])

    @property
    def is_made_here(self) -> bool:
        """`template class X<int>;`: whoever includes it makes the instance, unlike behind `extern`."""
        return self._first_words()[:1] == ["template"]

    def _first_words(self) -> list[str]:
        """`template <` where an explicit specialisation is written, even of an empty class: it is no instance."""
        return self.tokens()[:2]

    @property
    def written_arguments(self) -> str:
        """A function instance's template arguments as C++ writes them, `<int, nullptr>`; those that can be told first.

        Deduction has to tell what follows a pack, a template or an object. '' for what is no instance.
        """
        library = libclang()
        found: list[str] = []
        for index in range(max(library.Cursor_getNumTemplateArguments(self._cursor), 0)):
            kind = library.Cursor_getTemplateArgumentKind(self._cursor, index)
            if kind == ArgumentKind.TYPE:
                found.append(TypeNode(library.Cursor_getTemplateArgumentType(self._cursor, index)).canonical.spelling)
            elif kind == ArgumentKind.INTEGRAL:
                found.append(str(library.Cursor_getTemplateArgumentValue(self._cursor, index)))
            elif kind == ArgumentKind.NULL_POINTER:
                found.append("nullptr")
            else:
                break
        if found or self.kind == Kind.FUNCTION:
            return f"<{', '.join(found)}>" if found else ""
        return self._printed_arguments()

    def _printed_arguments(self) -> str:
        """Those of a member function's instance, of which libclang tells none, as clang prints them."""
        head = self.printed_head if self.template is not None else ""
        start = head.find(f"{self.spelling}<") + len(self.spelling)
        return head[start : _close(head, start)] if f"{self.spelling}<" in head else ""

    @property
    def initializer(self) -> Node | None:
        """A variable's initializer."""
        return self._at(libclang().Cursor_getVarDeclInitializer(self._cursor))

    @property
    def value(self) -> str:
        """What a constant's initializer comes to, as C++ writes it; empty where that is no number or text."""
        library = libclang()
        result = library.Cursor_Evaluate(self._cursor)
        if not result:
            return ""
        try:
            return _written_value(library, result, self.type.canonical.spelling)
        finally:
            library.EvalResult_dispose(result)

    @property
    def type(self) -> TypeNode:
        """The declared type."""
        return TypeNode(libclang().getCursorType(self._cursor))

    @property
    def result(self) -> TypeNode:
        """A function's result type."""
        return TypeNode(libclang().getCursorResultType(self._cursor))

    @property
    def underlying(self) -> TypeNode:
        """The type that a typedef or alias names."""
        return TypeNode(libclang().getTypedefDeclUnderlyingType(self._cursor))

    @property
    def enum_type(self) -> TypeNode:
        """An enumeration's underlying type."""
        return TypeNode(libclang().getEnumDeclIntegerType(self._cursor))

    @property
    def enum_value(self) -> int:
        """An enumerator's value, as a signed 64-bit number."""
        return int(libclang().getEnumConstantDeclValue(self._cursor))

    def parameters(self) -> list[Node]:
        """A function's parameters; asked for once."""
        if self._parameters is None:
            self._parameters = self._read_parameters()
        return self._parameters

    def _read_parameters(self) -> list[Node]:
        library = libclang()
        count = library.Cursor_getNumArguments(self._cursor)
        if count < 0:
            return [child for child in self.children() if child.kind == Kind.PARAMETER]
        return [Node(library.Cursor_getArgument(self._cursor, index), self._unit) for index in range(count)]

    def place(self) -> tuple[str, int, int]:
        """(file, line, column) where it is written; for macros where they are expanded. The file may be ''."""
        return self._unit.places.place(libclang().getCursorLocation(self._cursor))

    def extent(self) -> Extent:
        """From where to where it is written; asked for once."""
        if self._extent is None:
            self._extent = self._read_extent()
        return self._extent

    def _read_extent(self) -> Extent:
        library = libclang()
        extent = library.getCursorExtent(self._cursor)
        file, first, begin = self._unit.places.position(library.getRangeStart(extent))
        _, last, end = self._unit.places.position(library.getRangeEnd(extent))
        return Extent(file, first, last, begin, end)

    def last_file(self) -> str:
        """The file in which it ends, which need not be the one in which it begins."""
        library = libclang()
        return self._unit.places.position(library.getRangeEnd(library.getCursorExtent(self._cursor)))[0]

    def overridden(self) -> list[Node]:
        """The virtual functions of direct bases that a method overrides."""
        library = libclang()
        cursors, count = POINTER(Cursor)(), c_uint()
        library.getOverriddenCursors(self._cursor, ctypes.byref(cursors), ctypes.byref(count))
        found = [Node(Cursor.from_buffer_copy(cursors[index]), self._unit) for index in range(count.value)]
        library.disposeOverriddenCursors(cursors)
        return found

    def overloads(self) -> list[Node]:
        """The declarations that a reference to a set of overloads may mean."""
        library = libclang()
        count = library.getNumOverloadedDecls(self._cursor)
        return [Node(library.getOverloadedDecl(self._cursor, index), self._unit) for index in range(count)]

    def tokens(self) -> list[str]:
        """The words that it is written with."""
        library = libclang()
        tokens, count = POINTER(Token)(), c_uint()
        unit = self._unit.handle
        library.tokenize(unit, library.getCursorExtent(self._cursor), ctypes.byref(tokens), ctypes.byref(count))
        words = [text_of(library.getTokenSpelling(unit, tokens[index])) for index in range(count.value)]
        library.disposeTokens(unit, tokens, count)
        return words

    @property
    def is_definition(self) -> bool:
        """Whether this redeclaration is the definition."""
        return bool(libclang().isCursorDefinition(self._cursor))

    @property
    def is_invalid(self) -> bool:
        """Whether the parser gave up on it."""
        return bool(libclang().isInvalidDeclaration(self._cursor))

    @property
    def is_inlined(self) -> bool:
        """Declared inline or constexpr, or defined in its class."""
        return bool(libclang().Cursor_isFunctionInlined(self._cursor))

    @property
    def is_inline_namespace(self) -> bool:
        """`inline namespace`."""
        return bool(libclang().Cursor_isInlineNamespace(self._cursor))

    @property
    def is_anonymous(self) -> bool:
        """An unnamed namespace or class."""
        return bool(libclang().Cursor_isAnonymous(self._cursor))

    @property
    def is_deleted(self) -> bool:
        """`= delete`; libclang tells it of members, and of other functions only that they are not available."""
        if self.kind != Kind.FUNCTION:
            return bool(libclang().CXXMethod_isDeleted(self._cursor))
        return self._availability == _NOT_AVAILABLE and not self.is_unavailable

    @property
    def is_defaulted(self) -> bool:
        """`= default`."""
        return bool(libclang().CXXMethod_isDefaulted(self._cursor))

    @property
    def is_explicit(self) -> bool:
        """`explicit`."""
        return bool(libclang().CXXMethod_isExplicit(self._cursor))

    @property
    def is_virtual(self) -> bool:
        """Virtual, whether it says so or overrides."""
        return bool(libclang().CXXMethod_isVirtual(self._cursor))

    @property
    def is_pure(self) -> bool:
        """`= 0`."""
        return bool(libclang().CXXMethod_isPureVirtual(self._cursor))

    @property
    def is_static_method(self) -> bool:
        """A static member function."""
        return bool(libclang().CXXMethod_isStatic(self._cursor))

    @property
    def is_const(self) -> bool:
        """A const member function."""
        return bool(libclang().CXXMethod_isConst(self._cursor))

    @property
    def is_abstract(self) -> bool:
        """A class with a pure virtual function."""
        return bool(libclang().CXXRecord_isAbstract(self._cursor))

    @property
    def is_scoped_enum(self) -> bool:
        """`enum class`."""
        return bool(libclang().EnumDecl_isScoped(self._cursor))

    @property
    def is_virtual_base(self) -> bool:
        """A virtual base specifier."""
        return bool(libclang().isVirtualBase(self._cursor))

    @property
    def is_bitfield(self) -> bool:
        """A bit-field."""
        return bool(libclang().Cursor_isBitField(self._cursor))

    @property
    def bits(self) -> int:
        """A bit-field's width."""
        return int(libclang().getFieldDeclBitWidth(self._cursor))

    @property
    def offset(self) -> int:
        """A field's offset in bits; negative where the layout is not known."""
        return int(libclang().Cursor_getOffsetOfField(self._cursor))

    @property
    def is_external_storage(self) -> bool:
        """A variable that says `extern` and has no initializer."""
        return bool(libclang().Cursor_hasVarDeclExternalStorage(self._cursor) == 1)

    @property
    def linkage(self) -> int:
        """1 none, 2 internal, 3 unique external (unnamed namespace), 4 external."""
        return int(libclang().getCursorLinkage(self._cursor))

    @property
    def visibility(self) -> int:
        """1 hidden, 2 protected, 3 default."""
        return int(libclang().getCursorVisibility(self._cursor))

    @property
    def thread_local(self) -> bool:
        """A variable with thread storage."""
        return bool(libclang().getCursorTLSKind(self._cursor))

    @property
    def access(self) -> int:
        """1 public, 2 protected, 3 private; 0 outside classes."""
        return int(libclang().getCXXAccessSpecifier(self._cursor))

    @property
    def is_deprecated(self) -> bool:
        """`[[deprecated]]`."""
        return self._availability == _DEPRECATED

    @property
    def _availability(self) -> int:
        return int(libclang().getCursorAvailability(self._cursor))

    @property
    def mangling(self) -> str:
        """The symbol; '' where there is none."""
        return _as_the_abi(text_of(libclang().Cursor_getMangling(self._cursor)))

    def manglings(self) -> list[str]:
        """All symbols of a constructor, destructor or virtual method with thunks.

        None of a method whose class the parser gave up on: libclang lays out the class to find the thunks, and dies.
        """
        if self.kind in _WITH_THUNKS and (owner := self.parent) is not None and owner.is_invalid:
            return []
        library = libclang()
        group = library.Cursor_getCXXManglings(self._cursor)
        if not group:
            return []
        strings = group.contents.strings
        names = [_as_the_abi(library.getCString(strings[index]).decode()) for index in range(group.contents.count)]
        library.disposeStringSet(group)
        return names

    @property
    def constructor_role(self) -> str:
        """What a constructor is for: `default`, `copy`, `move` or ''."""
        library = libclang()
        roles = {"default": "isDefaultConstructor", "copy": "isCopyConstructor", "move": "isMoveConstructor"}
        return next(
            (role for role, name in roles.items() if getattr(library, f"CXXConstructor_{name}")(self._cursor)), ""
        )

    @property
    def assignment_role(self) -> str:
        """What an `operator=` is for: `copy assignment`, `move assignment` or ''."""
        library = libclang()
        if bool(library.CXXMethod_isCopyAssignmentOperator(self._cursor)):
            return "copy assignment"
        return "move assignment" if library.CXXMethod_isMoveAssignmentOperator(self._cursor) else ""

    @property
    def is_weak(self) -> bool:
        """Declared with `__attribute__((weak))`, in whichever spelling."""
        return self._has_attribute("weak")

    @property
    def is_error(self) -> bool:
        """Declared with `__attribute__((error("…")))`: the compiler refuses calls that are left when it is done."""
        return self._has_attribute("error")

    @property
    def is_versioned(self) -> bool:
        """Declared for a target, `__attribute__((target("avx2")))`, or to be cloned for several."""
        return self._has_attribute("target") or self._has_attribute("target_clones")

    @property
    def is_unavailable(self) -> bool:
        """Declared with `__attribute__((unavailable))`: the compiler refuses every use."""
        return self._has_attribute("unavailable")

    def _has_attribute(self, name: str) -> bool:
        """Libclang shows these attributes only where it prints, in the one spelling or the other."""
        if Kind.UNEXPOSED_ATTRIBUTE not in self.attributes:
            return False
        return any(name in (found, found.strip("_")) for found in _ATTRIBUTE.findall(self.printed_head))

    @property
    def printed_head(self) -> str:
        """What clang prints of it before its body: macros are expanded there, as in no token."""
        return text_of(libclang().getCursorPrettyPrinted(self._cursor, None)).partition("{")[0]

    @property
    def is_final(self) -> bool:
        """A class that says `final`: nobody can derive from it."""
        return Kind.FINAL in self.attributes

    @property
    def attributes(self) -> frozenset[int]:
        """The kinds of the attributes attached to it (CXCursor_FirstAttr 400 to 441)."""
        return frozenset(child.kind for child in self.children() if 400 <= child.kind <= 441)


def _written_value(library: Any, result: Any, type_: str) -> str:
    kind = library.EvalResult_getKind(result)
    if kind == EvaluationKind.INT:
        unsigned = library.EvalResult_isUnsignedInt(result)
        number = library.EvalResult_getAsUnsigned(result) if unsigned else library.EvalResult_getAsLongLong(result)
        return str(bool(number)).lower() if type_.endswith("bool") else str(number)
    if kind == EvaluationKind.FLOAT:
        return repr(library.EvalResult_getAsDouble(result))
    if kind == EvaluationKind.STRING:
        return json.dumps((library.EvalResult_getAsStr(result) or b"").decode(errors="replace"), ensure_ascii=False)
    return ""


def _close(text: str, start: int) -> int:
    """Where the template arguments end that open at ``start``."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"<": 1, "(": 1, ">": -1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
    return len(text)


def _as_the_abi(symbol: str) -> str:
    """``symbol`` with `nullptr` for a template's argument as the Itanium C++ ABI (5.1.6.2) and g++ write it."""
    return symbol.replace("LDn0E", "LDnE")


def _is_member(child: Node) -> bool:
    """Whether ``child`` declares something, or is a base: what stands behind a class's name otherwise is none."""
    return child.kind < _FIRST_REFERENCE or child.kind in (Kind.BASE, Kind.FRIEND)


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
        cursor = libclang().getTypeDeclaration(self._type)
        return None if cursor._kind_id in _NO_CURSOR else Node(cursor, unit._unit)

    def fields(self, unit: Node) -> list[Node]:
        """A class's own data members, an instance's as well, which has no children; ``unit`` is a node of its unit."""
        found: list[Node] = []

        def visit(cursor: Any, _data: Any) -> int:
            found.append(Node(cursor, unit._unit))
            return _FIELDS_GO_ON

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
