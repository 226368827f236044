"""Where something is written."""

from msgspec import Struct


class Location(Struct, frozen=True, kw_only=True, order=True, array_like=True):
    """A line of a source file.

    ``file`` is a POSIX path, relative to the header tree's root for a header (`tensorrt_llm/executor/executor.h`), so
    that the same headers give the same bytes wherever they lie. ``line`` counts from 1; 0 means the file as a whole.
    """

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file
