"""How a library that `trtheaders stub` made says so: a note and a symbol, read here."""

from __future__ import annotations

from trtheaders.library.symbols.exports import OpenLibrary

NOTE_OWNER = b"trtheaders"
NOTE_STUB = 1
"""The note's contents are the release that the stub imitates, as UTF-8 text."""

MARK = "trtheaders_stub_library"
"""A variable that every stub exports, which holds the release too: what remains if a tool drops the note."""


def stubbed_release(library: OpenLibrary) -> str | None:
    """The release that the library merely imitates, None for a real one."""
    for owner, kind, content in library.image.notes():
        if (owner, kind) == (NOTE_OWNER, NOTE_STUB):
            return _text(content)
    mark = library.find(MARK)
    return _text(library.image.bytes_at(mark[0].address, mark[0].size) or b"") if mark else None


def _text(content: bytes) -> str:
    return content.rstrip(b"\0").decode(errors="replace") or "unknown"
