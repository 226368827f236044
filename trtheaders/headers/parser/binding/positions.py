"""Where something is written: libclang's locations to files, lines and offsets; and what it complains of there."""

from __future__ import annotations

import ctypes
from ctypes import c_uint, c_void_p
from typing import Any

from msgspec import Struct

from trtheaders.headers.parser.binding.prototypes import (
    libclang,
    text_of,
)


class Places:
    """Source locations of one unit to files and numbers.

    The variables that libclang writes into are made once: to make them takes longer than the answer.
    """

    def __init__(self) -> None:
        self._file, self._line, self._third = c_void_p(), c_uint(), c_uint()
        self._out = tuple(ctypes.byref(item) for item in (self._file, self._line, self._third))
        self._names: dict[int, str] = {}

    def place(self, location: Any) -> tuple[str, int, int]:
        """(file, line, column) of ``location``, for macros of where they are expanded."""
        file, line, column = self._out
        libclang.getInstantiationLocation(location, file, line, column, None)
        return self.name(self._file.value), self._line.value, self._third.value

    def position(self, location: Any) -> tuple[str, int, int]:
        """(file, line, offset in bytes) likewise."""
        file, line, offset = self._out
        libclang.getInstantiationLocation(location, file, line, None, offset)
        return self.name(self._file.value), self._line.value, self._third.value

    def name(self, file: int | None) -> str:
        """A file's path by libclang's handle, asked for once, since most questions are about a few files."""
        if not file:
            return ""
        if file not in self._names:
            self._names[file] = text_of(libclang.getFileName(file), "surrogateescape")
        return self._names[file]


class Diagnostic(Struct, frozen=True):
    """What the parser complained of. ``severity``: 3 error, 4 fatal. ``file`` is a path or '', ``offset`` in bytes.

    ``notes`` are the files that its notes point to.
    """

    severity: int
    message: str
    file: str
    line: int
    offset: int
    notes: tuple[str, ...] = ()


class Inclusion(Struct, frozen=True):
    """A file that was read, by its path, and the file and line that included it first ('' and 0 for the unit)."""

    file: str
    includer: str
    line: int


class Extent(Struct, frozen=True):
    """A stretch of a file: lines counted from 1, both included; byte offsets from 0, the end excluded."""

    file: str
    first: int
    last: int
    begin: int
    end: int
