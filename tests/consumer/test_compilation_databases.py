"""A compilation database that is not there or not one, and what is no file at all: one line, and what to do."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from support.cxx import exported_symbols
from support.recording import promised
from support.tools import tool

from trtheaders.consumer.compile_commands import read_flags, read_shared
from trtheaders.errors import UsageError
from trtheaders.headers.snapshot_files import encode_snapshot
from trtheaders.verbs.check import check
from trtheaders.verbs.diff import diff
from trtheaders.verbs.promises import promises
from trtheaders.verbs.stub import stub


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


def write_database(folder, compiler="", **sources):
    """A database of ``sources``, each with its command's flags."""
    rows = [
        {
            "directory": str(folder),
            "file": f"{name}.{'c' if name == 'plain' else 'cpp'}",
            "arguments": [compiler or tool("g++"), *flags.split(), "-o", f"{name}.o", "-c", f"{name}.cpp"],
        }
        for name, flags in sources.items()
    ]
    database = folder / "compile_commands.json"
    database.write_text(json.dumps(rows))
    return database


def test_headers_are_read_with_what_all_sources_share(tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "foreign.h").write_text("typedef long big;\n")
    (tmp_path / "more" / "forced.h").write_text("#define FORCED 1\n")
    (tmp_path / "tree" / "beside.h").write_text("int beside();\n")
    (tmp_path / "tree" / "api.h").write_text("""#include <foreign.h>
#include "beside.h"
#ifdef NDEBUG
int release(big);
#endif
#if defined(FORCED) && __cplusplus >= 202002L
int forced(char8_t);
#endif
#if defined(ALONE) || defined(C_ONLY)
int alone();
#endif
""")
    common = "-DNDEBUG -Itree -Imore -include more/forced.h -std=gnu++20 -O2"
    database = write_database(tmp_path, a=f"{common} -DALONE -fplugin=evil.so", b=common, plain="-DC_ONLY")
    question = {"headers": tmp_path / "tree", "entries": ["api.h"], "start": tmp_path}
    snapshot = promises(**question, compile_commands=database)
    assert promised(snapshot) == {"_Z7releasel", "_Z6forcedDu", "_Z6besidev"}
    assert snapshot.key.standard == "gnu++20"
    assert promised(promises(**question, compile_commands=database, standard="c++17")) == {"_Z7releasel", "_Z6besidev"}
    shared = read_shared(database)
    assert shared.apart == ("-DALONE",)
    assert shared.dropped == ("-fplugin=evil.so",)
    own = read_shared(database, [tmp_path / "a.cpp"])
    assert "-DALONE" in own.flags


def test_differences_and_stubs_are_made_with_what_all_sources_share(tmp_path):
    for name, more in (("old", ""), ("new", "#ifdef NDEBUG\nint release();\n#endif\nint checked();\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "api.h").write_text(f"int always();\n{more}")
    database = write_database(tmp_path, a="-DNDEBUG -std=c++20 -DALONE", b="-DNDEBUG -std=c++20")
    question = {"entries": ["api.h"], "start": tmp_path}
    sides = (tmp_path / "old", tmp_path / "new")
    assert "release" not in {change.name for change in diff(*sides, **question).changes}
    comparison = diff(*sides, **question, compile_commands=database)
    assert {"checked", "release"} <= {change.name for change in comparison.changes}
    assert [remark.partition(":")[0] for remark in comparison.remarks] == ["`-DALONE`"]
    output = tmp_path / "libstub.so"
    made = stub(headers=tmp_path / "new", output=output, **question, compile_commands=database)
    assert {"_Z6alwaysv", "_Z7checkedv", "_Z7releasev"} < exported_symbols(output)
    assert [remark.partition(":")[0] for remark in made.remarks] == ["`-DALONE`"]


def test_a_recorded_side_that_was_read_with_other_flags_is_told(tmp_path):
    (tmp_path / "api.h").write_text("int always();\n")
    question = {"entries": ["api.h"], "start": tmp_path}
    (tmp_path / "kept").write_bytes(encode_snapshot(promises(headers=tmp_path, **question)))
    database = write_database(tmp_path, a="-DNDEBUG")
    (remark,) = diff(tmp_path / "kept", tmp_path, **question, compile_commands=database).remarks
    assert remark == "the sides were read with different compiler flags: none and `-DNDEBUG`"


def test_a_compiler_at_a_path_with_a_blank_is_the_database_s(tmp_path):
    (tmp_path / "my tools").mkdir()
    (tmp_path / "my tools" / "g++").symlink_to(tool("g++"))
    (tmp_path / "api.h").write_text("int f();\n")
    database = write_database(tmp_path, str(tmp_path / "my tools" / "g++"), a="-DA")
    assert promised(promises(headers=tmp_path, entries=["api.h"], compile_commands=database)) == {"_Z1fv"}


def test_a_compiler_that_came_with_the_repository_is_not_started(tmp_path):
    evil = tmp_path / "g++"
    evil.write_text("#!/bin/sh\ntouch started\n")
    evil.chmod(0o755)
    for command in (["init", "-q"], ["add", "g++"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    rows = [{"directory": str(tmp_path), "file": "a.cpp", "command": "./g++ -DA -c a.cpp"}]
    database = tmp_path / "compile_commands.json"
    database.write_text(json.dumps(rows))
    shared = read_shared(database)
    assert (shared.compiler, shared.flags) == ("", ("-DA",))


@pytest.mark.parametrize("text", ["[]", '[{"directory": "/", "file": "a.c", "command": "cc"}]', "{", "3", '["x"]'])
def test_a_database_without_sources_is_told(tmp_path, text):
    database = tmp_path / "compile_commands.json"
    database.write_text(text)
    with pytest.raises(UsageError) as caught:
        read_shared(database)
    assert "--compiler" in caught.value.hint
