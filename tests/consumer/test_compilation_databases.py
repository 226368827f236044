"""A compilation database that is not there or not one, and what is no file at all: one line, and what to do."""

from __future__ import annotations

import json
import sys

import pytest

from trtheaders.consumer.compile_commands import read_flags
from trtheaders.errors import UsageError
from trtheaders.verbs.check import check


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (None, "cannot be read: No such file or directory"),
        ("{", "is no compilation database: "),
        ('[{"file": "a.cpp"}]', "is no compilation database: an entry has no 'directory'"),
        ('[{"file": "a.cpp", "directory": "."}]', "is no compilation database: an entry has no 'command'"),
        ('[{"file": 3, "directory": "."}]', "is no compilation database: "),
        ("3", "is no compilation database: "),
    ],
)
def test_what_is_no_database_is_said_to_be_none(tmp_path, monkeypatch, text, complaint):
    monkeypatch.chdir(tmp_path)
    database = tmp_path / "compile_commands.json"
    if text is not None:
        database.write_text(text)
    with pytest.raises(UsageError) as caught:
        read_flags(database, tmp_path / "a.cpp")
    assert caught.value.message.startswith(f"`{database}` {complaint}")
    assert caught.value.hint


def test_a_folder_is_no_file_and_a_missing_file_is_missing(tmp_path):
    with pytest.raises(UsageError, match="` is no file"):
        check([tmp_path], start=tmp_path)
    with pytest.raises(UsageError, match="there is no file `"):
        check([tmp_path / "a.cpp"], start=tmp_path)


def test_an_entry_is_found_among_many_and_through_links(tmp_path):
    """Of many entries none but those of its name are looked for on the disk."""
    source = tmp_path / "real" / "a.cpp"
    source.parent.mkdir()
    source.write_text("")
    (tmp_path / "link").symlink_to("real")
    own = {"directory": str(tmp_path), "file": "link/a.cpp", "command": "g++ -DOWN -c link/a.cpp"}
    others = [{"directory": "/", "file": f"x{number}.cpp", "command": "g++"} for number in range(30_000)]
    database = tmp_path / "compile_commands.json"
    database.write_text(json.dumps([*others, own]))
    resolved = 0

    def count(frame, event, argument) -> None:
        nonlocal resolved
        resolved += event == "call" and frame.f_code.co_name == "realpath"

    sys.setprofile(count)
    try:
        assert read_flags(database, source).kept == ("-DOWN",)
        assert read_flags(database, tmp_path / "link" / "a.cpp").kept == ("-DOWN",)
    finally:
        sys.setprofile(None)
    assert resolved < 10
