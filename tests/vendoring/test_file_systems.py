"""File systems that lack something: overlayfs renames no folder of a lower layer, others have no hard links."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.tools import not_run, tool
from support.upstream import Upstream, headers

from trtheaders.configuration import Configuration
from trtheaders.vendoring.folder.store import Store
from trtheaders.vendoring.folder.transactions import STAGING_PREFIX
from trtheaders.verbs.add import add
from trtheaders.verbs.remove import remove
from trtheaders.verbs.status import status
from trtheaders.verbs.sync import sync


@pytest.fixture
def layered(upstream: Upstream, consumer: Configuration, tmp_path: Path) -> Iterator[Path]:
    """A vendored folder with two releases in a lower layer, as after `COPY . .` in a Dockerfile."""
    add(["v1.0.0", "v1.2.0rc3"], configuration=consumer, remote=str(upstream.path))
    upper, merged = tmp_path / "upper", tmp_path / "merged"
    for folder in (upper, merged):
        folder.mkdir()
    program = tool("mount")
    subprocess.run([program, "-t", "tmpfs", "tmpfs", upper], check=False, capture_output=True)
    for name in ("changes", "work"):
        (upper / name).mkdir()
    options = f"lowerdir={consumer.destination},upperdir={upper / 'changes'},workdir={upper / 'work'}"
    done = subprocess.run([program, "-t", "overlay", "overlay", "-o", options, merged], capture_output=True)
    if done.returncode:
        not_run("root", "may not mount an overlay here")
    yield merged
    for folder in (merged, upper):
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_folders_of_a_lower_layer_are_changed_whole(layered: Path, upstream: Upstream) -> None:
    with pytest.raises(OSError, match="cross-device"):
        (layered / "1.0.0").rename(layered / "elsewhere")
    upstream.release("v1.0.0", headers(assert_="// other\n"))
    add(["v1.0.0"], destination=layered, remote=str(upstream.path), force=True)
    assert status(destination=layered).is_clean
    header = layered / "1.2.0rc3" / "tensorrt_llm" / "executor" / "assert_.h"
    files = list((layered / "1.2.0rc3" / "tensorrt_llm").rglob("*.h"))
    files[0].write_text("changed")
    sync(destination=layered, remote=str(upstream.path))
    assert status(destination=layered).is_clean
    remove(["1.2.0rc3"], destination=layered)
    assert not header.parent.exists()
    assert [item.release.version for item in status(destination=layered).releases] == ["1.0.0"]
    assert not list(layered.glob(f"{STAGING_PREFIX}*"))


def test_a_kill_while_a_folder_is_copied_is_undone(layered: Path) -> None:
    """The folder was copied whole, and half of it removed, when the program was killed."""
    before = {path.relative_to(layered): path.read_bytes() for path in layered.rglob("*") if path.is_file()}
    staging = layered / f"{STAGING_PREFIX}dead"
    for name in ("new", "old", "install", "remove"):
        (staging / name).mkdir(parents=True)
    (staging / "remove" / "1.0.0").touch()
    (staging / "lock").write_text("format = 1\n")
    shutil.copytree(layered / "1.0.0", staging / "old" / "1.0.0")
    shutil.copytree(layered / "1.2.0rc3" / "tensorrt_llm", staging / "old" / "1.2.0rc3.part")
    (layered / "1.0.0" / "LICENSE").unlink()
    Store(layered).recover()
    assert {path.relative_to(layered): path.read_bytes() for path in layered.rglob("*") if path.is_file()} == before


def test_without_hard_links_the_attributes_are_written_all_the_same(
    upstream: Upstream, consumer: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    add(["v1.0.0"], configuration=consumer, remote=str(upstream.path))
    assert "-text" in (consumer.destination / ".gitattributes").read_text()
    (consumer.destination / ".gitattributes").write_text("mine")
    add(["v1.2.0rc3"], configuration=consumer, remote=str(upstream.path))
    assert (consumer.destination / ".gitattributes").read_text() == "mine"


@pytest.mark.parametrize("locale", ["C.UTF-8", "C", "POSIX"])
def test_a_folder_whose_name_is_no_utf8_is_one_like_others(upstream: Upstream, tmp_path: Path, locale: str) -> None:
    project = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    project.mkdir()
    environment = {**os.environ, "LC_ALL": locale}
    commands = (
        ["add", "v1.0.0", "--remote", str(upstream.path)],
        ["status"],
        ["list"],
        ["path", "1.0.0"],
        ["sync"],
        ["hook", "files"],
        ["remove", "1.0.0"],
    )
    for words in commands:
        done = subprocess.run(
            [sys.executable, "-c", "from trtheaders.cli.entry import main; main()", *words],
            cwd=project,
            env=environment,
            capture_output=True,
        )
        assert done.returncode == 0, (words, done.stderr)
