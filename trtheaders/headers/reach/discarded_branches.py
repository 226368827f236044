"""Branches that `if constexpr` discards: nothing in them is referred to ([basic.def.odr], [stmt.if]).

Libclang does not tell such an `if` from another, so the text does. Where the condition depends on a template's
parameters, or comes behind an initialisation, both branches count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from trtheaders.headers.parser.kinds import Kind, is_expression
from trtheaders.headers.parser.nodes import Node
from trtheaders.headers.parser.tree import HeaderTree

_CONSTEXPR = re.compile(rb"if\s+constexpr\b")
_FALSE = frozenset({"false", "0"})


def without_discarded(inner: Sequence[Node], wanted: frozenset[int], tree: HeaderTree) -> list[Node]:
    """``inner``, all nodes of the kinds ``wanted`` in some code, without those in branches that are discarded there."""
    branches = [found for node in inner if node.kind == Kind.IF and (found := _discarded(node, tree)) is not None]
    if not branches:
        return list(inner)
    lost = {item.identity for branch in branches for item in (branch, *branch.descend(wanted))}
    return [node for node in inner if node.identity not in lost]


def _discarded(statement: Node, tree: HeaderTree) -> Node | None:
    extent = statement.extent()
    name = tree.name_of(extent.file)
    if name is None or _CONSTEXPR.match(tree.text(name), extent.begin) is None:
        return None
    condition, *branches = statement.children()
    value = condition.value if is_expression(condition.kind) else ""
    if not value or len(branches) not in (1, 2):
        return None
    if value in _FALSE:
        return branches[0]
    return branches[1] if len(branches) == 2 else None
