"""How a library that `trtheaders stub` made says so: a note and a symbol, read here."""

from __future__ import annotations

from trtheaders.library.exports import OpenLibrary

NOTE_OWNER = b"trtheaders"
NOTE_STUB = 1
"""The note's contents are the release that the stub imitates, as UTF-8 text."""

MARK = "trtheaders_stub_library"
"""A data symbol that every stub exports: what remains if a tool drops the note."""


def stubbed_release(library: OpenLibrary) -> str | None:
    """The release that the library merely imitates (`unknown` where the note is lost), None for a real one."""
    for owner, kind, content in library.image.notes():
        if (owner, kind) == (NOTE_OWNER, NOTE_STUB):
            return content.rstrip(b"\0").decode(errors="replace")
    return "unknown" if library.find(MARK) else None
