"""Declarations that a macro of the tree writes into a foreign file that the tree includes: lists of `ITEM(name)`.

Such a file (an X macro's) says for what, and the tree says what: the tree declares it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from trtheaders.headers.parser.nodes import Node
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.headers.parser.unit import Unit
from trtheaders.model.places import Location

_CALL = re.compile(rb"(\w+)(?:\s*\(((?:[^()]|\([^()]*\))*)\))?")
_WORD = re.compile(rb"\w+")
_DEFINED = re.compile(rb"#[ \t]*define[ \t]+(\w+)")


class ForeignLists:
    """The foreign ``files`` that may be lists: those that files of ``tree`` include, and what these include in turn.

    ``unguarded`` are those of them that may be read more than once.
    """

    def __init__(self, unit: Unit, tree: HeaderTree) -> None:
        self._tree = tree
        self._includers: dict[str, set[str]] = {}
        self.files: set[str] = set()
        self.unguarded: set[str] = set()
        self._others: dict[str, None] = {}
        for item in unit.inclusions():
            name = tree.name_of(item.file)
            if name is not None:
                self._others[name] = None
                continue
            ours = tree.name_of(item.includer)
            if ours is None and item.includer not in self.unguarded:
                continue
            if item.file not in self.files and not unit.is_guarded(item.file):
                self.unguarded.add(item.file)
            self.files.add(item.file)
            includers = {ours} if ours is not None else self._includers[item.includer]
            self._includers.setdefault(item.file, set()).update(includers)

    def locate(self, node: Node, behind: Location | None = None) -> Location | None:
        """Where the tree defines the macro that wrote all of ``node``; None where none did.

        Of several definitions it is the first that has the name's own part, and that stands ``behind`` its class.
        """
        if node.place()[0] not in self.files:
            return None
        extent = node.extent()
        # What a macro wrote, its name included, stands where the macro is expanded.
        if extent.file not in self.files or node.behind_name().begin - extent.begin not in (0, len(node.spelling)):
            return None
        call = _CALL.match(self._tree.text_at(extent.file), extent.begin)
        if call is None or call[1] not in self._macros or call[1].decode() == node.spelling:
            return None
        found = list(self._definitions(call[1], extent.file))
        given = _WORD.findall(call[2] or b"")
        parts = re.split(rb"|".join(map(re.escape, given)) or rb"\Z", node.spelling.encode())
        own = [place for place, body in found if all(part in body for part in parts)]
        later = [place for place in own if behind and (place.file, place.line) > (behind.file, behind.line)]
        return next(iter((*later, *own, *(place for place, _ in found))), None)

    @cached_property
    def _macros(self) -> frozenset[bytes]:
        """What files of the tree define; what foreign headers begin a declaration with is seldom a macro of theirs."""
        return frozenset(name for header in self._others for name in _DEFINED.findall(self._tree.text(header)))

    def _definitions(self, name: bytes, file: str) -> Iterator[tuple[Location, bytes]]:
        """Places and bodies. A list that defines its macro does so for want of another, which who includes it gives."""
        definition = re.compile(rb"^[ \t]*#[ \t]*define[ \t]+" + name + rb"\b((?:\\\r?\n|.)*)", re.MULTILINE)
        near = sorted(self._includers[file])
        for header in near if definition.search(self._tree.text_at(file)) else dict.fromkeys((*near, *self._others)):
            text = self._tree.text(header)
            for match in definition.finditer(text):
                yield Location(file=header, line=text.count(b"\n", 0, match.start()) + 1), match[1]
