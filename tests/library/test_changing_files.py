"""A library that somebody writes to while it is read: one sentence wherever the run was, never a signal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from trtheaders.errors import LibraryError
from trtheaders.headers.entrance import HeaderQuestion, record_snapshot
from trtheaders.library.answers import ask_libraries
from trtheaders.library.consistency import read_needs
from trtheaders.library.elf.file_bytes import FileBytes, open_bytes
from trtheaders.library.elf.image import ElfImage
from trtheaders.library.layout.evidence import read_evidence
from trtheaders.library.origins import count_origins
from trtheaders.library.symbols.exports import open_library
from trtheaders.library.undefined import read_undefined

HEADER = "struct A { virtual ~A(); virtual int f(); int get() const; int value = 3; }; int g(); int gone();\n"
SOURCE = HEADER + "A::~A() {} int A::f() { return 1; } int A::get() const { return value; } int g() { return 1; }"
CHANGED = "changed while it was read"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    (tmp_path / "a.h").write_text(HEADER)
    path = tmp_path / "liba.so"
    command = ["g++", "-shared", "-fPIC", "-O1", "-g", "-x", "c++", "-", "-o", path]
    subprocess.run(command, input=SOURCE, text=True, check=True)
    return path


@contextmanager
def at_read(number: int, act: Callable[[], object]) -> Iterator[list[int]]:
    """``act`` happens just before read ``number`` of a library; the list that is given has the number of reads."""
    reads, read = [0], os.pread

    def count(descriptor: int, size: int, offset: int) -> bytes:
        reads[0] += 1
        if reads[0] == number:
            act()
        return read(descriptor, size, offset)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "pread", count)
        yield reads


def test_a_library_may_shrink_at_any_read(library: Path) -> None:
    snapshot = record_snapshot(HeaderQuestion(root=library.parent, entries=("a.h",)))
    symbols = {item.symbol for promise in snapshot.promises for item in promise.obligations}
    whole = library.read_bytes()

    def read() -> None:
        ask_libraries([library], symbols)
        read_needs([library])
        read_evidence([library], snapshot)
        count_origins([library], ())
        read_undefined(library)

    with at_read(0, lambda: None) as reads:
        read()
    assert reads[0] > 60
    for number in range(1, reads[0] + 1):
        library.write_bytes(whole)
        # Nothing is left that was not read before.
        with pytest.raises(LibraryError, match=CHANGED), at_read(number, lambda: os.truncate(library, 0)):
            read()


def write_anew(library: Path, content: bytes) -> None:
    library.write_bytes(content)
    # Two writes may lie within one tick of the file system's clock.
    os.utime(library, ns=(1, 1))


def test_one_that_is_written_anew_gives_no_answer(library: Path) -> None:
    def read() -> None:
        with open_library(library) as opened:
            opened.look_up("_Z1gv")
            write_anew(library, library.read_bytes())

    with pytest.raises(LibraryError, match=CHANGED):
        read()


def test_one_that_is_half_written_is_not_called_damaged(library: Path) -> None:
    def read() -> None:
        with open_bytes(library) as data:
            write_anew(library, b"\x7fELF" + bytes(len(data) - 4))
            ElfImage(data, library)

    with pytest.raises(LibraryError, match=CHANGED):
        read()


def test_one_that_is_replaced_is_read_as_it_was_opened(library: Path) -> None:
    with open_library(library) as opened:
        (library.parent / "new").write_bytes(b"nothing")
        (library.parent / "new").replace(library)
        assert opened.look_up("_Z1gv") is not None


def test_the_program_says_so(library: Path) -> None:
    script = (
        "import os, sys\n"
        "from trtheaders.cli.entry import main\n"
        "read = os.pread\n"
        "def shrink(*words):\n"
        "    os.truncate(sys.argv[-1], 64)\n"
        "    return read(*words)\n"
        "os.pread = shrink\n"
        "main()\n"
    )
    words = ["verify", "--headers", ".", "--entry", "a.h", "--library", library.name]
    done = subprocess.run([sys.executable, "-c", script, *words], cwd=library.parent, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: `{library.name}` {CHANGED}\n\nhint: run it again once nothing writes it\n"


def test_parts_of_a_file_are_those_of_its_bytes(library: Path) -> None:
    whole = library.read_bytes()
    with open_bytes(library) as data:
        assert isinstance(data, FileBytes)
        assert len(data) == len(whole)
        for part in (slice(0, 4), slice(None), slice(7, 3), slice(-4, None), slice(len(whole) - 2, len(whole) + 9)):
            assert data[part] == whole[part]


def test_a_file_that_stops_being_readable_is_told(library: Path) -> None:
    descriptor = os.open(library, os.O_WRONLY)
    try:
        with pytest.raises(LibraryError, match="cannot be read: Bad file descriptor"):
            FileBytes(descriptor, library)[0:4]
    finally:
        os.close(descriptor)
