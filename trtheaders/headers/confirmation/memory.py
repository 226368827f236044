"""What a compiler answered before, kept in the user's cache by everything that could change the answer."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from msgspec import DecodeError, Struct, msgpack

from trtheaders.headers.confirmation.compilation import CompilerAnswer, CompilerCommand
from trtheaders.headers.confirmation.unit import UnitQuestion
from trtheaders.headers.parser.toolchain import Compiler
from trtheaders.model.headers.snapshot import Confirmer
from trtheaders.programs.files import MOST_SOURCE, read_bytes
from trtheaders.programs.kept_files import keep_file
from trtheaders.version import __version__

KEPT = 64
"""How many answers are kept; beyond that the ones that were not used for longest go."""


class AnswerMemory(Struct, frozen=True):
    """``folder`` keeps answers of ``compiler`` about headers that ``included`` these files; None keeps none."""

    folder: Path | None
    compiler: Compiler
    included: tuple[str, ...]

    @property
    def confirmer(self) -> Confirmer:
        """Who answers."""
        return Confirmer(family=self.compiler.family, abi=self.compiler.abi)

    def recall(
        self, question: UnitQuestion, command: CompilerCommand, ask: Callable[[], CompilerAnswer]
    ) -> CompilerAnswer:
        """The kept answer, or that of ``ask``, which is then kept. A cache that cannot be used is no harm."""
        if self.folder is None:
            return ask()
        file = self.folder / f"{self._key(question, command)}.msgpack"
        kept = _read(file)
        if kept is None:
            kept = ask()
            _write(file, kept)
        return kept

    def _key(self, question: UnitQuestion, command: CompilerCommand) -> str:
        parts = hashlib.sha256(repr((__version__, self.compiler.version, question, command)).encode())
        for path in (shutil.which(command.compiler[0]) or "", *self.included):
            parts.update(repr(_facts(path)).encode())
        return parts.hexdigest()[:40]


def _facts(path: str) -> tuple[object, ...]:
    """A file counts by its size and time of change, as make and ccache count files."""
    try:
        about = Path(path).stat()
    except OSError:
        return (path,)
    return path, about.st_size, about.st_mtime_ns


def _read(file: Path) -> CompilerAnswer | None:
    try:
        answer = msgpack.decode(read_bytes(file, MOST_SOURCE), type=CompilerAnswer)
        os.utime(file)
    except (OSError, DecodeError):
        return None
    return answer


def _write(file: Path, answer: CompilerAnswer) -> None:
    with contextlib.suppress(OSError):
        keep_file(file, msgpack.encode(answer), KEPT)
