"""Questions to the parser about headers that it has read: further units on top of the first, as a precompiled header.

C++ answers what libclang has no function for. Nothing is written before the first question.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from trtheaders.errors import ToolchainError
from trtheaders.headers.parser.kinds import Kind
from trtheaders.headers.parser.nodes import Node
from trtheaders.headers.parser.unit import Unit


class Probing:
    """Asks about ``unit``, which was parsed with ``arguments``."""

    def __init__(self, unit: Unit, arguments: Sequence[str]) -> None:
        self._unit, self._arguments = unit, arguments
        self._folder: TemporaryDirectory[str] | None = None
        self._owner = 0

    def prepare(self) -> None:
        """Write what questions take, for forks to ask theirs too. Raises :class:`~trtheaders.errors.ToolchainError`."""
        self._precompiled()

    def ask(self, text: str, *, unchecked: bool = False) -> Unit:
        """``text`` parsed behind the headers; ``unchecked`` lets it name what is private.

        Where access is not checked, some constraints have another answer: ask so only what gets none otherwise. Raises
        :class:`~trtheaders.errors.ToolchainError`.
        """
        more = ["-fno-access-control"] if unchecked else []
        arguments = [*self._arguments, *more, "-include-pch", str(self._precompiled())]
        answer = Unit.ask(text, arguments)
        answer.specialisations = self._unit.specialisations
        return answer

    def _precompiled(self) -> Path:
        if self._folder is None:
            self._folder, self._owner = make_folder(), os.getpid()
            self._unit.write(Path(self._folder.name) / "unit.pch")
        return Path(self._folder.name) / "unit.pch"

    def close(self) -> None:
        """Remove what was written by this process."""
        if self._folder is not None and self._owner == os.getpid():
            self._folder.cleanup()


def make_folder() -> TemporaryDirectory[str]:
    """A folder that goes when it is left. Raises :class:`ToolchainError` where none can be made."""
    try:
        return TemporaryDirectory(prefix="trtheaders-")
    except OSError as error:
        hint = "make room there, or name another folder for temporary files in TMPDIR"
        raise ToolchainError(f"there is no folder for temporary files: {error}", hint=hint) from error


def inside(namespace: str, text: str) -> str:
    """``text`` in ``namespace``, where names mean what they mean there; '' is the global one."""
    return f"namespace {namespace} {{ {text} }}\n" if namespace else f"{text}\n"


def find_answers(unit: Unit, prefix: str) -> dict[str, Node]:
    """What ``unit``, an answer of :meth:`Probing.ask`, itself declares under names with ``prefix``, by these names."""
    found: dict[str, Node] = {}
    waiting = unit.top_level()
    while waiting:
        node = waiting.pop()
        name = node.spelling
        if name.startswith(prefix):
            found[name] = node
        elif node.kind == Kind.NAMESPACE:
            waiting += node.children()
    return found
