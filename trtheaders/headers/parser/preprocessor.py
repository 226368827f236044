"""The text of the headers as the user's compiler preprocesses it: what libclang passes over is still written there."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from msgspec import Struct

from trtheaders.errors import ToolchainError
from trtheaders.headers.parser.probes import make_folder
from trtheaders.headers.parser.toolchain import Compiler
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.model.places import Location
from trtheaders.programs.quoting import first_complaint
from trtheaders.programs.start import run_program

# Behind the blanks of a line that was left out, where macros are not expanded.
_MARKER = re.compile(rb'^[ \t]*# (\d+) "((?:[^"\\\n]|\\.)*)"[^\n]*\n', re.MULTILINE)
_DEFINITION = re.compile(rb"^#(?:define|undef|include\w*)\b[^\n]*", re.MULTILINE)
_PARSER_S_OWN = ("--target=", "-ferror-limit=", "-fclang-abi-compat=", "-ivfsoverlay", "-fbracket-depth=")
_NO_BRACES = bytes(set(range(256)) - set(b"{}"))
_PATIENCE = 120
"""Seconds; the largest trees take less than two."""


class Piece(Struct, frozen=True):
    """A stretch of one ``file`` (an absolute path): its text, its first line, and where in the tree that is."""

    text: bytes
    file: str
    line: int
    place: Location | None


class PreprocessedText:
    """What files become: macros expanded, comments and skipped regions gone, definitions kept.

    ``text`` is the tree's, and what of others opens or closes a brace that they leave to it.
    """

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces

    @cached_property
    def _told(self) -> list[Piece]:
        return [piece for piece in self._pieces if piece.place is not None or _leaves_braces(piece.text)]

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(len(piece.text) for piece in self._told)]

    @cached_property
    def text(self) -> bytes:
        """The tree's pieces in order, with what is left open around them."""
        return b"".join(piece.text for piece in self._told)

    def locate(self, offset: int) -> Location | None:
        """Where the byte at ``offset`` of ``text`` is from, for macros where they are used; None outside the tree."""
        index = bisect_right(self._starts, offset) - 1
        place = self._told[index].place
        if place is None:
            return None
        return Location(file=place.file, line=place.line + self.text.count(b"\n", self._starts[index], offset))

    def code(self) -> bytes:
        """The text without definitions of macros, at the same offsets."""
        return _DEFINITION.sub(lambda match: b" " * len(match.group()), self.text)

    def files(self) -> set[str]:
        """The absolute paths of those that were read."""
        return {file for file in self._by_file if file.startswith("/")}

    def readings(self, file: str) -> set[frozenset[int]]:
        """The lines of ``file`` of which something is left, each time that it was read; what is alike, once."""
        found: list[set[int]] = []
        for piece in self._by_file.get(file, ()):
            if piece.line == 1 or not found:
                found.append(set())
            found[-1].update(number for number, line in enumerate(piece.text.split(b"\n"), piece.line) if line.strip())
        return set(map(frozenset, found))

    @cached_property
    def _by_file(self) -> dict[str, list[Piece]]:
        found = defaultdict(list)
        for piece in self._pieces:
            found[piece.file].append(piece)
        return dict(found)


def _leaves_braces(text: bytes) -> bool:
    """Whether ``text`` opens or closes a brace without its other one, so that what is behind it stands elsewhere."""
    if b"{" not in text and b"}" not in text:
        return False
    bare = _DEFINITION.sub(b"", text) if b"#" in text else text
    braces = bare.translate(None, _NO_BRACES)
    while b"{}" in braces:
        braces = braces.replace(b"{}", b"")
    return bool(braces)


def preprocess(
    text: str,
    arguments: Sequence[str],
    compiler: Compiler,
    absent: Iterable[str],
    tree: HeaderTree,
    *,
    expanded: bool = True,
) -> PreprocessedText:
    """What ``compiler`` makes of the files that ``text`` includes; ``arguments`` are those for the parser.

    ``absent`` are includes that lead nowhere: they count as empty. Definitions of macros stand where they stood.
    Where macros need not be ``expanded``, g++ follows directives alone, in a quarter of the time.
    Raises :class:`ToolchainError` if the compiler gives up.
    """
    with make_folder() as folder:
        for name in absent:
            _make_empty(Path(folder), name)
        words = [item for item in arguments if not item.startswith(_PARSER_S_OWN)]
        if not expanded and compiler.family != "clang":
            words.append("-fdirectives-only")
        command = [
            *compiler.words,
            "-E",
            "-dD",
            "-dI",
            "-x",
            "c++",
            *words,
            f"-isystem{folder}",
            "-",
        ]
        output = _run(command, text.encode())
    return PreprocessedText(tuple(_read_pieces(output, tree)))


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


def _read_pieces(output: bytes, tree: HeaderTree) -> Iterator[Piece]:
    """Each stretch of ``output`` that comes from one file (cpp manual, "Output")."""
    markers = list(_MARKER.finditer(output))
    names: dict[bytes, str] = {}
    for marker, following in zip(markers, [*markers[1:], None], strict=True):
        file = names.get(marker[2]) or names.setdefault(marker[2], _read_name(marker[2]))
        line = int(marker[1])
        text = output[marker.end() : len(output) if following is None else following.start()]
        # With `-g` a marker names the folder where the compiler runs (GCC manual, "-fworking-directory").
        if marker[2].endswith(b"//"):
            continue
        yield Piece(text, file, line, tree.locate(file, line))


def _read_name(written: bytes) -> str:
    name = written.replace(b"\\\\", b"\\").replace(b'\\"', b'"')
    return os.path.normpath(name.decode(errors="surrogateescape"))
