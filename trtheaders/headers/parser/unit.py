"""A parsed translation unit: :class:`Unit`, a thin view over libclang's, whose nodes hold on to it.

Nothing but `unit`, `nodes` and `positions` touches libclang, and its objects never leave these views.
"""

from __future__ import annotations

import ctypes
import os
from collections import Counter, defaultdict
from collections.abc import Container, Sequence
from ctypes import c_char_p, c_void_p
from pathlib import Path
from typing import Any

from trtheaders.errors import ToolchainError
from trtheaders.headers.parser.binding.callbacks import walk
from trtheaders.headers.parser.binding.positions import Diagnostic, Inclusion, Places
from trtheaders.headers.parser.binding.prototypes import (
    InclusionVisitor,
    UnsavedFile,
    libclang,
    text_of,
)
from trtheaders.headers.parser.child import ParserDeathError
from trtheaders.headers.parser.kinds import (
    PREPROCESSING,
)
from trtheaders.headers.parser.nodes import Node, TypeNode
from trtheaders.headers.parser.specialisations import Specialisations
from trtheaders.programs.quoting import NOT_SHOWN, is_called_as_header

_CRASHED = 2
"""CXError_Crashed."""
# CXTranslationUnit_Flags: KeepGoing goes on after an include that is not found.
# DetailedPreprocessingRecord tells which regions conditions left out.
_INCOMPLETE, _KEEP_GOING, _RECORD, _SKIP_BODIES = 0x02, 0x200, 0x01, 0x40


ERROR = 3
UNIT_NAME = "trtheaders-unit.cpp"


def parser_version() -> str:
    """Libclang's own words for its version."""
    return text_of(libclang.getClangVersion()).split("(")[0].strip()


class Unit:
    """A parsed translation unit. Its nodes hold on to it."""

    def __init__(self, handle: Any, index: Any) -> None:
        self.handle = handle
        self.places = Places()
        self.usrs: dict[int, str] = {}
        self.remembered: dict[tuple[str, str], Any] = {}
        self.specialisations = Specialisations()
        self._index = index
        self._inclusions: list[Inclusion] | None = None
        self.nodes: dict[int | None, Node] | None = None
        """The nodes of the declarations that were met, where each is to be met as the same node again."""
        self.types: dict[int | None, TypeNode] | None = None
        """Those of types likewise."""

    def __del__(self) -> None:
        libclang.disposeTranslationUnit(self.handle)
        libclang.disposeIndex(self._index)

    @classmethod
    def parse(cls, text: str, arguments: Sequence[str], *, declared_only: bool = False) -> Unit:
        """Parse ``text`` as C++ with the compiler ``arguments``; diagnostics are kept, never raised.

        ``declared_only`` leaves out what clang does at the end of a unit, as for a header that it precompiles: it
        makes no bodies of instances that nothing but code asks for, a quarter of the time that a large library's
        headers take. Every declaration and every body that is written is there.

        Raises :class:`ParserDeathError` if libclang gives up altogether. Python's lock is released meanwhile, so that
        two units can be parsed at once.
        """
        unit = cls._make(text, arguments, _KEEP_GOING | (_INCOMPLETE if declared_only else 0))
        # Nodes and their unit hold on to each other then: for processes that end with their answer.
        unit.nodes, unit.types = ({}, {}) if declared_only else (None, None)
        return unit

    @classmethod
    def ask(cls, text: str, arguments: Sequence[str]) -> Unit:
        """Parse ``text`` behind the precompiled header that ``arguments`` name: a unit with nothing of that at its top
        level. Raises :class:`ParserDeathError`.
        """
        unit = cls._make(text, arguments, _KEEP_GOING | _INCOMPLETE, own_alone=True)
        unit.nodes = {}
        return unit

    @classmethod
    def lex(cls, text: str, arguments: Sequence[str]) -> Unit:
        """Preprocess ``text`` and make nothing of it: a unit that tells its inclusions, what conditions left out and
        which includes are not found, as one that was parsed does, in a tenth of the time.

        Libclang has no such question, but passes over the body of a function by counting braces: all of ``text`` is
        one. Raises :class:`ParserDeathError`.
        """
        return cls._make(f"void trtheaders_body() {{\n{text}}}\n", arguments, _KEEP_GOING | _RECORD | _SKIP_BODIES)

    @classmethod
    def _make(cls, text: str, arguments: Sequence[str], options: int, *, own_alone: bool = False) -> Unit:
        index = libclang.createIndex(own_alone, 0)
        words = (c_char_p * len(arguments))(*(os.fsencode(argument) for argument in arguments))
        contents = os.fsencode(text)
        unsaved = UnsavedFile(UNIT_NAME.encode(), contents, len(contents))
        handle = c_void_p()
        status = libclang.parseTranslationUnit2(
            index, UNIT_NAME.encode(), words, len(words), ctypes.byref(unsaved), 1, options, ctypes.byref(handle)
        )
        if status != 0:
            libclang.disposeIndex(index)
            raise ParserDeathError("it recovered from a crash" if status == _CRASHED else f"CXErrorCode {status}")
        return cls(handle, index)

    def diagnostics(self) -> list[Diagnostic]:
        """Errors and fatal errors, in the order in which they were met."""
        found = []
        for number in range(libclang.getNumDiagnostics(self.handle)):
            item = libclang.getDiagnostic(self.handle, number)
            severity = libclang.getDiagnosticSeverity(item)
            if severity >= ERROR:
                file, line, offset = self.places.position(libclang.getDiagnosticLocation(item))
                message, notes = _words(libclang.getDiagnosticSpelling(item), file), self._notes(item)
                found.append(Diagnostic(severity, message, file, line, offset, notes))
            libclang.disposeDiagnostic(item)
        return found

    def _notes(self, diagnostic: Any) -> tuple[str, ...]:
        """The files of a diagnostic's notes. The set belongs to the diagnostic and goes with it."""
        notes = libclang.getChildDiagnostics(diagnostic)
        found: dict[str, None] = {}
        for number in range(libclang.getNumDiagnosticsInSet(notes)):
            note = libclang.getDiagnosticInSet(notes, number)
            found[self.places.place(libclang.getDiagnosticLocation(note))[0]] = None
            libclang.disposeDiagnostic(note)
        return tuple(found)

    def inclusions(self) -> list[Inclusion]:
        """Each file that was read, in order, with the place of the `#include` that reached it first; asked for once."""
        if self._inclusions is None:
            self._inclusions = self._read_inclusions()
        return self._inclusions

    def _read_inclusions(self) -> list[Inclusion]:
        found: list[Inclusion] = []

        def visit(file: Any, stack: Any, depth: int, _data: Any) -> None:
            includer, line = self.places.place(stack[0])[:2] if depth else ("", 0)
            found.append(Inclusion(self.places.name(file), includer, line))

        walk(lambda visitor: libclang.getInclusions(self.handle, InclusionVisitor(visitor), None), visit)
        return found

    def is_guarded(self, file: str) -> bool:
        """Whether ``file``, one that was read, has an include guard or `#pragma once`."""
        handle = libclang.getFile(self.handle, os.fsencode(file))
        return bool(libclang.isFileMultipleIncludeGuarded(self.handle, handle))

    def skipped(self, wanted: Container[str]) -> dict[str, set[int]]:
        """The lines of the files ``wanted`` that conditions left out each time that their file was read, by file.

        A file may be read twice, the second time without what its include guard guards. Those of the directives around
        are among them. Only a unit of :meth:`lex` knows.
        """
        times = Counter(item.file for item in self.inclusions())
        ranges = libclang.getAllSkippedRanges(self.handle)
        found: dict[str, Counter[int]] = defaultdict(Counter)
        for index in range(ranges.contents.count):
            item = ranges.contents.ranges[index]
            file, first, _ = self.places.position(libclang.getRangeStart(item))
            if file not in wanted:
                continue
            last = self.places.position(libclang.getRangeEnd(item))[1]
            found[file].update(range(first, last + 1))
        libclang.disposeSourceRangeList(ranges)
        return {file: {line for line, count in lines.items() if count >= times[file]} for file, lines in found.items()}

    def top_level(self) -> list[Node]:
        """The outermost declarations of every file."""
        met = Node(libclang.getTranslationUnitCursor(self.handle), self).children()
        return [node for node in met if node.kind not in PREPROCESSING]

    def write(self, path: Path) -> None:
        """Save the parsed unit as a precompiled header. Raises :class:`ToolchainError`."""
        status = libclang.saveTranslationUnit(self.handle, str(path).encode(), 0)
        if status != 0:
            raise ToolchainError(
                f"libclang could not keep the parsed headers in `{path}` (CXSaveError {status})",
                hint="make room there, or name another folder for temporary files in TMPDIR",
            )


def _words(spelling: Any, file: str) -> str:
    """What the parser says of ``file``, unless it may quote what nobody meant to show."""
    message = text_of(spelling)
    return message if file in ("", UNIT_NAME) or is_called_as_header(file) else NOT_SHOWN
