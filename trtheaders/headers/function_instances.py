"""`extern template int f<int>(int);`: a promise of one function or variable, although libclang does not show it.

Libclang passes over such a declaration (llvm #121502), so the text is searched for it, and macros that may expand to it
are expanded. A second unit, on top of the first, names each: a function in a friend declaration, a variable where only
its size is asked for.
"""

from __future__ import annotations

import re

from msgspec import Struct

from trtheaders.headers.clang import FUNCTIONS, Kind, Node, Unit
from trtheaders.headers.collecting import qualified_name
from trtheaders.headers.macro_uses import blank_comments, expand_uses, find_macro_uses
from trtheaders.headers.probing import Probing, find_answers, inside
from trtheaders.headers.sketches import Collection
from trtheaders.headers.tree import HeaderTree
from trtheaders.model.declarations import Declaration, DeclarationKind, Trait
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location
from trtheaders.model.promises import Obligation, Promise, SymbolKind, Unverifiable, Use

_EXTERN = re.compile(rb"\bextern\s+template\s+(?!class\b|struct\b|union\b)([^;{}]+);")
_CONDITIONAL = re.compile(rb"^[ \t]*#[ \t]*(?:if|elif|else)", re.MULTILINE)
_ATTRIBUTE = re.compile(r"\b__attribute__\s*\(\((?:[^()]|\([^()]*\))*\)\)|\[\[.*?\]\]")
_FRIENDS = "trtheaders_friends_"
_NAMES = frozenset({int(Kind.NAME), int(Kind.MEMBER)})
_UNEXPOSED_DECLARATION = 1
_VARIABLES = frozenset({int(Kind.VARIABLE), _UNEXPOSED_DECLARATION})
"""Libclang has no kind for an instance of a variable template."""


def find_function_instances(
    collection: Collection, tree: HeaderTree, files: tuple[str, ...], probing: Probing
) -> list[FunctionInstance]:
    """Every `extern template` function or variable that ``files`` declare, with the namespace around it."""
    uses = find_macro_uses(tree, files, rb"\btemplate\b(?!\s*<)")
    written = [
        (name, match.start(), match.group(1))
        for name in files
        if b"template" in tree.text(name)
        for match in _EXTERN.finditer(blank_comments(tree.text(name)))
    ]
    written += [
        (use.file, use.offset, match.group(1))
        for use, text in zip(uses, expand_uses(uses, probing), strict=True)
        for match in _EXTERN.finditer(f"{text};".encode())
    ]
    return [
        FunctionInstance(
            Location(file=name, line=tree.text(name).count(b"\n", 0, offset) + 1),
            collection.namespace_at(name, offset),
            text.decode(errors="replace"),
        )
        for name, offset, text in written
    ]


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
    return "".join(
        inside(item.namespace, f"struct {_FRIENDS}{index} {{ {_mention(item.text)}; }};")
        for index, item in enumerate(instances)
    )


def _mention(text: str) -> str:
    text = _ATTRIBUTE.sub("", text)
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
    probes = find_answers(unit, _FRIENDS)
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
