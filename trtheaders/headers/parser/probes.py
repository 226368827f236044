"""Questions to the parser about headers that it has read: further units on top of the first, as a precompiled header.

C++ answers what libclang has no function for. The precompiled header is a file without a name, which forks share and
which goes with the last of them.
"""

from __future__ import annotations

import os
import select
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

from trtheaders.errors import ToolchainError
from trtheaders.headers.parser.child import begun_apart
from trtheaders.headers.parser.kinds import Kind
from trtheaders.headers.parser.nodes import Node
from trtheaders.headers.parser.unit import Unit
from trtheaders.programs.files import open_regular


class Probing:
    """Asks about ``unit``, which was parsed with ``arguments``."""

    def __init__(self, unit: Unit, arguments: Sequence[str]) -> None:
        self._unit, self._arguments = unit, arguments
        self._file: IO[bytes] | None = None
        self._written: int | None = None
        """What has something to read once another process has written the file, and ends if it could not."""

    def prepare(self) -> None:
        """Write what questions take, for forks to ask theirs too. Raises :class:`~trtheaders.errors.ToolchainError`."""
        if self._file is None:
            self._precompiled()

    @contextmanager
    def prepared_apart(self) -> Iterator[None]:
        """The same on another core, inside of the block; who has a question, a fork too, waits for it.

        Without a folder for temporary files it is left to the first question.
        """
        with ExitStack() as stack:
            with suppress(ToolchainError):
                self._begin(Path(stack.enter_context(make_folder())), stack)
            yield

    def _begin(self, folder: Path, stack: ExitStack) -> None:
        self._file = file = _make_file()
        self._written, writer = os.pipe()
        stack.callback(os.close, self._written)
        stack.enter_context(begun_apart(lambda: self._write(file, folder) and os.write(writer, b"!"), int))
        os.close(writer)

    def ask(self, text: str, *, unchecked: bool = False) -> Unit:
        """``text`` parsed behind the headers; ``unchecked`` lets it name what is private.

        Where access is not checked, some constraints have another answer: ask so only what gets none otherwise. Raises
        :class:`~trtheaders.errors.ToolchainError`.
        """
        more = ["-fno-access-control"] if unchecked else []
        answer = Unit.ask(text, [*self._arguments, *more, "-include-pch", self._precompiled()])
        answer.specialisations = self._unit.specialisations
        return answer

    def _precompiled(self) -> str:
        if self._file is None or (self._written is not None and not _gives(self._written)):
            self._file, self._written = _make_file(), None
            with make_folder() as folder:
                self._write(self._file, Path(folder))
        return f"/proc/self/fd/{self._file.fileno()}"

    def _write(self, file: IO[bytes], folder: Path) -> int:
        """Libclang writes what has a name alone. Raises :class:`~trtheaders.errors.ToolchainError`."""
        named = folder / "unit.pch"
        self._unit.write(named)
        with open_regular(named) as source:
            shutil.copyfileobj(source, file)
        file.flush()
        named.unlink()
        return file.tell()


def _make_file() -> IO[bytes]:
    with _room():
        return TemporaryFile()


def _gives(pipe: int) -> bool:
    """Whether something comes out of ``pipe``, which is left in it; waits for that, or for the pipe's end."""
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN)
    return any(event & select.POLLIN for _, event in waiting.poll())


def make_folder() -> TemporaryDirectory[str]:
    """A folder that goes when it is left. Raises :class:`ToolchainError` where none can be made."""
    with _room():
        return TemporaryDirectory(prefix="trtheaders-")


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
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
