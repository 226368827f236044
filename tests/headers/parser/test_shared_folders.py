"""A folder that the compiler searches by itself holds more than one package: only what the entries lie in is theirs."""

from __future__ import annotations

from pathlib import Path

from support.recording import promised

from trtheaders.headers.entrance import HeaderQuestion, record_snapshot
from trtheaders.headers.parser.toolchain import find_compiler


def test_the_standard_librarys_folder_promises_nothing_but_its_entry():
    folder = next(path for path in find_compiler().search_path if (path / "cstdlib").is_file())
    snapshot = record_snapshot(HeaderQuestion(root=folder, entries=("cstdlib",), defines=()))
    assert {item.declaration.location.file for item in (*snapshot.promises, *snapshot.exempt)} <= {"cstdlib"}
    assert "_ZNSt6localeD1Ev" not in promised(snapshot)


def test_another_folder_is_a_tree_as_a_whole(tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "a.h").write_text('#include "b/b.h"\nint a();')
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "b.h").write_text("int b();")
    snapshot = record_snapshot(HeaderQuestion(root=tmp_path, entries=("a/a.h",), defines=()))
    assert promised(snapshot) == {"_Z1av", "_Z1bv"}
