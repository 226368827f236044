"""ELF files read, and everything else refused in one sentence."""

import os
import random
import re
import subprocess
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from support.cxx import build_library, compile_cxx
from support.tools import tool

from trtheaders.errors import LibraryError
from trtheaders.library.elf.image import ElfImage, ElfType, open_image
from trtheaders.library.elf.relocations import unpack_relr
from trtheaders.library.symbols.exports import OpenLibrary, open_library, read_exports
from trtheaders.library.symbols.tables import ABSOLUTE, static_table

SOURCE = (
    "#include <string>\nnamespace n { std::string f(std::string s) { return s; } int v[3] = {1, 2, 3}; int* p = v; }"
)


@pytest.fixture(name="library")
def plain_library():
    return build_library(SOURCE, flags=("-O1", "-g", "-Wl,-rpath,$ORIGIN:/opt/other", "-Wl,--build-id=sha1"))


def _readelf(option: str, path: Path) -> str:
    return subprocess.run([tool("readelf"), "-W", option, path], capture_output=True, text=True, check=True).stdout


def test_dynamic_entries_are_those_of_readelf(library):
    text = _readelf("-d", library)
    with open_image(library) as image:
        assert list(image.needed) == re.findall(r"\(NEEDED\).*\[(.*)\]", text)
        assert image.soname == re.findall(r"\(SONAME\).*\[(.*)\]", text)[0]
        assert ":".join(image.run_path) == re.findall(r"\(RUNPATH\).*\[(.*)\]", text)[0]


def test_old_run_path_is_read_where_there_is_no_new_one():
    with open_image(build_library(SOURCE, flags=("-Wl,--disable-new-dtags,-rpath,/opt/old",))) as image:
        assert image.run_path == ("/opt/old",)


def test_sections_are_those_of_readelf(library):
    rows = re.findall(
        r"^\s+\[\s*(\d+)\] (\S*)\s+(?:[A-Z_]+)\s+([0-9a-f]{16}) ([0-9a-f]+) ([0-9a-f]+)", _readelf("-S", library), re.M
    )
    with open_image(library) as image:
        found = [(str(row.index), row.name, row.address, row.offset, row.size) for row in image.sections[1:]]
    assert found == [(number, name, *(int(part, 16) for part in rest)) for number, name, *rest in rows if number != "0"]


def test_build_id_comment_and_debug_information(library):
    with open_image(library) as image:
        assert image.build_id in _readelf("-n", library)
        assert "GCC" in image.comment
        assert image.has_dwarf
        assert not image.stripped
    with open_image(build_library(SOURCE, flags=("-s",))) as image:
        assert not image.has_dwarf
        assert image.stripped


def test_bytes_at_an_address(library):
    export = next(export for export in read_exports(library) if export.symbol == "_ZN1n1vE")
    with open_image(library) as image:
        assert image.bytes_at(export.address, export.size) == bytes([1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0])
        assert image.bytes_at(1 << 60, 1) is None


@pytest.mark.parametrize("flags", [(), ("-fuse-ld=lld", "-Wl,--pack-dyn-relocs=relr"), ("-fuse-ld=gold",)])
def test_relocation_tables_have_the_rows_of_readelf(flags):
    library = build_library(SOURCE, flags=flags)
    text = _readelf("-r", library)
    counts = {name: int(count) for name, count in re.findall(r"section '(\S+)' at .* contains (\d+) entr", text)}
    with open_image(library) as image:
        sizes = [len(table) // 24 for table in image.rela_tables]
        packed = sum(1 for word in unpack_relr(image.relr_table))
    assert sizes == [counts[".rela.dyn"], counts.get(".rela.plt", 0)]
    offsets = re.search(r"'\.relr\.dyn'.*\n\s*(\d+) offsets", text)
    assert packed == (int(offsets[1]) if offsets else 0)
    assert bool(packed) is ("-Wl,--pack-dyn-relocs=relr" in flags)


def test_the_full_symbol_table_is_that_of_nm(library):
    lines = subprocess.run([tool("nm"), "--format=posix", library], capture_output=True, text=True, check=True).stdout
    with open_image(library) as image:
        names = sorted(row.name for row in static_table(image) if row.name and row.section != ABSOLUTE)
    assert names == sorted(line.split()[0] for line in lines.splitlines())


def test_an_object_is_an_object():
    with open_image(compile_cxx("int f() { return 1; }").path) as image:
        assert image.type is ElfType.OBJECT
    with pytest.raises(LibraryError, match="is a relocatable object, not a shared library"):
        read_exports(compile_cxx("int f() { return 1; }").path)


def test_a_program_that_is_linked_statically_offers_nothing_to_link(tmp_path):
    built = compile_cxx("int main() {}", name="program", flags=("-static",))
    assert built.status == 0, built.messages
    with pytest.raises(LibraryError, match="has no dynamic table"):
        read_exports(built.path)


BROKEN = {
    "text": (b"hello\n", "is not an ELF file"),
    "linker script": (b"/* GNU ld script */\nINPUT(libtensorrt_llm.so.1)\n", "is a linker script"),
    "LFS pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "is a Git LFS pointer"),
    "archive": (b"!<arch>\n", "is a static archive"),
    "Windows": (b"MZ\0\0", "is not an ELF file but a Windows or macOS one"),
    "empty": (b"", "is empty"),
    "magic only": (b"\x7fELF", "is truncated"),
    "32-bit": (b"\x7fELF\x01\x01\x01" + bytes(60), "is a 32-bit file"),
    "big-endian": (b"\x7fELF\x02\x02\x01" + bytes(60), "is a big-endian file"),
    "RISC-V": (b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\0\xf3\0" + bytes(44), "is for RISC-V"),
    "strange": (b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\0\x39\x30" + bytes(44), "is for machine 12345"),
    "core": (b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x04\0\x3e\0" + bytes(44), "is neither an object"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_no_library_is_named(tmp_path, case):
    content, words = BROKEN[case]
    path = tmp_path / "libx.so"
    path.write_bytes(content)
    with pytest.raises(LibraryError, match=re.escape(f"{path}` {words}")) as caught:
        read_exports(path)
    assert caught.value.hint
    assert "\n" not in caught.value.message


def test_a_real_32_bit_object_is_named():
    built = compile_cxx("int f() { return 1; }", flags=("-m32", "-c"))
    assert built.status == 0, built.messages
    with pytest.raises(LibraryError, match="is a 32-bit file"):
        read_exports(built.path)


def test_a_directory_a_missing_file_and_a_pipe_are_named(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path, words in ((tmp_path, "is a directory"), (tmp_path / "pipe", "is not a regular file")):
        with pytest.raises(LibraryError, match=words):
            read_exports(path)
    for path in (tmp_path / "none.so", tmp_path / "pipe" / "none.so"):
        with pytest.raises(LibraryError, match="there is no file"):
            read_exports(path)


def test_an_unreadable_file_is_named(library):
    data = library.read_bytes()
    with TemporaryDirectory() as folder, _as_nobody(Path(folder)):
        copy = Path(folder) / "libx.so"
        copy.write_bytes(data)
        copy.chmod(0)
        with pytest.raises(LibraryError, match="cannot be read: Permission denied"):
            read_exports(copy)


@contextmanager
def _as_nobody(folder):
    """As a user whom permissions bind, who owns ``folder``; root reads every file."""
    user = os.geteuid()
    if user == 0:
        os.chown(folder, 65534, -1)
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_an_error_of_the_caller_is_not_taken_for_one_of_the_file(library):
    with pytest.raises(FileNotFoundError), open_library(library):
        raise FileNotFoundError("of the caller")


def _read_all(data: bytes) -> None:
    image = ElfImage(data, Path("libx.so"))
    library = OpenLibrary(image)
    assert (image.soname, image.needed, image.run_path, image.build_id, image.comment) is not None
    assert (image.rela_tables, image.relr_table, library.table.count_exported()) is not None
    for export in library.exports():
        library.look_up(export.symbol)
    table = static_table(image)
    assert table is None or len(list(table)) == len(table)


def test_a_file_cut_off_anywhere_is_refused(library):
    data = library.read_bytes()
    for size in [*range(0, 400, 7), *range(400, len(data), 331), len(data) - 1]:
        with pytest.raises(LibraryError):
            _read_all(data[:size])


@pytest.mark.parametrize("seed", range(4))
def test_damage_anywhere_gives_an_answer_or_a_library_error(library, seed):
    data, chance = library.read_bytes(), random.Random(seed)
    for _ in range(150):
        damaged = bytearray(data)
        for _ in range(chance.choice((1, 4, 16))):
            place = chance.randrange(len(data) if seed % 2 else 4096)
            damaged[place] = chance.choice((0, 1, 255, chance.randrange(256)))
        try:
            _read_all(bytes(damaged))
        except LibraryError as error:
            assert error.message.startswith("`libx.so` ")  # noqa: PT017
