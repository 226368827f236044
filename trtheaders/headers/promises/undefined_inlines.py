"""Functions that are declared inline and that no header defines: g++ warns ("inline function used but never defined"),
and leaves them to the linker.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from trtheaders.headers.declarations.sketches import Sketch
from trtheaders.headers.parser.tree import HeaderTree

_SOURCES = frozenset({".c", ".cc", ".cpp", ".cxx", ".cu"})


class UndefinedInlines:
    """Knows which of the ``functions`` of ``tree``, asked for once one is in question, have no body anywhere."""

    def __init__(self, tree: HeaderTree, functions: Callable[[], Iterable[Sketch]]) -> None:
        self._tree = tree
        self._functions = functions
        self._beside: dict[Path, list[str]] = {}
        self._bodies: dict[str, set[tuple[str | None, int]]] = {}

    def holds(self, sketch: Sketch) -> bool:
        """Whether no body of the inline function ``sketch`` was read, and none lies in a file beside its header.

        What lies there (`api-inl.h`, `api.ipp`) its users include as well, or it stands behind a condition.
        """
        if any(node.is_definition for node in sketch.nodes) or sketch.node.definition is not None:
            return False
        return not self._is_defined_beside(sketch)

    def _is_defined_beside(self, sketch: Sketch) -> bool:
        """Whether the name stands in front of parameters and a brace there; a call in front of one counts as well.

        Bodies of other functions of that name, which the parser read, do not.
        """
        name = sketch.node.spelling.partition("<")[0]
        body = re.compile(rb"(?<![\w~])" + re.escape(name.encode()) + rb"\s*\([^;{}]*\{")
        files = self._files_in((self._tree.root / sketch.location.file).parent)
        return any(self._has_unread(file, name, body) for file in files)

    def _files_in(self, folder: Path) -> list[str]:
        if folder not in self._beside:
            found = (path for path in sorted(folder.iterdir()) if path.is_file() and path.suffix not in _SOURCES)
            self._beside[folder] = [path.relative_to(self._tree.root).as_posix() for path in found]
        return self._beside[folder]

    def _has_unread(self, file: str, name: str, body: re.Pattern[bytes]) -> bool:
        text = self._tree.text(file)
        if name.encode() not in text:
            return False
        lines = (text.count(b"\n", 0, match.start()) + 1 for match in body.finditer(text))
        return any((file, line) not in self._bodies_of(name) for line in lines)

    def _bodies_of(self, name: str) -> set[tuple[str | None, int]]:
        """Where the functions called ``name`` stand whose bodies the parser read."""
        if name not in self._bodies:
            named = (item for item in self._functions() if item.name.endswith(name))
            bodies = [node for sketch in named for node in sketch.nodes if node.is_definition]
            places = [node.place() for node in bodies if node.spelling.partition("<")[0] == name]
            self._bodies[name] = {(self._tree.name_of(file), line) for file, line, _ in places}
        return self._bodies[name]
