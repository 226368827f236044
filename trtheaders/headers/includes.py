"""Which headers of a tree include which, read from their text.

The parser tells only who included a file first; whoever came later, behind an include guard, is not told.
"""

from __future__ import annotations

import posixpath
import re

from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.programs.files import is_file

_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.MULTILINE)


class IncludeGraph:
    """The includes of one tree, read when asked for."""

    def __init__(self, tree: HeaderTree) -> None:
        self._tree = tree
        self._direct: dict[str, tuple[str, ...]] = {}

    def reach(self, name: str) -> dict[str, int]:
        """``name`` and every file of the tree that it includes, directly or not, with the number of steps."""
        steps = {name: 0}
        waiting = [name]
        for current in waiting:
            for included in self._includes(current):
                if included not in steps:
                    steps[included] = steps[current] + 1
                    waiting.append(included)
        return steps

    def _includes(self, name: str) -> tuple[str, ...]:
        if name not in self._direct:
            written = (match.decode(errors="replace") for match in _INCLUDE.findall(self._tree.text(name)))
            found = (self._resolve(name, item) for item in written)
            self._direct[name] = tuple(item for item in found if item is not None)
        return self._direct[name]

    def _resolve(self, includer: str, written: str) -> str | None:
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(includer), written))
        for candidate in (beside, posixpath.normpath(written)):
            if not candidate.startswith("..") and is_file(self._tree.root / candidate):
                return candidate
        return None
