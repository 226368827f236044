"""Functions that do nothing but read one member of their first argument, and where it lies.

What `mov 24(%rdi), %eax; ret` reads lies 24 bytes into the object, whatever the rest of the library is like. The guard
looks for the same form when a program starts (`guards/guard.cpp`), so the two must read alike.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from trtheaders.library.elf.image import open_image
from trtheaders.model.library.exports import Export, ExportKind, Machine
from trtheaders.model.names import SymbolName

_ENDBR64 = b"\xf3\x0f\x1e\xfa"
_PREFIXES = frozenset({0x66, 0xF2, 0xF3})
_LOADS = frozenset({0x8A, 0x8B, 0x8D, 0x63})
"""mov of a byte and of more, lea, movslq"""
_LONG_LOADS = frozenset({0xB6, 0xB7, 0xBE, 0xBF, 0x10, 0x28, 0x6F})
"""After 0F: movzx, movsx, movss and movups, movaps, movdqa."""
_RDI = 7
_RETURN = 0xC3
_MOST = 16
"""Bytes: no such function is longer."""


def read_plain_reads(library: Path, exports: Collection[Export]) -> Mapping[SymbolName, int]:
    """The offset in bytes of the member that each such function among ``exports`` of ``library`` reads."""
    with open_image(library) as image:
        decode = _DECODERS.get(image.machine)
        if decode is None:
            return {}
        found = {}
        for export in exports:
            if export.kind is ExportKind.FUNCTION and export.library == library.name:
                offset = decode(image.bytes_at(export.address, min(export.size, _MOST)) or b"")
                if offset is not None:
                    found[export.symbol] = offset
        return found


def decode_plain_read(code: bytes) -> int | None:
    """The offset from the first argument that ``code`` (x86-64) reads before it returns; None for anything else."""
    code = code.removeprefix(_ENDBR64)
    try:
        at = 1 if code[0] in _PREFIXES else 0
        if code[at] & 0xF0 == 0x40:
            if code[at] & 1:
                return None
            at += 1
        if code[at] == 0x0F:
            at += 1
            loads = _LONG_LOADS
        else:
            loads = _LOADS
        mode, base = code[at + 1] >> 6, code[at + 1] & 7
        width = {0: 0, 1: 1, 2: 4}.get(mode)
        if code[at] not in loads or base != _RDI or width is None or code[at + 2 + width] != _RETURN:
            return None
        offset = int.from_bytes(code[at + 2 : at + 2 + width], "little", signed=True)
    except IndexError:
        return None
    return offset if offset >= 0 else None


_BTI = b"\x5f\x24\x03\xd5"
_RET = 0xD65F03C0


def decode_aarch64_read(code: bytes) -> int | None:
    """The same for aarch64 (Arm Architecture Reference Manual, "Load/store register (unsigned immediate)")."""
    code = code.removeprefix(_BTI)
    word, following = (int.from_bytes(code[at : at + 4], "little") for at in (0, 4))
    if len(code) < 8 or following != _RET or word >> 5 & 31 != 0:
        return None
    offset, shifted = word >> 10 & 0xFFF, word >> 22 & 1
    if word & 0xFF80001F == 0x91000000:  # add x0, x0, #offset
        return offset << 12 * shifted
    size, vector, kind = word >> 30, word >> 26 & 1, word >> 22 & 3
    if (
        word >> 24 & 0x3B != 0x39
        or kind == 0
        or (kind == 2 and (vector or size == 3))
        or (kind == 3 and vector and size)
    ):
        return None
    return offset << (4 if vector and kind == 3 else size)


_DECODERS = {Machine.X86_64: decode_plain_read, Machine.AARCH64: decode_aarch64_read}
