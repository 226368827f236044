"""Entry headers are sought where `#include` would find them, and told from what lies elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.recording import promised

from trtheaders.errors import HeaderError
from trtheaders.headers.entrance import HeaderQuestion, record_snapshot


def question(root: Path, entry: str, *folders: Path) -> HeaderQuestion:
    return HeaderQuestion(root=root, entries=(entry,), defines=(), include_directories=folders)


def test_an_entry_below_the_root_is_found_through_an_include_directory(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "part.h").write_text("int part();")
    (tmp_path / "inner" / "api.h").write_text('#include "part.h"\nint open();')
    snapshot = record_snapshot(question(tmp_path, "api.h", tmp_path / "inner"))
    assert promised(snapshot) == {"_Z4openv", "_Z4partv"}
    assert {item.declaration.location.file for item in snapshot.promises} == {"inner/api.h", "inner/part.h"}


def test_an_entry_outside_of_the_root_is_named_with_its_place(tmp_path):
    for name in ("root", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "other" / "api.h").write_text("int open();")
    with pytest.raises(HeaderError) as told:
        record_snapshot(question(tmp_path / "root", "api.h", tmp_path / "other"))
    assert str(tmp_path / "other" / "api.h") in told.value.hint


@pytest.mark.parametrize(
    ("entry", "upstream"), [("api.h", False), ("tensorrt_llm/executor/executor.h", True)], ids=["any", "upstream's"]
)
def test_only_upstream_s_header_is_spoken_of_as_upstream_s(tmp_path, entry, upstream):
    with pytest.raises(HeaderError) as told:
        record_snapshot(question(tmp_path, entry))
    assert ("Executor API" in told.value.hint) is upstream


def test_of_the_compiler_s_own_folder_an_entry_has_the_folder_of_its_name(tmp_path):
    system, wrapper = tmp_path / "system", tmp_path / "my-g++"
    (system / "pack").mkdir(parents=True)
    (system / "pack.h").write_text('#include "pack/base.h"\n#include <other.h>\nint whole(int);')
    (system / "pack/base.h").write_text("int part(int);")
    (system / "other.h").write_text("int foreign(int);")
    wrapper.write_text(f'#!/bin/sh\nexec g++ -isystem "{system}" "$@"\n')
    wrapper.chmod(0o755)
    question = HeaderQuestion(root=system, entries=("pack.h",), defines=(), compiler=str(wrapper))
    assert promised(record_snapshot(question)) == {"_Z5wholei", "_Z4parti"}
