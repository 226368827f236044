"""What libclang answers of a cursor with one call: the part of :class:`Node` that needs no other node."""

from __future__ import annotations

from typing import Any

from trtheaders.headers.parser.binding.loans import mangling_of
from trtheaders.headers.parser.binding.prototypes import libclang
from trtheaders.headers.parser.kinds import Availability


class Properties:
    """A cursor's own properties, asked for anew each time; false or empty where its kind has no such thing."""

    __slots__ = ("_cursor", "kind")

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self.kind: int = cursor._kind_id

    @property
    def is_definition(self) -> bool:
        """Whether this redeclaration is the definition."""
        return bool(libclang.isCursorDefinition(self._cursor))

    @property
    def is_invalid(self) -> bool:
        """Whether the parser gave up on it."""
        return bool(libclang.isInvalidDeclaration(self._cursor))

    @property
    def is_inlined(self) -> bool:
        """Declared inline or constexpr, or defined in its class."""
        return bool(libclang.Cursor_isFunctionInlined(self._cursor))

    @property
    def is_inline_namespace(self) -> bool:
        """`inline namespace`."""
        return bool(libclang.Cursor_isInlineNamespace(self._cursor))

    @property
    def is_anonymous(self) -> bool:
        """An unnamed namespace or class."""
        return bool(libclang.Cursor_isAnonymous(self._cursor))

    @property
    def is_defaulted(self) -> bool:
        """`= default`."""
        return bool(libclang.CXXMethod_isDefaulted(self._cursor))

    @property
    def is_explicit(self) -> bool:
        """`explicit`."""
        return bool(libclang.CXXMethod_isExplicit(self._cursor))

    @property
    def is_virtual(self) -> bool:
        """Virtual, whether it says so or overrides."""
        return bool(libclang.CXXMethod_isVirtual(self._cursor))

    @property
    def is_pure(self) -> bool:
        """`= 0`."""
        return bool(libclang.CXXMethod_isPureVirtual(self._cursor))

    @property
    def is_static_method(self) -> bool:
        """A static member function."""
        return bool(libclang.CXXMethod_isStatic(self._cursor))

    @property
    def is_const(self) -> bool:
        """A const member function."""
        return bool(libclang.CXXMethod_isConst(self._cursor))

    @property
    def is_abstract(self) -> bool:
        """A class with a pure virtual function."""
        return bool(libclang.CXXRecord_isAbstract(self._cursor))

    @property
    def is_scoped_enum(self) -> bool:
        """`enum class`."""
        return bool(libclang.EnumDecl_isScoped(self._cursor))

    @property
    def is_virtual_base(self) -> bool:
        """A virtual base specifier."""
        return bool(libclang.isVirtualBase(self._cursor))

    @property
    def is_bitfield(self) -> bool:
        """A bit-field."""
        return bool(libclang.Cursor_isBitField(self._cursor))

    @property
    def bits(self) -> int:
        """A bit-field's width."""
        return int(libclang.getFieldDeclBitWidth(self._cursor))

    @property
    def offset(self) -> int:
        """A field's offset in bits; negative where the layout is not known."""
        return int(libclang.Cursor_getOffsetOfField(self._cursor))

    @property
    def is_external_storage(self) -> bool:
        """A variable that says `extern` and has no initializer."""
        return bool(libclang.Cursor_hasVarDeclExternalStorage(self._cursor) == 1)

    @property
    def linkage(self) -> int:
        """1 none, 2 internal, 3 unique external (unnamed namespace), 4 external."""
        return int(libclang.getCursorLinkage(self._cursor))

    @property
    def visibility(self) -> int:
        """1 hidden, 2 protected, 3 default."""
        return int(libclang.getCursorVisibility(self._cursor))

    @property
    def thread_local(self) -> bool:
        """A variable with thread storage."""
        return bool(libclang.getCursorTLSKind(self._cursor))

    @property
    def access(self) -> int:
        """1 public, 2 protected, 3 private; 0 outside classes."""
        return int(libclang.getCXXAccessSpecifier(self._cursor))

    @property
    def is_deprecated(self) -> bool:
        """`[[deprecated]]`."""
        return self._availability == Availability.DEPRECATED

    @property
    def _availability(self) -> int:
        return int(libclang.getCursorAvailability(self._cursor))

    @property
    def constructor_role(self) -> str:
        """What a constructor is for: `default`, `copy`, `move` or ''."""
        roles = {"default": "isDefaultConstructor", "copy": "isCopyConstructor", "move": "isMoveConstructor"}
        return next(
            (role for role, name in roles.items() if getattr(libclang, f"CXXConstructor_{name}")(self._cursor)), ""
        )

    @property
    def assignment_role(self) -> str:
        """What an `operator=` is for: `copy assignment`, `move assignment` or ''."""
        if bool(libclang.CXXMethod_isCopyAssignmentOperator(self._cursor)):
            return "copy assignment"
        return "move assignment" if libclang.CXXMethod_isMoveAssignmentOperator(self._cursor) else ""

    @property
    def enum_value(self) -> int:
        """An enumerator's value, as a signed 64-bit number."""
        return int(libclang.getEnumConstantDeclValue(self._cursor))

    @property
    def mangling(self) -> str:
        """The symbol; '' where there is none."""
        return mangling_of(self._cursor)
