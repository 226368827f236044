"""Files that others wrote are read as regular files, within limits; nothing else opens a file."""

from __future__ import annotations

import ast
import os
import pickle
from pathlib import Path

import pytest

from trtheaders.cli.main import run
from trtheaders.errors import TrtHeadersError
from trtheaders.programs import files
from trtheaders.programs.files import UnfitFileError, open_regular, read_bytes, read_text, write_whole

PACKAGE = Path(files.__file__).parents[1]
OPENERS = {
    "cli/commands/explain.py": "a log may be a pipe, and is read a line at a time",
    "cli/main.py": "/dev/null",
    "cmake/__init__.py": "a file of the package",
    "compatibility/table.py": "a file of the package",
    "consumer/translations.py": "a file of the package",
    "guards/source.py": "a file of the package",
    "snapshots/fingerprints.py": "a file of the package",
    "starter/project.py": "a file of the package",
    "headers/parser/child.py": "/dev/null, and a pipe of our own",
    "programs/files.py": "the one place that reads",
    "programs/outputs.py": "the one place that writes what the user names",
    "vendoring/folder/transactions.py": "descriptors of folders, and new files in a folder of our own",
    "vendoring/git/repository_cache.py": "new files and a lock in a folder of our own",
    "verbs/init.py": "new files alone",
}
"""Modules that open files themselves, and why they may."""
WORDS = frozenset({"read_text", "read_bytes", "write_text", "write_bytes", "open"})
STAGING = {
    "consumer/witness.py",
    "headers/parser/conditions.py",
    "installation/interpreters.py",
    "steps/vendored_tag.py",
    "stubs/build.py",
    "vendoring/folder/store.py",
}
"""Modules that write into a new temporary folder of our own."""


def opens(path: Path) -> set[str]:
    """How ``path``, a source of ours, opens files: `x.read_text()`, `open()`, `os.open()`, but none of our own."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    methods = {call.attr for call in calls if isinstance(call, ast.Attribute) and not is_ours(call)}
    return (methods & WORDS) | {call.id for call in calls if isinstance(call, ast.Name) and call.id == "open"}


def is_ours(call: ast.Attribute) -> bool:
    """`files.read_text`, and `system.open` and the like, which go on to it."""
    return isinstance(call.value, ast.Name) and call.value.id in ("files", "system", "self")


def test_only_few_modules_open_files_themselves() -> None:
    found = {str(path.relative_to(PACKAGE)): opens(path) for path in PACKAGE.rglob("*.py")}
    openers = {name for name, words in found.items() if words - {"write_text", "write_bytes"}}
    writers = {name for name, words in found.items() if words & {"write_text", "write_bytes"}}
    assert openers == set(OPENERS)
    assert writers - set(OPENERS) == STAGING


@pytest.mark.parametrize("read", [read_bytes, read_text, open_regular])
def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path, read) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(UnfitFileError, match=r"not a regular file|Is a directory") as raised:
            read(path)
        assert raised.value.message.startswith(f"`{path}` cannot be read: ")


def test_what_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"x" * 11)
    assert read_bytes(path, 11) == b"x" * 11
    with pytest.raises(UnfitFileError, match="larger than 10 bytes"):
        read_bytes(path, 10)


def test_a_refusal_is_an_error_of_ours_and_of_the_systems(tmp_path: Path) -> None:
    """Who expects either catches it, also where it comes out of the parser's process."""
    with pytest.raises(OSError, match="regular") as raised:
        read_bytes(Path("/dev/zero"))
    assert isinstance(raised.value, TrtHeadersError)
    again = pickle.loads(pickle.dumps(raised.value))
    assert (again.message, again.hint, again.filename) == (raised.value.message, raised.value.hint, "/dev/zero")


def test_writing_keeps_the_mode_and_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    (tmp_path / "file").chmod(0o640)
    (tmp_path / "link").symlink_to("file")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "file").read_text() == "old"
    assert (tmp_path / "link").read_text() == "new"
    write_whole(tmp_path / "file", b"new")
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link"]


@pytest.mark.parametrize("words", [["verify"], ["status"], ["list"], ["hook", "files"], ["doctor"]])
@pytest.mark.parametrize("name", ["pyproject.toml", "trtheaders.toml", "include/tensorrt-llm/trtheaders.lock"])
def test_a_pipe_in_place_of_a_file_is_no_defect_and_no_end_of_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], name: str
) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert run(words) in (0, 1, 2)
    said = capsys.readouterr()
    assert "Traceback" not in said.err
