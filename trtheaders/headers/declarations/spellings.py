"""How C++ names an instance: a node of the parser's to a `Spelling`."""

from __future__ import annotations

from trtheaders.headers.parser.kinds import FUNCTIONS, RECORDS, Kind
from trtheaders.headers.parser.nodes import Node
from trtheaders.model.headers.declarations import Spelling

_STRUCTORS = frozenset({int(Kind.CONSTRUCTOR), int(Kind.DESTRUCTOR)})


def spell(node: Node, owner: str = "") -> Spelling:
    """The spelling of the instance or specialisation ``node``, a member of the class ``owner`` if that is known."""
    owner = owner or _owner_of(node)
    if node.kind in RECORDS:
        return Spelling(name=node.type.meaning)
    if node.kind in _STRUCTORS:
        return Spelling(name=owner, type=node.type.meaning)
    member = f"operator {node.result.meaning}" if node.kind == Kind.CONVERSION else node.spelling
    arguments = _read_arguments(node) if node.kind == Kind.UNEXPOSED_DECLARATION else node.written_arguments
    if node.kind == Kind.CONVERSION:
        # The type behind `operator` tells them.
        arguments = ""
    name = f"{member}{arguments}"
    if node.kind not in FUNCTIONS:
        return Spelling(name=f"{owner}::{name}" if owner else name)
    bound = node.kind != Kind.FUNCTION and not node.is_static_method
    return Spelling(
        name=f"{owner}::{name}" if owner else name,
        type=node.type.meaning,
        owner=owner if bound else "",
        # Values among the arguments are written as the header does.
        namespace=_namespace_of(node) if arguments else "",
    )


def _read_arguments(variable: Node) -> str:
    """The arguments behind the name of a specialisation of a variable template: libclang shows them in no other way."""
    text = " ".join(variable.tokens())
    start = text.rfind(f" {variable.spelling} <") + len(variable.spelling) + 2
    depth = 0
    for place in range(start, len(text)):
        depth += {"<": 1, "(": 1, ">": -1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return text[start : place + 1]
    return ""


def _namespace_of(node: Node) -> str:
    owner = node.parent
    while owner is not None and owner.kind not in (Kind.NAMESPACE, Kind.UNIT):
        owner = owner.parent
    return "" if owner is None or owner.kind == Kind.UNIT else _name_of(owner)


def _owner_of(node: Node) -> str:
    """The class or namespace that ``node`` belongs to, '' for the global one."""
    owner = node.parent
    if owner is None or owner.kind == Kind.UNIT:
        return ""
    if owner.kind != Kind.NAMESPACE:
        return owner.type.meaning if owner.kind != Kind.LINKAGE else _owner_of(owner)
    return _name_of(owner)


def _name_of(namespace: Node) -> str:
    around = _owner_of(namespace)
    return f"{around}::{namespace.spelling}" if around else namespace.spelling
