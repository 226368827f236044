"""`extern template class X<int>;`: the instances that headers declare, and C++ that names their members.

Libclang shows the members of no instance (llvm #121502). So a second unit, on top of the first, names each member that
the template declares: `&X<int>::m`, in a template of its own, where a name may stand for a set of overloads. Nothing
names a constructor but a using-declaration in a derived class, or its call.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from trtheaders.headers.declarations.sketches import Collection, Scope
from trtheaders.headers.declarations.walk import ACCESS
from trtheaders.headers.parser.kinds import FUNCTIONS, INTERNAL, RECORDS, AccessKind, Kind
from trtheaders.headers.parser.nodes import Node
from trtheaders.headers.parser.probes import inside
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.model.headers.declarations import Access, Declaration, DeclarationKind, Trait
from trtheaders.model.headers.promises import Exempt, Exemption
from trtheaders.model.places import Location

MEMBERS, CONSTRUCTORS = "trtheaders_members_", "trtheaders_constructors_"
"""What the probes are called, a number behind it."""

OWED = frozenset({*FUNCTIONS, Kind.VARIABLE})
_NAMED = (Kind.METHOD, Kind.CONVERSION, Kind.VARIABLE)
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
    closed: bool = False
    """A class inside an instance that nobody outside may name."""

    @property
    def can_be_base(self) -> bool:
        """Whether a class can be derived from it."""
        return self.pattern.kind != Kind.UNION and not self.pattern.is_final

    def owed(self) -> list[Node]:
        """The members that its instantiation makes, as the template declares them."""
        return [child for child in self.pattern.children() if child.kind in OWED and is_made(child)]

    def constants(self) -> list[Node]:
        """The members that anybody may name and the class initialises: defined only if somebody does so elsewhere."""
        children = (child for child in self.pattern.children() if child.kind == Kind.VARIABLE)
        return [child for child in children if is_initialised_in_class(child) and child.access != AccessKind.PRIVATE]


def find_class_instances(collection: Collection, tree: HeaderTree) -> tuple[list[ClassInstance], list[Exempt]]:
    """Each `extern template` class of ``collection`` with the classes inside it, and those that owe nothing.

    C++17 [temp.explicit] 10: an explicit instantiation of a class is one of each of its members.
    """
    found: list[ClassInstance] = []
    exempt: list[Exempt] = []
    if not collection.instantiations:
        return found, exempt
    specialised = {record.node.type.meaning for record in collection.records.values()}
    for node, scope in collection.instantiations:
        file, line, _ = node.place()
        location = tree.locate(file, line)
        if location is None or scope.in_template:
            continue
        instance = _read(node, scope, location)
        reason = _exempt(node)
        if reason is None:
            found += _with_member_classes(instance, specialised, collection)
        else:
            exempt.append(Exempt(declaration=declare(instance, "", DeclarationKind.CLASS), reason=reason))
    return found, exempt


def _read(node: Node, scope: Scope, location: Location) -> ClassInstance:
    pattern = node.origin
    # A partial specialisation's parameters are not the instance's arguments.
    arguments = node.type.canonical.template_arguments() if pattern.kind == Kind.CLASS_TEMPLATE else []
    return ClassInstance(node.type.meaning, pattern, scope, location, tuple(item.meaning for item in arguments))


def _exempt(node: Node) -> Exemption | None:
    """Why the instance ``node`` is nobody's promise: every consumer makes it, or nobody else can."""
    if node.is_made_here:
        return Exemption.DEFINED_IN_HEADER
    return Exemption.INTERNAL if node.linkage in INTERNAL else None


def _with_member_classes(
    instance: ClassInstance, specialised: Iterable[str], collection: Collection
) -> Iterator[ClassInstance]:
    """``instance`` and the classes inside it but the ``specialised`` ones, which have members of their own."""
    yield instance
    inner = {child.usr: child for child in instance.pattern.children() if _is_member_class(child)}
    for child in inner.values():
        name = f"{instance.type_name}::{child.spelling}"
        definition = child.definition
        if definition is not None and name not in specialised:
            sketch = collection.records.get(definition.usr)
            access = ACCESS[max(child.access, 0)] if sketch is None else sketch.access
            closed = instance.closed or access is Access.PRIVATE
            member = ClassInstance(name, definition, instance.scope, instance.location, instance.arguments, closed)
            yield from _with_member_classes(member, specialised, collection)


def _is_member_class(child: Node) -> bool:
    return child.kind in RECORDS and not child.is_anonymous and "(" not in child.spelling


def declare(instance: ClassInstance, name: str, kind: DeclarationKind) -> Declaration:
    """The declaration of the member ``name`` of ``instance``, '' for the class itself."""
    owner = instance.type_name
    return Declaration(
        name=f"{owner}::{name}" if name else owner,
        kind=kind,
        location=instance.location,
        signature=name or owner,
        record=owner,
        traits=frozenset({Trait.TEMPLATE_INSTANCE}),
        inline_namespaces=instance.scope.inline_namespaces,
    )


def write_class_probes(instances: list[ClassInstance]) -> str:
    """C++ that names every member of ``instances``, for :func:`~trtheaders.headers.class_members.find_named`."""
    return "".join(_write_probe(index, instance) for index, instance in enumerate(instances))


def _write_probe(index: int, instance: ClassInstance) -> str:
    owed = instance.owed()
    owner, null = f"::{instance.type_name}", f"((::{instance.type_name}*)0)"
    named = [child for child in owed if child.kind in _NAMED] + instance.constants()
    names = dict.fromkeys(_name_of(child, instance) for child in named)
    lines = [f"trtheaders_object(&{owner}::{name});" for name in names]
    lines += [f"{null}->{child.spelling.partition('<')[0]}();" for child in owed if child.kind == Kind.DESTRUCTOR]
    constructors = [child for child in owed if child.kind == Kind.CONSTRUCTOR]
    made = ""
    if constructors and instance.can_be_base:
        made = _write_derived(index, instance, _roles(constructors))
    elif constructors:
        lines += [_CALLS[role].format(owner=owner, null=null) for role in _roles(constructors)]
    head = f"template <class trtheaders_type> void {MEMBERS}{index}(trtheaders_type trtheaders_object)"
    written = f"{head} {{ {' '.join(lines)} }}"
    return inside(instance.scope.name, f"{written}\n{made}")


_CALLS = {
    "default": "(void){owner}();",
    "copy": "(void){owner}(*({owner} const*){null});",
    "move": "(void){owner}(({owner}&&)*{null});",
}


def _write_derived(index: int, instance: ClassInstance, roles: list[str]) -> str:
    """A using-declaration brings all constructors but the default, copy and move ones."""
    name, owner = f"{CONSTRUCTORS}{index}", f"::{instance.type_name}"
    inherited = instance.pattern.spelling.partition("<")[0]
    special = {
        "default": f"{name}() : {owner}() {{}}",
        "copy": f"{name}({owner} const& trtheaders_other) : {owner}(trtheaders_other) {{}}",
        "move": f"{name}({owner}&& trtheaders_other) : {owner}(static_cast<{owner}&&>(trtheaders_other)) {{}}",
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


def is_made(member: Node) -> bool:
    """Whether an instance has the member's symbol: it is neither deleted, defaulted nor pure, nor a mere constant.

    No code calls a consteval function (C++20 [dcl.consteval]), which libclang tells of none.
    """
    if member.is_inlined and "consteval" in member.tokens():
        return False
    if member.is_deleted or member.is_defaulted or (member.is_pure and member.kind != Kind.DESTRUCTOR):
        return False
    return member.kind != Kind.VARIABLE or not is_initialised_in_class(member)


def is_initialised_in_class(member: Node) -> bool:
    """`static const int size = 4;` is no definition: the instance has one only if somebody wrote it elsewhere."""
    words = member.tokens()
    return "=" in words and not {"constexpr", "inline"} & set(words)
