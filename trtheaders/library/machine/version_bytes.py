"""The version string of a library whose `version()` is compiled as it nearly always is, told by its bytes alone.

A disassembler reads any form of it (:mod:`trtheaders.library.machine.version_string`), but takes longer to import than
all the rest of `identify` needs.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path

from trtheaders.library.elf.image import ElfImage, open_image
from trtheaders.library.symbols.hashes import make_finder
from trtheaders.library.symbols.tables import dynamic_table
from trtheaders.model.library.exports import Machine

_X86 = re.compile(rb"(?:\xf3\x0f\x1e\xfa)?(?:\x55\x48\x89\xe5\x48\x8d\x05(....)\x5d|\x48\x8d\x05(....))\xc3", re.DOTALL)
"""`endbr64` or nothing; `lea rax, [rip + displacement]`, at -O0 within a frame; `ret` (Intel SDM volume 2)."""
_X86_NOTHING = re.compile(rb"(?:\xf3\x0f\x1e\xfa)?\xc3")
"""It returns at once: whatever was in the register, as from a stub."""
_TEXT = re.compile(rb"([\x20-\x7e]{1,64})\0")
_LONGEST = 65


def read_plain_version(path: Path, function: str) -> str | None:
    """The string that ``function`` of the library at ``path`` returns, "" where there is none; None where it takes a
    disassembler to tell.

    Raises :class:`trtheaders.errors.LibraryError` for a file that cannot be read.
    """
    with open_image(path) as image:
        if image.machine is not Machine.X86_64:
            return None
        rows = make_finder(image, dynamic_table(image))(function)
        symbol = next((row for row in rows if row.exported), None)
        return "" if symbol is None else _read(image, symbol.address, symbol.size)


def _read(image: ElfImage, address: int, size: int) -> str | None:
    code = image.bytes_at(address, size) or b""
    found = _X86.match(code)
    if found is None:
        return "" if _X86_NOTHING.match(code) else None
    # The displacement counts from the end of the `lea`.
    last = found.lastindex or 0
    target = address + found.end(last) + struct.unpack("<i", found[last])[0]
    # One at a time, for the string may be the last thing in its segment.
    text = _TEXT.match(b"".join(image.bytes_at(target + index, 1) or b"" for index in range(_LONGEST)))
    return text[1].decode("ascii") if text else None
