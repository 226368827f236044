"""What libclang tells of declarations and types: :class:`Node` and :class:`TypeNode`, thin views over its cursors."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import takewhile
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from trtheaders.headers.parser.binding.callbacks import gather, gather_below
from trtheaders.headers.parser.binding.loans import manglings_of, overridden_by, tokens_of, value_of
from trtheaders.headers.parser.binding.positions import Extent
from trtheaders.headers.parser.binding.prototypes import libclang, text_of
from trtheaders.headers.parser.kinds import (
    ATTRIBUTES,
    FIRST_REFERENCE,
    FUNCTIONS,
    NO_CURSOR,
    RECORDS,
    TEMPLATES,
    ArgumentKind,
    Availability,
    Kind,
    VisitResult,
)
from trtheaders.headers.parser.properties import Properties
from trtheaders.headers.parser.type_nodes import TypeNode, type_of
from trtheaders.spelling import split_commas

if TYPE_CHECKING:
    from trtheaders.headers.parser.unit import Unit

__all__ = ["Node", "TypeNode"]

_CLASSES = RECORDS | TEMPLATES
_REDECLARED = FUNCTIONS | {Kind.FUNCTION_TEMPLATE}
_PARAMETERS = frozenset({int(Kind.PARAMETER)})
_WITH_THUNKS = frozenset({Kind.METHOD, Kind.CONVERSION})
_VALUES = frozenset({ArgumentKind.DECLARATION, ArgumentKind.NULL_POINTER, ArgumentKind.INTEGRAL})
_CONTINUE, _RECURSE = int(VisitResult.CONTINUE), int(VisitResult.RECURSE)
_Answer = TypeVar("_Answer")
_ATTRIBUTE = re.compile(r"(?:__attribute__\(\(|\[\[gnu::)(\w+)")


class Node(Properties):
    """A cursor: one declaration, reference or expression."""

    __slots__ = ("_attributes", "_children", "_extent", "_parameters", "_type", "_unit", "_usr")

    def __init__(self, cursor: Any, unit: Unit) -> None:
        self._cursor = cursor
        self.kind = cursor._kind_id
        self._unit = unit
        self._children: list[Node] | None = None
        self._extent: Extent | None = None
        self._parameters: list[Node] | None = None
        self._usr: str | None = None
        self._type: TypeNode | None = None
        self._attributes: frozenset[int] | None = None

    def view(self, cursor: Any) -> Node | None:
        """A node for ``cursor`` of the same unit; None where libclang says that there is none."""
        return None if cursor._kind_id in NO_CURSOR else _node_of(cursor, self._unit)

    def remember(self, question: str, answer: Callable[[], _Answer], *, meanwhile: _Answer | None = None) -> _Answer:
        """``answer()``, asked for once in this unit for whatever shares this node's USR.

        ``meanwhile`` is the answer to whoever asks while it is sought.
        """
        key = (question, self.usr)
        if key not in self._unit.remembered:
            if meanwhile is not None:
                self._unit.remembered[key] = meanwhile
            self._unit.remembered[key] = answer()
        found: _Answer = self._unit.remembered[key]
        return found

    @property
    def identity(self) -> tuple[int | None, ...]:
        """The same for one expression or declaration, however it was come by; within a unit only."""
        # In front of an expression stands the declaration that the visit began at, a declaration itself otherwise.
        data = tuple(self._cursor.data)
        return data[:1] if self.kind < FIRST_REFERENCE else data[1:]

    def share(self, question: str, answer: Callable[[], _Answer]) -> _Answer:
        """``answer()``, asked for once in this unit, whichever node asks."""
        if (question, "") not in self._unit.remembered:
            self._unit.remembered[question, ""] = answer()
        found: _Answer = self._unit.remembered[question, ""]
        return found

    def note_specialisation(self) -> None:
        """This is a class that specialises a template: what its name means is to be known in this unit."""
        self._unit.specialisations.note(self)

    def template_value(self, place: int) -> int | None:
        """The template argument at ``place`` of an instance, where it is a number; of an enumerator its value."""
        if place >= libclang.Cursor_getNumTemplateArguments(self._cursor):
            return None
        number = libclang.Cursor_getTemplateArgumentKind(self._cursor, place) == ArgumentKind.INTEGRAL
        return int(libclang.Cursor_getTemplateArgumentValue(self._cursor, place)) if number else None

    def children(self) -> list[Node]:
        """The nodes directly below; asked for once."""
        if self._children is None:
            self._children = self._collect(_CONTINUE)
        return self._children

    def descend(self, wanted: frozenset[int]) -> list[Node]:
        """All nodes below, at any depth, whose kind is in ``wanted``."""
        return self._collect(_RECURSE, wanted)

    def _collect(self, further: int, wanted: frozenset[int] | None = None) -> list[Node]:
        found = gather(lambda visitor: libclang.visitChildren(self._cursor, visitor, None), further, wanted)
        return [_node_of(cursor, self._unit) for cursor in found]

    @property
    def spelling(self) -> str:
        """The name; empty for the unnamed."""
        return text_of(libclang.getCursorSpelling(self._cursor))

    @property
    def usr(self) -> str:
        """Clang's unified symbol resolution: equal for redeclarations of one thing; '' for expressions."""
        if self._usr is None:
            # A declaration's cursor points to it first: what a hundred references mean is asked for once.
            declared, known = self._cursor.data[0], self._unit.usrs
            if self.kind >= FIRST_REFERENCE or declared is None:
                self._usr = text_of(libclang.getCursorUSR(self._cursor))
            else:
                if declared not in known:
                    known[declared] = text_of(libclang.getCursorUSR(self._first_declared()))
                self._usr = known[declared]
        return self._usr

    def _first_declared(self) -> Any:
        """A function's first declaration: clang's name for a later one tells `const int` parameters from `int` ones,
        which are the same function ([dcl.fct] 5).
        """
        return libclang.getCanonicalCursor(self._cursor) if self.kind in _REDECLARED else self._cursor

    @property
    def first(self) -> Node:
        """Its first declaration."""
        return self.view(libclang.getCanonicalCursor(self._cursor)) or self

    @property
    def parent(self) -> Node | None:
        """The namespace or class that it belongs to."""
        return self.view(libclang.getCursorSemanticParent(self._cursor))

    @property
    def lexical_parent(self) -> Node | None:
        """The node that it is written in."""
        return self.view(libclang.getCursorLexicalParent(self._cursor))

    @property
    def referenced(self) -> Node | None:
        """The declaration that a reference means."""
        return self.view(libclang.getCursorReferenced(self._cursor))

    @property
    def definition(self) -> Node | None:
        """The definition in this unit, if there is one."""
        return self.view(libclang.getCursorDefinition(self._cursor))

    @property
    def template(self) -> Node | None:
        """The template that a specialisation or instance was made from; a class template by its definition.

        Libclang answers with the last redeclaration, which has no members: `template <class T> struct X;`.
        """
        found = self.view(libclang.getSpecializedCursorTemplate(self._cursor))
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

        Deduction has to tell what follows a pack. Values are as clang prints them: `4UL`, where `auto` takes its type
        from them. '' for what is no instance.
        """
        printed = self._printed_arguments()
        written = split_commas(printed[1:-1])
        found: list[str] = []
        for index in range(max(libclang.Cursor_getNumTemplateArguments(self._cursor), 0)):
            kind = libclang.Cursor_getTemplateArgumentKind(self._cursor, index)
            if kind == ArgumentKind.TYPE:
                type_ = type_of(libclang.Cursor_getTemplateArgumentType(self._cursor, index), self._unit)
                found.append(type_.meaning)
            elif kind in _VALUES and index < len(written):
                found.append(written[index])
            else:
                # A pack has brackets of its own there, unless it is written out.
                found += takewhile(lambda text: not text.startswith("<"), written[index:])
                break
        if found or self.kind == Kind.FUNCTION:
            return f"<{', '.join(found)}>" if found else ""
        return f"<{', '.join(filter(None, map(_without_brackets, written)))}>" if printed else ""

    def _printed_arguments(self) -> str:
        """Those of a member function's instance, of which libclang tells none, as clang prints them."""
        head = self.printed_head if self.template is not None else ""
        start = head.find(f"{self.spelling}<") + len(self.spelling)
        return head[start : _close(head, start)] if f"{self.spelling}<" in head else ""

    @property
    def initializer(self) -> Node | None:
        """A variable's initializer."""
        return self.view(libclang.Cursor_getVarDeclInitializer(self._cursor))

    @property
    def value(self) -> str:
        """What a constant's initializer comes to, as C++ writes it; empty where that is no number or text."""
        return value_of(self._cursor, self.type.canonical.spelling)

    def evaluate(self, type_: str) -> str:
        """What an expression comes to as a value of the canonical ``type_``; empty where that is no number or text."""
        return value_of(self._cursor, type_)

    @property
    def type(self) -> TypeNode:
        """The declared type."""
        if self._type is None:
            self._type = type_of(libclang.getCursorType(self._cursor), self._unit)
        return self._type

    @property
    def result(self) -> TypeNode:
        """A function's result type."""
        return type_of(libclang.getCursorResultType(self._cursor), self._unit)

    @property
    def underlying(self) -> TypeNode:
        """The type that a typedef or alias names."""
        return type_of(libclang.getTypedefDeclUnderlyingType(self._cursor), self._unit)

    @property
    def enum_type(self) -> TypeNode:
        """An enumeration's underlying type."""
        return type_of(libclang.getEnumDeclIntegerType(self._cursor), self._unit)

    def parameters(self) -> list[Node]:
        """A function's parameters; asked for once."""
        if self._parameters is None:
            self._parameters = self._read_parameters()
        return self._parameters

    def _read_parameters(self) -> list[Node]:
        count = libclang.Cursor_getNumArguments(self._cursor)
        if count < 0:
            return [child for child in self.children() if child.kind == Kind.PARAMETER]
        return [_node_of(libclang.Cursor_getArgument(self._cursor, index), self._unit) for index in range(count)]

    def below_parameters(self) -> list[Node]:
        """What stands directly below each of a function's parameters: the names in its type, its default argument."""
        found = gather_below(lambda visitor: libclang.visitChildren(self._cursor, visitor, None), _PARAMETERS)
        return [_node_of(cursor, self._unit) for cursor in found]

    def place(self) -> tuple[str, int, int]:
        """(file, line, column) where it is written; for macros where they are expanded. The file may be ''."""
        return self._unit.places.place(libclang.getCursorLocation(self._cursor))

    def behind_name(self) -> Extent:
        """From behind the name to the end: of several declarators each has its own, the extents all begin alike."""
        extent = self.extent()
        file, _, begin = self._unit.places.position(libclang.getCursorLocation(self._cursor))
        end_of_name = begin + len(self.spelling.encode())
        # A name that a macro wrote is shorter or longer than what stands there.
        inside = file == extent.file and extent.begin <= begin and end_of_name <= extent.end
        return replace(extent, begin=end_of_name) if inside else extent

    def extent(self) -> Extent:
        """From where to where it is written; asked for once."""
        if self._extent is None:
            self._extent = self._read_extent()
        return self._extent

    def _read_extent(self) -> Extent:
        extent, position = libclang.getCursorExtent(self._cursor), self._unit.places.position
        file, first, begin = position(libclang.getRangeStart(extent))
        _, last, end = position(libclang.getRangeEnd(extent))
        return Extent(file, first, last, begin, end)

    def last_file(self) -> str:
        """The file in which it ends, which need not be the one in which it begins."""
        return self._unit.places.position(libclang.getRangeEnd(libclang.getCursorExtent(self._cursor)))[0]

    def overridden(self) -> list[Node]:
        """The virtual functions of direct bases that a method overrides."""
        return [_node_of(cursor, self._unit) for cursor in overridden_by(self._cursor)]

    def overloads(self) -> list[Node]:
        """The declarations that a reference to a set of overloads may mean."""
        count = libclang.getNumOverloadedDecls(self._cursor)
        return [_node_of(libclang.getOverloadedDecl(self._cursor, index), self._unit) for index in range(count)]

    def tokens(self) -> list[str]:
        """The words that it is written with."""
        return tokens_of(self._unit.handle, self._cursor)

    @property
    def is_deleted(self) -> bool:
        """`= delete`; libclang tells it of members, and of other functions only that they are not available."""
        if self.kind != Kind.FUNCTION:
            return bool(libclang.CXXMethod_isDeleted(self._cursor))
        return self._availability == Availability.NOT_AVAILABLE and not self.is_unavailable

    def manglings(self) -> list[str]:
        """All symbols of a constructor, destructor or virtual method with thunks.

        None of a method whose class the parser gave up on: libclang lays out the class to find the thunks, and dies.
        """
        if self.kind in _WITH_THUNKS and (owner := self.parent) is not None and owner.is_invalid:
            return []
        return manglings_of(self._cursor)

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
        return text_of(libclang.getCursorPrettyPrinted(self._cursor, None)).partition("{")[0]

    @property
    def is_final(self) -> bool:
        """A class that says `final`: nobody can derive from it."""
        return Kind.FINAL in self.attributes

    @property
    def attributes(self) -> frozenset[int]:
        """The kinds of the attributes attached to it; asked for once."""
        if self._attributes is None:
            # Of a template libclang answers for what it declares: that it has none.
            none = self.kind in FUNCTIONS and not libclang.Cursor_hasAttrs(self._cursor)
            self._attributes = ATTRIBUTES.intersection([] if none else [child.kind for child in self.children()])
        return self._attributes


def _node_of(cursor: Any, unit: Unit) -> Node:
    """A node for ``cursor``: of a declaration always the same, with all that it was asked before."""
    nodes = unit.nodes
    if nodes is None or cursor._kind_id >= FIRST_REFERENCE:
        return Node(cursor, unit)
    declared = cursor.data[0]
    found = nodes.get(declared)
    if found is None:
        found = nodes[declared] = Node(cursor, unit)
    return found


def _without_brackets(argument: str) -> str:
    """What a pack holds."""
    return argument[1:-1] if argument.startswith("<") else argument


def _close(text: str, start: int) -> int:
    """Where the template arguments end that open at ``start``."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"<": 1, "(": 1, ">": -1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
    return len(text)


def _is_member(child: Node) -> bool:
    """Whether ``child`` declares something, or is a base: what stands behind a class's name otherwise is none."""
    return child.kind < FIRST_REFERENCE or child.kind in (Kind.BASE, Kind.FRIEND)
