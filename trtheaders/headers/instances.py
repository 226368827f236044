"""`extern template`: a promise that the library holds the instance, although libclang shows none of its members.

llvm #121502: a class named in an explicit instantiation declaration has no children, and a function template's
declaration is not shown at all. So a second unit asks: a class derived from the instance names each member in a
using-declaration, which means the instance's own members; a function is named in a friend declaration, a variable
where only its size is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from trtheaders.headers.clang import FUNCTIONS, UNIT_NAME, Kind, Node, Unit
from trtheaders.headers.collecting import ACCESS, member_name, qualified_name
from trtheaders.headers.constraints import Question, is_constrained
from trtheaders.headers.hierarchy import has_virtual_base, is_dynamic
from trtheaders.headers.mangling import class_encoding, special_symbol, structor_encoding
from trtheaders.headers.sketches import Collection, Scope
from trtheaders.headers.tree import HeaderTree
from trtheaders.model.declarations import Access, Declaration, DeclarationKind, Trait
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location
from trtheaders.model.promises import Obligation, Promise, SymbolKind, Unverifiable, Use, Weight

_EXTERN = re.compile(rb"\bextern\s+template\s+(?!class\b|struct\b|union\b)([^;{}]+);")
# Comments, strings and the definitions of macros speak of templates too.
_COMMENT = re.compile(
    rb'(?m:^[ \t]*#[ \t]*define\b(?:[^\\\n]|\\.|\\\n)*)|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL
)
_CONDITIONAL = re.compile(rb"^[ \t]*#[ \t]*(?:if|elif|else)", re.MULTILINE)
_PROBE = "trtheaders_probe_"
_FRIENDS = "trtheaders_friends_"
_NAMES = frozenset({int(Kind.NAME), int(Kind.MEMBER)})
_UNEXPOSED_DECLARATION = 1
_VARIABLES = frozenset({int(Kind.VARIABLE), _UNEXPOSED_DECLARATION})
"""Libclang has no kind for an instance of a variable template."""


def find_function_instances(collection: Collection, tree: HeaderTree, files: tuple[str, ...]) -> list[FunctionInstance]:
    """Every `extern template` function that ``files`` declare, with the namespace around it."""
    return [
        FunctionInstance(
            Location(file=name, line=tree.text(name).count(b"\n", 0, match.start()) + 1),
            collection.namespace_at(name, match.start()),
            match.group(1).decode(errors="replace"),
        )
        for name in files
        for match in _EXTERN.finditer(_blank_comments(tree.text(name)))
    ]


def _blank_comments(text: bytes) -> bytes:
    """``text`` with comments and strings as spaces, so that offsets and lines stay; they speak of templates too."""
    if _EXTERN.search(text) is None:
        return b""
    return _COMMENT.sub(lambda match: re.sub(rb"[^\n]", b" ", match.group()), text)


def are_conditional(instances: list[FunctionInstance], tree: HeaderTree) -> bool:
    """Whether any of ``instances`` may stand in a region that the preprocessor left out."""
    return any(_CONDITIONAL.search(tree.text(item.location.file)) for item in instances)


def drop_skipped(instances: list[FunctionInstance], unit: Unit, tree: HeaderTree) -> list[FunctionInstance]:
    """``instances`` without those in the regions that ``unit``, parsed with its directives, left out."""
    regions = [(tree.name_of(item.file), item.first, item.last) for item in unit.skipped()]
    return [
        item
        for item in instances
        if not any(file == item.location.file and first <= item.location.line <= last for file, first, last in regions)
    ]


class FunctionInstance(Struct, frozen=True):
    """`extern template int f<int>(int);`, or a variable: where, in which namespace, and the declaration's text."""

    location: Location
    namespace: str
    text: str


def write_friends(instances: list[FunctionInstance]) -> str:
    """C++ that names each instance in a way that the parser does show."""
    lines = (f"struct {_FRIENDS}{index} {{ {_mention(item.text)}; }};" for index, item in enumerate(instances))
    return "".join(
        f"namespace {item.namespace} {{ {line} }}\n" if item.namespace else f"{line}\n"
        for item, line in zip(instances, lines, strict=True)
    )


def _mention(text: str) -> str:
    if _find_parameters(text) < len(text):
        return f"friend {_name_instance(text)}"
    return f"static_assert(sizeof({_find_variable(text)}) != 0)"


def _find_variable(text: str) -> str:
    """The name in the declaration of a variable: `P<int>::d` of `int const P<int>::d`."""
    text = re.sub(r"\s*(::|<)\s*", r"\1", text.strip())
    depth = 0
    for index in range(len(text) - 1, -1, -1):
        depth += (text[index] == ">") - (text[index] == "<")
        if depth == 0 and (text[index].isspace() or text[index] in "*&"):
            return text[index + 1 :]
    return text


_OPERATOR = re.compile(r"\boperator\s*(\(\s*\)|[^\s\w(]+)\Z")
_UNQUALIFIED = re.compile(r"(~?\w+|operator\s*(\(\s*\)|[^\s\w(]+))\Z")


def _name_instance(text: str) -> str:
    """``text`` with `<>` after a name whose arguments are deduced, since a friend without it is no template's instance.

    `wchar_t other(wchar_t)` becomes `wchar_t other <>(wchar_t)`; `int f<int>(int)` and `void S<char>::a()` stay.
    """
    opening = _find_parameters(text)
    head = text[:opening].rstrip()
    spelt = head.endswith(">") and _OPERATOR.search(head) is None
    member = _UNQUALIFIED.sub("", head).rstrip().removesuffix("::").rstrip().endswith(">")
    return text if spelt or (member and "::" in head) else f"{head} <>{text[opening:]}"


def _find_parameters(text: str) -> int:
    """Where the parenthesis of the parameters opens: the first one outside angle brackets."""
    depth = 0
    for index, character in enumerate(text):
        if character == "(" and depth == 0 and not text[:index].rstrip().endswith("operator"):
            return index
        depth = max(0, depth + (character == "<") - (character == ">"))
    return len(text)


def read_friends(instances: list[FunctionInstance], unit: Unit) -> list[Promise | Unverifiable]:
    """The promises of ``instances`` as the probing ``unit`` names them; what it does not show is unverifiable."""
    probes: dict[str, Node] = {}
    for node in unit.top_level():
        _find_friends(node, probes)
    found: list[Promise | Unverifiable] = []
    for index, instance in enumerate(instances):
        probe = probes.get(f"{_FRIENDS}{index}")
        found += _read_probe(instance, probe) or [_give_up(instance)]
    return found


def _read_probe(instance: FunctionInstance, probe: Node | None) -> list[Promise | Unverifiable]:
    if probe is None:
        return []
    friends = [child for item in probe.children() for child in item.children()]
    functions = [node for node in friends if node.kind in FUNCTIONS and _is_instance(node)]
    named = [item.referenced for item in probe.descend(_NAMES)]
    variables = [node for node in named if node is not None and node.kind in _VARIABLES and not _may_be_folded(node)]
    return [
        *(_promise_function(instance, node) for node in functions),
        *(_promise_variable(instance, node) for node in variables[:1]),
    ]


def _may_be_folded(node: Node) -> bool:
    """A constant whose value is at hand may be used without a reference to it: it is not certainly owed."""
    return (node.initializer is not None or node.kind != Kind.VARIABLE) and node.type.is_const


def _is_instance(node: Node) -> bool:
    owner = node.parent
    return node.template is not None or (owner is not None and owner.template is not None)


def _give_up(instance: FunctionInstance) -> Unverifiable:
    text = " ".join(instance.text.split())
    reason = "the parser does not show which instance this explicit instantiation declares"
    remedy = "`nm -DC` lists what the library exports: look for the instance there"
    return Unverifiable(name=f"extern template {text}", location=instance.location, reason=reason, remedy=remedy)


def _find_friends(node: Node, probes: dict[str, Node]) -> None:
    if node.kind == Kind.NAMESPACE and node.place()[0] == UNIT_NAME:
        for child in node.children():
            _find_friends(child, probes)
    elif node.kind == Kind.STRUCT and node.spelling.startswith(_FRIENDS):
        probes[node.spelling] = node


def _promise_function(instance: FunctionInstance, node: Node) -> Promise:
    """Not inline, so that no optimisation spares a consumer the reference."""
    names = sorted(node.manglings()) if node.kind in (Kind.CONSTRUCTOR, Kind.DESTRUCTOR) else [node.mangling]
    kind = DeclarationKind.FUNCTION if node.kind == Kind.FUNCTION else DeclarationKind.METHOD
    return _promise(instance, node, kind, [Obligation(symbol=SymbolName(name)) for name in names])


def _promise_variable(instance: FunctionInstance, node: Node) -> Promise:
    kind = DeclarationKind.STATIC_MEMBER if "::" in instance.text else DeclarationKind.VARIABLE
    owed = Obligation(symbol=SymbolName(node.mangling), kind=SymbolKind.DATA, size=node.type.size)
    return _promise(instance, node, kind, [owed])


def _promise(instance: FunctionInstance, node: Node, kind: DeclarationKind, owed: list[Obligation]) -> Promise:
    declaration = Declaration(
        name=qualified_name(node),
        kind=kind,
        location=instance.location,
        signature=" ".join(instance.text.split()),
        traits=frozenset({Trait.TEMPLATE_INSTANCE}),
    )
    return Promise(declaration=declaration, obligations=tuple(owed), uses=frozenset({Use.EXTERN_TEMPLATE}))


class _Instance(Struct, frozen=True):
    """One `extern template class X<…>;` and the template behind it."""

    node: Node
    scope: Scope
    location: Location
    name: str
    type_name: str


def write_probes(collection: Collection, tree: HeaderTree) -> tuple[list[_Instance], str]:
    """The instances of ``collection`` and the C++ that asks for their members."""
    instances = [found for node, scope in collection.instantiations if (found := _read(node, scope, tree)) is not None]
    return instances, "".join(_write_probe(index, item) for index, item in enumerate(instances))


def _read(node: Node, scope: Scope, tree: HeaderTree) -> _Instance | None:
    file, line, _ = node.place()
    location = tree.locate(file, line)
    if location is None or scope.in_template:
        return None
    type_name = node.type.canonical.spelling
    return _Instance(node, scope, location, type_name, type_name)


def _write_probe(index: int, instance: _Instance) -> str:
    pattern = instance.node.template
    if pattern is None:
        return ""
    names = dict.fromkeys(child.spelling for child in pattern.children() if _can_be_named(child))
    usings = "".join(f" using ::{instance.type_name}::{name};" for name in names)
    base = instance.type_name.partition("<")[0].rpartition("::")[2]
    inherited = f" using ::{instance.type_name}::{base};" if _has_constructor(pattern) else ""
    special = "".join(_write_constructor(index, instance, role) for role in sorted(_special_roles(pattern)))
    return f"struct {_PROBE}{index} : ::{instance.type_name} {{{usings}{inherited}{special} }};\n"


def _special_roles(pattern: Node) -> set[str]:
    """The default, copy and move constructors that a template declares: no using-declaration brings those."""
    return {child.constructor_role for child in pattern.children() if _is_plain_constructor(child)} - {""}


def _write_constructor(index: int, instance: _Instance, role: str) -> str:
    base = f"::{instance.type_name}"
    return {
        "default": f" {_PROBE}{index}() : {base}() {{}}",
        "copy": f" {_PROBE}{index}({base} const& other) : {base}(other) {{}}",
        "move": f" {_PROBE}{index}({base}&& other) : {base}(static_cast<{base}&&>(other)) {{}}",
    }[role]


def _can_be_named(child: Node) -> bool:
    return (
        child.kind in (Kind.METHOD, Kind.CONVERSION, Kind.VARIABLE)
        and ACCESS[max(child.access, 0)] is not Access.PRIVATE
    )


def _has_constructor(pattern: Node) -> bool:
    return any(_is_plain_constructor(child) for child in pattern.children())


def _is_plain_constructor(child: Node) -> bool:
    return child.kind == Kind.CONSTRUCTOR and ACCESS[max(child.access, 0)] is not Access.PRIVATE


def read_probes(instances: list[_Instance], unit: Unit, left_out: frozenset[str]) -> list[Promise]:
    """The promises of ``instances`` as the probing ``unit`` names them, without the symbols that are ``left_out``."""
    return [
        item for instance, probe in _probes_in(instances, unit) for item in _promise_members(instance, probe, left_out)
    ]


def ask_constraints(instances: list[_Instance], unit: Unit) -> list[Question]:
    """A question for each member of ``instances`` that is there only if its constraints are satisfied."""
    return [
        Question(probe.spelling, instance.type_name, member)
        for instance, probe in _probes_in(instances, unit)
        for member in _members_named(probe)
        if is_constrained(member) and (member.kind != Kind.CONSTRUCTOR or _is_makeable(instance, member))
    ]


def _is_makeable(instance: _Instance, constructor: Node) -> bool:
    """Whether nothing but its constraints can keep ``constructor`` from making an object."""
    pattern = instance.node.template
    if pattern is None or pattern.is_abstract or ACCESS[max(constructor.access, 0)] is not Access.PUBLIC:
        return False
    destructors = (child for child in pattern.children() if child.kind == Kind.DESTRUCTOR)
    return all(ACCESS[max(item.access, 0)] is Access.PUBLIC and not item.is_deleted for item in destructors)


def _probes_in(instances: list[_Instance], unit: Unit) -> Iterator[tuple[_Instance, Node]]:
    probes = {node.spelling: node for node in unit.top_level() if node.spelling.startswith(_PROBE)}
    for index, instance in enumerate(instances):
        probe = probes.get(f"{_PROBE}{index}")
        if probe is not None:
            yield instance, probe


def _promise_members(instance: _Instance, probe: Node, left_out: frozenset[str]) -> list[Promise]:
    promises: list[Promise] = []
    encoding: str | None = None
    for member in _members_named(probe):
        promise = None if member.mangling in left_out else _promise_member(instance, member)
        if promise is not None and promise not in promises:
            promises.append(promise)
            encoding = encoding or _encoding_of(member)
    if encoding is not None:
        promises.extend(_promise_rest(instance, encoding))
    return promises


def _members_named(probe: Node) -> Iterator[Node]:
    """The instance's members that a probe names: in using-declarations, and as constructors of its base."""
    for child in probe.children():
        if child.kind == Kind.USING_DECLARATION:
            target = child.referenced
            yield from [] if target is None else target.overloads() or [target]
        elif child.kind == Kind.CONSTRUCTOR:
            called = (call.referenced for call in child.descend(frozenset({int(Kind.CALL)})))
            yield from (item for item in called if item is not None and item.kind == Kind.CONSTRUCTOR)


def _encoding_of(member: Node) -> str | None:
    if member.kind == Kind.CONSTRUCTOR:
        names = member.manglings()
        return structor_encoding(names[0]) if names else None
    return class_encoding(member.mangling, member.spelling) if member.kind in FUNCTIONS else None


def _promise_member(instance: _Instance, member: Node) -> Promise | None:
    if (
        member.is_deleted
        or member.is_defaulted
        or member.is_pure
        or (member.kind not in FUNCTIONS and member.kind != 9)
    ):
        return None
    variable = member.kind == Kind.VARIABLE
    if variable and _is_initialised_in_class(member):
        return None
    if ACCESS[max(member.access, 0)] is Access.PRIVATE:
        return None
    names = sorted(member.manglings()) if member.kind == Kind.CONSTRUCTOR else [member.mangling]
    kinds = {Kind.CONSTRUCTOR: DeclarationKind.CONSTRUCTOR, Kind.VARIABLE: DeclarationKind.STATIC_MEMBER}
    kind = kinds.get(Kind(member.kind), DeclarationKind.METHOD)
    return Promise(
        declaration=_declare(instance, member_name(member), kind),
        obligations=tuple(
            Obligation(symbol=SymbolName(name), kind=SymbolKind.DATA if variable else SymbolKind.FUNCTION)
            for name in names
        ),
        uses=frozenset({Use.EXTERN_TEMPLATE}),
        weight=Weight.UNOPTIMISED if not variable and member.is_inlined else Weight.REQUIRED,
    )


def _is_initialised_in_class(member: Node) -> bool:
    """`static const int size = 4;` is no definition: the instance has one only if somebody wrote it elsewhere."""
    words = member.tokens()
    return "=" in words and not {"constexpr", "inline"} & set(words)


def _declare(instance: _Instance, name: str, kind: DeclarationKind) -> Declaration:
    return Declaration(
        name=f"{instance.name}::{name}" if name else instance.name,
        kind=kind,
        location=instance.location,
        signature=name or instance.name,
        record=instance.name,
        traits=frozenset({Trait.TEMPLATE_INSTANCE}),
        inline_namespaces=instance.scope.inline_namespaces,
    )


def _promise_rest(instance: _Instance, encoding: str) -> list[Promise]:
    """The destructor, which a using-declaration cannot name, and the class's own data."""
    pattern = instance.node.template
    found: list[Promise] = []
    destructor = (
        next((child for child in pattern.children() if child.kind == Kind.DESTRUCTOR), None) if pattern else None
    )
    if destructor is not None and not destructor.is_defaulted and not destructor.is_deleted:
        codes = ("D0", "D1", "D2") if destructor.is_virtual else ("D1", "D2")
        found.append(
            Promise(
                declaration=_declare(instance, member_name(destructor), DeclarationKind.DESTRUCTOR),
                obligations=tuple(Obligation(symbol=SymbolName(f"_ZN{encoding}{code}Ev")) for code in codes),
                uses=frozenset({Use.EXTERN_TEMPLATE}),
                weight=Weight.UNOPTIMISED if destructor.is_inlined else Weight.REQUIRED,
            )
        )
    if pattern is not None and is_dynamic(pattern):
        prefixes = ["_ZTV", *(["_ZTT"] if has_virtual_base(pattern) else []), "_ZTI"]
        found.append(
            Promise(
                declaration=_declare(instance, "", DeclarationKind.CLASS),
                obligations=tuple(
                    Obligation(symbol=special_symbol(prefix, encoding), kind=SymbolKind.DATA) for prefix in prefixes
                ),
                optional=(special_symbol("_ZTS", encoding),),
                uses=frozenset({Use.EXTERN_TEMPLATE, Use.DERIVE}),
            )
        )
    return found
