"""Questions to the parser about headers that it has read: further units on top of the first, as a precompiled header.

C++ answers what libclang has no function for. Nothing is written before the first question. Access is not checked
there, so that a question may name everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from trtheaders.headers.clang import UNIT_NAME, Kind, Node, Unit


class Probing:
    """Asks about ``unit``, which is ``text`` parsed with ``arguments``."""

    def __init__(self, unit: Unit, text: str, arguments: Sequence[str]) -> None:
        self._unit, self._text, self._arguments = unit, text, arguments
        self._folder: TemporaryDirectory[str] | None = None

    def ask(self, text: str) -> Unit:
        """``text`` parsed behind the headers. Raises :class:`~trtheaders.errors.ToolchainError`."""
        on_top = ["-fno-access-control", "-include-pch", str(self._precompiled())]
        return Unit.parse(text, [*self._arguments, *on_top], declared_only=True)

    def read_directives(self) -> Unit:
        """The headers once more, with what the preprocessor did."""
        return Unit.parse(self._text, self._arguments, declared_only=True, directives=True)

    def _precompiled(self) -> Path:
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="trtheaders-")
            self._unit.write(Path(self._folder.name) / "unit.pch")
        return Path(self._folder.name) / "unit.pch"

    def close(self) -> None:
        """Remove what was written."""
        if self._folder is not None:
            self._folder.cleanup()


def inside(namespace: str, text: str) -> str:
    """``text`` in ``namespace``, where names mean what they mean there; '' is the global one."""
    return f"namespace {namespace} {{ {text} }}\n" if namespace else f"{text}\n"


def find_answers(unit: Unit, prefix: str) -> dict[str, Node]:
    """What ``unit``, an answer of :meth:`Probing.ask`, itself declares under names with ``prefix``, by these names."""
    found: dict[str, Node] = {}
    waiting = unit.top_level()
    while waiting:
        node = waiting.pop()
        if node.spelling.startswith(prefix):
            found[node.spelling] = node
        elif node.kind == Kind.NAMESPACE and node.place()[0] == UNIT_NAME:
            waiting += node.children()
    return found
