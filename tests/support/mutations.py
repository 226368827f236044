"""Files damaged by chance, the same way for the same seed: libraries by their structure, texts by their words."""

from __future__ import annotations

import gzip
import random
import struct

_EDGES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0xFFF, 0x1000, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_WIDE = (0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFFFFFFFFFF, 1 << 32, 1 << 40, 0xFFFFFFFFFFFFF000)
_WORDS = (
    b"[" * 2000, b"{" * 2000, b"(" * 2000, b"<" * 2000, b"N" * 3000, b"9" * 5000, b"\0", b"\xff\xfe", b"\xed\xa0\x80",
    b"a" * 300, b"../../..", b"/dev/zero", b"1e999", b"-1", b"nan", b"true", b"null", b"{}", b"[]", b'""', b"'", b'"""',
    b"\r\n", b"\n\n", b"\\", b"\x1b[31m", b"%s%n", b"9223372036854775808", b"2030-13-45", b"_ZN" + b"1a" * 500 + b"E",
    b"`", b"undefined reference to `", b"error: ", b"]", b"}", b"=", b",",
)  # fmt: skip
SECTION, SEGMENT = 64, 56


def damage_bytes(data: bytes, chance: random.Random) -> bytes:
    """A few edits anywhere."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        _edit(made, 0, len(made), chance)
    return bytes(_resize(made, chance))


def damage_library(data: bytes, chance: random.Random) -> bytes:
    """A few edits in tables and sections, each as likely as the other, so that small tables are met too."""
    made = bytearray(data)
    regions = _regions(data)
    for _ in range(chance.choice((1, 1, 2, 4))):
        _edit(made, *chance.choice(regions), chance)
    return bytes(_resize(made, chance) if chance.random() < 0.1 else made)


def damage_text(data: bytes, chance: random.Random) -> bytes:
    """Lines and words taken out, doubled, exchanged, or replaced by what no sane file holds."""
    made = data
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        made = chance.choice((_lines, _words, _words, _insert, damage_bytes))(made, chance)
    return made


def damage_packed(data: bytes, chance: random.Random) -> bytes:
    """The text inside of a gzip file damaged, or now and then the file."""
    if chance.random() < 0.25:
        return damage_bytes(data, chance)
    return gzip.compress(damage_text(gzip.decompress(data), chance), 1, mtime=0)


def _regions(data: bytes) -> list[tuple[int, int]]:
    """The header, both tables of headers row by row, and every section."""
    (segments, sections) = struct.unpack_from("<QQ", data, 32)
    (segment_count, _, section_count) = struct.unpack_from("<HHH", data, 56)
    rows = [(sections + SECTION * index, sections + SECTION * (index + 1)) for index in range(section_count)]
    rows += [(segments + SEGMENT * index, segments + SEGMENT * (index + 1)) for index in range(segment_count)]
    contents = []
    for start, _ in rows[:section_count]:
        kind, offset, size = struct.unpack_from("<4xI16xQQ", data, start)
        if kind not in (0, 8) and size:
            contents.append((offset, offset + size))
    return [(0, 64), (0, 64), *rows, *contents, *contents]


def _edit(made: bytearray, start: int, end: int, chance: random.Random) -> None:
    end = min(end, len(made))
    if end - start < 1:
        return
    at = chance.randrange(start, end)
    kind = chance.randrange(6)
    if kind == 0:
        made[at] ^= 1 << chance.randrange(8)
    elif kind == 1:
        made[at] = chance.choice((0, 0x7F, 0x80, 0xFF, chance.randrange(256)))
    elif kind in (2, 3):
        at -= (at - start) % 4
        made[at : at + 4] = struct.pack("<I", chance.choice((*_EDGES, chance.randrange(1 << 32))))
    elif kind == 4:
        at -= (at - start) % 8
        made[at : at + 8] = struct.pack("<Q", chance.choice((*_WIDE, *_EDGES, len(made), chance.randrange(len(made)))))
    else:
        size = min(chance.choice((4, 16, 64, 256)), end - at)
        made[at : at + size] = chance.choice((bytes(size), b"\xff" * size, chance.randbytes(size)))


def _resize(made: bytearray, chance: random.Random) -> bytearray:
    kind = chance.randrange(8)
    if kind == 0:
        return made[: chance.randrange(len(made) + 1)]
    if kind == 1:
        return made + chance.randbytes(chance.choice((1, 100, 5000)))
    return made


def _lines(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True) or [b"\n"]
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    kind = chance.randrange(4)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines[at:at] = [lines[at]] * chance.choice((1, 50))
    elif kind == 2:
        lines[at], lines[other] = lines[other], lines[at]
    else:
        lines[at] = lines[at][: len(lines[at]) // 2]
    return b"".join(lines)


def _words(data: bytes, chance: random.Random) -> bytes:
    """Another value for what stands between two marks."""
    marks = [index for index, byte in enumerate(data) if byte in b'"[]{},:= \n']
    if len(marks) < 2:
        return _insert(data, chance)
    first = chance.randrange(len(marks) - 1)
    return data[: marks[first] + 1] + chance.choice(_WORDS) + data[marks[first + 1] :]


def _insert(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(_WORDS) + data[at:]
