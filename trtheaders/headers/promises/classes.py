"""What a class owes as such: vtable, typeinfo, VTT and destructor thunks, by the key-function rule.

Itanium C++ ABI 5.2.3: the vtable, typeinfo and VTT of a dynamic class are emitted where its key function is defined:
the first non-pure virtual function that is not inline at the end of the unit. Without one, every unit that needs them
emits its own.
"""

from __future__ import annotations

from collections.abc import Container

from msgspec.structs import replace

from trtheaders.headers.abi.bases import count_subobjects, has_too_many_bases, has_virtual_base
from trtheaders.headers.abi.key_functions import compiles_structor, encode_class, find_key_function
from trtheaders.headers.abi.mangled_names import special_symbol
from trtheaders.headers.abi.vtables import has_destructor, lay_out_vtable
from trtheaders.headers.declarations.sketches import RecordSketch, Sketch
from trtheaders.headers.parser.kinds import HIDDEN, Kind
from trtheaders.headers.reach.references import is_derivable
from trtheaders.model.headers.declarations import Access, Declaration, DeclarationKind
from trtheaders.model.headers.promises import Exempt, Exemption, Obligation, Promise, SymbolKind, Unverifiable, Use
from trtheaders.model.names import SymbolName


def judge_class(
    record: RecordSketch, declaration: Declaration, reached: Container[str]
) -> list[Promise | Exempt | Unverifiable]:
    """The verdict on a dynamic class as such, and on the thunks of its destructor.

    ``reached`` are the functions, and the classes for their vtable or typeinfo, private or not, that code compiled
    outside the library refers to, by USR.
    """
    if has_too_many_bases(record.node):
        reason = f"its {count_subobjects(record.node)} base class subobjects are too many to work out vtable and thunks"
        return [Unverifiable(name=record.name, location=record.location, reason=reason, declaration=declaration)]
    key = find_key_function(record)
    encoding = encode_class(record)
    if key is None:
        symbols = () if encoding is None else _class_symbols(encoding, record)
        exempt = Exempt(declaration=declaration, reason=Exemption.INLINE, symbols=symbols)
        # What comes with the destructor's own definition: a key function made inline further down leaves that alone.
        open_ = encoding is not None and _exempt_class(record, record.usr in reached) is None
        return [exempt, *(_promise_destructor_thunks(record, encoding or "") if open_ else [])]
    if encoding is None:
        reason = "the class's symbol cannot be told from its members' names"
        return [Unverifiable(name=record.name, location=record.location, reason=reason, declaration=declaration)]
    exemption = _exempt_class(record, record.usr in reached)
    if exemption is not None:
        return [Exempt(declaration=declaration, reason=exemption, symbols=_class_symbols(encoding, record))]
    return [_promise_class(record, declaration, encoding, reached), *_promise_destructor_thunks(record, encoding)]


def _exempt_class(record: RecordSketch, reached: bool) -> Exemption | None:
    if record.scope.unnamed:
        return Exemption.INTERNAL
    if record.node.visibility == HIDDEN:
        return Exemption.HIDDEN
    return Exemption.PRIVATE if record.access is Access.PRIVATE and not reached else None


def _class_symbols(encoding: str, record: RecordSketch) -> tuple[SymbolName, ...]:
    prefixes = ["_ZTV", "_ZTI", "_ZTS"] + (["_ZTT"] if has_virtual_base(record.node) else [])
    return tuple(special_symbol(prefix, encoding) for prefix in prefixes)


def _promise_class(record: RecordSketch, declaration: Declaration, encoding: str, reached: Container[str]) -> Promise:
    """`_ZTI` is owed to whoever throws, casts or derives; `_ZTV` and `_ZTT` where a constructor or destructor is
    compiled by the consumer; `_ZTS` never, since only `_ZTI` refers to it.
    """
    tables = [special_symbol("_ZTV", encoding)]
    if has_virtual_base(record.node):
        tables.append(special_symbol("_ZTT", encoding))
    typeinfo = special_symbol("_ZTI", encoding)
    inline = compiles_structor(record, reached)
    required = [*tables, typeinfo] if inline else [typeinfo]
    optional = [special_symbol("_ZTS", encoding), *([] if inline else tables)]
    return Promise(
        declaration=declaration,
        obligations=tuple(Obligation(symbol=symbol, kind=SymbolKind.DATA) for symbol in required),
        optional=tuple(optional),
        uses=frozenset({Use.DERIVE, Use.THROW} | ({Use.CONSTRUCT} if inline else set())),
    )


def _promise_destructor_thunks(record: RecordSketch, encoding: str) -> list[Promise]:
    """Libclang lists a method's thunks, not a destructor's: one pair for each table that starts further on."""
    destructor = next((member for member in record.members if member.node.kind == Kind.DESTRUCTOR), None)
    if destructor is None or not is_derivable(record):
        return []
    if any(node.is_inlined or node.is_defaulted or node.is_pure for node in destructor.nodes):
        return []
    tables = lay_out_vtable(record.node) or ()
    offsets = [table.offset for table in tables[1:] if has_destructor(table)]
    return [
        _promise_thunk(destructor, record, f"_ZThn{offset}_N{encoding}", code) for offset in offsets for code in _CODES
    ]


_CODES = ("D0Ev", "D1Ev")


def _promise_thunk(destructor: Sketch, record: RecordSketch, stem: str, code: str) -> Promise:
    declaration = Declaration(
        name=destructor.name,
        kind=DeclarationKind.THUNK,
        location=destructor.location,
        signature=destructor.node.spelling,
        access=destructor.access,
        record=record.name,
        inline_namespaces=record.scope.inline_namespaces,
    )
    return Promise(
        declaration=declaration,
        obligations=(Obligation(symbol=SymbolName(f"{stem}{code}")),),
        uses=frozenset({Use.DERIVE}),
    )


def without_typeinfo(verdict: Promise | Exempt | Unverifiable) -> Promise | Exempt | Unverifiable:
    """``verdict`` as -fno-rtti has it: who needs a typeinfo, to throw, writes it himself (GCC manual, -fno-rtti)."""
    if not isinstance(verdict, Promise) or verdict.declaration.kind is not DeclarationKind.CLASS:
        return verdict
    left = tuple(item for item in verdict.obligations if not item.symbol.startswith("_ZTI"))
    if not left:
        symbols = (*verdict.symbols, *verdict.optional)
        return Exempt(declaration=verdict.declaration, reason=Exemption.NO_RTTI, symbols=symbols)
    given = tuple(item.symbol for item in verdict.obligations if item not in left)
    return replace(verdict, obligations=left, optional=(*verdict.optional, *given))
