"""What the user names to be written is written there, and not where a link of the repository leads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.clones import Attack, git

from trtheaders.errors import UsageError
from trtheaders.programs.outputs import write_output

PRECIOUS = "the reader's own\n"
WRITING = (
    ("guard", "1.1.0", "-o", "{}"),
    ("report", "1.1.0", "--html", "{}"),
    ("stub", "1.1.0", "-o", "{}"),
    ("matrix", "--markdown", "{}"),
    ("cmake", "--answers", "{}", "--release", "1.1.0", "--headers-only"),
    ("init", "--release", "1.1.0", "{}"),
)
"""Every command that writes what it is told to."""


@pytest.fixture
def attack(tmp_path: Path) -> Attack:
    """A stranger's repository of nothing but links: a file that leads to a file, and a folder to a folder."""
    attack = Attack(made=tmp_path / "made", home=tmp_path / "home")
    attack.made.mkdir()
    (attack.home / "precious").mkdir(parents=True)
    block = "<!-- trtheaders:matrix -->\n<!-- /trtheaders:matrix -->\n"
    (attack.home / "precious" / "file").write_text(PRECIOUS + block)
    git(attack.made, "init", "--quiet")
    attack.link("out", f"{attack.home}/precious/file")
    attack.link("folder", f"{attack.home}/precious")
    attack.link("deep", "folder")
    attack.clone()
    return attack


@pytest.mark.parametrize("words", WRITING, ids=lambda words: words[0])
@pytest.mark.parametrize("name", ["out", "folder/file", "folder/new", "deep/new"])
def test_nothing_is_written_through_a_link_that_was_cloned(attack: Attack, words: tuple[str, ...], name: str) -> None:
    before = sorted((path.name, path.read_text()) for path in (attack.home / "precious").iterdir())
    done = attack.run(*(word.format(name) for word in words))
    assert done.returncode == 2
    after = sorted((path.name, path.read_text()) for path in (attack.home / "precious").iterdir())
    assert after == before
    if words[0] in ("guard", "report"):
        assert "which came with the repository; nothing was written" in done.stderr


def test_a_link_of_the_users_own_is_followed(attack: Attack) -> None:
    (attack.cloned / "mine").symlink_to(attack.home / "precious")
    write_output(attack.cloned / "mine" / "guard.cpp", b"x")
    assert (attack.home / "precious" / "guard.cpp").read_bytes() == b"x"
    (attack.cloned / "my-file").symlink_to(attack.home / "precious" / "file")
    write_output(attack.cloned / "my-file", b"y")
    assert (attack.home / "precious" / "file").read_bytes() == b"y"
    assert (attack.cloned / "my-file").is_symlink()


def test_without_git_no_link_below_the_working_folder_is_written_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text(PRECIOUS)
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "link").symlink_to("../file")
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(UsageError, match="came with the repository"):
        write_output(Path("link"), b"x")
    assert (tmp_path / "file").read_text() == PRECIOUS


def test_a_ring_of_links_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError):
        write_output(Path("a/file"), b"x")


def test_a_pipe_and_standard_output_are_written_to(tmp_path: Path) -> None:
    script = "from pathlib import Path; from trtheaders.programs.outputs import write_output\n"
    script += "write_output(Path('/dev/stdout'), b'said\\n')"
    with (tmp_path / "log").open("w") as log:
        subprocess.run([sys.executable, "-c", script], check=True, stdout=log)
    assert (tmp_path / "log").read_text() == "said\n"
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write_output(tmp_path / "pipe", b"said\n")
    assert os.read(reader, 100) == b"said\n"
    os.close(reader)


def test_where_nothing_can_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written: No such file"):
        write_output(tmp_path / "absent" / "file", b"x")
