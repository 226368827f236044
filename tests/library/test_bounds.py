"""Sizes that a library claims are bounded by the file: no gigabyte is read, unpacked or counted for them."""

from __future__ import annotations

import resource
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from trtheaders.errors import LibraryError
from trtheaders.library.elf.image import ElfImage, SectionType, open_image
from trtheaders.library.elf.vtables import Word, read_words

SOURCE = "struct A { virtual ~A(); virtual int f(); }; A::~A() {} int A::f() { return 1; } int g() { return 1; }"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "liba.so"
    command = ["g++", "-shared", "-fPIC", "-g", "-gz=zlib", "-x", "c++", "-", "-o", path]
    subprocess.run(command, input=SOURCE, text=True, check=True)
    return path


def patch(path: Path, offset: int, form: str, *values: int) -> None:
    data = bytearray(path.read_bytes())
    struct.pack_into(form, data, offset, *values)
    path.write_bytes(data)


def claim_vtable(path: Path) -> None:
    """`_ZTV1A` of 4 GB."""
    with open_image(path) as image:
        for section in image.sections:
            if section.type not in (SectionType.DYNSYM, SectionType.SYMTAB):
                continue
            strings = image.sections[section.link]
            for offset in range(section.offset, section.offset + section.size, 24):
                (name,) = struct.unpack("<I", image.read(offset, 4))
                if image.string(strings.offset + name, strings.offset + strings.size) == b"_ZTV1A":
                    place = offset + 16
    patch(path, place, "<Q", 4 * 1024**3)


def claim_unpacked(path: Path) -> None:
    """`.debug_info` of a terabyte."""
    with open_image(path) as image:
        section = image.section(".debug_info")
        assert section is not None
    patch(path, section.offset + 8, "<Q", 1024**4)


def claim_many_sections(path: Path) -> None:
    patch(path, 60, "<H", 0)
    with path.open("rb") as file:
        (table,) = struct.unpack_from("<Q", file.read(64), 40)
    patch(path, table + 32, "<Q", 1 << 40)


@pytest.mark.parametrize("claim", [claim_vtable, claim_unpacked, claim_many_sections])
def test_what_a_file_claims_costs_nothing(tmp_path: Path, library: Path, claim) -> None:
    claim(library)
    (tmp_path / "a.h").write_text("struct A { virtual ~A(); virtual int f(); }; int g();\n")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "trtheaders", "verify", "--headers", ".", "--entry", "a.h"),
            *("--library", library.name),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (1_200_000_000, 1_200_000_000)),
    )
    assert done.returncode in (0, 1, 2), done.stderr
    assert "Traceback" not in done.stderr


def test_a_vtable_of_gigabytes_has_no_words() -> None:
    assert read_words(lambda _: Word(0), 0, 4 * 1024**3) == []
    assert len(read_words(lambda _: Word(0), 0, 80)) == 10


def make_image(sections: int, names: bytes) -> bytes:
    """An ELF file of ``sections`` sections that share one name table, and their names from its start on."""
    header = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 3, 62, 1, 0, 0, 64, 0, 64, 56, 0, 64, sections, 1)
    start = 64 + 64 * sections
    rows = b"".join(
        struct.pack("<IIQQQQIIQQ", index, 3 if index == 1 else 8, 0, 0, start, len(names), 0, 0, 0, 0)
        for index in range(sections)
    )
    return header + rows + names


def test_names_that_share_their_ends_are_not_unfolded(tmp_path: Path) -> None:
    ElfImage(make_image(50, b"x" * 200 + b"\0"), tmp_path)
    with pytest.raises(LibraryError, match="does not end"):
        ElfImage(make_image(3000, b"x" * 200_000 + b"\0"), tmp_path)
    with pytest.raises(LibraryError, match="does not end"):
        ElfImage(make_image(3, b"x" * 1_000_000 + b"\0"), tmp_path)


def test_bitmaps_stand_for_no_more_words_than_there_are(library: Path) -> None:
    class Bomb(ElfImage):
        def _table(self, start: int, size: int) -> bytes:
            return b"\xff" * self.size

    with pytest.raises(LibraryError, match="more packed relocations"):
        _ = Bomb(library.read_bytes(), library).relr_table
