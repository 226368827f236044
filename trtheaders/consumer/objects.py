"""The user's own compiler on the user's own source: the object that it makes, for its undefined symbols."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from trtheaders.programs.flags import NOTHING_PRECOMPILED, find_words
from trtheaders.programs.start import run_program


class ObjectQuestion(Struct, frozen=True, kw_only=True):
    """How ``source`` is compiled: with the headers in ``root`` before all others, and the build's own ``flags``."""

    source: Path
    root: Path
    include_directories: tuple[Path, ...]
    defines: tuple[str, ...]
    standard: str
    compiler: str
    flags: tuple[str, ...] = ()


def compile_object(question: ObjectQuestion, folder: Path) -> Path | None:
    """The object, in ``folder``; None where it does not compile or the compiler cannot be run.

    Without optimisation, which keeps every reference.
    """
    made = folder / "source.o"
    command: Sequence[str] = [
        *find_words(question.compiler or "g++"),
        *NOTHING_PRECOMPILED,
        f"-std={question.standard}",
        *question.flags,
        "-O0",
        "-w",
        *(f"-D{define}" for define in question.defines),
        f"-I{question.root.resolve()}",
        *(f"-isystem{path.resolve()}" for path in question.include_directories),
        "-c",
        str(question.source.resolve()),
        "-o",
        str(made),
    ]
    try:
        finished = run_program(command, folder=folder, seconds=300)
    except OSError:
        return None
    return made if finished.status == 0 and made.is_file() else None
