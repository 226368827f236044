"""What the parser did not understand, and which include is to blame for it.

After a missing include libclang goes on with `int` in place of every type that it does not know, and mangles happily.
So what an error touches is unverifiable, declaration by declaration; the rest of the unit is still judged.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from functools import cached_property
from pathlib import PurePath

from msgspec import Struct

from trtheaders.headers.declarations.bodies import Bodies
from trtheaders.headers.includes import IncludeGraph
from trtheaders.headers.parser.binding.positions import Diagnostic
from trtheaders.headers.parser.kinds import ALIASES, ARRAYS, POINTERS_AND_REFERENCES, TypeKind
from trtheaders.headers.parser.nodes import Node, TypeNode
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.headers.parser.unit import UNIT_NAME, Unit
from trtheaders.model.places import Location

_NAMES_ALONE = re.compile("'abi_tag' attribute only applies to")
"""Errors of clang about what g++ takes, which spoil no more than a name; the compiler is asked for that."""
_INTRINSICS = "intrin.h"
"""How the compiler's own headers of inline functions over its builtins end. Libclang knows some of these otherwise, or
has the functions themselves built in: no declaration is lost."""
_NOT_FOUND = re.compile(r"'([^']+)' file not found")
_POINTING = POINTERS_AND_REFERENCES | {TypeKind.MEMBER_POINTER}


class Trouble(Struct, frozen=True):
    """An error that a file of the tree suffers from; ``foreign`` is the header outside the tree that has it, or ''."""

    place: Location
    message: str
    foreign: str


class Trust:
    """Says of any declaration of a unit whether the parser understood it."""

    def __init__(self, unit: Unit, tree: HeaderTree) -> None:
        self._tree = tree
        self.diagnostics = [item for item in unit.diagnostics() if _NAMES_ALONE.search(item.message) is None]
        self.clean = not self.diagnostics
        self._errors: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, item in enumerate(self.diagnostics):
            self._errors[item.file].append((item.offset, number))
        for errors in self._errors.values():
            errors.sort()
        self._types: dict[str, str] = {}
        # The first of each: headers that include each other would lead round in a circle.
        self._included: dict[str, tuple[str, int]] = {}
        for include in () if self.clean else unit.inclusions():
            self._included.setdefault(include.file, (include.includer, include.line))
        self._met: dict[str, Location | None] = {}
        self._named: dict[str, Location | None] = {}
        self._missing = [] if self.clean else _find_missing(self.diagnostics)
        self._graph = IncludeGraph(tree)
        self._bodies = Bodies(unit)

    def doubt(self, node: Node) -> str:
        """Why ``node`` cannot be trusted: one sentence, or '' if it can."""
        if self.clean:
            return ""
        if node.is_invalid:
            return "the parser did not understand this declaration"
        if message := self.error_within(node):
            return f"the parser reports: {message}"
        return self.doubt_types(node)

    def error_within(self, node: Node) -> str:
        """The first error that lies inside ``node``, or ''."""
        extent = node.extent()
        errors = self._errors.get(extent.file, [])
        first, last = bisect_left(errors, (extent.begin, 0)), bisect_left(errors, (extent.end + 1, 0))
        return self.diagnostics[min(number for _, number in errors[first:last])].message if first < last else ""

    def doubt_types(self, node: Node) -> str:
        """The first type in the declaration of ``node`` that the parser did not understand, as a sentence."""
        if self.clean:
            return ""
        type_ = node.type
        parts = [type_.result, *type_.arguments()] if type_.kind == TypeKind.FUNCTION else [type_]
        return next(filter(None, (self._doubt_type(part, node) for part in parts)), "")

    def _doubt_type(self, type_: TypeNode, near: Node) -> str:
        spelling = type_.spelling
        if spelling not in self._types:
            self._types[spelling] = ""  # a type that refers to itself
            self._types[spelling] = self._judge_type(type_, near)
        return self._types[spelling]

    def _judge_type(self, type_: TypeNode, near: Node) -> str:
        if type_.kind in _POINTING:
            return self._doubt_type(type_.pointee, near)
        if type_.kind in ARRAYS:
            return self._doubt_type(type_.element, near)
        # A class keeps its name, and so its mangling, whatever is wrong inside it; an alias becomes `int`.
        node = type_.declaration(near)
        if node is not None and _is_alias(node):
            if node.is_invalid or self.error_within(node):
                return f"the parser did not understand the type `{type_.spelling}`"
            return self._doubt_type(node.underlying, node)
        return next(filter(None, (self._doubt_type(part, near) for part in type_.template_arguments())), "")

    def blame(self, file: str) -> tuple[str, Location | None]:
        """The missing include that ``file`` (an absolute path) suffers from: (its name, where it is asked for)."""
        return self.blame_of(self._tree.name_of(file))

    def blame_of(self, name_in_tree: str | None) -> tuple[str, Location | None]:
        """The same for a file of the tree by its name there."""
        reached = self._graph.reach(name_in_tree) if name_in_tree is not None else {}
        missing = [item for item in self._missing if self._tree.name_of(item[1]) in reached]
        if not missing:
            return "", None
        name, asker, line = min(missing, key=lambda item: reached[self._tree.name_of(item[1]) or ""])
        return name, self._tree.locate(asker, line)

    def absent(self) -> frozenset[str]:
        """The includes that lead nowhere, as they are written."""
        return frozenset(name for name, _, _ in self._missing)

    def troubled_files(self) -> list[Trouble]:
        """The files of the tree that the compiler refuses, each with its first error: one of its own, or one in a
        foreign header that it includes, which may swallow what follows.
        """
        found: dict[str, Trouble] = {}
        for item in self.diagnostics:
            place = self._place_in_tree(item)
            inside = item.file in ("", UNIT_NAME) or self._tree.name_of(item.file) is not None
            if place is not None and (inside or not self._is_harmless(item)):
                message = item.message.replace(f"{self._tree.root}/", "")
                found.setdefault(place.file, Trouble(place, message, "" if inside else PurePath(item.file).name))
        return list(found.values())

    def refused(self) -> frozenset[str]:
        """The files in which the parser refuses more than the body of a function."""
        return frozenset(item.file for item in self.diagnostics if not self._is_harmless(item))

    def _is_harmless(self, item: Diagnostic) -> bool:
        """Whether nothing is lost behind an error in a foreign header."""
        return item.file.endswith(_INTRINSICS) or self._bodies.hold(item.file, item.offset)

    def _place_in_tree(self, item: Diagnostic) -> Location | None:
        """Where the tree meets an error: at the error, or at the include that leads there; else at the first file."""
        return self._tree.locate(item.file, item.line) or self._meet_any(item) or self._first

    def _meet_any(self, item: Diagnostic) -> Location | None:
        return next(filter(None, map(self._meet, (item.file, *item.notes))), None) or self._meet_named(item.message)

    def _meet(self, file: str) -> Location | None:
        """The include in a file of the tree by which ``file`` is reached; its beginning where it is one itself."""
        way: list[str] = []
        place, line = None, 1
        while file and file not in self._met:
            place = self._tree.locate(file, line)
            if place is not None:
                break
            way.append(file)
            file, line = self._included.get(file, ("", 0))
        place = place or self._met.get(file)
        self._met.update(dict.fromkeys(way, place))
        return place

    def _meet_named(self, message: str) -> Location | None:
        """The same for the first file that a message without a place names."""
        if message not in self._named:
            places = (self._meet(file) for file in self._included if file in message)
            self._named[message] = next(filter(None, places), None)
        return self._named[message]

    @cached_property
    def _first(self) -> Location | None:
        return next((place for file in self._included if (place := self._tree.locate(file, 1)) is not None), None)


def _is_alias(node: Node) -> bool:
    return node.kind in ALIASES


def _find_missing(diagnostics: list[Diagnostic]) -> list[tuple[str, str, int]]:
    found = ((_NOT_FOUND.search(item.message), item) for item in diagnostics)
    return [(match.group(1), item.file, item.line) for match, item in found if match is not None]
