"""`extern template class X<int>;`: a promise that the library holds the members of the instance, and of its classes.

Libclang shows the members of no instance (llvm #121502). So a second unit, on top of the first, names each member that
the template declares: `&X<int>::m`, in a template of its own, where a name may stand for a set of overloads. Nothing
names a constructor but a using-declaration in a derived class, or its call. Access is not checked there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from trtheaders.headers.clang import FUNCTIONS, RECORDS, Kind, Node, Unit
from trtheaders.headers.collecting import ACCESS, member_name
from trtheaders.headers.constraints import Question, is_constrained
from trtheaders.headers.hierarchy import has_virtual_base, is_dynamic
from trtheaders.headers.mangling import class_encoding, special_symbol, structor_encoding
from trtheaders.headers.probing import find_answers, inside
from trtheaders.headers.reaching import Reach, is_overridable
from trtheaders.headers.sketches import Collection, Scope, Sketch
from trtheaders.headers.tree import HeaderTree
from trtheaders.model.declarations import Access, Declaration, DeclarationKind, Trait
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location
from trtheaders.model.promises import Obligation, Promise, SymbolKind, Unverifiable, Use, Weight

_MEMBERS, _CONSTRUCTORS = "trtheaders_members_", "trtheaders_constructors_"
_NAMED = (Kind.METHOD, Kind.CONVERSION, Kind.VARIABLE)
_REFERENCES = frozenset({int(Kind.NAME), int(Kind.MEMBER), int(Kind.CALL)})
_OWED = frozenset({*FUNCTIONS, Kind.VARIABLE})
_FINAL_ATTRIBUTE = 404
_ARGUMENT = re.compile(r"type-parameter-0-(\d+)")


class ClassInstance(Struct, frozen=True):
    """An instance, or a class inside one: C++'s name for it, and the template or class that its members come from.

    ``arguments`` are those of the instance, as far as they are types.
    """

    type_name: str
    pattern: Node
    scope: Scope
    location: Location
    arguments: tuple[str, ...]

    @property
    def base(self) -> bool:
        """Whether a class can be derived from it."""
        return self.pattern.kind != Kind.UNION and _FINAL_ATTRIBUTE not in self.pattern.attributes

    def owed(self) -> list[Node]:
        """The members that its instantiation makes, as the template declares them."""
        return [child for child in self.pattern.children() if child.kind in _OWED and _is_made(child)]


def find_class_instances(collection: Collection, tree: HeaderTree) -> list[ClassInstance]:
    """Each `extern template` class of ``collection`` with the classes inside it, which are instantiated with it.

    C++17 [temp.explicit] 10: an explicit instantiation of a class is one of each of its members.
    """
    found = (_read(node, scope, tree) for node, scope in collection.instantiations)
    return [item for instance in found if instance is not None for item in _with_member_classes(instance)]


def _read(node: Node, scope: Scope, tree: HeaderTree) -> ClassInstance | None:
    file, line, _ = node.place()
    location = tree.locate(file, line)
    if location is None or scope.in_template or node.is_made_here:
        return None
    type_ = node.type.canonical
    arguments = tuple(item.canonical.spelling for item in type_.template_arguments())
    return ClassInstance(type_.spelling, node.origin, scope, location, arguments)


def _with_member_classes(instance: ClassInstance) -> Iterator[ClassInstance]:
    yield instance
    inner = {child.usr: child for child in instance.pattern.children() if _is_member_class(child)}
    for child in inner.values():
        name = f"{instance.type_name}::{child.spelling}"
        definition = child.definition
        if definition is not None:
            yield from _with_member_classes(
                ClassInstance(name, definition, instance.scope, instance.location, instance.arguments)
            )


def _is_member_class(child: Node) -> bool:
    return child.kind in RECORDS and not child.is_anonymous and "(" not in child.spelling


def write_class_probes(instances: list[ClassInstance]) -> str:
    """C++ that names every member of ``instances``, for :func:`read_class_probes`."""
    return "".join(_write_probe(index, instance) for index, instance in enumerate(instances))


def _write_probe(index: int, instance: ClassInstance) -> str:
    owed = instance.owed()
    owner, null = f"::{instance.type_name}", f"((::{instance.type_name}*)0)"
    names = dict.fromkeys(_name_of(child, instance) for child in owed if child.kind in _NAMED)
    lines = [f"probe(&{owner}::{name});" for name in names]
    lines += [f"{null}->{child.spelling.partition('<')[0]}();" for child in owed if child.kind == Kind.DESTRUCTOR]
    constructors = [child for child in owed if child.kind == Kind.CONSTRUCTOR]
    made = ""
    if constructors and instance.base:
        made = _write_derived(index, instance, _roles(constructors))
    elif constructors:
        lines += [_CALLS[role].format(owner=owner, null=null) for role in _roles(constructors)]
    named = f"template <class P> void {_MEMBERS}{index}(P probe) {{ {' '.join(lines)} }}"
    return inside(instance.scope.name, f"{named}\n{made}")


_CALLS = {
    "default": "(void){owner}();",
    "copy": "(void){owner}(*({owner} const*){null});",
    "move": "(void){owner}(({owner}&&)*{null});",
}


def _write_derived(index: int, instance: ClassInstance, roles: list[str]) -> str:
    """A using-declaration brings all constructors but the default, copy and move ones."""
    name, owner = f"{_CONSTRUCTORS}{index}", f"::{instance.type_name}"
    inherited = instance.pattern.spelling.partition("<")[0]
    special = {
        "default": f"{name}() : {owner}() {{}}",
        "copy": f"{name}({owner} const& other) : {owner}(other) {{}}",
        "move": f"{name}({owner}&& other) : {owner}(static_cast<{owner}&&>(other)) {{}}",
    }
    return f"struct {name} : {owner} {{ using {owner}::{inherited}; {' '.join(special[role] for role in roles)} }};\n"


def _roles(constructors: list[Node]) -> list[str]:
    return sorted({child.constructor_role for child in constructors} - {""})


def _name_of(child: Node, instance: ClassInstance) -> str:
    """The member's name; a conversion's with the type that it has in the instance."""
    if child.kind != Kind.CONVERSION:
        return child.spelling
    arguments = instance.arguments
    type_ = child.result.canonical.spelling
    if any(int(number) >= len(arguments) for number in _ARGUMENT.findall(type_)):
        return child.spelling
    return f"operator {_ARGUMENT.sub(lambda match: arguments[int(match.group(1))], type_)}"


def ask_constraints(instances: list[ClassInstance], unit: Unit) -> list[Question]:
    """A question for each member of ``instances`` that is there only if its constraints are satisfied."""
    named = _find_named(instances, unit)
    return [
        Question(instance.scope.name, instance.type_name, member)
        for instance, members in zip(instances, named, strict=True)
        for member in members
        if is_constrained(member) and (member.kind != Kind.CONSTRUCTOR or _is_makeable(instance, member))
    ]


def _is_makeable(instance: ClassInstance, constructor: Node) -> bool:
    """Whether nothing but its constraints can keep ``constructor`` from making an object."""
    if instance.pattern.is_abstract or constructor.is_deleted:
        return False
    return not any(child.kind == Kind.DESTRUCTOR and child.is_deleted for child in instance.pattern.children())


def read_class_probes(
    instances: list[ClassInstance],
    unit: Unit,
    left_out: frozenset[str],
    collection: Collection,
    reached: Mapping[str, Reach],
) -> list[Promise | Unverifiable]:
    """What ``instances`` owe as the probing ``unit`` names it, without the symbols that are ``left_out``.

    ``reached`` are the functions that code outside the library refers to although nobody outside may name them.
    """
    found: list[Promise | Unverifiable] = []
    for instance, members in zip(instances, _find_named(instances, unit), strict=True):
        known = {sketch.usr: sketch for sketch in (*collection.functions.values(), *collection.variables.values())}
        found += _Reader(instance, known.get, reached).read(members, left_out)
    return found


def _find_named(instances: list[ClassInstance], unit: Unit) -> list[list[Node]]:
    """The members of each instance that the probes name."""
    probes = {**find_answers(unit, _MEMBERS), **find_answers(unit, _CONSTRUCTORS)}
    found = []
    for index in range(len(instances)):
        made, named = (probes.get(f"{prefix}{index}") for prefix in (_CONSTRUCTORS, _MEMBERS))
        members = [*(_inherited(made) if made is not None else ()), *(_mentioned(named) if named is not None else ())]
        found.append(list({member.mangling or member.usr: member for member in members}.values()))
    return found


def _inherited(made: Node) -> Iterator[Node]:
    for child in made.children():
        if child.kind == Kind.USING_DECLARATION:
            target = child.referenced
            members = [] if target is None else target.overloads() or [target]
            yield from (item for item in members if item.kind in _OWED)
        elif child.kind == Kind.CONSTRUCTOR:
            yield from (item for item in _mentioned(child) if item.kind == Kind.CONSTRUCTOR)


def _mentioned(probe: Node) -> Iterator[Node]:
    """The members that the code below ``probe`` refers to, every one of a set of overloads."""
    for reference in probe.descend(_REFERENCES):
        target = reference.referenced
        if target is not None:
            yield from (item for item in target.overloads() or [target] if item.kind in _OWED and item.template)


class _Reader:
    """Turns the members of one instance into verdicts."""

    def __init__(
        self, instance: ClassInstance, sketch_of: Callable[[str], Sketch | None], reached: Mapping[str, Reach]
    ) -> None:
        self._instance = instance
        self._sketch_of = sketch_of
        self._reached = reached

    def read(self, members: list[Node], left_out: frozenset[str]) -> list[Promise | Unverifiable]:
        found: list[Promise | Unverifiable] = []
        for member in members:
            if member.mangling not in left_out and _is_made(member):
                found += self._judge(member)
        found += self._promise_class(members)
        met = {member.origin.usr for member in members}
        found += (self._give_up(child) for child in self._instance.owed() if child.usr not in met)
        return found

    def _judge(self, member: Node) -> list[Promise | Unverifiable]:
        usr = member.origin.usr
        pattern, reach = self._sketch_of(usr), self._reached.get(usr)
        closed = pattern.closed if pattern is not None else ACCESS[max(member.access, 0)] is Access.PRIVATE
        if closed and reach is None and not (pattern is not None and is_overridable(pattern)):
            return []
        symbols = self._symbols_of(member)
        if not all(name.startswith("_Z") for name in symbols):
            return [self._give_up(member, "g++ and clang disagree on names given by `asm` to members of an instance")]
        path = reach.path if reach is not None and closed else ()
        return [self._promise(member, symbols, path)]

    def _symbols_of(self, member: Node) -> list[SymbolName]:
        """Its symbols; of a destructor the three that an instance always has if it is virtual, else two."""
        if member.kind == Kind.CONSTRUCTOR:
            return [SymbolName(name) for name in sorted(member.manglings())]
        encoding = structor_encoding(member.mangling) if member.kind == Kind.DESTRUCTOR else None
        if encoding is None:
            return [SymbolName(member.mangling)]
        return [
            SymbolName(f"_ZN{encoding}{code}Ev") for code in ("D0", "D1", "D2") if code != "D0" or member.is_virtual
        ]

    def _promise(self, member: Node, symbols: list[SymbolName], path: tuple[str, ...]) -> Promise:
        variable = member.kind == Kind.VARIABLE
        kind = SymbolKind.FUNCTION if not variable else SymbolKind.TLS if member.thread_local else SymbolKind.DATA
        size = member.type.size if variable else None
        return Promise(
            declaration=self._declare(member_name(member), _KINDS.get(member.kind, DeclarationKind.METHOD)),
            obligations=tuple(Obligation(symbol=name, kind=kind, size=size) for name in symbols),
            uses=frozenset({Use.EXTERN_TEMPLATE}),
            reached=path,
            weight=Weight.UNOPTIMISED if not variable and member.is_inlined else Weight.REQUIRED,
        )

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
                declaration=self._declare("", DeclarationKind.CLASS),
                obligations=tuple(
                    Obligation(symbol=special_symbol(prefix, encoding), kind=SymbolKind.DATA) for prefix in prefixes
                ),
                optional=(special_symbol("_ZTS", encoding),),
                uses=frozenset({Use.EXTERN_TEMPLATE, Use.DERIVE}),
            )
        ]

    def _declare(self, name: str, kind: DeclarationKind) -> Declaration:
        owner = self._instance.type_name
        return Declaration(
            name=f"{owner}::{name}" if name else owner,
            kind=kind,
            location=self._instance.location,
            signature=name or owner,
            record=owner,
            traits=frozenset({Trait.TEMPLATE_INSTANCE}),
            inline_namespaces=self._instance.scope.inline_namespaces,
        )

    def _give_up(self, child: Node, reason: str = "") -> Unverifiable:
        instance = self._instance
        lone = child.kind == Kind.CONSTRUCTOR and not instance.base
        hidden = "the parser names no constructor with parameters of a class that cannot be a base"
        return Unverifiable(
            name=f"{instance.type_name}::{member_name(child)}",
            location=instance.location,
            reason=reason or (hidden if lone else "the parser does not show this member of the instance"),
            remedy="`nm -DC` lists what the library exports: look for it there",
        )


_KINDS: dict[int, DeclarationKind] = {
    Kind.CONSTRUCTOR: DeclarationKind.CONSTRUCTOR,
    Kind.DESTRUCTOR: DeclarationKind.DESTRUCTOR,
    Kind.VARIABLE: DeclarationKind.STATIC_MEMBER,
}


def _is_made(member: Node) -> bool:
    """Whether an instance has the member's symbol: it is neither deleted, defaulted nor pure, nor a mere constant."""
    if member.is_deleted or member.is_defaulted or (member.is_pure and member.kind != Kind.DESTRUCTOR):
        return False
    return member.kind != Kind.VARIABLE or not _is_initialised_in_class(member)


def _is_initialised_in_class(member: Node) -> bool:
    """`static const int size = 4;` is no definition: the instance has one only if somebody wrote it elsewhere."""
    words = member.tokens()
    return "=" in words and not {"constexpr", "inline"} & set(words)


def _encoding_of(member: Node) -> str | None:
    if member.kind in (Kind.CONSTRUCTOR, Kind.DESTRUCTOR):
        names = member.manglings()
        return structor_encoding(names[0]) if names else None
    return class_encoding(member.mangling, member.spelling) if member.kind in FUNCTIONS else None
