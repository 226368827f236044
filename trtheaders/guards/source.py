"""What a guard must know to the C++ source of one."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from msgspec import Struct

from trtheaders.model.names import SymbolName

TEMPLATE = Path(__file__).with_name("guard.cpp")
VERSION_FUNCTION = SymbolName("_ZN12tensorrt_llm8executor7versionEv")
_PER_LINE = 4


class GuardedLibrary(Struct, frozen=True, kw_only=True):
    """What the library of a guarded program is known by.

    ``version`` is what its `version()` returns, ``version_function`` that function's name; ``promised`` are the symbols
    that it must export, each with the size in bytes that its object must have, or 0; ``members`` are functions that
    only read a member, each with its offset in bytes. ``build`` is the GNU build id (hexadecimal) of the only library
    that will do, '' for any build.
    """

    release: str
    version: str
    version_function: SymbolName
    promised: Collection[tuple[SymbolName, int]]
    members: Collection[tuple[SymbolName, int]] = ()
    build: str = ""


def write_guard(library: GuardedLibrary) -> str:
    """The source of a guard; the same for the same ``library``."""
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, value in (
        ("RELEASE", library.release),
        ("VERSION_FUNCTION", library.version_function),
        ("VERSION", library.version),
        ("PROMISED", _write_rows(library.promised)),
        ("MEMBERS", _write_rows(library.members)),
        ("BUILD", "".join(f"0x{byte:02x}, " for byte in bytes.fromhex(library.build))),
    ):
        # A library, too, may say anything of its version; in C++ a quote would end the literal.
        plain = value if name in ("PROMISED", "MEMBERS", "BUILD") else re.sub(r"[^\w.+$-]", "?", value)
        text = text.replace(f"@{name}@", plain)
    return text


def _write_rows(numbers: Collection[tuple[SymbolName, int]]) -> str:
    """`{hash, number}` for each symbol, in the order of the hashes."""
    rows = sorted({(hash_symbol(symbol), number) for symbol, number in numbers})
    items = [f"{{0x{value:08x}, {number}}}," for value, number in rows]
    lines = [" ".join(items[at : at + _PER_LINE]) for at in range(0, len(items), _PER_LINE)]
    return "\n".join(f"    {line}" for line in lines)


def hash_symbol(name: str) -> int:
    """The hash of DT_GNU_HASH: 32 bits, `hash * 33 + character` from 5381 on."""
    value = 5381
    for byte in name.encode():
        value = (value * 33 + byte) & 0xFFFFFFFF
    return value
