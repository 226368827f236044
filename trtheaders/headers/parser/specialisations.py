"""What the names of specialisations mean: libclang spells the arguments of `template <> class Box<Item>;` as the header
does, wherever the class is used, in names that other scopes do not know.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING

from trtheaders.headers.parser.kinds import FIRST_REFERENCE, TEMPLATE_PARAMETERS, Kind, TypeKind
from trtheaders.spelling import split_commas

if TYPE_CHECKING:
    from trtheaders.headers.parser.nodes import Node

_FIRST = re.compile(r"(?<![\w:])[A-Za-z_]\w*")
_HEAD = re.compile(r"(?<![\w:])(?:[\w:]|\([a-z]+ [^()<]*\))+(?=<)")
"""What may be a name in front of arguments; parts of it without a name are called `(anonymous namespace)`."""
_NAMES = frozenset({Kind.TYPE_REFERENCE, Kind.TEMPLATE_REFERENCE, Kind.NAMESPACE_REFERENCE, Kind.NAME})
_OUTERMOST = frozenset({Kind.UNIT, Kind.LINKAGE})


class Specialisations:
    """The specialisations of one unit whose arguments are not written from the outermost scope."""

    def __init__(self) -> None:
        self._meant: dict[str, str] = {}
        self._by_head: dict[str, list[str]] = {}

    def note(self, node: Node) -> None:
        """``node`` is one, or declares that an instance is made elsewhere."""
        written = node.type.canonical.spelling
        head, arguments = split_arguments(written)
        inner = _find_inner(node) if arguments else frozenset()
        types = node.type.canonical.all_template_arguments()
        meant = list(arguments)
        for place, (text, type_) in enumerate(zip_longest(arguments, types[: len(arguments)])):
            if not inner.isdisjoint(_FIRST.findall(text)):
                meant[place] = _spell_value(node, place) or text if type_ is None else type_.meaning
        name = f"{self.translate(head)}<{', '.join(meant)}>"
        if arguments and name != written:
            self._meant[written] = name
            self._by_head.setdefault(written.partition("<")[0], []).append(written)

    def translate(self, text: str) -> str:
        """``text``, a canonical spelling, with each of them as it is meant."""
        if not self._meant or "<" not in text:
            return text
        pieces, place = list[str](), 0
        for head in _HEAD.finditer(text):
            written = self._find(text, head) if head.start() >= place else None
            if written is not None:
                pieces += [text[place : head.start()], self._meant[written]]
                place = head.start() + len(written)
        return "".join((*pieces, text[place:]))

    def _find(self, text: str, head: re.Match[str]) -> str | None:
        """The longest that stands at ``head`` in ``text``."""
        found = (item for item in self._by_head.get(head.group(), ()) if text.startswith(item, head.start()))
        return max(found, key=len, default=None)


def split_arguments(name: str) -> tuple[str, list[str]]:
    """`n::A<x>::B` and [`int`, `C<y, z>`] of `n::A<x>::B<int, C<y, z>>`."""
    depth = 0
    for place in range(len(name) - 1, -1, -1) if name.endswith(">") else ():
        depth += {">": 1, ")": 1, "<": -1, "(": -1}.get(name[place], 0)
        if depth == 0:
            return name[:place], split_commas(name[place + 1 : -1])
    return name, []


def _find_inner(node: Node) -> frozenset[str]:
    """The names in front of the members of ``node`` that the outermost scope does not have."""
    found = set()
    for child in node.children():
        if child.kind < FIRST_REFERENCE:
            break
        for item in (child, *child.descend(_NAMES)):
            named = item.referenced if item.kind in _NAMES else None
            if named is not None and named.parent is not None and named.parent.kind not in _OUTERMOST:
                found.add(named.spelling)
    return frozenset(found)


def _spell_value(node: Node, place: int) -> str:
    """The template argument at ``place`` as a number, or an enumerator; '' where the template does not say which."""
    value, pattern = node.template_value(place), node.template
    parameters = [child for child in pattern.children() if child.kind in TEMPLATE_PARAMETERS] if pattern else []
    if value is None or place >= len(parameters):
        return ""
    type_ = parameters[place].type.canonical
    enumeration = type_.declaration(node)
    if enumeration is None or enumeration.kind != Kind.ENUM:
        return str(bool(value)).lower() if type_.kind == TypeKind.BOOL else str(value) if type_.is_scalar else ""
    named = next((item.spelling for item in enumeration.children() if item.enum_value == value), None)
    return f"({type_.spelling}){value}" if named is None else f"{type_.spelling}::{named}"
