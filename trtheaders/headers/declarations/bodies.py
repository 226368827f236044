"""Which places of foreign headers stand in the bodies of functions: an error there costs no declaration."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator

from trtheaders.headers.parser.kinds import FUNCTIONS, RECORDS, TEMPLATES, Kind, TypeKind
from trtheaders.headers.parser.nodes import Node
from trtheaders.headers.parser.unit import Unit

_FUNCTIONS = FUNCTIONS | {Kind.FUNCTION_TEMPLATE}
_AROUND = RECORDS | TEMPLATES | {Kind.NAMESPACE, Kind.LINKAGE, Kind.UNEXPOSED_DECLARATION}


class Bodies:
    """The bodies in the files of one unit, looked for when a file is asked about."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._tops: dict[str, list[Node]] = {}
        self._functions: dict[str, list[tuple[int, Node]]] = {}

    def hold(self, file: str, offset: int) -> bool:
        """Whether a function's body is around the byte at ``offset`` of ``file``, and tells nothing of its type."""
        if file not in self._functions:
            found = ((node.extent().begin, node) for top in self._find_tops(file) for node in _functions_in(top))
            self._functions[file] = sorted(found, key=lambda item: item[0])
        functions = self._functions[file]
        index = bisect_right(functions, offset, key=lambda item: item[0]) - 1
        return index >= 0 and _holds(functions[index][1], offset)

    def _find_tops(self, file: str) -> list[Node]:
        if not self._tops:
            tops = defaultdict(list)
            for node in self._unit.top_level():
                tops[node.place()[0]].append(node)
            self._tops = dict(tops)
        return self._tops.get(file, [])


def _functions_in(node: Node) -> Iterator[Node]:
    if node.kind in _FUNCTIONS:
        yield node
    elif node.kind in _AROUND:
        for child in node.children():
            yield from _functions_in(child)


def _holds(function: Node, offset: int) -> bool:
    if function.result.kind == TypeKind.AUTO:
        return False
    extents = (child.extent() for child in function.children() if child.kind == Kind.COMPOUND)
    return any(extent.begin <= offset < extent.end for extent in extents)
