"""The members of explicit instances, as probes name them: what each instance promises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from trtheaders.headers.abi.bases import has_virtual_base, is_dynamic
from trtheaders.headers.abi.mangled_names import (
    THUNK,
    class_encoding,
    initialiser_of,
    special_symbol,
    structor_encoding,
)
from trtheaders.headers.declarations.sketches import Sketch
from trtheaders.headers.declarations.spellings import spell
from trtheaders.headers.declarations.types import TypeReader
from trtheaders.headers.declarations.walk import ACCESS, member_name
from trtheaders.headers.instances.classes import (
    CONSTRUCTORS,
    MEMBERS,
    OWED,
    ClassInstance,
    declare,
    is_initialised_in_class,
    is_made,
)
from trtheaders.headers.instances.constraints import Question, is_constrained
from trtheaders.headers.parser.kinds import FUNCTIONS, Kind
from trtheaders.headers.parser.nodes import Node, TypeNode
from trtheaders.headers.parser.probes import find_answers
from trtheaders.headers.parser.unit import Unit
from trtheaders.headers.reach.references import Reach, is_overridable
from trtheaders.model.headers.declarations import (
    Access,
    Declaration,
    DeclarationKind,
    Parameter,
    Spelling,
    Trait,
    TypeUse,
)
from trtheaders.model.headers.promises import (
    Exempt,
    Exemption,
    Obligation,
    Promise,
    SymbolKind,
    Unverifiable,
    Use,
    Weight,
)
from trtheaders.model.names import SymbolName

_REFERENCES = frozenset({Kind.NAME, Kind.MEMBER, Kind.CALL})
Named = list[tuple[ClassInstance, list[Node]]]
"""Instances, each with those of its members that a probe has named."""


def find_named(instances: Sequence[ClassInstance], units: Sequence[Unit]) -> Named:
    """The members of each of ``instances`` that the probes in ``units`` name; what an earlier one names, counts."""
    answers = [{**find_answers(unit, CONSTRUCTORS), **find_answers(unit, MEMBERS)} for unit in units]
    found: Named = []
    for index, instance in enumerate(instances):
        met: dict[str, Node] = {}
        for probes in answers:
            for member in _named_in(probes, index):
                met.setdefault(member.mangling or member.usr, member)
        found.append((instance, list(met.values())))
    return found


def is_complete(named: Named) -> bool:
    """Whether every member was named that its instance owes."""
    return not any(_unnamed(instance, members) for instance, members in named)


def _unnamed(instance: ClassInstance, members: Sequence[Node]) -> list[Node]:
    met = {member.origin.usr for member in members}
    return [child for child in instance.owed() if child.usr not in met]


def _named_in(probes: Mapping[str, Node], index: int) -> Iterator[Node]:
    made, named = probes.get(f"{CONSTRUCTORS}{index}"), probes.get(f"{MEMBERS}{index}")
    yield from () if made is None else _inherited(made)
    yield from () if named is None else _mentioned(named)


def _inherited(made: Node) -> Iterator[Node]:
    for child in made.children():
        if child.kind == Kind.USING_DECLARATION:
            target = child.referenced
            members = [] if target is None else target.overloads() or [target]
            yield from (item for item in members if item.kind in OWED)
        elif child.kind == Kind.CONSTRUCTOR:
            yield from (item for item in _mentioned(child) if item.kind == Kind.CONSTRUCTOR)


def _mentioned(probe: Node) -> Iterator[Node]:
    """The members that the code below ``probe`` refers to, every one of a set of overloads."""
    for reference in probe.descend(_REFERENCES):
        target = reference.referenced
        if target is not None:
            yield from (item for item in target.overloads() or [target] if item.kind in OWED and item.template)


def ask_constraints(named: Named) -> list[Question]:
    """A question for each member in ``named`` that is there only if its constraints are satisfied."""
    return [
        Question(instance.scope.name, instance.type_name, member)
        for instance, members in named
        for member in members
        if is_constrained(member) and (member.kind != Kind.CONSTRUCTOR or _is_makeable(instance, member))
    ]


def _is_makeable(instance: ClassInstance, constructor: Node) -> bool:
    """Whether nothing but its constraints can keep ``constructor`` from making an object."""
    if instance.pattern.is_abstract or constructor.is_deleted:
        return False
    return not any(child.kind == Kind.DESTRUCTOR and child.is_deleted for child in instance.pattern.children())


def read_members(
    named: Named, left_out: frozenset[str], sketches: Mapping[str, Sketch], reached: Mapping[str, Reach]
) -> list[Promise | Exempt | Unverifiable]:
    """What the instances in ``named`` owe, without the symbols that are ``left_out``.

    ``sketches`` are the functions and variables of the headers by USR, ``reached`` those that code outside the library
    refers to although nobody outside may name them.
    """
    return [
        item for instance, members in named for item in _Members(instance, sketches, reached).read(members, left_out)
    ]


def _is_constant(member: Node) -> bool:
    return member.kind == Kind.VARIABLE and is_initialised_in_class(member.origin)


def _has_body(member: Node) -> bool:
    """Whether the headers define it inline; what is only declared so is left to the linker."""
    return member.is_inlined and member.origin.definition is not None


class _Members:
    """Turns the members of one instance into verdicts."""

    def __init__(self, instance: ClassInstance, sketches: Mapping[str, Sketch], reached: Mapping[str, Reach]) -> None:
        self._instance = instance
        self._sketches = sketches
        self._reached = reached
        self._types = TypeReader()

    def read(self, members: list[Node], left_out: frozenset[str]) -> list[Promise | Exempt | Unverifiable]:
        found: list[Promise | Exempt | Unverifiable] = []
        for member in members:
            # What is specialised by itself is declared by itself, and judged there.
            if member.mangling not in left_out and is_made(member) and member.usr not in self._sketches:
                found += self._judge(member)
        if self._instance.closed:
            return found
        found += self._promise_class(members)
        found += [self._exempt_constant(item) for item in members if _is_constant(item)]
        # The parser names no member whose constraints are not satisfied; it is not owed either.
        open_ = (child for child in _unnamed(self._instance, members) if not is_constrained(child))
        return [*found, *map(self._give_up, open_)]

    def _judge(self, member: Node) -> list[Promise | Unverifiable]:
        pattern = self._pattern_of(member)
        reach = self._reached.get(member.origin.usr if pattern is None else pattern.usr)
        closed = pattern.closed if pattern is not None else ACCESS[max(member.access, 0)] is Access.PRIVATE
        closed = closed or self._instance.closed
        if closed and reach is None and not (pattern is not None and is_overridable(pattern)):
            return []
        symbols = self._symbols_of(member)
        if not all(name.startswith("_Z") for name in symbols):
            return [self._give_up(member, "g++ and clang disagree on names given by `asm` to members of an instance")]
        path = reach.path if reach is not None and closed else ()
        return [self._promise(member, symbols, path), *self._promise_thunks(member)]

    def _exempt_constant(self, member: Node) -> Exempt:
        """An instance's constant is defined by whoever instantiates it, if a source defines the template's."""
        declaration = declare(self._instance, member_name(member), DeclarationKind.STATIC_MEMBER)
        symbols = (SymbolName(member.mangling),)
        return Exempt(declaration=declaration, reason=Exemption.INITIALISED_IN_CLASS, symbols=symbols)

    def _pattern_of(self, member: Node) -> Sketch | None:
        """What the template declares; libclang does not lead there from a class inside a class inside an instance."""
        found = self._sketches.get(member.origin.usr)
        if found is not None or not self._instance.closed:
            return found
        place = member.place()
        return next((item for item in self._sketches.values() if item.node.place() == place), None)

    def _promise_thunks(self, member: Node) -> list[Promise]:
        """What the vtable of a derived class names in place of an overriding function (Itanium C++ ABI 2.5.2)."""
        if member.kind not in (Kind.METHOD, Kind.CONVERSION) or not member.is_virtual or not self._instance.can_be_base:
            return []
        declaration = declare(self._instance, member_name(member), DeclarationKind.THUNK)
        return [
            Promise(
                declaration=declaration,
                obligations=(Obligation(symbol=SymbolName(name)),),
                uses=frozenset({Use.EXTERN_TEMPLATE, Use.DERIVE}),
            )
            for name in sorted(member.manglings())
            if THUNK.match(name)
        ]

    def _symbols_of(self, member: Node) -> list[SymbolName]:
        """Its symbols; of a destructor the three that an instance always has if it is virtual, else two."""
        if member.kind == Kind.CONSTRUCTOR:
            return [SymbolName(name) for name in sorted(member.manglings())]
        encoding = structor_encoding(member.mangling) if member.kind == Kind.DESTRUCTOR else None
        if encoding is None:
            return [SymbolName(member.mangling)]
        codes = ("D0", "D1", "D2") if member.is_virtual else ("D1", "D2")
        return [SymbolName(f"_ZN{encoding}{code}Ev") for code in codes]

    def _promise(self, member: Node, symbols: list[SymbolName], path: tuple[str, ...]) -> Promise:
        variable = member.kind == Kind.VARIABLE
        kind = SymbolKind.FUNCTION if not variable else SymbolKind.TLS if member.thread_local else SymbolKind.DATA
        size = member.type.object_size if variable else None
        return Promise(
            declaration=replace(self._declare(member), spelling=spell(member, self._instance.type_name)),
            obligations=tuple(Obligation(symbol=name, kind=kind, size=size) for name in symbols),
            optional=tuple(map(initialiser_of, symbols)) if kind is SymbolKind.TLS else (),
            uses=frozenset({Use.EXTERN_TEMPLATE}),
            reached=path,
            weight=Weight.UNOPTIMISED if not variable and _has_body(member) else Weight.REQUIRED,
        )

    def _declare(self, member: Node) -> Declaration:
        kind = _KINDS.get(member.kind, DeclarationKind.METHOD)
        if member.kind == Kind.METHOD and member.is_static_method:
            kind = DeclarationKind.STATIC_METHOD
        plain = declare(self._instance, member_name(member), kind)
        if member.kind not in FUNCTIONS:
            return plain
        special = member.kind in (Kind.CONSTRUCTOR, Kind.DESTRUCTOR)
        return replace(
            plain,
            parameters=tuple(
                Parameter(name=item.spelling, type=self._read_type(item.type, item)) for item in member.parameters()
            ),
            result=None if special else self._read_type(member.result, member),
            traits=plain.traits | _qualifiers(member),
        )

    def _read_type(self, type_: TypeNode, near: Node) -> TypeUse:
        """A type as the instance has it: what the template writes in its place says nothing of that."""
        use = self._types.read(type_, near)
        return replace(use, spelling=use.canonical)

    def _promise_class(self, members: list[Node]) -> list[Promise | Unverifiable]:
        """The class's own data, where it has a vtable."""
        pattern = self._instance.pattern
        if not is_dynamic(pattern):
            return []
        encoding = next(filter(None, map(_encoding_of, members)), None)
        if encoding is None:
            return [self._give_up(pattern, "no member tells what the class is called in symbols")]
        prefixes = ["_ZTV", *(["_ZTT"] if has_virtual_base(pattern) else []), "_ZTI"]
        return [
            Promise(
                declaration=replace(
                    declare(self._instance, "", DeclarationKind.CLASS),
                    spelling=Spelling(name=self._instance.type_name),
                ),
                obligations=tuple(
                    Obligation(symbol=special_symbol(prefix, encoding), kind=SymbolKind.DATA) for prefix in prefixes
                ),
                optional=(special_symbol("_ZTS", encoding),),
                uses=frozenset({Use.EXTERN_TEMPLATE, Use.DERIVE}),
            )
        ]

    def _give_up(self, child: Node, reason: str = "") -> Unverifiable:
        instance = self._instance
        lone = child.kind == Kind.CONSTRUCTOR and not instance.can_be_base
        hidden = "the parser names no constructor with parameters of a class that cannot be a base"
        return Unverifiable(
            name=f"{instance.type_name}::{member_name(child)}",
            location=instance.location,
            reason=reason or (hidden if lone else "the parser does not show this member of the instance"),
            remedy="`nm -DC` lists what the library exports: look for it there",
        )


def _qualifiers(member: Node) -> frozenset[Trait]:
    """What a call has to know of a member function."""
    reference = member.type.reference_qualifier
    tests = ((Trait.CONST, member.is_const), (Trait.LVALUE_REF, reference == 1), (Trait.RVALUE_REF, reference == 2))
    return frozenset(trait for trait, holds in tests if holds)


_KINDS: dict[int, DeclarationKind] = {
    Kind.CONSTRUCTOR: DeclarationKind.CONSTRUCTOR,
    Kind.DESTRUCTOR: DeclarationKind.DESTRUCTOR,
    Kind.VARIABLE: DeclarationKind.STATIC_MEMBER,
}


def _encoding_of(member: Node) -> str | None:
    if member.kind in (Kind.CONSTRUCTOR, Kind.DESTRUCTOR):
        names = member.manglings()
        return structor_encoding(names[0]) if names else None
    return class_encoding(member.mangling, member.spelling) if member.kind in FUNCTIONS else None
