"""The text of the headers as the user's compiler preprocesses it: what libclang passes over is still written there."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from trtheaders.errors import ToolchainError
from trtheaders.headers.parser.probes import make_folder
from trtheaders.headers.parser.toolchain import Compiler
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.model.places import Location
from trtheaders.programs.quoting import first_complaint
from trtheaders.programs.start import run_program

_MARKER = re.compile(rb'^# (\d+) "((?:[^"\\\n]|\\.)*)"[^\n]*\n', re.MULTILINE)
_DEFINITION = re.compile(rb"^#(?:define|undef)\b[^\n]*", re.MULTILINE)
_PARSER_S_OWN = ("--target=", "-ferror-limit=", "-fclang-abi-compat=", "-ivfsoverlay", "-fbracket-depth=")
_PATIENCE = 120
"""Seconds; the largest trees take less than two."""


class PreprocessedText(Struct, frozen=True):
    """What the files of a tree become: macros expanded, comments and skipped regions gone, definitions kept.

    ``starts`` are the offsets in bytes at which pieces of ``text`` begin, ``places`` where each stands.
    """

    text: bytes
    starts: tuple[int, ...]
    places: tuple[Location, ...]

    def locate(self, offset: int) -> Location:
        """Where the byte at ``offset`` comes from; for macros where they are used."""
        index = bisect_right(self.starts, offset) - 1
        place = self.places[index]
        return Location(file=place.file, line=place.line + self.text.count(b"\n", self.starts[index], offset))

    def code(self) -> bytes:
        """The text without definitions of macros, at the same offsets."""
        return _DEFINITION.sub(lambda match: b" " * len(match.group()), self.text)

    def lines(self) -> dict[str, set[int]]:
        """The lines of which something is left, by file of the tree."""
        found: dict[str, set[int]] = {}
        for start, end, place in zip(self.starts, (*self.starts[1:], len(self.text)), self.places, strict=True):
            pieces = self.text[start:end].split(b"\n")
            left = (place.line + index for index, piece in enumerate(pieces) if piece.strip())
            found.setdefault(place.file, set()).update(left)
        return found


def preprocess(
    text: str,
    arguments: Sequence[str],
    compiler: Compiler,
    absent: Iterable[str],
    tree: HeaderTree,
) -> PreprocessedText:
    """What ``compiler`` makes of the files of ``tree`` that ``text`` includes; ``arguments`` are those for the parser.

    ``absent`` are includes that lead nowhere: they count as empty. Definitions of macros stand where they stood.
    Raises :class:`ToolchainError` if the compiler gives up.
    """
    with make_folder() as folder:
        for name in absent:
            _make_empty(Path(folder), name)
        words = [item for item in arguments if not item.startswith(_PARSER_S_OWN)]
        command = [
            *compiler.words,
            "-E",
            "-dD",
            "-x",
            "c++",
            *words,
            f"-isystem{folder}",
            "-",
        ]
        output = _run(command, text.encode())
    return _keep_tree(output, tree)


def _make_empty(folder: Path, name: str) -> None:
    file = folder / name
    if ".." not in file.parts and file.is_relative_to(folder):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()


def _run(command: list[str], text: bytes) -> bytes:
    try:
        done = run_program(command, given=text, seconds=_PATIENCE)
    except OSError as error:
        story = f"`{command[0]} -E` cannot be run: {error.strerror}"
        raise ToolchainError(story, hint="try another `--compiler`") from error
    said = done.said
    # After an `#error` it goes on to the end, after a fatal error it does not.
    fatal = "fatal error" in said
    if fatal or (done.status != 0 and not done.output):
        reason = first_complaint(said) or f"exit status {done.status}"
        raise ToolchainError(f"`{command[0]} -E` gives up: {reason}", hint="mend the line that it names")
    return done.output


def _keep_tree(output: bytes, tree: HeaderTree) -> PreprocessedText:
    kept = list(_pieces(output, tree))
    starts = [0]
    for piece, _ in kept:
        starts.append(starts[-1] + len(piece))
    return PreprocessedText(b"".join(piece for piece, _ in kept), tuple(starts[:-1]), tuple(place for _, place in kept))


def _pieces(output: bytes, tree: HeaderTree) -> Iterator[tuple[bytes, Location]]:
    """Each stretch of ``output`` that comes from ``tree``, with its first line's place (cpp manual, "Output")."""
    markers = list(_MARKER.finditer(output))
    for marker, following in zip(markers, [*markers[1:], None], strict=True):
        file = marker.group(2).replace(b"\\\\", b"\\").replace(b'\\"', b'"').decode(errors="surrogateescape")
        place = tree.locate(file, int(marker.group(1)))
        if place is not None:
            yield output[marker.end() : len(output) if following is None else following.start()], place
