"""What the user's compiler says of a source that the parser refuses: it decides, for it is what builds the program."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from trtheaders.headers.confirmation.compilation import CompilerCommand
from trtheaders.model.answers.uses import Failure
from trtheaders.programs.flags import NOTHING_PRECOMPILED
from trtheaders.programs.start import run_program

_PATIENCE = 300
_PLACE = re.compile(r"^(?P<file>/[^:\n]+):(?P<line>\d+)(?::\d+)?: (?!warning|remark)", re.MULTILINE)
_STOPPED = re.compile(
    r"^(?P<file>/[^:\n]+):(?P<line>\d+)(?::\d+)?: fatal error: "
    r"(?:'(?P<quoted>[^'\n]+)' file not found|(?P<bare>[^:\n]+): No such file)",
    re.MULTILINE,
)
_STAND_INS = 8
"""How many missing headers are stood in for: each costs a compilation."""
_NEAR = 5
"""Lines by which two compilers may differ about where a statement is wrong: its first line, its last, an argument."""


class Refusals(Struct, frozen=True, kw_only=True):
    """Whether a source ``compiles``; else the ``places`` (file and line) that the compiler names.

    ``stopped`` says that a missing include ended it, so that it saw only the beginning.
    """

    compiles: bool
    places: frozenset[tuple[str, int]] = frozenset()
    stopped: bool = False


def ask_refusals(command: CompilerCommand, source: Path, flags: Sequence[str]) -> Refusals | None:
    """The compiler's word on ``source`` with the consumer's ``flags``; None where it cannot be asked.

    A compiler ends at the first header that is missing, where the parser goes on. So it is asked again with an empty
    file in that header's place, and the include that asks for it stays refused.
    """
    with TemporaryDirectory(prefix="trtheaders-") as folder:
        return _ask(command, (*flags, "-idirafter", folder), source, Path(folder), missing=frozenset())


def _ask(
    command: CompilerCommand, flags: tuple[str, ...], source: Path, folder: Path, missing: frozenset[tuple[str, int]]
) -> Refusals | None:
    own = ["-fsyntax-only", "-w", "-fdiagnostics-color=never", "-x", "c++", str(source.resolve())]
    try:
        done = run_program([*command.compiler, *NOTHING_PRECOMPILED, *command.flags, *flags, *own], seconds=_PATIENCE)
    except OSError:
        return None
    if done.status == 0:
        return Refusals(compiles=not missing, places=missing)
    places = missing | {(found["file"], int(found["line"])) for found in _PLACE.finditer(done.said)}
    stop = _STOPPED.search(done.said)
    if stop is None:
        return Refusals(compiles=False, places=places) if places else None
    if len(missing) < _STAND_INS and _stand_in(folder, stop["quoted"] or stop["bare"]):
        return _ask(command, flags, source, folder, missing | {(stop["file"], int(stop["line"]))})
    return Refusals(compiles=False, places=places, stopped=True)


def _stand_in(folder: Path, name: str) -> bool:
    """An empty header ``name`` in ``folder``; False where it has one that did not help, or ``name`` leads elsewhere."""
    path = folder / name
    if ".." in path.parts or not path.is_relative_to(folder) or path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return True


def keep_confirmed(errors: Sequence[Failure], said: Refusals | None) -> tuple[Failure, ...]:
    """Those of ``errors`` that the compiler has as well; all where it was not asked, or did not come that far."""
    if said is None or said.stopped:
        return tuple(errors)
    return tuple(item for item in errors if not said.compiles and _is_near(item, said))


def _is_near(item: Failure, said: Refusals) -> bool:
    place = item.location
    return place is None or any(file == place.file and abs(line - place.line) <= _NEAR for file, line in said.places)
